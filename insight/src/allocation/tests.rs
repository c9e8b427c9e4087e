//! Months by hand: what each city must bear, written from the domain's words.

mod months;
mod permuted;

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::kpi::Figure;

use super::allocate::CostPool;
use super::{Allocation, AllocationError, Driver, Measure, MonthFacts, Policy, allocate};

/// A month under a pen.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) pools: BTreeMap<String, CostPool>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) live: BTreeSet<String>,
    pub(crate) rates: BTreeMap<String, Figure>,
    pub(crate) policy: Policy,
}

pub(crate) fn figure(text: &str) -> Figure {
    text.parse().unwrap()
}

impl Draft {
    pub(crate) fn new(live: &[&str]) -> Self {
        Self {
            pools: BTreeMap::new(),
            measures: Vec::new(),
            live: live.iter().map(|city| (*city).to_owned()).collect(),
            rates: BTreeMap::new(),
            policy: Policy::standard(),
        }
    }

    pub(crate) fn pool(mut self, name: &str, amount: &str, currency: &str, driver: Driver) -> Self {
        let pool = CostPool { amount: figure(amount), currency: currency.to_owned(), driver };
        self.pools.insert(name.to_owned(), pool);
        self
    }

    /// A quantity of a city; of none where the code is empty.
    pub(crate) fn measure(mut self, driver: Driver, city: &str, quantity: &str) -> Self {
        let city = (!city.is_empty()).then(|| city.to_owned());
        self.measures.push(Measure { driver, city, quantity: figure(quantity) });
        self
    }

    pub(crate) fn policy(mut self, toml: &str) -> Self {
        let text = format!("version = \"1\"\neffective_from = \"2026-01\"\n{toml}");
        self.policy = super::input::read_policy(text.as_bytes()).unwrap();
        self
    }

    pub(crate) fn try_allocate(&self) -> Result<Allocation, AllocationError> {
        allocate(&MonthFacts {
            month: "2026-03".parse().unwrap(),
            pools: &self.pools,
            measures: &self.measures,
            live: &self.live,
            rates: &self.rates,
            policy: &self.policy,
        })
    }

    /// The only pool's parts: `HKG 7500` in order, with the reason where there is one.
    pub(crate) fn parts(&self) -> Vec<String> {
        let allocation = self.try_allocate().unwrap();
        let [pool] = allocation.pools.as_slice() else { panic!("one pool is expected") };
        assert_eq!(pool.rows.iter().map(|row| row.amount.0).sum::<i128>(), pool.amount.0);
        assert_eq!(pool.rows.iter().map(|row| row.ratio.0).sum::<i128>(), 1_000_000_000_000);
        let reason = |reason: Option<super::Reason>| reason.map_or_else(String::new, |reason| format!(" {reason}"));
        pool.rows.iter().map(|row| format!("{} {}{}", row.party, row.amount, reason(row.reason))).collect()
    }
}
