//! When a store, a quota or a budget runs out: what it holds, what flows in on each path, and what goes away again.

use chrono::{DateTime, Days, FixedOffset};

use super::paths::{Paths, rank};

/// Days after which no pace is said to last: three years.
const PACE_DAYS_MAX: f64 = 3.0 * 365.0;

/// A moment, or that there is none until the end of the outlook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The beginning of the step in which it happens.
    At(DateTime<FixedOffset>),
    /// Not until the outlook ends.
    NotWithinHorizon,
}

/// Something that fills up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reservoir<'a> {
    /// What it holds at the beginning of the outlook.
    pub level: f64,
    /// What it can hold.
    pub limit: f64,
    /// What goes away in each step (retention deletes what came long ago); steps beyond its end lose nothing.
    pub released: &'a [f64],
}

/// When a reservoir is full.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunOut {
    /// Not before this, but once in 20 times.
    pub earliest: When,
    /// As likely before as after.
    pub median: When,
    /// Not after this, but once in 20 times.
    pub latest: When,
    /// The probability that it is full within the outlook.
    pub probability: f64,
    /// What it will hold at the end of the outlook, if nobody stops at the limit: median and 95th percentile.
    pub level_at_end: [f64; 2],
}

/// When a reservoir is full; `None` of an outlook without steps.
#[must_use]
pub fn run_out(paths: &Paths, reservoir: Reservoir<'_>) -> Option<RunOut> {
    // A path that never fills it comes after all that do.
    let mut steps: Vec<usize> = paths.iter().map(|path| full_at(path, reservoir).unwrap_or(usize::MAX)).collect();
    steps.sort_unstable();
    let when = |share| {
        let step = steps.get(rank(share, steps.len()))?;
        Some(paths.times.get(*step).map_or(When::NotWithinHorizon, |at| When::At(*at)))
    };
    let levels = paths.sorted(|path| levels(path, reservoir).last().unwrap_or(reservoir.level));
    let level = |share| levels.get(rank(share, levels.len())).copied();
    let num_full = steps.iter().filter(|step| **step != usize::MAX).count();
    Some(RunOut {
        earliest: when(0.05)?,
        median: when(0.5)?,
        latest: when(0.95)?,
        probability: num_full as f64 / steps.len() as f64,
        level_at_end: [level(0.5)?, level(0.95)?],
    })
}

/// When it is full if each path that does not fill it goes on after the outlook at its mean pace: what fills up slowly
/// has a date, too. The three times are those of [`RunOut`]; `None` where most paths do not fill it within [`PACE_DAYS_MAX`].
///
/// Steps are days.
#[must_use]
pub fn at_this_pace(paths: &Paths, reservoir: Reservoir<'_>) -> Option<[When; 3]> {
    let num_steps = paths.times.len() as f64;
    let begins = *paths.times.first()?;
    let after = |path: &[f64]| {
        let level_at_end = levels(path, reservoir).last().unwrap_or(reservoir.level);
        let a_day = (level_at_end - reservoir.level) / num_steps;
        if a_day > 0.0 { (reservoir.limit - reservoir.level) / a_day } else { f64::INFINITY }
    };
    let days = paths.sorted(|path| full_at(path, reservoir).map_or_else(|| after(path), |step| step as f64));
    let when = |share| match days.get(rank(share, days.len())) {
        Some(days) if *days <= PACE_DAYS_MAX => When::At(begins + Days::new(*days as u64)),
        _ => When::NotWithinHorizon,
    };
    let times = [0.05, 0.5, 0.95].map(when);
    matches!(times[1], When::At(_)).then_some(times)
}

/// The first step at whose end it is full; the first of all where it is full already.
fn full_at(path: &[f64], reservoir: Reservoir<'_>) -> Option<usize> {
    if reservoir.level >= reservoir.limit {
        return Some(0);
    }
    levels(path, reservoir).position(|level| level >= reservoir.limit)
}

/// What it holds at the end of each step. Nothing goes away that is not there.
fn levels(path: &[f64], reservoir: Reservoir<'_>) -> impl Iterator<Item = f64> {
    let released = reservoir.released.iter().copied().chain(std::iter::repeat(0.0));
    path.iter().zip(released).scan(reservoir.level, |level, (inflow, outflow)| {
        *level = (*level + inflow - outflow).max(0.0);
        Some(*level)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{certain, days};
    use super::*;

    #[test]
    fn a_certain_flow_fills_on_its_day() {
        let paths = certain(&[10.0; 5]);
        let full = |level, limit, released: &[f64]| run_out(&paths, Reservoir { level, limit, released }).unwrap();
        let third_day = When::At(days(5)[2]);
        let run = full(70.0, 100.0, &[]);
        assert_eq!((run.earliest, run.median, run.latest, run.probability), (third_day, third_day, third_day, 1.0));
        assert_eq!(run.level_at_end, [120.0, 120.0]);
        assert_eq!(full(70.0, 121.0, &[]).median, When::NotWithinHorizon);
        assert_eq!(full(70.0, 121.0, &[]).probability, 0.0);
        // Ten a day go away on the first two days, so it takes two days more.
        assert_eq!(full(70.0, 100.0, &[10.0, 10.0]).median, When::At(days(5)[4]));
        assert_eq!(full(70.0, 100.0, &[10.0; 5]).median, When::NotWithinHorizon);
    }

    #[test]
    fn what_fills_slowly_is_full_when_the_pace_of_the_forecast_says() {
        // 10 and 20 in turns, 15 a day: 70 of 1,000 are there, so 930 / 15 = 62 days are left.
        let pace =
            |limit, released: &[f64]| at_this_pace(&certain(&[10.0, 20.0]), Reservoir { level: 70.0, limit, released });
        let day_62 = When::At(days(63)[62]);
        assert_eq!(pace(1_000.0, &[]), Some([day_62; 3]));
        assert_eq!(pace(100.0, &[]), Some([When::At(days(2)[1]); 3]), "within the forecast its paths tell");
        assert_eq!(pace(1_000.0, &[15.0; 2]), None, "as much goes away");
        assert_eq!(pace(70.0 + 15.0 * 1_096.0, &[]), None, "more than three years");
    }

    #[test]
    fn what_is_full_already_is_full_at_once() {
        let run = run_out(&certain(&[0.0; 3]), Reservoir { level: 5.0, limit: 5.0, released: &[9.0; 3] }).unwrap();
        assert_eq!((run.median, run.probability, run.level_at_end), (When::At(days(1)[0]), 1.0, [0.0, 0.0]));
    }
}
