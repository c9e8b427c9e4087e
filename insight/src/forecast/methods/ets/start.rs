//! The first guess at the state before the first value, from a decomposition and a line (Hyndman et al. 2002, A state
//! space framework for automatic forecasting, section 3.1).

use super::super::decompose::{Season, seasonal_figures};
use super::filter::{STEPS_MAX, State};
use super::spec::{Class, Trend};

/// The state from which a fit begins. None where the series is too short for the season.
pub(super) fn first_state(class: Class, values: &[f64], steps: usize) -> Option<State> {
    /// A figure that divides must not be zero.
    const FIGURE_MIN: f64 = 0.01;

    let mut season = [0.0; STEPS_MAX];
    if let Some(kind) = class.season {
        let figures = seasonal_figures(values, steps, kind)?;
        for (place, figure) in season.iter_mut().zip(figures) {
            *place = if kind == Season::Multiplicative { figure.max(FIGURE_MIN) } else { figure };
        }
    }
    let adjusted = |(index, value): (usize, &f64)| match class.season {
        None => *value,
        Some(Season::Additive) => value - season[index % steps],
        Some(Season::Multiplicative) => value / season[index % steps],
    };
    let num_first = (2 * steps).max(10).min(values.len());
    let first: Vec<f64> = values[..num_first].iter().enumerate().map(adjusted).collect();
    let (level, trend) = match class.trend {
        Trend::Level => (first.iter().sum::<f64>() / num_first as f64, 0.0),
        Trend::Linear | Trend::Damped => line(&first),
    };
    Some(State { level, trend, season })
}

/// The line of least squares: its height one step before the first value, and its slope.
fn line(values: &[f64]) -> (f64, f64) {
    let num = values.len() as f64;
    let middle = (num + 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / num;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let place = (index + 1) as f64 - middle;
        covariance += place * (value - mean);
        variance += place * place;
    }
    let slope = if variance > 0.0 { covariance / variance } else { 0.0 };
    (mean - slope * middle, slope)
}
