//! A month's pools become rows: who bears which part of each, by what, and why.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::apportion::apportion;
use super::claims::{Claim, Grounds};
use super::policy::{Capacity, ONE, Policy};
use super::{Driver, Measure, Party, Reason, exact};

/// Digits of a ratio after the point.
pub const RATIO_SCALE: u8 = 12;

/// A share of a pool in units of 10^-12, from 0 to 1. The ratios of a pool add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(pub i128);

impl Ratio {
    /// Nothing of it.
    pub const ZERO: Self = Self(0);
    /// All of it.
    pub const WHOLE: Self = Self(1_000_000_000_000);
}

/// What is known of a month when its costs are allocated.
#[derive(Debug, Clone, Copy)]
pub struct MonthFacts<'a> {
    /// The month.
    pub month: Month,
    /// Its pools by name.
    pub pools: &'a BTreeMap<String, CostPool>,
    /// What was measured, in any order.
    pub measures: &'a [Measure],
    /// The cities that were live in it.
    pub live: &'a BTreeSet<String>,
    /// What one unit of a currency is in HKD, in that month.
    pub rates: &'a BTreeMap<String, Figure>,
    /// The policy in force.
    pub policy: &'a Policy,
}

/// A pool of costs, as finance states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostPool {
    /// What was paid; negative for a credit.
    pub amount: Figure,
    /// ISO 4217 currency of the amount.
    pub currency: String,
    /// By what it is split unless the policy says otherwise.
    pub driver: Driver,
}

/// A month's allocation. The same facts give the same value, whatever the order of the measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The month.
    pub month: Month,
    /// Currency of all amounts but the billed ones.
    pub currency: String,
    /// The policy's version.
    pub policy_version: String,
    /// The pools, in the policy's order.
    pub pools: Vec<PoolAllocation>,
}

/// A pool and who bears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolAllocation {
    /// Its name.
    pub pool: String,
    /// By what it was split.
    pub driver: Driver,
    /// What was paid, in the currency in which it was.
    pub billed: Figure,
    /// That currency.
    pub billed_currency: String,
    /// What is allocated; the rows' amounts add up to it.
    pub amount: Figure,
    /// The sum of the rows' quantities.
    pub total: Figure,
    /// The parts, in the order of their parties, one a party.
    pub rows: Vec<Row>,
}

/// A party's part of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who bears it.
    pub party: Party,
    /// What was measured of the driver.
    pub measured: Figure,
    /// What the policy lets it count for.
    pub weight: Figure,
    /// `measured × weight`, to nine digits, half away from zero: what the pool was split by.
    pub quantity: Figure,
    /// `quantity ÷ total`, to twelve digits by the largest remainder.
    pub ratio: Ratio,
    /// The part.
    pub amount: Figure,
    /// Why it is no plain share of a city.
    pub reason: Option<Reason>,
}

/// Why a month cannot be allocated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// A currency without a rate.
    #[error("there is no rate of {currency} for {month}: pool \"{pool}\" cannot be allocated without it; import one")]
    NoRate {
        /// The pool that needs it.
        pool: String,
        /// The currency.
        currency: String,
        /// The month.
        month: Month,
    },
    /// A figure beyond 128 bits.
    #[error("an amount or a quantity of pool \"{pool}\" is too large to be exact: check the pool and its driver")]
    TooLarge {
        /// The pool.
        pool: String,
    },
}

/// Allocates a month's pools.
///
/// # Errors
/// [`AllocationError`]; then nothing of the month is allocated, for a part of it would not add up.
pub fn allocate(facts: &MonthFacts<'_>) -> Result<Allocation, AllocationError> {
    let mut pools: Vec<(&String, &CostPool)> = facts.pools.iter().collect();
    pools.sort_by_key(|(name, _)| facts.policy.place(name));
    Ok(Allocation {
        month: facts.month,
        currency: facts.policy.currency.clone(),
        policy_version: facts.policy.version.clone(),
        pools: pools.into_iter().map(|(name, pool)| allocate_pool(facts, name, pool)).collect::<Result<_, _>>()?,
    })
}

