//! How far what is observed scatters about what is expected, learnt from the past.

use std::collections::VecDeque;

use super::point::Measure;
use super::predictive::{ln_count_tail, ln_rate_tail};

/// Sums that a dispersion is learnt from.
const NUM_KEPT: usize = 672;
/// A squared deviation counts as at most this many variances, so that outliers do not widen the band.
const SQUARE_MAX: f64 = 9.0;
/// Smallest and largest over-dispersion: a scatter of 2 % and of ten times what is expected.
const DISPERSION_MIN: f64 = 4e-4;
const DISPERSION_MAX: f64 = 1e2;
/// More things than these are not told apart.
const THINGS_MAX: f64 = 1e4;
/// Halvings of the search between them, in logarithms: to 0.01 %.
const NUM_HALVINGS: usize = 17;
/// Smallest and largest correlation within a point of a rate.
const CORRELATION_MIN: f64 = 1e-5;
const CORRELATION_MAX: f64 = 0.5;

/// What was observed and expected over some steps, and of how much.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sum {
    pub(super) observed: f64,
    pub(super) expected: f64,
    pub(super) exposure: f64,
    /// Standard deviation of the expectation itself.
    pub(super) doubt: f64,
}

impl Sum {
    pub(super) fn add(&mut self, other: Self) {
        self.observed += other.observed;
        self.expected += other.expected;
        self.exposure += other.exposure;
        // Doubts of neighbouring points have one cause.
        self.doubt += other.doubt;
    }

    pub(super) fn less(self, other: Self) -> Self {
        Self {
            observed: self.observed - other.observed,
            expected: self.expected - other.expected,
            exposure: self.exposure - other.exposure,
            doubt: self.doubt - other.doubt,
        }
    }

    /// Observed as a multiple of expected.
    pub(super) fn ratio(self) -> f64 {
        self.observed / self.expected.max(f64::MIN_POSITIVE)
    }
}

/// The law of the scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Law {
    /// Negative binomial in units of a size: variance = unit × mean + dispersion × mean².
    Count { unit: f64, dispersion: f64 },
    /// Beta-binomial with a correlation within the point.
    Rate { correlation: f64 },
}

impl Law {
    /// What is assumed before anything is known.
    pub(super) const fn of(measure: Measure) -> Self {
        match measure {
            Measure::Count(_) | Measure::Amount(_) => Self::Count { unit: 1.0, dispersion: 0.01 },
            Measure::Rate { .. } => Self::Rate { correlation: 0.001 },
        }
    }

    /// Standard deviation of a sum.
    pub(super) fn deviation(self, sum: Sum) -> f64 {
        let mean = sum.expected;
        let variance = match self {
            Self::Count { unit, dispersion } => unit * mean + dispersion * mean * mean + sum.doubt * sum.doubt,
            Self::Rate { correlation } => {
                let misses = (1.0 - mean / sum.exposure.max(f64::MIN_POSITIVE)).max(1e-9);
                mean * misses * (1.0 + (sum.exposure - 1.0).max(0.0) * correlation)
            }
        };
        variance.max(f64::MIN_POSITIVE).sqrt()
    }

    /// The deviation of a sum in standard deviations.
    pub(super) fn standardised(self, sum: Sum) -> f64 {
        (sum.observed - sum.expected) / self.deviation(sum)
    }

    /// -log10 of the probability of a deviation at least as large, to either side.
    pub(super) fn score(self, sum: Sum) -> f64 {
        let ln_tail = match self {
            Self::Count { unit, dispersion } => {
                let doubt = sum.doubt / sum.expected.max(f64::MIN_POSITIVE);
                // Above ten thousand things their own noise is below the smallest dispersion, and the tail only slow.
                let unit = unit.max(sum.expected / THINGS_MAX);
                ln_count_tail(sum.observed / unit, sum.expected / unit, dispersion + doubt * doubt)
            }
            Self::Rate { correlation } => {
                let rate = sum.expected / sum.exposure.max(f64::MIN_POSITIVE);
                ln_rate_tail(sum.observed, sum.exposure, rate, correlation)
            }
        };
        -((ln_tail + std::f64::consts::LN_2).min(0.0)) * std::f64::consts::LOG10_E
    }
}

/// The scatter of sums over one window.
#[derive(Debug, Clone)]
pub(super) struct Dispersion {
    kept: VecDeque<Sum>,
    law: Law,
}

impl Dispersion {
    pub(super) fn new(law: Law) -> Self {
        Self { kept: VecDeque::new(), law }
    }

    pub(super) const fn law(&self) -> Law {
        self.law
    }

    pub(super) fn push(&mut self, sum: Sum) {
        self.kept.push_back(sum);
        if self.kept.len() > NUM_KEPT {
            self.kept.pop_front();
        }
    }

    /// The size of one thing of an amount: variance by mean of the half of the sums that expect less, where things are
    /// few and nothing else scatters as much. Squares are not bounded here: sums of few things are skewed.
    pub(super) fn fit_unit(&self) -> Option<f64> {
        let mut sums: Vec<Sum> = self.kept.iter().copied().filter(|sum| sum.expected > 0.0).collect();
        sums.sort_unstable_by(|one, other| one.expected.total_cmp(&other.expected));
        sums.truncate(sums.len() / 2);
        let largest = sums.last()?.expected;
        let squares: f64 = sums.iter().map(|sum| (sum.observed - sum.expected).powi(2)).sum();
        let means: f64 = sums.iter().map(|sum| sum.expected).sum();
        Some((squares / means).clamp(largest * 1e-6, largest * 10.0))
    }

    /// Fits the law to the sums, given the size of one thing.
    pub(super) fn fit(&mut self, unit: f64) {
        let sums = self.kept.make_contiguous();
        self.law = match self.law {
            Law::Count { .. } => {
                let with = |dispersion| Law::Count { unit, dispersion };
                with(smallest_that_explains(sums, DISPERSION_MIN, DISPERSION_MAX, with))
            }
            Law::Rate { .. } => {
                let with = |correlation| Law::Rate { correlation };
                with(smallest_that_explains(sums, CORRELATION_MIN, CORRELATION_MAX, with))
            }
        };
    }
}

/// The smallest parameter between bounds with which the sums scatter no more than their law says.
fn smallest_that_explains(sums: &[Sum], low: f64, high: f64, with: impl Fn(f64) -> Law) -> f64 {
    let is_explained = |parameter: f64| {
        let law = with(parameter);
        let squares = sums.iter().map(|sum| law.standardised(*sum).powi(2).min(SQUARE_MAX));
        squares.sum::<f64>() <= sums.len() as f64
    };
    if is_explained(low) {
        return low;
    }
    let (mut below, mut above) = (low, high);
    for _ in 0..NUM_HALVINGS {
        let middle = (below * above).sqrt();
        if is_explained(middle) { above = middle } else { below = middle }
    }
    above
}
