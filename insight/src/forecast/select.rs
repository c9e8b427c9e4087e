//! The choice of a method for one series: candidates continue it from several points of its past, and what then
//! happened decides (rolling origins: Tashman 2000, International Journal of Forecasting 16, 437-450).
//!
//! All candidates run from two origins first; only those that came near the best run from the others. The best of them,
//! or a combination of the best, makes the forecast. Candidates that would cost more than the budget are left out.

use super::combine::{Combination, MEMBERS_MAX};
use super::method::{History, Method};
use super::score;

/// A method that may be chosen, and what it costs.
#[derive(Debug)]
pub struct Candidate {
    /// The method.
    pub method: Box<dyn Method>,
    /// CPU time of a forecast per value of the history, in microseconds on one core; only their ratios and the
    /// budget beside them matter.
    pub cost_us_per_value: f64,
}

/// Which candidates there are, and how hard to look.
#[derive(Debug)]
pub struct Selector {
    /// The candidates. Their order does not matter.
    pub candidates: Vec<Candidate>,
    /// From how many points of the past they are tried, at most.
    pub num_origins: usize,
    /// CPU time that a series may cost, in microseconds: what the candidates' costs add up to.
    pub budget_us: f64,
}

/// A forecast from a point of the past, and what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The number of values known then.
    pub origin: usize,
    /// What was forecast, step by step.
    pub forecast: Vec<f64>,
    /// What happened, as far as it is known.
    pub actual: Vec<f64>,
}

/// What was chosen, and how well it had done.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The name of the method, or of the combination with its members.
    pub model: String,
    /// The next values.
    pub mean: Vec<f64>,
    /// What it would have forecast in the past; empty where the history is too short to try.
    pub trials: Vec<Trial>,
    /// Mean absolute scaled error over the trials, against the naive error of the longest season that the history holds.
    pub mase: Option<f64>,
    /// Mean absolute percentage error over the trials, as a fraction, where values are above 0.
    pub mape: Option<f64>,
}

/// How many origins all candidates run from.
const SCREENING_ORIGINS: usize = 2;

/// How much worse than the best a candidate may be at screening and still go on.
pub(super) const SCREENING_ROOM: f64 = 1.5;

/// A candidate on its way: its trials so far, in the order of the origins.
#[derive(Debug)]
pub(super) struct Runner<'a> {
    pub(super) method: &'a dyn Method,
    cost_us: f64,
    pub(super) trials: Vec<Trial>,
}

impl Runner<'_> {
    /// Mean absolute error over its trials, each trial counting the same.
    pub(super) fn error(&self) -> f64 {
        mean_error(&self.trials)
    }
}

/// The mean over trials of their mean absolute errors.
pub(super) fn mean_error(trials: &[Trial]) -> f64 {
    let of_trial = |trial: &Trial| score::mean(trial.actual.iter().zip(&trial.forecast).map(|(y, f)| (y - f).abs()));
    score::mean(trials.iter().filter_map(of_trial)).unwrap_or(f64::INFINITY)
}

impl Selector {
    /// Chooses a method for a series and continues it. None where no candidate can continue it.
    #[must_use]
    pub fn choose(&self, history: History<'_>, horizon: usize) -> Option<Choice> {
        let origins = origins(history, horizon, self.num_origins);
        let mut runners = self.affordable(history, origins.len());
        if origins.is_empty() {
            runners.retain(|runner| runner.method.forecast(history, horizon).is_some());
        }
        let (screening, others) = origins.split_at(origins.len().min(SCREENING_ORIGINS));
        try_from(&mut runners, history, horizon, screening);
        keep_the_near(&mut runners);
        try_from(&mut runners, history, horizon, others);
        sort_by_error(&mut runners);
        Combination::best_of(&runners).iter().find_map(|combination| {
            let mean = combination.forecast(&runners, history, horizon)?;
            Some(self.describe(combination, &runners, history, mean))
        })
    }

