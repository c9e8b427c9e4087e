//! The first weeks of a city: volumes grow from week to week, ever less.
//!
//! The last season's total grows by the ratio at which recent totals grew, damped so that growth comes to an end (damped
//! trend: Gardner and McKenzie 1985, Management Science 31, 1237-1246), and is spread over the season's steps as before.

use super::method::{History, Method};

/// Fewest seasons: two ratios.
const SEASONS_MIN: usize = 3;

/// From here on the city is no longer new.
const SEASONS_MAX: usize = 26;

/// What is left of growth from season to season.
const DAMPING: f64 = 0.6;

/// How much less a ratio counts per season of age.
const DECAY: f64 = 0.6;

/// Seasons that the profile is taken from.
const PROFILE_SEASONS: usize = 4;

/// Growth or decline of totals, by which no season goes beyond.
const RATIO_MAX: f64 = 2.0;

/// The method.
#[derive(Debug, Clone, Copy)]
pub struct Ramp;

impl Method for Ramp {
    fn name(&self) -> &'static str {
        "ramp"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let season = *history.seasons.first()?;
        let num_seasons = history.values.len() / season.max(1);
        let is_new = (SEASONS_MIN..=SEASONS_MAX).contains(&num_seasons);
        if !is_new || season < 2 || history.values.iter().any(|value| *value < 0.0) {
            return None;
        }
        // Whole seasons, ending now.
        let whole = &history.values[history.values.len() - num_seasons * season..];
        let totals: Vec<f64> = whole.chunks_exact(season).map(|values| values.iter().sum()).collect();
        let profile = profile(whole, &totals, season)?;
        let growth = log_growth(&totals)?;
        let last = totals[num_seasons - 1];
        let mut ahead = Vec::with_capacity(horizon);
        let (mut log, mut damped) = (0.0, growth);
        for step in 0..horizon {
            if step % season == 0 {
                damped *= DAMPING;
                log += damped;
            }
            ahead.push(last * log.exp() * profile[step % season]);
        }
        Some(ahead)
    }
}

/// The mean logarithm of the ratios of successive totals, recent ones counting most; None where one is 0.
fn log_growth(totals: &[f64]) -> Option<f64> {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for pair in totals.windows(2).rev() {
        if !(pair[0] > 0.0 && pair[1] > 0.0) {
            return None;
        }
        sum += weight * (pair[1] / pair[0]).clamp(1.0 / RATIO_MAX, RATIO_MAX).ln();
        weights += weight;
        weight *= DECAY;
    }
    Some(sum / weights)
}

/// The shares of a season's steps in its total, over the last few seasons, each counting the same.
fn profile(whole: &[f64], totals: &[f64], season: usize) -> Option<Vec<f64>> {
    let mut shares = vec![0.0; season];
    let mut count = 0.0;
    for (values, total) in whole.chunks_exact(season).zip(totals).rev().take(PROFILE_SEASONS) {
        if *total > 0.0 {
            shares.iter_mut().zip(values).for_each(|(share, value)| *share += value / total);
            count += 1.0;
        }
    }
    shares.iter_mut().for_each(|share| *share /= count);
    (count > 0.0).then_some(shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_goes_on_and_fades() {
        // Weeks of 10, 20, 40 and 80, all on the first two days.
        let week = |total: f64| [0.25 * total, 0.75 * total, 0.0, 0.0, 0.0, 0.0, 0.0];
        let values: Vec<f64> = [10.0, 20.0, 40.0, 80.0].into_iter().flat_map(week).collect();
        let history = History { values: &values, seasons: &[7], calendar: None };
        let ahead = Ramp.forecast(history, 14).unwrap();
        // 80 × 2^0.6, and 80 × 2^(0.6 + 0.36).
        let expected = [121.257_325_3, 155.624_791_6];
        for (week, total) in ahead.chunks(7).zip(expected) {
            assert!((week.iter().sum::<f64>() - total).abs() < 1e-6, "{week:?}");
            assert!((week[1] / week[0] - 3.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_city_without_volumes_or_no_longer_new_is_left_to_others() {
        let forecast = |values: &[f64]| Ramp.forecast(History { values, seasons: &[7], calendar: None }, 7);
        assert_eq!(forecast(&[0.0; 28]), None);
        assert_eq!(forecast(&[1.0; 14]), None);
        assert_eq!(forecast(&[1.0; 7 * 27]), None);
        assert_eq!(forecast(&[1.0; 28]), Some(vec![1.0; 7]));
    }
}
