//! The classical methods: exponential smoothing in its several forms, and what is measured against it.
//!
//! Each is a [`Method`](super::method::Method): a history in, a continuation out, nothing kept between.
//!
//! # Layout
//! * [`SeasonalNaive`]: the last season once more; [`Drift`]: the mean step once more
//! * [`SeasonalEts`]: error, trend and season in a state-space model, the class chosen by AICc
//! * [`Theta`]: two lines through the seasonally adjusted series, their weights fitted
//! * [`Ces`]: complex exponential smoothing, which needs no choice between level and trend
//! * [`Mstl`]: several seasons taken off by STL, the rest by exponential smoothing
//! * `simplex`, `decompose`: what they share

mod ces;
mod decompose;
mod drift;
mod ets;
mod mstl;
mod seasonal_naive;
mod simplex;
mod theta;

pub use ces::Ces;
pub use drift::Drift;
pub use ets::{EtsModel, SeasonalEts};
pub use mstl::Mstl;
pub use seasonal_naive::SeasonalNaive;
pub use theta::Theta;

use super::method::History;

/// The first season of the history of at most `steps_max` steps of which it holds two or more; 1 where there is none.
fn season_of(history: History<'_>, steps_max: usize) -> usize {
    let fits = |season: &&usize| (2..=steps_max).contains(*season) && 2 * **season <= history.values.len();
    history.seasons.iter().find(fits).copied().unwrap_or(1)
}

/// The values, or None where one is no finite number: a forecast that ran away is none.
fn finite(values: Vec<f64>) -> Option<Vec<f64>> {
    values.iter().all(|value| value.is_finite()).then_some(values)
}

/// Whether every value is the same.
fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// The mean size of the values; 1 where all are zero. What is divided by it has a size of about one, which keeps
/// tolerances meaningful and products within range.
fn mean_size(values: &[f64]) -> f64 {
    let size = values.iter().map(|value| value.abs()).sum::<f64>() / values.len() as f64;
    if size > 0.0 && size.is_finite() { size } else { 1.0 }
}

#[cfg(test)]
mod tests;
