//! The relation `cost_allocation`: who bears which part of each month's pools. Open months are worked out when a
//! statement reads them; closed ones are what their packs say. The month that is closed next also takes what must be
//! booked of closed ones.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE, Figure};
use tidemark_model::month::Month;
use tidemark_model::port::{DerivedRelation, MonthFilter, PinnedQueries};

use super::adjust::Adjustment;
use super::packs::{ClosedMonth, closed_months};
use super::steps::Steps;
use super::today::{Stated, arrears};
use super::{PackHash, Register};
use crate::allocation::allocate::RATIO_SCALE;
use crate::allocation::{Basis, Part, parts};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let basis = |name| Field::new(name, DataType::Utf8, true);
    let figure = |name, nullable| Field::new(name, DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE), nullable);
    Arc::new(Schema::new(vec![
        text("month"),
        text("city"),
        text("pool"),
        basis("driver"),
        figure("driver_quantity", true),
        figure("driver_total", true),
        Field::new("ratio", DataType::Decimal128(FIGURE_PRECISION, RATIO_SCALE as i8), true),
        figure("amount", false),
        text("currency"),
        text("status"),
        basis("close_id"),
        basis("reason"),
        figure("measured", true),
        figure("weight", true),
        basis("method"),
        Field::new("method_version", DataType::Int32, true),
        basis("policy_version"),
        figure("billed_amount", true),
        basis("billed_currency"),
        Field::new("place", DataType::Int32, false),
        text("period"),
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

    fn meaning(&self) -> &'static str {
        "What each city bears of each cost pool in a month, and why; closed months as they were closed."
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&SCHEMA)
    }

    async fn rows(
        &self,
        queries: &dyn PinnedQueries,
        is_wanted: &MonthFilter<'_>,
    ) -> Result<RecordBatch, ServiceError> {
        let register = Steps::read(queries).await?.register;
        let is_wanted = |month: Month| is_wanted(&month.to_string());
        let open = register.next().filter(|month| is_wanted(*month));
        let is_read = |(month, _)| is_wanted(month) || open.is_some();
        let closed = if register.closed().any(is_read) {
            closed_months(queries, &register, None).await?
        } else {
            BTreeMap::new()
        };
        let is_stated = |month: Month| {
            let is_closed = is_closed(&register, month);
            if is_closed { open.is_some() } else { is_wanted(month) }
        };
        let stated = Stated::read(queries, is_stated).await?;
        let mut statements = of_closed(&closed, is_wanted);
        for month in stated.pools.keys().copied().filter(|month| !is_closed(&register, *month)) {
            let inputs = stated.inputs(queries, month).await?;
            let parts = inputs.map(|inputs| inputs.allocate()).transpose()?.map(|found| parts(&found));
            statements.insert(month, Statement { parts: parts.unwrap_or_default(), ..Statement::default() });
        }
        if let Some(month) = open {
            statements.entry(month).or_default().adjustments = arrears(queries, &closed, &stated).await?.adjustments;
        }
        table(&statements)
    }
}

fn is_closed(register: &Register, month: Month) -> bool {
    register.status(month).closed_pack().is_some()
}

/// A month's rows, in their order: its own parts, then what it takes of earlier months.
#[derive(Debug, Default)]
struct Statement {
    parts: Vec<Part>,
    adjustments: Vec<Adjustment>,
    /// The pack, where the month is closed.
    pack: Option<PackHash>,
}

fn of_closed(closed: &BTreeMap<Month, ClosedMonth>, is_wanted: impl Fn(Month) -> bool) -> BTreeMap<Month, Statement> {
    let statement = |(month, ClosedMonth { pack, parts, adjustments }): (&Month, &ClosedMonth)| {
        (*month, Statement { parts: parts.clone(), adjustments: adjustments.clone(), pack: Some(*pack) })
    };
    closed.iter().filter(|(month, _)| is_wanted(**month)).map(statement).collect()
}

