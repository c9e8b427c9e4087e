//! One series in, its forecast out: the method is chosen by its past, and the intervals come from its past errors.

use super::calendar_ridge::{CalendarAdjusted, CalendarRidge};
use super::conformal::{self, Band, LEVELS};
use super::lag_ridge::{Anchor, LagRidge, Scale};
use super::method::{History, Method};
use super::methods::{Ces, Drift, Mstl, SeasonalEts, SeasonalNaive, Theta};
use super::ramp::Ramp;
use super::score;
use super::select::{Candidate, Choice, Selector, Trial};

/// What values a series can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// No value is below it.
    pub lower: f64,
    /// No value is above it.
    pub upper: f64,
}

impl Bounds {
    /// Any value.
    pub const NONE: Self = Self { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    /// Counts, costs, durations.
    pub const NON_NEGATIVE: Self = Self { lower: 0.0, ..Self::NONE };
    /// Shares.
    pub const SHARE: Self = Self { lower: 0.0, upper: 1.0 };

    fn clamp(&self, values: &mut [f64]) {
        for value in values {
            *value = value.max(self.lower).min(self.upper);
        }
    }
}

/// What comes next in a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The expected values, step by step.
    pub mean: Vec<f64>,
    /// Intervals of 80, 90 and 95 %, the narrowest first.
    pub bands: Vec<Band>,
    /// The method that was chosen.
    pub model: String,
    /// How far it had been off in the past; see [`Choice::mape`].
    pub mape_backtest: Option<f64>,
    /// The same beside the seasonal naive method; see [`Choice::mase`].
    pub mase_backtest: Option<f64>,
    /// What it would have forecast in the past, the latest origin first.
    pub trials: Vec<Trial>,
}

/// Makes forecasts with a set of candidates.
#[derive(Debug)]
pub struct Forecaster {
    /// Chooses among them.
    pub selector: Selector,
}

impl Default for Forecaster {
    fn default() -> Self {
        Self { selector: Selector { candidates: candidates(), num_origins: 6, num_unseen: 6, budget_us: 20_000.0 } }
    }
}

fn candidates() -> Vec<Candidate> {
    let candidate = |method: Box<dyn Method>, cost_us_per_value| Candidate { method, cost_us_per_value };
    let ridge = |name, scale, anchor, penalty| candidate(Box::new(LagRidge { name, scale, anchor, penalty }), 0.3);
    vec![
        candidate(Box::new(SeasonalNaive), 0.05),
        candidate(Box::new(Drift), 0.05),
        candidate(Box::new(Theta), 0.3),
        candidate(Box::new(Mstl), 1.8),
        candidate(Box::new(SeasonalEts), 6.0),
        candidate(Box::new(Ces), 7.0),
        ridge("lag_ridge(level)", Scale::Linear, Anchor::Mean, 1.0),
        ridge("lag_ridge(change)", Scale::Linear, Anchor::LastValue, 100.0),
        ridge("lag_ridge(log level)", Scale::Log, Anchor::Mean, 1.0),
        ridge("lag_ridge(log change)", Scale::Log, Anchor::LastValue, 100.0),
        candidate(Box::new(Ramp), 0.05),
        candidate(Box::new(CalendarRidge), 0.8),
        candidate(Box::new(CalendarAdjusted { name: "calendar + theta", inner: Box::new(Theta) }), 1.0),
    ]
}

impl Forecaster {
    /// Continues a series for `horizon` steps, within bounds. None of a series without values.
    #[must_use]
    pub fn forecast(&self, history: History<'_>, horizon: usize, bounds: Bounds) -> Option<Forecast> {
        let choice = self.selector.choose(history, horizon).or_else(|| naive(history, horizon))?;
        let Choice { model, mut mean, mut trials, mase, mape } = choice;
        bounds.clamp(&mut mean);
        for trial in &mut trials {
            bounds.clamp(&mut trial.forecast);
        }
        let mut bands = conformal::bands(&mean, &trials).unwrap_or_else(|| wandering(&mean, history.values));
        for band in &mut bands {
            bounds.clamp(&mut band.lower);
            bounds.clamp(&mut band.upper);
        }
        Some(Forecast { mean, bands, model, mape_backtest: mape, mase_backtest: mase, trials })
    }
}

/// The last value again, of a series that no candidate can continue.
fn naive(history: History<'_>, horizon: usize) -> Option<Choice> {
    let last = *history.values.last()?;
    Some(Choice {
        model: "last_value".to_owned(),
        mean: vec![last; horizon],
        trials: Vec::new(),
        mase: None,
        mape: None,
    })
}

/// Bands of a series that is too short to have been tried: those of a random walk with the steps that it made.
fn wandering(mean: &[f64], values: &[f64]) -> Vec<Band> {
    let typical = score::mean(values.windows(2).map(|pair| (pair[1] - pair[0]).powi(2))).unwrap_or_default().sqrt();
    // Two-sided normal quantiles of the three levels.
    let reach =
        |level: usize, step: usize| [1.281_552, 1.644_854, 1.959_964][level] * typical * ((step + 1) as f64).sqrt();
    let band = |(level, coverage): (usize, &f64)| Band {
        level: *coverage,
        lower: mean.iter().enumerate().map(|(step, value)| value - reach(level, step)).collect(),
        upper: mean.iter().enumerate().map(|(step, value)| value + reach(level, step)).collect(),
    };
    LEVELS.iter().enumerate().map(band).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_week_that_repeats_is_continued() {
        let values: Vec<f64> = (0..140).map(|step| f64::from([9, 8, 8, 7, 6, 1, 0][step % 7])).collect();
        let history = History { values: &values, seasons: &[7], calendar: None };
        let forecast = Forecaster::default().forecast(history, 14, Bounds::NON_NEGATIVE).unwrap();
        assert!(forecast.mean.iter().zip(&values).all(|(f, y)| (f - y).abs() < 0.05), "{forecast:?}");
        assert!(forecast.mape_backtest.is_some_and(|mape| mape < 0.01));
    }

    #[test]
    fn one_value_is_continued_and_none_is_not() {
        let forecast = |values: &[f64]| {
            let history = History { values, seasons: &[7], calendar: None };
            Forecaster::default().forecast(history, 3, Bounds::NONE)
        };
        assert_eq!(forecast(&[4.0]).unwrap().mean, [4.0; 3]);
        assert_eq!(forecast(&[]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn forecasts_are_finite_within_bounds_and_the_same_again(values in vec(0.0..50.0_f64, 1..90), horizon in 1_usize..15) {
            let history = History { values: &values, seasons: &[7], calendar: None };
            let forecast = Forecaster::default().forecast(history, horizon, Bounds::NON_NEGATIVE).unwrap();
            prop_assert_eq!(forecast.mean.len(), horizon);
            let paths = forecast.bands.iter().flat_map(|band| [&band.lower, &band.upper]).chain([&forecast.mean]);
            prop_assert!(paths.flatten().all(|value| value.is_finite() && *value >= 0.0));
            prop_assert_eq!(Forecaster::default().forecast(history, horizon, Bounds::NON_NEGATIVE).unwrap(), forecast);
        }
    }
}