    /// The candidates whose cost fits in the budget, the cheapest first.
    fn affordable(&self, history: History<'_>, num_origins: usize) -> Vec<Runner<'_>> {
        let mut runners: Vec<Runner<'_>> = self
            .candidates
            .iter()
            .map(|candidate| Runner {
                method: candidate.method.as_ref(),
                cost_us: candidate.cost_us_per_value * history.values.len() as f64,
                trials: Vec::new(),
            })
            .collect();
        runners.sort_by(|a, b| a.cost_us.total_cmp(&b.cost_us).then(a.method.name().cmp(b.method.name())));
        // Every candidate is screened; about half go on, and a few make the forecast.
        let runs = (SCREENING_ORIGINS.min(num_origins) + 1 + num_origins.saturating_sub(SCREENING_ORIGINS) / 2) as f64;
        let mut spent_us = 0.0;
        runners.retain(|runner| {
            spent_us += runs * runner.cost_us;
            spent_us <= self.budget_us
        });
        runners
    }

    fn describe(
        &self,
        combination: &Combination,
        runners: &[Runner<'_>],
        history: History<'_>,
        mean: Vec<f64>,
    ) -> Choice {
        let trials = combination.trials(runners);
        let season =
            history.seasons.iter().copied().rev().find(|season| 2 * season <= history.values.len()).unwrap_or(1);
        let naive_error = score::naive_error(history.values, season).filter(|error| *error > 0.0);
        let pairs = trials.iter().flat_map(|trial| trial.actual.iter().zip(&trial.forecast));
        let (actual, forecast): (Vec<f64>, Vec<f64>) = pairs.map(|(y, f)| (*y, *f)).unzip();
        Choice {
            model: combination.name(runners),
            mean,
            mase: naive_error.filter(|_| !trials.is_empty()).map(|naive| mean_error(&trials) / naive),
            mape: score::mape(&actual, &forecast),
            trials,
        }
    }
}

/// Points of the past to forecast from, the latest first: a horizon back and further, as far as enough history is left.
/// A history that is too short for a whole horizon is tried over what it has.
fn origins(history: History<'_>, horizon: usize, num_max: usize) -> Vec<usize> {
    let len = history.values.len();
    let season = history.seasons.first().copied().unwrap_or(1);
    // Two seasons where they leave something to try on.
    let shortest = (2 * season + 2).min(2 * len / 3).max(len / 3).max(4);
    let latest = len.saturating_sub(horizon).max(shortest);
    if latest + 1 > len || num_max == 0 {
        return Vec::new();
    }
    let num = num_max.min(latest - shortest + 1);
    let step = if num > 1 { ((latest - shortest) / (num - 1)).clamp(1, horizon.max(1)) } else { 1 };
    (0..num).map(|index| latest - index * step).collect()
}

/// Lets every runner forecast from the origins; one that cannot from any of them is out.
fn try_from(runners: &mut Vec<Runner<'_>>, history: History<'_>, horizon: usize, origins: &[usize]) {
    runners.retain_mut(|runner| {
        origins.iter().all(|origin| {
            let end = (origin + horizon).min(history.values.len());
            let forecast = runner.method.forecast(history.until(*origin), end - origin);
            let actual = history.values[*origin..end].to_vec();
            forecast.map(|forecast| runner.trials.push(Trial { origin: *origin, forecast, actual })).is_some()
        })
    });
}

fn keep_the_near(runners: &mut Vec<Runner<'_>>) {
    sort_by_error(runners);
    let best = runners.first().map_or(0.0, Runner::error);
    let mut place = 0;
    runners.retain(|runner| {
        place += 1;
        place <= MEMBERS_MAX || runner.error() <= SCREENING_ROOM * best
    });
}

/// Best first; where errors are equal, by name, so that the order of the candidates does not matter.
fn sort_by_error(runners: &mut [Runner<'_>]) {
    runners.sort_by(|a, b| a.error().total_cmp(&b.error()).then(a.method.name().cmp(b.method.name())));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forecasts one value throughout.
    #[derive(Debug)]
    struct Always(&'static str, f64);

    impl Method for Always {
        fn name(&self) -> &'static str {
            self.0
        }

        fn forecast(&self, _: History<'_>, horizon: usize) -> Option<Vec<f64>> {
            self.1.is_finite().then(|| vec![self.1; horizon])
        }
    }

    fn selector(methods: &[(&'static str, f64)], cost_us_per_value: f64) -> Selector {
        let candidate = |(name, value): &(&'static str, f64)| Candidate {
            method: Box::new(Always(name, *value)),
            cost_us_per_value,
        };
        Selector { candidates: methods.iter().map(candidate).collect(), num_origins: 4, budget_us: 1_000.0 }
    }

    fn history(values: &[f64]) -> History<'_> {
        History { values, seasons: &[], calendar: None }
    }

    #[test]
    fn the_method_that_was_right_is_chosen_alone() {
        let values: Vec<f64> = (0..40).map(|step| f64::from(9 + step % 3)).collect();
        let choice =
            selector(&[("far", 30.0), ("right", 10.0), ("near", 12.0)], 0.0).choose(history(&values), 3).unwrap();
        assert_eq!(choice.model, "right");
        assert_eq!(choice.mean, [10.0; 3]);
        // Errors of 1, 0 and 1; one value differs from the next by 1, 1 and 2.
        assert!((choice.mase.unwrap() - (2.0 / 3.0) / (52.0 / 39.0)).abs() < 1e-12, "{:?}", choice.mase);
        assert_eq!(choice.trials.iter().map(|trial| trial.origin).collect::<Vec<_>>(), [37, 34, 31, 28]);
    }

    #[test]
    fn the_order_of_candidates_does_not_matter() {
        let values: Vec<f64> = (0..40).map(|step| f64::from(9 + step % 3)).collect();
        let mut methods = vec![("a", 9.5), ("b", 10.5), ("c", 9.0), ("d", 11.0), ("none", f64::NAN)];
        let first = selector(&methods, 0.0).choose(history(&values), 3);
        assert!(first.is_some());
        for _ in 0..methods.len() {
            methods.rotate_left(1);
            assert_eq!(selector(&methods, 0.0).choose(history(&values), 3), first);
        }
    }

    #[test]
    fn what_costs_more_than_the_budget_is_left_out() {
        let values = [5.0; 40];
        assert_eq!(selector(&[("dear", 5.0)], 100.0).choose(history(&values), 3), None);
        assert!(selector(&[("cheap", 5.0)], 1.0).choose(history(&values), 3).is_some());
    }

    #[test]
    fn a_history_too_short_to_try_on_is_continued_all_the_same() {
        let choice = selector(&[("none", f64::NAN), ("some", 4.0)], 0.0).choose(history(&[1.0, 2.0]), 3).unwrap();
        assert_eq!((choice.model.as_str(), choice.mase, choice.mape), ("some", None, None));
        assert!(choice.trials.is_empty());
    }
}
