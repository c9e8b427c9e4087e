//! What arrived after a close, as rows of the month that is open: the difference between what the closed month is
//! today and what was booked of it so far.

use std::collections::BTreeMap;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use crate::allocation::{Part, Party, exact};

/// Who bears how much of a pool of a month. What was booked of it: at the close, and as adjustments since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The month that it is of.
    pub period: Month,
    /// The pool.
    pub pool: String,
    /// Who bears it.
    pub party: Party,
    /// ISO 4217 currency of the amount.
    pub currency: String,
    /// The part.
    pub amount: Figure,
}

/// What is booked in the month that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The closed month that it is of, the pool and the party; the amount is what is added.
    pub share: Share,
    /// What was booked before, the close and earlier adjustments together.
    pub booked: Figure,
    /// What it is today.
    pub now: Figure,
}

/// The shares of a month.
pub fn shares(period: Month, parts: &[Part]) -> impl Iterator<Item = Share> {
    parts.iter().map(move |part| Share {
        period,
        pool: part.pool.clone(),
        party: Party::of_name(&part.city),
        currency: part.currency.clone(),
        amount: part.amount,
    })
}

/// The adjustments that make what was booked what it is today, ordered by month, pool, party and currency. What is the
/// same needs none. Neither the order of the shares nor how often one was adjusted counts. `None` where a sum does not
/// fit.
#[must_use]
pub fn adjustments(
    booked: impl IntoIterator<Item = Share>,
    now: impl IntoIterator<Item = Share>,
) -> Option<Vec<Adjustment>> {
    let mut terms: BTreeMap<Key, [Vec<i128>; 2]> = BTreeMap::new();
    for share in booked {
        let (key, amount) = keyed(share);
        terms.entry(key).or_default()[0].push(amount);
    }
    for share in now {
        let (key, amount) = keyed(share);
        terms.entry(key).or_default()[1].push(amount);
    }
    let mut adjustments = Vec::new();
    for (key, [booked, now]) in terms {
        let (booked, now) = (exact::sum(booked)?, exact::sum(now)?);
        if booked != now {
            let amount = Figure(now.checked_sub(booked)?);
            adjustments.push(Adjustment { share: share(key, amount), booked: Figure(booked), now: Figure(now) });
        }
    }
    Some(adjustments)
}

/// Month, pool, party, currency.
type Key = (Month, String, Party, String);

fn keyed(Share { period, pool, party, currency, amount }: Share) -> (Key, i128) {
    ((period, pool, party, currency), amount.0)
}

