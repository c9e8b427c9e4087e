//! Seasonal-lag ridge: each value as a weighted sum of those just before it, of those a season ago and of the seasons'
//! phase, with older rows counting less.
//!
//! The regression explains how a value differs from an anchor, and the penalty shrinks that difference: with no evidence
//! the forecast is the anchor itself. The path is built step by step on its own values, each kept within the range that
//! the history makes plausible.

use std::f64::consts::TAU;

use super::method::{History, Method};
use super::ridge::{Normal, dot};

/// How much less a row counts per step of age.
const DECAY_PER_STEP: f64 = 0.998;

/// Harmonics of each season.
const HARMONICS: usize = 3;

/// How far beyond the values seen a path may go, in their range.
const ROOM: f64 = 0.5;

/// What the regression runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The values themselves.
    Linear,
    /// Their logarithms; only for values above 0.
    Log,
}

/// What a forecast without evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The mean of the history: for series that return to a level.
    Mean,
    /// The value before: for series that wander.
    LastValue,
}

/// The method, for one scale, anchor and penalty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagRidge {
    /// Its name, which tells it from its siblings.
    pub name: &'static str,
    /// What it runs on.
    pub scale: Scale,
    /// What it shrinks towards.
    pub anchor: Anchor,
    /// The penalty on standardised columns, above 0.
    pub penalty: f64,
}

impl Method for LagRidge {
    fn name(&self) -> &'static str {
        self.name
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let mut path = self.scale.transformed(history.values)?;
        let (mean, deviation) = standardize(&mut path)?;
        let design = Design::new(path.len(), history.seasons, self.anchor)?;
        let coefficients = design.fit(&path, self.penalty)?;
        let (low, high) = plausible_range(&path);
        let mut row = Vec::new();
        for _ in 0..horizon {
            design.fill_row(&path, path.len(), &mut row);
            let value = design.anchor_at(&path, path.len()) + dot(&row, &coefficients);
            path.push(value.clamp(low, high));
        }
        let values = path[history.values.len()..].iter().map(|value| self.scale.restored(mean + deviation * value));
        Some(values.collect()).filter(|values: &Vec<f64>| values.iter().all(|value| value.is_finite()))
    }
}

impl Scale {
    fn transformed(self, values: &[f64]) -> Option<Vec<f64>> {
        match self {
            Self::Linear => Some(values.to_vec()),
            Self::Log => values.iter().map(|value| (*value > 0.0).then(|| value.ln())).collect(),
        }
    }

    fn restored(self, value: f64) -> f64 {
        if self == Self::Log { value.exp() } else { value }
    }
}

