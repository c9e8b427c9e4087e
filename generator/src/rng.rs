//! Randomness: one independent generator per purpose and entity, all derived from the plan's seed.
//!
//! A stream's draws therefore never depend on how much another stream drew.

use rand::Rng as _;
use rand_distr::{Distribution, Poisson, StandardNormal};
use rand_pcg::Pcg64Mcg;

/// What a stream of random numbers is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Rules = 1,
    Devices = 2,
    Disorder = 3,
    Invoices = 4,
    Sessions = 5,
    Tickets = 6,
    Users = 7,
    Background = 8,
    Quality = 9,
    Live = 10,
}

/// The generator for a purpose and up to two entity numbers.
pub(crate) fn stream(seed: u64, purpose: Purpose, first: u64, second: u64) -> Pcg64Mcg {
    let mut state = mix(seed);
    for part in [purpose as u64, first, second] {
        state = mix(state ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    }
    Pcg64Mcg::new((u128::from(state) << 64) | u128::from(mix(state)))
}

/// The finalizer of SplitMix64: a bijection that scatters neighbours.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The draws that the generator needs.
pub(crate) trait Draw {
    /// 64 random bits.
    fn bits(&mut self) -> u64;

    /// A number from 0 (included) to 1 (excluded).
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with a probability.
    fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number below `bound`, 0 if that is 0.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` (included) to `high` (excluded, above `low`).
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high.abs_diff(low)) as i64
    }

    /// One of a table, which must not be empty.
    fn pick<T: Copy>(&mut self, table: &[T]) -> T {
        table[self.below(table.len() as u64) as usize]
    }

    /// A number from `low` to `high`, every order of magnitude equally likely.
    fn log_between(&mut self, low: i64, high: i64) -> i64 {
        (low as f64 * (high as f64 / low as f64).powf(self.unit())) as i64
    }

    /// A positive number around `median` with a long tail: log-normal.
    fn skewed(&mut self, median: i64, sigma: f64) -> i64;

    /// A Poisson count, 0 for a mean that is not positive.
    fn count(&mut self, mean: f64) -> u64;
}

impl Draw for Pcg64Mcg {
    fn bits(&mut self) -> u64 {
        self.next_u64()
    }

    fn skewed(&mut self, median: i64, sigma: f64) -> i64 {
        let normal: f64 = StandardNormal.sample(self);
        (median as f64 * (sigma * normal).exp()) as i64
    }

    fn count(&mut self, mean: f64) -> u64 {
        Poisson::new(mean).map_or(0, |poisson| poisson.sample(self) as u64)
    }
}

/// A table of weights to draw an index from.
#[derive(Debug)]
pub(crate) struct Weights {
    upto: Vec<f64>,
}

impl Weights {
    /// Weights must not be negative, and at least one must be positive.
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut total = 0.0;
        let upto = weights.into_iter().map(|weight| {
            total += weight;
            total
        });
        Self { upto: upto.collect() }
    }

    /// Draws an index.
    pub(crate) fn draw(&self, rng: &mut impl Draw) -> usize {
        let at = rng.unit() * self.upto.last().copied().unwrap_or_default();
        self.upto.partition_point(|&upto| upto <= at).min(self.upto.len() - 1)
    }
}
