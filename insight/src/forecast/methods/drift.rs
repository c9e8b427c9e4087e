//! The drift method: a straight line through the first and the last value.

use super::super::method::{History, Method};
use super::finite;

/// Goes on from the last value by the mean step of the history (Hyndman and Athanasopoulos, Forecasting: Principles and
/// Practice, 5.2).
#[derive(Debug, Clone, Copy, Default)]
pub struct Drift;

impl Method for Drift {
    fn name(&self) -> &'static str {
        "drift"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let (first, rest) = history.values.split_first()?;
        let last = rest.last()?;
        let step = (last - first) / rest.len() as f64;
        finite((1..=horizon).map(|ahead| last + ahead as f64 * step).collect())
    }
}
