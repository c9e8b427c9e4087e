//! Seasonal exponential smoothing: all sound classes of error, trend and season are fitted, and the one with the least
//! AICc continues the series (Hyndman, Koehler, Snyder and Grose 2002; the grid is that of R's `ets`).

mod filter;
mod fit;
mod refine;
mod spec;
mod start;

pub(super) use filter::STEPS_MAX;

use super::super::method::{History, Method};
use super::decompose::Season;
use super::{finite, is_constant, mean_size, season_of};
use fit::{Fitted, Fitting};

/// ETS with a season of up to 24 steps, the first that the history knows; longer ones are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct SeasonalEts;

impl Method for SeasonalEts {
    fn name(&self) -> &'static str {
        "seasonal_ets"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        if is_constant(history.values) {
            return Some(vec![*history.values.first()?; horizon]);
        }
        finite(EtsModel::choose(history)?.forecast(horizon))
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct EtsModel {
    values: Vec<f64>,
    /// What the series was divided by.
    size: f64,
    steps: usize,
    fitted: Fitted,
}

impl EtsModel {
    /// The model with the least AICc. None where the history is too short for any.
    #[must_use]
    pub fn choose(history: History<'_>) -> Option<Self> {
        Self::choose_of_season(history.values, season_of(history, STEPS_MAX))
    }

    /// The model with the least AICc among those with a season of `steps` steps or none; 1 means none.
    pub(super) fn choose_of_season(values: &[f64], steps: usize) -> Option<Self> {
        let size = mean_size(values);
        let scaled: Vec<f64> = values.iter().map(|value| value / size).collect();
        let is_positive = scaled.iter().all(|value| *value > 0.0);
        let fitted = Fitting::new(&scaled, steps).choose(&spec::candidates(steps > 1, is_positive))?;
        Some(Self { values: scaled, size, steps, fitted })
    }

    /// The class in Hyndman's notation, such as `ETS(M,Ad,A)`.
    #[must_use]
    pub fn class(&self) -> &'static str {
        self.fitted.class.name()
    }

    /// Akaike's criterion for small samples, as R's `ets` counts it: -2 log likelihood up to a constant of the number of
    /// values.
    #[must_use]
    pub fn aicc(&self) -> f64 {
        // The deviance of the values as they are: both kinds of error have n log(size²) more.
        self.fitted.aicc + 2.0 * self.values.len() as f64 * self.size.ln()
    }

    /// The values of the next `horizon` steps.
    #[must_use]
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let season: Option<(Season, usize)> = self.fitted.class.season.map(|season| (season, self.steps));
        let mut expected = vec![0.0; self.values.len()];
        let smoothing = self.fitted.smoothing();
        let last = filter::run(smoothing, season, &self.fitted.first, &self.values, &mut expected);
        let ahead = filter::extend(smoothing, season, &last, self.values.len(), horizon);
        ahead.into_iter().map(|value| value * self.size).collect()
    }
}

#[cfg(test)]
mod tests;
