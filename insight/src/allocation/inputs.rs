//! All that a month's allocation is made of, as values of its own: what a close freezes, so that the month can be worked
//! out again without the events.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::allocate::CostPool;
use super::book::policy_in_force;
use super::{Allocation, Measure, MonthFacts, Policy, allocate};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthInputs {
    /// The month.
    pub month: Month,
    /// Its pools by name.
    pub pools: BTreeMap<String, CostPool>,
    /// What was measured, in any order.
    pub measures: Vec<Measure>,
    /// The cities that were live in it.
    pub live: BTreeSet<String>,
    /// What one unit of a currency is in HKD, in that month.
    pub rates: BTreeMap<String, Figure>,
    /// The policy in force.
    pub policy: Policy,
    /// The text of the policy's file; `None` for the one that holds where finance has imported none.
    pub document: Option<String>,
}

impl MonthInputs {
    /// Allocates the month's pools.
    ///
    /// # Errors
    /// `InvalidValue` where a rate is missing or a figure does not fit.
    pub fn allocate(&self) -> Result<Allocation, ServiceError> {
        let Self { month, pools, measures, live, rates, policy, document: _ } = self;
        let facts = MonthFacts { month: *month, pools, measures, live, rates, policy };
        allocate(&facts).map_err(|error| ServiceError::new(ErrorCode::InvalidValue, error.to_string()))
    }
}

/// Every version of the policy.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// In the order of import.
    pub versions: Vec<Policy>,
    /// Their texts by version; a version has one text.
    pub documents: BTreeMap<String, String>,
}

impl Policies {
    /// The policy in force in a month and its text; without one the standard policy.
    #[must_use]
    pub fn in_force(&self, month: Month) -> (Policy, Option<String>) {
        match policy_in_force(&self.versions, month) {
            Some(policy) => (policy.clone(), self.documents.get(&policy.version).cloned()),
            None => (Policy::standard(), None),
        }
    }
}