fn allocate_pool(facts: &MonthFacts<'_>, name: &str, pool: &CostPool) -> Result<PoolAllocation, AllocationError> {
    let too_large = || AllocationError::TooLarge { pool: name.to_owned() };
    let in_currency = |currency: &str, unit: Figure| -> Result<Figure, AllocationError> {
        if pool.currency == currency {
            return Ok(pool.amount);
        }
        let (from, to) = (rate(facts, name, &pool.currency)?, rate(facts, name, currency)?);
        convert(pool.amount, from, to, unit).ok_or_else(too_large)
    };
    let amount = in_currency(&facts.policy.currency, facts.policy.unit)?;
    let driver = facts.policy.driver_of(name, pool.driver);
    let capacity = match facts.policy.pools.get(name).and_then(|rule| rule.capacity) {
        None => None,
        Some(Capacity::Quantity(quantity)) => Some(quantity),
        Some(Capacity::Billed) => Some(in_currency("HKD", Figure(1))?),
    };
    let grounds =
        Grounds { pool: name, driver, policy: facts.policy, measures: facts.measures, live: facts.live, capacity };
    let claims = grounds.claims().ok_or_else(too_large)?;
    let total = Figure(exact::sum(claims.iter().map(|claim| claim.quantity.0)).ok_or_else(too_large)?);
    Ok(PoolAllocation {
        pool: name.to_owned(),
        driver,
        billed: pool.amount,
        billed_currency: pool.currency.clone(),
        amount,
        total,
        rows: split(amount, facts.policy.unit, total, claims).ok_or_else(too_large)?,
    })
}

fn rate(facts: &MonthFacts<'_>, pool: &str, currency: &str) -> Result<Figure, AllocationError> {
    if currency == "HKD" {
        return Ok(ONE);
    }
    facts.rates.get(currency).copied().ok_or_else(|| AllocationError::NoRate {
        pool: pool.to_owned(),
        currency: currency.to_owned(),
        month: facts.month,
    })
}

/// A conversion is rounded to the unit, half away from zero: what a bank would have charged.
fn convert(amount: Figure, from: Figure, to: Figure, unit: Figure) -> Option<Figure> {
    let units = exact::scaled(amount.0, from.0, to.0.checked_mul(unit.0)?)?;
    units.checked_mul(unit.0).map(Figure)
}

/// Splits an amount over its claims. What cannot be split, and what of it is below the unit, stays unallocated.
fn split(amount: Figure, unit: Figure, total: Figure, claims: Vec<Claim>) -> Option<Vec<Row>> {
    let obstacle = obstacle(&claims, total);
    let quantities: Vec<i128> = claims.iter().map(|claim| claim.quantity.0).collect();
    let (shares, ratios, rest) = match obstacle {
        None => {
            let (units, rest) = (amount.0.checked_div(unit.0)?, amount.0.checked_rem(unit.0)?);
            (apportion(units, &quantities)?, apportion(Ratio::WHOLE.0, &quantities)?, rest)
        }
        Some(_) => (vec![0; claims.len()], vec![0; claims.len()], amount.0),
    };
    let mut rows = Vec::with_capacity(claims.len() + 1);
    for (claim, (share, ratio)) in claims.into_iter().zip(shares.into_iter().zip(ratios)) {
        rows.push(row(claim, Ratio(ratio), Figure(share.checked_mul(unit.0)?)));
    }
    if obstacle.is_some() || rest != 0 {
        leave_unallocated(&mut rows, Figure(rest), obstacle)?;
    }
    Some(rows)
}

/// What keeps a pool from being split.
fn obstacle(claims: &[Claim], total: Figure) -> Option<Reason> {
    if claims.iter().any(|claim| claim.quantity.0 < 0) {
        return Some(Reason::NegativeQuantity);
    }
    (total.0 == 0).then_some(Reason::NoQuantity)
}

fn row(claim: Claim, ratio: Ratio, amount: Figure) -> Row {
    let Claim { party, measured, weight, quantity, reason } = claim;
    Row { party, measured, weight, quantity, ratio, amount, reason }
}

/// Adds what is left to the row of what is unallocated, which is made where there is none.
fn leave_unallocated(rows: &mut Vec<Row>, rest: Figure, obstacle: Option<Reason>) -> Option<()> {
    let place = rows.partition_point(|row| row.party < Party::Unallocated);
    if rows.get(place).is_none_or(|row| row.party != Party::Unallocated) {
        let nothing = Claim {
            party: Party::Unallocated,
            measured: Figure(0),
            weight: ONE,
            quantity: Figure(0),
            reason: Some(Reason::BelowUnit),
        };
        rows.insert(place, row(nothing, Ratio::ZERO, Figure(0)));
    }
    let row = &mut rows[place];
    row.amount = Figure(row.amount.0.checked_add(rest.0)?);
    if obstacle.is_some() {
        row.ratio = Ratio::WHOLE;
        row.reason = obstacle;
    }
    Some(())
}
