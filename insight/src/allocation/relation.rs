//! The relation `cost_allocation`: who bears which part of each month's pools, worked out when a statement reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE};
use tidemark_model::month::Month;
use tidemark_model::port::{DerivedRelation, MonthFilter, PinnedQueries};

use super::allocate::{CostPool, RATIO_SCALE};
use super::apportion::{METHOD, METHOD_VERSION};
use super::book::policy_in_force;
use super::{Allocation, Driver, MonthFacts, Policy, PoolAllocation, Row, allocate, facts};

/// A month that finance has not closed.
const OPEN: &str = "open";

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let figure = |name| Field::new(name, DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE), false);
    Arc::new(Schema::new(vec![
        text("month"),
        text("city"),
        text("pool"),
        text("driver"),
        figure("driver_quantity"),
        figure("driver_total"),
        Field::new("ratio", DataType::Decimal128(FIGURE_PRECISION, RATIO_SCALE as i8), false),
        figure("amount"),
        text("currency"),
        text("status"),
        Field::new("close_id", DataType::Utf8, true),
        Field::new("reason", DataType::Utf8, true),
        figure("measured"),
        figure("weight"),
        text("method"),
        Field::new("method_version", DataType::Int32, false),
        text("policy_version"),
        figure("billed_amount"),
        text("billed_currency"),
        Field::new("place", DataType::Int32, false),
    ]))
});

/// See the module.
#[derive(Debug, Default)]
pub struct CostAllocation;

#[async_trait]
impl DerivedRelation for CostAllocation {
    fn name(&self) -> &'static str {
        "cost_allocation"
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&SCHEMA)
    }

    async fn rows(
        &self,
        queries: &dyn PinnedQueries,
        is_wanted: &MonthFilter<'_>,
    ) -> Result<RecordBatch, ServiceError> {
        let months = facts::pools(queries, is_wanted).await?;
        let policies = if months.is_empty() { Vec::new() } else { facts::policies(queries).await? };
        let mut allocations = Vec::with_capacity(months.len());
        for (month, pools) in &months {
            let policy = policy_in_force(&policies, *month).cloned().unwrap_or_else(Policy::standard);
            allocations.push(allocate_month(queries, *month, pools, &policy).await?);
        }
        table(&allocations)
    }
}

async fn allocate_month(
    queries: &dyn PinnedQueries,
    month: Month,
    pools: &BTreeMap<String, CostPool>,
    policy: &Policy,
) -> Result<Allocation, ServiceError> {
    let drivers: BTreeSet<Driver> = pools.iter().map(|(name, pool)| policy.driver_of(name, pool.driver)).collect();
    let mut measures = Vec::new();
    for driver in drivers {
        measures.extend(facts::measures(queries, driver, month).await?);
    }
    let (live, rates) = (facts::live(queries, month).await?, facts::rates(queries, month).await?);
    let known = MonthFacts { month, pools, measures: &measures, live: &live, rates: &rates, policy };
    allocate(&known).map_err(|error| ServiceError::new(ErrorCode::InvalidValue, error.to_string()))
}

/// Allocations as the rows of the relation.
fn table(allocations: &[Allocation]) -> Result<RecordBatch, ServiceError> {
    let pools = || allocations.iter().flat_map(|month| month.pools.iter().map(move |pool| (month, pool)));
    let rows: Vec<(&Allocation, &PoolAllocation, &Row)> =
        pools().flat_map(|(month, pool)| pool.rows.iter().map(move |row| (month, pool, row))).collect();
    type Part<'a> = (&'a Allocation, &'a PoolAllocation, &'a Row);
    let text = |of: &dyn for<'a> Fn(&Part<'a>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
    };
    let decimal = |scale: i8, of: &dyn for<'a> Fn(&Part<'a>) -> i128| -> Result<ArrayRef, ServiceError> {
        let values = Decimal128Array::from_iter_values(rows.iter().map(of));
        let values = values.with_precision_and_scale(FIGURE_PRECISION, scale).map_err(internal)?;
        values.validate_decimal_precision(FIGURE_PRECISION).map_err(internal)?;
        Ok(Arc::new(values))
    };
    let figure = |of: &dyn for<'a> Fn(&Part<'a>) -> i128| decimal(FIGURE_SCALE, of);
    let reasons: StringArray = rows.iter().map(|(_, _, row)| row.reason.map(super::Reason::name)).collect();
    let columns = vec![
        text(&|(month, ..)| month.month.to_string()),
        text(&|(_, _, row)| row.party.name().to_owned()),
        text(&|(_, pool, _)| pool.pool.clone()),
        text(&|(_, pool, _)| pool.driver.name().to_owned()),
        figure(&|(_, _, row)| row.quantity.0)?,
        figure(&|(_, pool, _)| pool.total.0)?,
        decimal(RATIO_SCALE as i8, &|(_, _, row)| row.ratio.0)?,
        figure(&|(_, _, row)| row.amount.0)?,
        text(&|(month, ..)| month.currency.clone()),
        text(&|_| OPEN.to_owned()),
        new_null_array(&DataType::Utf8, rows.len()),
        Arc::new(reasons),
        figure(&|(_, _, row)| row.measured.0)?,
        figure(&|(_, _, row)| row.weight.0)?,
        text(&|_| METHOD.to_owned()),
        Arc::new(Int32Array::from(vec![METHOD_VERSION; rows.len()])),
        text(&|(month, ..)| month.policy_version.clone()),
        figure(&|(_, pool, _)| pool.billed.0)?,
        text(&|(_, pool, _)| pool.billed_currency.clone()),
        places(allocations),
    ];
    RecordBatch::try_new(Arc::clone(&SCHEMA), columns).map_err(internal)
}

/// Where a row stands in its month's statement, from 1.
fn places(allocations: &[Allocation]) -> ArrayRef {
    let num_rows = |month: &Allocation| month.pools.iter().map(|pool| pool.rows.len()).sum();
    Arc::new(allocations.iter().flat_map(|month| (1..).take(num_rows(month))).collect::<Int32Array>())
}

fn internal(error: arrow::error::ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::InvalidValue, format!("a figure of the allocation has more than 38 digits: {error}"))
}
