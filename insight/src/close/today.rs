//! What closed months are today, and what must be booked of them in the month that is open.

use std::collections::BTreeMap;

use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;

use super::adjust::{Adjustment, adjustments, shares};
use super::packs::{ClosedMonth, booked};
use crate::allocation::allocate::CostPool;
use crate::allocation::inputs::Policies;
use crate::allocation::{MonthInputs, facts, parts};

/// What finance has stated: the pools of each month, and its policies.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub(super) pools: BTreeMap<Month, BTreeMap<String, CostPool>>,
    pub(super) policies: Policies,
}

impl Stated {
    /// What was stated of the months that are wanted.
    pub(super) async fn read(
        queries: &dyn PinnedQueries,
        is_wanted: impl Fn(Month) -> bool + Send + Sync,
    ) -> Result<Self, ServiceError> {
        let pools = facts::pools(queries, &|month: &str| month.parse().is_ok_and(&is_wanted)).await?;
        if pools.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { pools, policies: facts::policies(queries).await? })
    }

    /// What a month is made of; `None` where it has no pools.
    pub(super) async fn inputs(
        &self,
        queries: &dyn PinnedQueries,
        month: Month,
    ) -> Result<Option<MonthInputs>, ServiceError> {
        let Some(pools) = self.pools.get(&month) else { return Ok(None) };
        facts::inputs(queries, month, pools, &self.policies).await.map(Some)
    }
}

/// What must be booked of closed months, and what those months are made of today.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Arrears {
    pub(super) adjustments: Vec<Adjustment>,
    /// Of the months that have adjustments, in order.
    pub(super) inputs: Vec<MonthInputs>,
}

/// Works out what must be booked of closed months.
pub(super) async fn arrears(
    queries: &dyn PinnedQueries,
    closed: &BTreeMap<Month, ClosedMonth>,
    stated: &Stated,
) -> Result<Arrears, ServiceError> {
    let mut inputs = Vec::with_capacity(closed.len());
    for month in closed.keys() {
        let of_month = stated.inputs(queries, *month).await.map_err(|error| of_arrears(*month, error))?;
        inputs.extend(of_month);
    }
    let found = differences(closed, &inputs)?;
    inputs.retain(|of| found.iter().any(|adjustment| adjustment.share.period == of.month));
    Ok(Arrears { adjustments: found, inputs })
}

/// The adjustments of closed months that are made of these inputs now. Months without inputs are as they were booked.
pub(super) fn differences(
    closed: &BTreeMap<Month, ClosedMonth>,
    inputs: &[MonthInputs],
) -> Result<Vec<Adjustment>, ServiceError> {
    let mut now = Vec::new();
    for of in inputs {
        let allocation = of.allocate().map_err(|error| of_arrears(of.month, error))?;
        now.extend(shares(of.month, &parts(&allocation)));
    }
    let booked = booked(closed).filter(|share| inputs.iter().any(|of| of.month == share.period));
    adjustments(booked, now).ok_or_else(|| {
        ServiceError::new(ErrorCode::InvalidValue, "the adjustments of closed months are too large to be exact")
    })
}

fn of_arrears(month: Month, error: ServiceError) -> ServiceError {
    let message = format!("what must be booked of the closed month {month} cannot be worked out: {}", error.message);
    ServiceError { message, ..error }
}
