//! Charges that come from a list of prices: few amounts, each many times. A median and a spread say nothing there (the
//! spread may be 0); what counts is whether an amount is on the list.
//!
//! A group is a list when a new amount is improbable. By Good and Turing the probability that the next amount was never
//! seen is the share of amounts that were seen once; ordering amounts by how often they were seen, it is also the
//! conformal p-value of a new one.
//!
//! Source: Good, "The population frequencies of species and the estimation of population parameters", Biometrika 40
//! (1953).

use std::collections::BTreeMap;

use tidemark_model::kpi::Figure;

/// Fewest charges that make a list.
pub(super) const LIST_FROM: usize = 20;

/// An amount seen this often is a price.
const PRICE_FROM: u32 = 3;

/// Largest probability of a new amount in a list.
const NOVELTY_MAX: f64 = 0.1;

/// How many charges of the group weigh as much as all other lists' novelty.
const PRIOR_WEIGHT: f64 = 20.0;

/// The prices of a group.
#[derive(Debug, Clone)]
pub(super) struct PriceList {
    counts: BTreeMap<i128, u32>,
    num: usize,
    num_once: usize,
}

/// An amount that is on no list.
#[derive(Debug, Clone, Copy)]
pub(super) struct OffList {
    /// The probability of an amount that was not seen more often than this one.
    pub(super) p_value: f64,
    /// The nearest price, by ratio.
    pub(super) nearest: Figure,
    /// How far from it: the absolute logarithm of the ratio.
    pub(super) distance: f64,
}

impl PriceList {
    /// The list that positive amounts form, if they do.
    pub(super) fn of(amounts: &[i128]) -> Option<Self> {
        if amounts.len() < LIST_FROM {
            return None;
        }
        let mut counts = BTreeMap::new();
        for amount in amounts {
            *counts.entry(*amount).or_insert(0_u32) += 1;
        }
        let num_once = counts.values().filter(|count| **count == 1).count();
        let has_price = counts.values().any(|count| *count >= PRICE_FROM);
        let list = Self { counts, num: amounts.len(), num_once };
        (has_price && list.novelty() <= NOVELTY_MAX).then_some(list)
    }

    /// How many charges and how many of their amounts were seen once, for the novelty of all lists together.
    pub(super) fn evidence(&self) -> (usize, usize) {
        (self.num, self.num_once)
    }

    /// How many prices it has.
    pub(super) fn num_prices(&self) -> usize {
        self.prices().count()
    }

    /// Lowest and highest price.
    pub(super) fn range(&self) -> Option<(Figure, Figure)> {
        Some((Figure(self.prices().next()?), Figure(self.prices().next_back()?)))
    }

    /// Distances of the amounts that are no prices, each once.
    pub(super) fn distances(&self) -> impl Iterator<Item = f64> {
        let others = self.counts.iter().filter(|(_, count)| **count < PRICE_FROM);
        others.filter_map(|(amount, _)| self.nearest(*amount).map(|(_, distance)| distance))
    }

    /// What is said of an amount; None where it is a price. `novelty` is the probability of a new amount over all lists.
    pub(super) fn judge(&self, amount: i128, novelty: f64) -> Option<OffList> {
        let count = self.counts.get(&amount).copied().unwrap_or(0);
        if count >= PRICE_FROM {
            return None;
        }
        let num_as_rare: u32 = self.counts.values().filter(|other| **other <= count.max(1)).sum();
        let p_value = (f64::from(num_as_rare) + PRIOR_WEIGHT * novelty) / (self.num as f64 + PRIOR_WEIGHT);
        let (nearest, distance) = self.nearest(amount)?;
        Some(OffList { p_value, nearest, distance })
    }

    fn novelty(&self) -> f64 {
        self.num_once as f64 / self.num as f64
    }

    fn prices(&self) -> impl DoubleEndedIterator<Item = i128> {
        self.counts.iter().filter(|(_, count)| **count >= PRICE_FROM).map(|(amount, _)| *amount)
    }

    fn nearest(&self, amount: i128) -> Option<(Figure, f64)> {
        let distance = |price: i128| (amount as f64 / price as f64).ln().abs();
        let by_distance = self.prices().map(|price| (Figure(price), distance(price)));
        by_distance.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_charges_of_one_amount_are_a_list_and_another_amount_is_not_on_it() {
        assert!(PriceList::of(&[45_000; 19]).is_none());
        let list = PriceList::of(&[45_000; 20]).unwrap();
        assert!(list.judge(45_000, 0.01).is_none());
        let off = list.judge(54_000, 0.01).unwrap();
        // (0 once + 20 × 0.01) / (20 + 20); ln 1.2.
        assert!((off.p_value - 0.005).abs() < 1e-12);
        assert!((off.distance - 0.182_321_556_793_954_6).abs() < 1e-12);
        assert_eq!((off.nearest, list.range()), (Figure(45_000), Some((Figure(45_000), Figure(45_000)))));
    }

    #[test]
    fn a_new_amount_is_as_probable_as_amounts_seen_once_are_frequent() {
        let mut amounts = vec![100; 60];
        amounts.extend([200; 36]);
        amounts.extend([7, 9, 11, 13]);
        let list = PriceList::of(&amounts).unwrap();
        // (4 + 20 × 0.02) / (100 + 20).
        assert!((list.judge(150, 0.02).unwrap().p_value - 4.4 / 120.0).abs() < 1e-12);
        assert_eq!(list.judge(150, 0.02).unwrap().nearest, Figure(200));
        assert_eq!((list.num_prices(), list.distances().count()), (2, 4));
    }

    #[test]
    fn amounts_that_are_all_different_are_no_list() {
        let amounts: Vec<i128> = (1..=100).collect();
        assert!(PriceList::of(&amounts).is_none());
    }
}
