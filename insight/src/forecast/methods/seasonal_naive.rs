//! The seasonal naive method: the last season once more. The bar that every other method has to clear.

use super::super::method::{History, Method};

/// Repeats the last values of the longest season that the history holds in full; without a season, the last value.
#[derive(Debug, Clone, Copy, Default)]
pub struct SeasonalNaive;

impl Method for SeasonalNaive {
    fn name(&self) -> &'static str {
        "seasonal_naive"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let values = history.values;
        let held = |season: &&usize| **season >= 1 && **season <= values.len();
        let season = history.seasons.iter().rev().find(held).copied().unwrap_or(1);
        let last = values.get(values.len().checked_sub(season)?..)?;
        Some(last.iter().copied().cycle().take(horizon).collect())
    }
}
