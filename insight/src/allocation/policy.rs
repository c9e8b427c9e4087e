//! What finance decides about the split: versions of a policy, each from a month on.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::currency::minor_digits;
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::Driver;

/// One, as a figure: the weight of a city that has none of its own.
pub(crate) const ONE: Figure = Figure(1_000_000_000);
/// A hundred: what fixed percentages may add up to.
pub(crate) const HUNDRED: Figure = Figure(100 * ONE.0);
/// The currency of an allocation where the policy names none.
const HKD: &str = "HKD";

/// The smallest amount that can be paid in a currency: a cent of HKD, a whole yen.
pub(crate) fn smallest_unit(currency: &str) -> Figure {
    Figure(ONE.0 / 10_i128.pow(minor_digits(currency).into()))
}

/// One version of the policy. An imported version is never changed; a change is another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub version: String,
    /// The first month that it holds for.
    pub effective_from: Month,
    /// ISO 4217 currency in which costs are allocated.
    pub currency: String,
    /// Parts of pools are whole numbers of this amount; positive.
    pub unit: Figure,
    /// Pools in the order in which statements show them; the others follow by name.
    pub order: Vec<String>,
    /// Cities that bear no part of any pool.
    pub exclude: BTreeSet<String>,
    /// What a city's quantity counts for; 1 where nothing is said.
    pub weights: BTreeMap<String, Figure>,
    /// Rules of single pools.
    pub pools: BTreeMap<String, PoolRule>,
}

/// What the policy says of one pool, beyond what it says of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolRule {
    /// The driver, where it is another than the pool's own.
    pub driver: Option<Driver>,
    /// Cities that bear no part of this pool.
    pub exclude: BTreeSet<String>,
    /// Weights in this pool, before those of the policy.
    pub weights: BTreeMap<String, Figure>,
    /// Percentages of cities, for [`Driver::Fixed`]; at most 100 together. The rest is unallocated.
    pub fixed: BTreeMap<String, Figure>,
    /// What was paid for, used or not; what nobody used is shown as idle.
    pub capacity: Option<Capacity>,
    /// What becomes of the quantity that has no city.
    pub shared: Shared,
}

/// How much of a driver's quantity was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// The pool's own amount, in HKD: a bill larger than the usage that it is for leaves the rest idle.
    Billed,
    /// So much of the driver's quantity.
    Quantity(Figure),
}

/// What becomes of the quantity that has no city.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shared {
    /// It takes part, and its share is shown as unallocated.
    #[default]
    Show,
    /// The cities bear it, each by its own quantity.
    Spread,
}

/// How a city stands in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its quantity counts so much.
    Weighs(Figure),
    /// It bears nothing.
    Excluded,
}

impl Policy {
    /// The version that is in force where finance has imported none: each pool by its own driver, to the cent.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            version: "standard".to_owned(),
            effective_from: Month::FIRST,
            currency: HKD.to_owned(),
            unit: smallest_unit(HKD),
            order: Vec::new(),
            exclude: BTreeSet::new(),
            weights: BTreeMap::new(),
            pools: BTreeMap::new(),
        }
    }

    /// By what a pool is split that names `own` as its driver.
    #[must_use]
    pub fn driver_of(&self, pool: &str, own: Driver) -> Driver {
        self.pools.get(pool).and_then(|rule| rule.driver).unwrap_or(own)
    }

    /// How a city stands in a pool. Percentages speak for themselves: exclusions and weights do not touch them.
    pub(crate) fn standing(&self, pool: &str, city: &str) -> Standing {
        let rule = self.pools.get(pool);
        if self.exclude.contains(city) || rule.is_some_and(|rule| rule.exclude.contains(city)) {
            return Standing::Excluded;
        }
        let weight = rule.and_then(|rule| rule.weights.get(city)).or_else(|| self.weights.get(city));
        Standing::Weighs(weight.copied().unwrap_or(ONE))
    }

    /// Where a pool stands in statements: by the policy's order, then by name.
    pub(crate) fn place<'a>(&self, pool: &'a str) -> (usize, &'a str) {
        (self.order.iter().position(|named| named == pool).unwrap_or(self.order.len()), pool)
    }
}
