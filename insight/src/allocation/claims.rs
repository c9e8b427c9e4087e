//! Who takes part in a pool, and with how much: what was measured, weighed by the policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tidemark_model::kpi::Figure;

use super::policy::{HUNDRED, ONE, Policy, PoolRule, Shared, Standing};
use super::{Driver, Party, exact};

/// How much of a driver's quantity was measured in a month, for a city or for none. Several of one city add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What was measured.
    pub driver: Driver,
    /// Where; `None` where it has no city.
    pub city: Option<String>,
    /// How much, in the driver's unit.
    pub quantity: Figure,
}

/// Why a row is no plain share of a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// What caused it has no city.
    NoCity,
    /// What caused it has no city, and the policy lets the cities bear it.
    Spread,
    /// The policy excludes the city from this pool.
    Excluded,
    /// The policy's percentages leave it over.
    NotFixed,
    /// It was paid for and nobody used it.
    Unused,
    /// There is nothing to split the pool by.
    NoQuantity,
    /// A city's quantity is below zero, and a share cannot be: the policy must name another driver.
    NegativeQuantity,
    /// It is below the rounding unit.
    BelowUnit,
}

impl Reason {
    /// Its name in tables: `no_city`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoCity => "no_city",
            Self::Spread => "spread",
            Self::Excluded => "excluded",
            Self::NotFixed => "not_fixed",
            Self::Unused => "unused",
            Self::NoQuantity => "no_quantity",
            Self::NegativeQuantity => "negative_quantity",
            Self::BelowUnit => "below_unit",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One party's claim on a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) party: Party,
    pub(crate) measured: Figure,
    pub(crate) weight: Figure,
    /// `measured × weight`: what it takes part with.
    pub(crate) quantity: Figure,
    pub(crate) reason: Option<Reason>,
}

/// What decides the claims on a pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grounds<'a> {
    pub(crate) pool: &'a str,
    pub(crate) driver: Driver,
    pub(crate) policy: &'a Policy,
    pub(crate) measures: &'a [Measure],
    pub(crate) live: &'a BTreeSet<String>,
    /// How much of the driver's quantity was paid for, where the policy says so.
    pub(crate) capacity: Option<Figure>,
}

impl Grounds<'_> {
    /// The claims in the order of their parties, one a party. Every live city has one, if only over nothing; `None`
    /// where a figure does not fit.
    pub(crate) fn claims(&self) -> Option<Vec<Claim>> {
        let measured = match self.driver {
            Driver::Fixed => self.percentages()?,
            Driver::Even => self.live.iter().map(|city| (Party::city(city), ONE)).collect(),
            _ => self.measured()?,
        };
        let claims = measured.into_iter().map(|(party, measured)| self.weigh(party, measured));
        let mut claims = claims.collect::<Option<Vec<_>>>()?;
        claims.extend(self.idle(&claims)?);
        Some(claims)
    }

    fn rule(&self) -> Option<&PoolRule> {
        self.policy.pools.get(self.pool)
    }

    fn nothing_yet(&self) -> impl Iterator<Item = (Party, Figure)> {
        self.live.iter().map(|city| (Party::city(city), Figure(0)))
    }

    fn measured(&self) -> Option<BTreeMap<Party, Figure>> {
        let mut terms: BTreeMap<Party, Vec<i128>> =
            self.nothing_yet().map(|(party, nothing)| (party, vec![nothing.0])).collect();
        for measure in self.measures.iter().filter(|measure| measure.driver == self.driver) {
            let party = measure.city.as_ref().map_or(Party::Unallocated, Party::city);
            terms.entry(party).or_default().push(measure.quantity.0);
        }
        terms.into_iter().map(|(party, terms)| Some((party, Figure(exact::sum(terms)?)))).collect()
    }

    fn percentages(&self) -> Option<BTreeMap<Party, Figure>> {
        let mut percentages: BTreeMap<Party, Figure> = self.nothing_yet().collect();
        let Some(fixed) = self.rule().map(|rule| &rule.fixed).filter(|fixed| !fixed.is_empty()) else {
            return Some(percentages);
        };
        percentages.extend(fixed.iter().map(|(city, percentage)| (Party::city(city), *percentage)));
        let rest = HUNDRED.0.checked_sub(exact::sum(fixed.values().map(|percentage| percentage.0))?)?;
        if rest > 0 {
            percentages.insert(Party::Unallocated, Figure(rest));
        }
        Some(percentages)
    }

    fn weigh(&self, party: Party, measured: Figure) -> Option<Claim> {
        let (weight, reason) = match &party {
            Party::City(_) if self.driver == Driver::Fixed => (ONE, None),
            Party::City(city) => match self.policy.standing(self.pool, city) {
                Standing::Weighs(weight) => (weight, None),
                Standing::Excluded => (Figure(0), Some(Reason::Excluded)),
            },
            _ if self.driver == Driver::Fixed => (ONE, Some(Reason::NotFixed)),
            _ if self.rule().is_some_and(|rule| rule.shared == Shared::Spread) => (Figure(0), Some(Reason::Spread)),
            _ => (ONE, Some(Reason::NoCity)),
        };
        let quantity = Figure(exact::scaled(measured.0, weight.0, ONE.0)?);
        Some(Claim { party, measured, weight, quantity, reason })
    }

    /// What was paid for and not used, where the policy says how much was paid for.
    fn idle(&self, claims: &[Claim]) -> Option<Option<Claim>> {
        let Some(capacity) = self.capacity else { return Some(None) };
        let used = exact::sum(claims.iter().map(|claim| claim.quantity.0))?;
        let unused = Figure(capacity.0.checked_sub(used)?.max(0));
        let claim =
            Claim { party: Party::Idle, measured: unused, weight: ONE, quantity: unused, reason: Some(Reason::Unused) };
        Some(Some(claim))
    }
}
