//! Combinations of the candidates that did best: often nearer than any of them, since their errors partly cancel
//! (Bates and Granger 1969, Operational Research Quarterly 20, 451-468; Makridakis et al. 2020 on the M4 competition).

use super::method::History;
use super::score;
use super::select::{Runner, SCREENING_ROOM, Trial, root_mean_square};

/// How many candidates are combined at most.
pub(super) const MEMBERS_MAX: usize = 5;

/// How much better than the combination a single candidate must have been to be taken instead.
const SINGLE_GAIN: f64 = 0.97;

/// How much worse than the best a member of the mean may have been.
const MEAN_ROOM: f64 = 1.25;

/// How the forecasts of the first few candidates become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combination {
    /// The best alone.
    Best,
    /// Their mean, by the inverse of their errors.
    Mean(usize),
    /// Their median at each step.
    Median(usize),
}

impl Combination {
    /// What to take, the best first and further ones for when a member cannot forecast.
    pub(super) fn best_of(runners: &[Runner<'_>]) -> Vec<Self> {
        let count = |room: f64, count_max: usize| near(runners, room).min(count_max);
        let mut ranked: Vec<(f64, Self)> =
            [Self::Mean(count(MEAN_ROOM, 3)), Self::Median(count(SCREENING_ROOM, MEMBERS_MAX)), Self::Best]
                .into_iter()
                .filter(|combination| combination.num_members() <= runners.len() && !runners.is_empty())
                .map(|combination| {
                    let error = root_mean_square(&combination.trials(runners));
                    (if combination == Self::Best { error / SINGLE_GAIN } else { error }, combination)
                })
                .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranked.into_iter().map(|(_, combination)| combination).collect()
    }

    fn num_members(self) -> usize {
        match self {
            Self::Best => 1,
            Self::Mean(count) | Self::Median(count) => count,
        }
    }

    /// Which of the runners, best first, it is made of.
    pub(super) fn members<'a, 'b>(self, runners: &'a [Runner<'b>]) -> &'a [Runner<'b>] {
        &runners[..self.num_members().min(runners.len())]
    }

    /// Its name with those of its members.
    pub(super) fn name(self, runners: &[Runner<'_>]) -> String {
        let members: Vec<&str> = runners.iter().take(self.num_members()).map(|runner| runner.method.name()).collect();
        match self {
            Self::Best | Self::Mean(1) | Self::Median(1) => members.join(""),
            Self::Mean(_) => format!("mean({})", members.join(", ")),
            Self::Median(_) => format!("median({})", members.join(", ")),
        }
    }

    /// What it would have forecast from each origin.
    pub(super) fn trials(self, runners: &[Runner<'_>]) -> Vec<Trial> {
        let members = self.members(runners);
        self.combined(members, members)
    }

    /// Trials of the members as one, with the weights that the same members have by other trials.
    pub(super) fn combined(self, members: &[Runner<'_>], weighed: &[Runner<'_>]) -> Vec<Trial> {
        let weights = weights(self.members(weighed));
        let Some(first) = members.first() else { return Vec::new() };
        let combined = first.trials.iter().enumerate().map(|(index, trial)| {
            let paths: Vec<&[f64]> = members.iter().map(|member| member.trials[index].forecast.as_slice()).collect();
            Trial { forecast: self.combine(&paths, &weights), ..trial.clone() }
        });
        combined.collect()
    }

    /// The next values; None where a member cannot continue the series.
    pub(super) fn forecast(self, runners: &[Runner<'_>], history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let members = runners.get(..self.num_members())?;
        let mut paths = Vec::with_capacity(members.len());
        for member in members {
            paths.push(member.method.forecast(history, horizon)?);
        }
        let paths: Vec<&[f64]> = paths.iter().map(Vec::as_slice).collect();
        Some(self.combine(&paths, &weights(members)))
    }

    fn combine(self, paths: &[&[f64]], weights: &[f64]) -> Vec<f64> {
        let num_steps = paths.iter().map(|path| path.len()).min().unwrap_or_default();
        let at = |step: usize| match self {
            Self::Best => paths[0][step],
            Self::Mean(_) => paths.iter().zip(weights).map(|(path, weight)| weight * path[step]).sum(),
            Self::Median(_) => {
                let mut values: Vec<f64> = paths.iter().map(|path| path[step]).collect();
                score::median(&mut values).unwrap_or_default()
            }
        };
        (0..num_steps).map(at).collect()
    }
}

/// How many candidates erred at most so much more than the best.
fn near(runners: &[Runner<'_>], room: f64) -> usize {
    let best = runners.first().map_or(0.0, Runner::error);
    runners.iter().take_while(|runner| runner.error() <= room * best).count()
}

/// The members' shares, which add up to 1; equal where nothing is known of their errors.
fn weights(members: &[Runner<'_>]) -> Vec<f64> {
    let errors: Vec<f64> = members.iter().map(Runner::error).collect();
    let smallest = errors.iter().copied().fold(f64::INFINITY, f64::min);
    if !(smallest.is_finite() && smallest > 0.0) {
        return vec![1.0 / members.len() as f64; members.len()];
    }
    let inverse: Vec<f64> = errors.iter().map(|error| smallest / error).collect();
    let sum: f64 = inverse.iter().sum();
    inverse.iter().map(|weight| weight / sum).collect()
}
