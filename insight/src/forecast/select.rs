//! The choice of a method for one series: candidates continue it from several points of its past, and what then
//! happened decides (rolling origins: Tashman 2000, International Journal of Forecasting 16, 437-450).
//!
//! All candidates run from two origins first; only those that came near the best run from the others. The best of them,
//! or a combination of the best, makes the forecast; it is then tried from further points, which it was not chosen by.
//! Candidates that would cost more than the budget are left out.

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
    /// From how many further points what was chosen is tried, at most: it was not chosen for what happened there.
    pub num_unseen: usize,
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
    /// The same method without trials.
    fn again(&self) -> Self {
        Self { trials: Vec::new(), ..*self }
    }

    /// See [`root_mean_square`], over its trials.
    pub(super) fn error(&self) -> f64 {
        root_mean_square(&self.trials)
    }
}

/// How many horizons, one after the other, the time of the trials has room for; at least 1.
pub(super) fn num_horizons(trials: &[Trial], horizon: usize) -> f64 {
    let origins = trials.iter().map(|trial| trial.origin);
    let span = origins.clone().max().unwrap_or_default() - origins.min().unwrap_or_default();
    1.0 + span as f64 / horizon.max(1) as f64
}

/// The root of the mean squared error, each trial counting the same. What errs least by it is the expected value; by
/// absolute errors it would be the median, which is nothing of what comes a few times a week.
pub(super) fn root_mean_square(trials: &[Trial]) -> f64 {
    let of_trial = |trial: &Trial| score::mean(trial.actual.iter().zip(&trial.forecast).map(|(y, f)| (y - f).powi(2)));
    score::mean(trials.iter().filter_map(of_trial)).map_or(f64::INFINITY, f64::sqrt)
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
            let mut trials = combination.trials(&runners);
            trials.extend(self.unseen(*combination, &runners, history, horizon));
            Some(describe(combination.name(&runners), trials, history, mean))
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

    /// Trials of what was chosen from points that it was not chosen by, as many as the budget leaves.
    fn unseen(
        &self,
        combination: Combination,
        runners: &[Runner<'_>],
        history: History<'_>,
        horizon: usize,
    ) -> Vec<Trial> {
        let members = combination.members(runners);
        let spent_us: f64 = runners.iter().map(|runner| runner.cost_us * (runner.trials.len() + 1) as f64).sum();
        let cost_us: f64 = members.iter().map(|member| member.cost_us).sum();
        let affordable = ((self.budget_us - spent_us) / cost_us.max(f64::MIN_POSITIVE)).max(0.0) as usize;
        let mut origins = unseen_origins(members.first().map_or(&[], |first| &first.trials), history, horizon);
        origins.truncate(self.num_unseen.min(affordable));
        let mut members: Vec<Runner<'_>> = members.iter().map(Runner::again).collect();
        try_from(&mut members, history, horizon, &origins);
        // One that cannot forecast from there is missed in the combination.
        if members.len() == combination.members(runners).len() {
            combination.combined(&members, runners)
        } else {
            vec![]
        }
    }
}

fn describe(model: String, trials: Vec<Trial>, history: History<'_>, mean: Vec<f64>) -> Choice {
    let season = history.seasons.iter().copied().rev().find(|season| 2 * season <= history.values.len()).unwrap_or(1);
    let naive_error = score::naive_error(history.values, season).filter(|error| *error > 0.0);
    let pairs = trials.iter().flat_map(|trial| trial.actual.iter().zip(&trial.forecast));
    let (actual, forecast): (Vec<f64>, Vec<f64>) = pairs.map(|(y, f)| (*y, *f)).unzip();
    Choice {
        model,
        mean,
        mase: naive_error.and_then(|naive| score::mase(&actual, &forecast, naive)),
        mape: score::mape(&actual, &forecast),
        trials,
    }
}

/// Further points to forecast from: those before the earliest tried, a horizon each, then those halfway between any two,
/// moved to the same phase of the shortest season. A forecast from less than half of the history is another one.
fn unseen_origins(trials: &[Trial], history: History<'_>, horizon: usize) -> Vec<usize> {
    let (Some(latest), Some(earliest)) = (trials.first(), trials.last()) else { return Vec::new() };
    let step = trials.get(1).map_or(horizon, |second| latest.origin - second.origin).max(1);
    let season = history.seasons.first().copied().unwrap_or(1);
    let half = (step / 2).next_multiple_of(season);
    let earlier = (1..).map_while(|nth| earliest.origin.checked_sub(nth * step));
    let between = (0..).map_while(|nth| latest.origin.checked_sub(half + nth * step)).filter(|_| half % step != 0);
    let is_long_enough = |origin: &usize| 2 * origin >= history.values.len();
    earlier.take_while(is_long_enough).chain(between.take_while(is_long_enough)).collect()
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
        Selector {
            candidates: methods.iter().map(candidate).collect(),
            num_origins: 4,
            num_unseen: 0,
            budget_us: 1_000.0,
        }
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
    fn what_comes_on_two_days_of_five_is_foretold_by_its_mean() {
        // On most days nothing comes: by absolute errors, nothing would be the best forecast.
        let values: Vec<f64> = (0..70).map(|step| if step % 5 == 1 || step % 5 == 3 { 5.0 } else { 0.0 }).collect();
        let choice = selector(&[("never", 0.0), ("mean", 2.0)], 0.0).choose(history(&values), 5).unwrap();
        assert_eq!((choice.model.as_str(), choice.mean.iter().sum::<f64>()), ("mean", 10.0));
    }

    #[test]
    fn what_was_chosen_is_tried_from_points_that_it_was_not_chosen_by() {
        let values: Vec<f64> = (0..40).map(|step| f64::from(9 + step % 3)).collect();
        let origins = |num_unseen: usize, cost_us_per_value: f64| {
            let selector = Selector { num_unseen, ..selector(&[("some", 10.0)], cost_us_per_value) };
            let choice = selector.choose(history(&values), 4).unwrap();
            choice.trials.iter().map(|trial| trial.origin).collect::<Vec<_>>()
        };
        assert_eq!(origins(0, 0.0), [36, 32, 28, 24]);
        // One more before those, then halfway between two, and none with less than half of the history.
        assert_eq!(origins(9, 0.0), [36, 32, 28, 24, 20, 34, 30, 26, 22]);
        assert_eq!(origins(2, 0.0), [36, 32, 28, 24, 20, 34]);
        // Five runs of 40 values at 4 µs are 800 of 1,000 µs: one is left.
        assert_eq!(origins(9, 4.0), [36, 32, 28, 24, 20]);
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