/// A row of the relation.
struct Row<'a> {
    month: Month,
    period: Month,
    pool: &'a str,
    city: &'a str,
    amount: Figure,
    currency: &'a str,
    status: &'static str,
    pack: Option<PackHash>,
    /// Where it stands in its month's statement, from 1.
    place: i32,
    /// Why it is this much; of an adjustment the two statements that differ say so.
    basis: Option<&'a Basis>,
}

impl Statement {
    fn rows(&self, month: Month) -> impl Iterator<Item = Row<'_>> {
        let (pack, status) = (self.pack, if self.pack.is_some() { "closed" } else { "open" });
        let own = self.parts.iter().map(move |Part { pool, city, amount, currency, basis }| Row {
            month,
            period: month,
            pool,
            city,
            amount: *amount,
            currency,
            status,
            pack,
            place: 0,
            basis: Some(basis),
        });
        let of_others = self.adjustments.iter().map(move |Adjustment { share, .. }| Row {
            month,
            period: share.period,
            pool: &share.pool,
            city: share.party.name(),
            amount: share.amount,
            currency: &share.currency,
            status: "adjustment",
            pack,
            place: 0,
            basis: None,
        });
        (1..).zip(own.chain(of_others)).map(|(place, row)| Row { place, ..row })
    }
}

/// Statements as the rows of the relation.
fn table(statements: &BTreeMap<Month, Statement>) -> Result<RecordBatch, ServiceError> {
    let rows: Vec<Row<'_>> = statements.iter().flat_map(|(month, statement)| statement.rows(*month)).collect();
    let text = |of: &dyn for<'a> Fn(&'a Row<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let word = |of: fn(&Basis) -> &str| text(&|row| row.basis.map(|basis| of(basis).to_owned()));
    let decimal = |scale: i8, of: &dyn for<'a> Fn(&'a Row<'_>) -> Option<i128>| -> Result<ArrayRef, ServiceError> {
        let values: Decimal128Array = rows.iter().map(of).collect();
        let values = values.with_precision_and_scale(FIGURE_PRECISION, scale).map_err(too_large)?;
        values.validate_decimal_precision(FIGURE_PRECISION).map_err(too_large)?;
        Ok(Arc::new(values))
    };
    let figure = |of: fn(&Basis) -> Figure| decimal(FIGURE_SCALE, &|row| row.basis.map(|basis| of(basis).0));
    let columns = vec![
        text(&|row| Some(row.month.to_string())),
        text(&|row| Some(row.city.to_owned())),
        text(&|row| Some(row.pool.to_owned())),
        word(|basis| &basis.driver),
        figure(|basis| basis.quantity)?,
        figure(|basis| basis.total)?,
        decimal(RATIO_SCALE as i8, &|row| row.basis.map(|basis| basis.ratio.0))?,
        decimal(FIGURE_SCALE, &|row| Some(row.amount.0))?,
        text(&|row| Some(row.currency.to_owned())),
        text(&|row| Some(row.status.to_owned())),
        text(&|row| row.pack.map(|pack| pack.to_string())),
        text(&|row| row.basis.and_then(|basis| basis.reason.clone())),
        figure(|basis| basis.measured)?,
        figure(|basis| basis.weight)?,
        word(|basis| &basis.method),
        Arc::new(rows.iter().map(|row| row.basis.map(|basis| basis.method_version)).collect::<Int32Array>()),
        word(|basis| &basis.policy_version),
        figure(|basis| basis.billed)?,
        word(|basis| &basis.billed_currency),
        Arc::new(rows.iter().map(|row| Some(row.place)).collect::<Int32Array>()),
        text(&|row| Some(row.period.to_string())),
    ];
    RecordBatch::try_new(Arc::clone(&SCHEMA), columns).map_err(too_large)
}

fn too_large(error: arrow::error::ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::InvalidValue, format!("a figure of the allocation has more than 38 digits: {error}"))
}
