//! The rows of a month's allocation, each with all that it says: as they are shown, and kept when the month is closed.

use tidemark_model::kpi::Figure;

use super::Allocation;
use super::allocate::Ratio;
use super::apportion::{METHOD, METHOD_VERSION};

/// Who bears which part of a pool, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The pool.
    pub pool: String,
    /// Who bears it, by its name: a city's code, `unallocated` or `idle`.
    pub city: String,
    /// The part.
    pub amount: Figure,
    /// Its currency.
    pub currency: String,
    /// Why it is this much.
    pub basis: Basis,
}

/// Why a part is as large as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// By what the pool was split.
    pub driver: String,
    /// What was measured of it.
    pub measured: Figure,
    /// What the policy lets it count for.
    pub weight: Figure,
    /// What the party takes part with.
    pub quantity: Figure,
    /// What all parties take part with.
    pub total: Figure,
    /// The share.
    pub ratio: Ratio,
    /// Why it is no plain share of a city.
    pub reason: Option<String>,
    /// The pool as it was paid.
    pub billed: Figure,
    /// In this currency.
    pub billed_currency: String,
    /// How it was rounded.
    pub method: String,
    /// Version of that method.
    pub method_version: i32,
    /// By which policy.
    pub policy_version: String,
}

/// The rows of an allocation, in the order of the month's statement.
#[must_use]
pub fn parts(allocation: &Allocation) -> Vec<Part> {
    let of_pool = |pool: &super::PoolAllocation| {
        let part = |row: &super::Row| Part {
            pool: pool.pool.clone(),
            city: row.party.name().to_owned(),
            amount: row.amount,
            currency: allocation.currency.clone(),
            basis: Basis {
                driver: pool.driver.name().to_owned(),
                measured: row.measured,
                weight: row.weight,
                quantity: row.quantity,
                total: pool.total,
                ratio: row.ratio,
                reason: row.reason.map(|reason| reason.name().to_owned()),
                billed: pool.billed,
                billed_currency: pool.billed_currency.clone(),
                method: METHOD.to_owned(),
                method_version: METHOD_VERSION,
                policy_version: allocation.policy_version.clone(),
            },
        };
        pool.rows.iter().map(part).collect::<Vec<_>>()
    };
    allocation.pools.iter().flat_map(of_pool).collect()
}