fn share((period, pool, party, currency): Key, amount: Figure) -> Share {
    Share { period, pool, party, currency, amount }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::allocation::allocate::CostPool;
    use crate::allocation::{Driver, Measure, MonthFacts, Policy, allocate, parts};

    fn of(city: &str, amount: i128) -> Share {
        Share {
            period: "2026-03".parse().unwrap(),
            pool: "ai".to_owned(),
            party: Party::city(city),
            currency: "HKD".to_owned(),
            amount: Figure(amount),
        }
    }

    fn told(found: &[Adjustment]) -> Vec<(String, i128, i128, i128)> {
        let told = |one: &Adjustment| (one.share.party.to_string(), one.booked.0, one.now.0, one.share.amount.0);
        found.iter().map(told).collect()
    }

    #[test]
    fn what_moved_between_cities_is_booked_and_what_stayed_is_not() {
        let found =
            adjustments([of("HKG", 60), of("SIN", 40), of("SHA", 5)], [of("SHA", 5), of("SIN", 45), of("HKG", 55)]);
        let moved = [("HKG".to_owned(), 60, 55, -5), ("SIN".to_owned(), 40, 45, 5)];
        assert_eq!(told(&found.unwrap()), moved);
    }

    #[test]
    fn a_city_that_comes_or_goes_is_adjusted_by_all_of_its_part() {
        let found = adjustments([of("HKG", 100)], [of("SIN", 100)]).unwrap();
        assert_eq!(told(&found), [("HKG".to_owned(), 100, 0, -100), ("SIN".to_owned(), 0, 100, 100)]);
    }

    #[test]
    fn what_was_adjusted_before_counts_as_booked() {
        let close = || [of("HKG", 60), of("SIN", 40)];
        let first = adjustments(close(), [of("HKG", 50), of("SIN", 50)]).unwrap();
        let booked = || close().into_iter().chain(first.iter().map(|adjustment| adjustment.share.clone()));
        assert_eq!(adjustments(booked(), [of("HKG", 50), of("SIN", 50)]), Some(vec![]));
        let second = adjustments(booked(), [of("HKG", 53), of("SIN", 47)]).unwrap();
        assert_eq!(told(&second), [("HKG".to_owned(), 50, 53, 3), ("SIN".to_owned(), 50, 47, -3)]);
    }

    #[test]
    fn a_month_that_counts_in_another_currency_is_taken_back_and_booked_anew() {
        let dollars = Share { currency: "USD".to_owned(), ..of("HKG", 8) };
        let found = adjustments([of("HKG", 60)], [dollars]).unwrap();
        let told: Vec<_> = found.iter().map(|one| (one.share.currency.as_str(), one.share.amount.0)).collect();
        assert_eq!(told, [("HKD", -60), ("USD", 8)]);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(adjustments([of("HKG", i128::MAX), of("HKG", 1)], []), None);
        assert_eq!(adjustments([of("HKG", -1)], [of("HKG", i128::MAX)]), None);
    }

    /// A month whose only pool is split by invoices.
    fn month(amount: i128, invoices: &[(usize, i128)]) -> Vec<Share> {
        let cities = ["HKG", "SIN", "SHA"];
        let pool = CostPool { amount: Figure(amount), currency: "HKD".to_owned(), driver: Driver::Invoices };
        let measure = |(city, count): &(usize, i128)| Measure {
            driver: Driver::Invoices,
            city: cities.get(*city).map(|city| (*city).to_owned()),
            quantity: Figure(*count * 1_000_000_000),
        };
        let measures: Vec<Measure> = invoices.iter().map(measure).collect();
        let allocation = allocate(&MonthFacts {
            month: "2026-03".parse().unwrap(),
            pools: &BTreeMap::from([("ai".to_owned(), pool)]),
            measures: &measures,
            live: &BTreeSet::new(),
            rates: &BTreeMap::new(),
            policy: &Policy::standard(),
        });
        let allocation = allocation.unwrap();
        shares(allocation.month, &parts(&allocation)).collect()
    }

    fn sum(shares: &[Share]) -> i128 {
        shares.iter().map(|share| share.amount.0).sum()
    }

    proptest! {
        #[test]
        fn late_events_move_a_pool_and_never_change_its_sum(
            amount in -1_000_000_000_000_i128..1_000_000_000_000,
            in_time in vec((0_usize..4, 0_i128..50), 0..8),
            batches in vec(vec((0_usize..4, 0_i128..50), 0..4), 1..4),
        ) {
            let mut invoices = in_time;
            let mut booked = month(amount, &invoices);
            for late in batches {
                invoices.extend(late);
                let now = month(amount, &invoices);
                let found = adjustments(booked.clone(), now.clone()).unwrap();
                let found: Vec<Share> = found.into_iter().map(|adjustment| adjustment.share).collect();
                prop_assert_eq!(sum(&found), 0);
                booked.extend(found);
                prop_assert_eq!(adjustments(booked.clone(), now), Some(vec![]));
                prop_assert_eq!(sum(&booked), amount);
            }
        }

        #[test]
        fn the_order_of_what_was_booked_does_not_count(
            booked in vec((0_usize..3, -100_i128..100), 0..12),
            now in vec((0_usize..3, -100_i128..100), 0..4),
        ) {
            let shares = |found: &[(usize, i128)]| -> Vec<Share> {
                found.iter().map(|(city, amount)| of(["HKG", "SIN", "SHA"][*city], *amount)).collect()
            };
            let (booked, now) = (shares(&booked), shares(&now));
            let forwards = adjustments(booked.clone(), now.clone());
            prop_assert_eq!(forwards, adjustments(booked.into_iter().rev(), now.into_iter().rev()));
        }
    }
}