/// Brings values to mean 0 and deviation 1, and gives back what both were; None of a constant series.
fn standardize(values: &mut [f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    if deviation.is_nan() || deviation <= 1e-9 * mean.abs() {
        return None;
    }
    for value in values {
        *value = (*value - mean) / deviation;
    }
    Some((mean, deviation))
}

fn plausible_range(values: &[f64]) -> (f64, f64) {
    let (low, high) =
        values.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    (low - ROOM * (high - low), high + ROOM * (high - low))
}

/// The columns of the regression.
#[derive(Debug)]
struct Design {
    lags: Vec<usize>,
    /// For each season, sines and cosines of its harmonics at each of its steps.
    phases: Vec<Vec<Vec<f64>>>,
    anchor: Anchor,
}

impl Design {
    /// Columns for a history of so many values; None where it is too short for the nearest lags.
    fn new(len: usize, seasons: &[usize], anchor: Anchor) -> Option<Self> {
        // At least half of the history must be left to learn from.
        let lag_max = len / 2;
        let mut lags = vec![1, 2, 3, 4];
        for season in seasons {
            lags.extend([season.saturating_sub(1), *season, season + 1, 2 * season]);
        }
        if let [season] = seasons {
            lags.push(7 * season);
        }
        lags.sort_unstable();
        lags.dedup();
        lags.retain(|lag| (1..=lag_max).contains(lag));
        let phases = seasons.iter().filter(|season| 2 * **season <= lag_max).map(|season| phases(*season)).collect();
        let design = Self { lags, phases, anchor };
        (len >= 12 && len - design.lag_max() > design.lags.len()).then_some(design)
    }

    fn lag_max(&self) -> usize {
        self.lags.last().copied().unwrap_or(1)
    }

    fn anchor_at(&self, values: &[f64], step: usize) -> f64 {
        if self.anchor == Anchor::LastValue { values[step - 1] } else { 0.0 }
    }

    /// The lagged values beside the anchor, the phases of the seasons, and 1.
    fn fill_row(&self, values: &[f64], step: usize, row: &mut Vec<f64>) {
        let anchor = self.anchor_at(values, step);
        row.clear();
        row.extend(self.lags.iter().map(|lag| values[step - lag] - anchor));
        for phases in &self.phases {
            row.extend_from_slice(&phases[step % phases.len()]);
        }
        row.push(1.0);
    }

    fn fit(&self, values: &[f64], penalty: f64) -> Option<Vec<f64>> {
        let mut row = Vec::new();
        self.fill_row(values, self.lag_max(), &mut row);
        let num_columns = row.len();
        let mut normal = Normal::new(num_columns);
        for step in self.lag_max()..values.len() {
            let age = (values.len() - 1 - step) as i32;
            let target = values[step] - self.anchor_at(values, step);
            self.fill_row(values, step, &mut row);
            normal.add(&row, target, DECAY_PER_STEP.powi(age));
        }
        let mut penalties = vec![penalty; num_columns];
        // The last column is the constant: next to free, but never undetermined.
        penalties[num_columns - 1] = if self.anchor == Anchor::Mean { 1e-6 } else { penalty };
        normal.solve(&penalties)
    }
}

fn phases(season: usize) -> Vec<Vec<f64>> {
    let angle = |step: usize, harmonic: usize| TAU * (harmonic * step % season) as f64 / season as f64;
    let harmonics = HARMONICS.min(season / 2);
    let at = |step| {
        (1..=harmonics).flat_map(|harmonic| [angle(step, harmonic).sin(), angle(step, harmonic).cos()]).collect()
    };
    (0..season).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 24] = [
        12.0, 15.0, 11.0, 18.0, 14.0, 17.0, 13.0, 21.0, 15.0, 19.0, 16.0, 24.0, 18.0, 21.0, 17.0, 27.0, 19.0, 24.0,
        20.0, 29.0, 22.0, 26.0, 21.0, 33.0,
    ];

    fn forecast(ridge: LagRidge, values: &[f64], seasons: &[usize], expected: &[f64]) {
        let history = History { values, seasons, calendar: None };
        let found = ridge.forecast(history, expected.len()).unwrap();
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-8 * b), "{found:?}");
    }

    /// Expected values: the same regression by numpy 2.4, inv(X'WX + P) X'Wy with dense matrices.
    #[test]
    fn paths_are_those_of_the_closed_form() {
        let level = LagRidge { name: "level", scale: Scale::Linear, anchor: Anchor::Mean, penalty: 1.0 };
        forecast(level, &VALUES, &[], &[23.676_979_259_424_375, 29.002_313_178_480_392, 23.352_664_890_892_406]);
        let expected = [
            23.366_609_186_584_07,
            28.636_349_858_491_65,
            23.801_156_551_686_16,
            34.468_831_662_112_25,
            25.865_995_760_538_297,
            30.677_262_142_645_07,
        ];
        forecast(level, &VALUES, &[4], &expected);
        let change = LagRidge { name: "change", scale: Scale::Log, anchor: Anchor::LastValue, penalty: 10.0 };
        let expected = [
            24.521_196_051_722_73,
            28.741_828_742_529_22,
            24.270_434_890_075_453,
            32.726_873_221_012_966,
            26.267_604_936_071_69,
            30.507_997_177_774_843,
        ];
        forecast(change, &VALUES, &[4], &expected);
    }

    #[test]
    fn what_it_cannot_continue_it_leaves() {
        let log = LagRidge { name: "log", scale: Scale::Log, anchor: Anchor::Mean, penalty: 1.0 };
        let none = |values: &[f64]| log.forecast(History { values, seasons: &[7], calendar: None }, 7);
        assert_eq!(none(&[3.0; 40]), None, "a constant");
        assert_eq!(none(&[1.0, 2.0, 3.0]), None, "too short");
        let mut with_zero = VALUES;
        with_zero[5] = 0.0;
        assert_eq!(none(&with_zero), None, "no logarithm");
    }
}
