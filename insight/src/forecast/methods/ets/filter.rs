//! The recursion: from the state before a value to the value expected, and with the value to the state after.
//!
//! It is the innermost loop of every fit, so it carries the level in the form that makes the chain from step to step
//! shortest. With level l, slope b, damping φ: `expected` is q = l + φb, the level one step on, and `slope` is c = φb.
//! What is observed without its season, p, then moves both by the error p - q:
//!
//! q' = q + α(p - q) + φ(c + β(p - q)), c' = φ(c + β(p - q))
//!
//! Error and season follow Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, table 2.1;
//! whether the error is relative changes what the likelihood is, not the recursion.

use super::super::decompose::Season;

/// Longer seasons have too many figures to be smoothed one by one (as in Hyndman's `ets`).
pub(in super::super) const STEPS_MAX: usize = 24;

/// The parameters: 0 < β < α < 1, 0 < γ < 1 - α; φ is 1 for a trend that is not damped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Smoothing {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) phi: f64,
}

/// The state before the first value, or after the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    pub(super) level: f64,
    pub(super) trend: f64,
    /// By place: value number t has the figure at t modulo the season's steps.
    pub(super) season: [f64; STEPS_MAX],
}

/// How the next level and slope come from those before and what is observed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gains {
    pub(super) keep: f64,
    pub(super) take: f64,
    pub(super) damp: f64,
    pub(super) bend: f64,
}

impl Gains {
    pub(super) fn of(smoothing: Smoothing) -> Self {
        let bend = smoothing.phi * smoothing.beta;
        let take = smoothing.alpha + bend;
        Self { keep: 1.0 - take, take, damp: smoothing.phi, bend }
    }

    #[inline]
    fn advance(self, expected: f64, slope: f64, observed: f64) -> (f64, f64) {
        let damped = self.damp * slope;
        let next = self.keep * expected + (self.take * observed + damped);
        (next, damped + self.bend * (observed - expected))
    }
}

/// Runs over the values from `first` on, writes what was expected of each, and gives the state after the last, in which
/// the season still stands by place.
pub(super) fn run(
    smoothing: Smoothing,
    season: Option<(Season, usize)>,
    first: &State,
    values: &[f64],
    expected: &mut [f64],
) -> State {
    let gains = Gains::of(smoothing);
    let mut slope = smoothing.phi * first.trend;
    let mut level = first.level + slope;
    let mut state = *first;
    match season {
        None => {
            for (value, expected) in values.iter().zip(expected) {
                *expected = level;
                (level, slope) = gains.advance(level, slope, *value);
            }
        }
        Some((Season::Additive, steps)) => {
            let figures = &mut state.season[..steps];
            let seasons = values.chunks(steps).zip(expected.chunks_mut(steps));
            for (values, expected) in seasons {
                for ((value, expected), figure) in values.iter().zip(expected).zip(figures.iter_mut()) {
                    *expected = level + *figure;
                    let observed = value - *figure;
                    *figure += smoothing.gamma * (observed - level);
                    (level, slope) = gains.advance(level, slope, observed);
                }
            }
        }
        Some((Season::Multiplicative, steps)) => {
            let figures = &mut state.season[..steps];
            let seasons = values.chunks(steps).zip(expected.chunks_mut(steps));
            for (values, expected) in seasons {
                for ((value, expected), figure) in values.iter().zip(expected).zip(figures.iter_mut()) {
                    *expected = level * *figure;
                    let observed = value / *figure;
                    *figure += smoothing.gamma * (value / level - *figure);
                    (level, slope) = gains.advance(level, slope, observed);
                }
            }
        }
    }
    state.trend = if smoothing.phi > 0.0 { slope / smoothing.phi } else { 0.0 };
    state.level = level - slope;
    state
}

/// The next `horizon` values from the state after `num_values`.
pub(super) fn extend(
    smoothing: Smoothing,
    season: Option<(Season, usize)>,
    state: &State,
    num_values: usize,
    horizon: usize,
) -> Vec<f64> {
    let mut level = state.level;
    let mut slope = state.trend;
    let mut ahead = Vec::with_capacity(horizon);
    for step in 0..horizon {
        slope *= smoothing.phi;
        level += slope;
        ahead.push(match season {
            None => level,
            Some((Season::Additive, steps)) => level + state.season[(num_values + step) % steps],
            Some((Season::Multiplicative, steps)) => level * state.season[(num_values + step) % steps],
        });
    }
    ahead
}

/// -2 log likelihood up to a constant of the number of values: n log Σe², and 2 Σ log of what was expected where the
/// error is relative. Infinite where a relative error is of an expectation that is not positive.
pub(super) fn deviance(has_relative_error: bool, values: &[f64], expected: &[f64]) -> f64 {
    /// Of values of a size about one: errors below this are rounding.
    const ERROR_MIN: f64 = 1e-12;

    let num = values.len() as f64;
    let floor = num * ERROR_MIN * ERROR_MIN;
    if !has_relative_error {
        return num * sum_of_squares(values, expected).max(floor).ln();
    }
    if !expected.iter().fold(true, |all, expected| all & (*expected > 0.0)) {
        return f64::INFINITY;
    }
    num * sum_of_relative_squares(values, expected).max(floor).ln() + 2.0 * sum_of_logs(expected)
}

/// How many sums run side by side, so that none waits for the one before.
const LANES: usize = 8;

fn sum_of_squares(values: &[f64], expected: &[f64]) -> f64 {
    sum_by_lane(values, expected, |value, expected| (value - expected) * (value - expected))
}

fn sum_of_relative_squares(values: &[f64], expected: &[f64]) -> f64 {
    sum_by_lane(values, expected, |value, expected| {
        let ratio = value / expected - 1.0;
        ratio * ratio
    })
}

#[inline]
fn sum_by_lane(values: &[f64], expected: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    let (expected_blocks, expected_rest) = expected.as_chunks::<LANES>();
    for (block, expected) in blocks.iter().zip(expected_blocks) {
        for lane in 0..LANES {
            lanes[lane] += term(block[lane], expected[lane]);
        }
    }
    let rest: f64 = rest.iter().zip(expected_rest).map(|(value, expected)| term(*value, *expected)).sum();
    lanes.iter().sum::<f64>() + rest
}

/// One logarithm for a block of factors: each is of a size about one, so that their product stays within range.
fn sum_of_logs(factors: &[f64]) -> f64 {
    factors.chunks(LANES).map(|block| block.iter().product::<f64>().ln()).sum()
}
