//! Forecasts as the outlooks that capacity is planned from.

use chrono::{DateTime, FixedOffset, Timelike};
use tidemark_model::city;
use tidemark_model::time::{DAY, HOUR, Micros, month_of};

use super::outlook::{BackTest, Outlook};
use super::paths::{Paths, simulate};
use crate::forecast::make::Foretold;
use crate::forecast::past::{Grain, Key, Series};
use crate::forecast::select::Trial;

/// The clock of all cities together.
const CLOCK_OF_ALL: &str = "HKG";

/// An outlook that owns what it is made of.
#[derive(Debug, Clone)]
pub(super) struct Ahead {
    name: String,
    times: Vec<DateTime<FixedOffset>>,
    mean: Vec<f64>,
    season: usize,
    pub(super) first_phase: usize,
    back_tests: Vec<BackTest>,
}

impl Ahead {
    /// A forecast of something that flows, to its end.
    pub(super) fn of(foretold: &Foretold) -> Self {
        let Foretold { series, forecast } = foretold;
        let season = season(series.key.grain);
        // A day has its hours also where the first one known is not midnight: the forecast counts from the first midnight.
        let before = if series.key.grain == Grain::Hour { hour(series) } else { 0 };
        let back_test = |trial: &Trial| BackTest {
            first_phase: trial.origin % season,
            forecast: trial.forecast.clone(),
            actual: trial.actual.clone(),
        };
        Self {
            name: name(&series.key),
            times: (0..forecast.mean.len()).map(|step| starts(&series.key, step_at(series, step))).collect(),
            mean: forecast.mean.clone(),
            season,
            first_phase: (series.values.len() + before) % season,
            back_tests: forecast.trials.iter().map(back_test).collect(),
        }
    }

    /// A forecast of days, to the end of the month of its first day.
    pub(super) fn rest_of_month(foretold: &Foretold) -> Self {
        let month = month_of(foretold.series.end());
        let is_within = |step: &usize| month_of(step_at(&foretold.series, *step)) == month;
        let num_days = (0..foretold.forecast.mean.len()).take_while(is_within).count();
        let mut rest = Self::of(foretold);
        rest.times.truncate(num_days);
        rest.mean.truncate(num_days);
        // Few days miss their level by more than many. A whole week from any weekday on must be left.
        for test in &mut rest.back_tests {
            test.forecast.truncate(num_days.max(2 * rest.season - 1));
            test.actual.truncate(test.forecast.len());
        }
        rest
    }

    /// A forecast of levels (bytes stored, a day) as what comes in, with what goes away in each step.
    ///
    /// Nothing that flows is below 0: the largest fall that was ever foretold or seen comes in more in each step, and goes
    /// away again.
    pub(super) fn rises(foretold: &Foretold) -> (Self, Vec<f64>) {
        let values = &foretold.series.values;
        let before = |origin: usize| origin.checked_sub(1).and_then(|last| values.get(last)).copied().unwrap_or(0.0);
        let mut ahead = Self::of(foretold);
        ahead.mean = changes(before(values.len()), &ahead.mean);
        for (test, trial) in ahead.back_tests.iter_mut().zip(&foretold.forecast.trials) {
            test.forecast = changes(before(trial.origin), &trial.forecast);
            test.actual = changes(before(trial.origin), &trial.actual);
        }
        let tests = ahead.back_tests.iter_mut().flat_map(|test| test.forecast.iter_mut().chain(&mut test.actual));
        let mut all: Vec<&mut f64> = ahead.mean.iter_mut().chain(tests).collect();
        let largest_fall = all.iter().map(|change| -**change).fold(0.0, f64::max);
        all.iter_mut().for_each(|change| **change += largest_fall);
        let released = vec![largest_fall; ahead.mean.len()];
        (ahead, released)
    }

    /// How it may go on; none where too little is known of how forecasts of it were missed.
    pub(super) fn paths(&self) -> Option<Paths> {
        let outlook = Outlook {
            series: &self.name,
            times: &self.times,
            mean: &self.mean,
            season: self.season,
            first_phase: self.first_phase,
            back_tests: &self.back_tests,
        };
        simulate(&outlook).ok()
    }
}

const fn season(grain: Grain) -> usize {
    match grain {
        Grain::Hour => 24,
        Grain::Day => 7,
    }
}

fn name(key: &Key) -> String {
    let (grain, city) = (key.grain.name(), key.city.as_deref().unwrap_or_default());
    format!("{} {grain} {city} {}", key.kpi, key.forwarder.as_deref().unwrap_or_default())
}

/// How much each level is above the one before.
fn changes(before: f64, levels: &[f64]) -> Vec<f64> {
    let earlier = std::iter::once(before).chain(levels.iter().copied());
    levels.iter().zip(earlier).map(|(level, before)| level - before).collect()
}

/// Start of a step of the forecast, as the series counts.
fn step_at(series: &Series, step: usize) -> Micros {
    let step_length = match series.key.grain {
        Grain::Hour => HOUR,
        Grain::Day => DAY,
    };
    series.end() + step_length * step as i64
}

/// When a step begins by the city's clock. Days are counted from midnight UTC, whatever the city.
fn starts(key: &Key, at: Micros) -> DateTime<FixedOffset> {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    let Some(city) = city::find(key.city.as_deref().unwrap_or(CLOCK_OF_ALL)) else { return at.fixed_offset() };
    match key.grain {
        Grain::Hour => at.with_timezone(&city.zone).fixed_offset(),
        Grain::Day => city.day_start(at.date_naive()).with_timezone(&city.zone).fixed_offset(),
    }
}

/// The local hour of the first value.
fn hour(series: &Series) -> usize {
    starts(&series.key, series.first_at).hour() as usize
}
