//! All forecasts of the platform, from the past of each series to the rows of `forecasts`.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use chrono::{DateTime, Days, NaiveDate};
use tidemark_model::insight::FORECASTS;
use tidemark_model::time::{HOUR, Micros};

use super::calendar::Calendar;
use super::hierarchy::{Variances, reconcile};
use super::past::{Grain, Series};
use super::{Bounds, Forecast, Forecaster, History};

/// The calendar of all cities together is that of the city with the most invoices.
const CALENDAR_OF_ALL: &str = "HKG";

/// A series with its forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Foretold {
    /// The series.
    pub series: Series,
    /// What comes next in it.
    pub forecast: Forecast,
}

/// Foretells all series, on as many threads as there are cores; cities then add up to their total.
#[must_use]
pub fn make(series: Vec<Series>) -> Vec<Foretold> {
    let mut foretold = all_continued(series);
    let mut groups: BTreeMap<(String, Grain), Vec<usize>> = BTreeMap::new();
    for (place, Foretold { series, .. }) in foretold.iter().enumerate() {
        if series.is_volume && series.key.forwarder.is_none() {
            groups.entry((series.key.kpi.clone(), series.key.grain)).or_default().push(place);
        }
    }
    for places in groups.into_values() {
        add_up(&mut foretold, &places);
    }
    foretold
}

/// Each series continued, in the order given. A thread takes the next one where it is done with its last, for series differ
/// in what they cost.
fn all_continued(series: Vec<Series>) -> Vec<Foretold> {
    let forecaster = Forecaster::default();
    let num_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = Mutex::new(series.into_iter().enumerate());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Vec<(usize, Foretold)> {
        std::iter::from_fn(take).filter_map(|(place, series)| Some((place, continued(&forecaster, series)?))).collect()
    };
    let mut foretold: Vec<(usize, Foretold)> = thread::scope(|scope| {
        let others: Vec<_> = (1..num_threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.flatten().chain(own).collect()
    });
    foretold.sort_by_key(|(place, _)| *place);
    foretold.into_iter().map(|(_, foretold)| foretold).collect()
}

fn continued(forecaster: &Forecaster, series: Series) -> Option<Foretold> {
    let grain = series.key.grain;
    let city = series.key.city.as_deref().unwrap_or(CALENDAR_OF_ALL);
    let steps_a_day = if grain == Grain::Hour { 24 } else { 1 };
    // Hours begin with a local midnight, so that a day of the calendar is a day of the series.
    let skipped = if grain == Grain::Hour { to_midnight(series.first_at, city) } else { 0 };
    let first =
        local_date(series.first_at + skipped as i64 * grain.step(), if grain == Grain::Hour { city } else { "" });
    let values = series.values.get(skipped..)?;
    let num_days = (values.len() + grain.horizon()).div_ceil(steps_a_day);
    let calendar = Calendar::new(city, first, num_days, steps_a_day);
    let history = History { values, seasons: grain.seasons(), calendar: Some(&calendar) };
    let forecast = forecaster.forecast(history, grain.horizon(), series.bounds)?;
    Some(Foretold { series, forecast })
}

/// The local date of an instant in a city; by UTC where it is none of the group's.
fn local_date(at: Micros, city: &str) -> NaiveDate {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    tidemark_model::city::find(city).map_or(at.date_naive(), |city| city.local_day(at))
}

/// How many hours there are until the next local midnight.
fn to_midnight(at: Micros, city: &str) -> usize {
    let today = local_date(at, city);
    let before = local_date(at - HOUR, city);
    if before < today {
        return 0;
    }
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    (1..=25).find(|hours| local_date(at + *hours as i64 * HOUR, city) >= tomorrow).unwrap_or(0)
}

/// Lets the means of cities add up to that of all of them; bands move with their means.
fn add_up(foretold: &mut [Foretold], places: &[usize]) {
    let (total, parts): (Vec<usize>, Vec<usize>) =
        places.iter().partition(|place| foretold[**place].series.key.city.is_none());
    let ([total], false) = (total.as_slice(), parts.is_empty()) else { return };
    let mut mean = foretold[*total].forecast.mean.clone();
    let mut means: Vec<Vec<f64>> = parts.iter().map(|part| foretold[*part].forecast.mean.clone()).collect();
    reconcile(&mut mean, &mut means, &Variances::structural(parts.len()), true);
    for (place, mean) in std::iter::once(*total).chain(parts).zip(std::iter::once(mean).chain(means)) {
        foretold[place].move_to(mean);
    }
}

impl Foretold {
    /// Another mean, with the bands as far from it as they were.
    fn move_to(&mut self, mean: Vec<f64>) {
        let Bounds { lower, upper } = self.series.bounds;
        for band in &mut self.forecast.bands {
            for bound in [&mut band.lower, &mut band.upper] {
                let moved = bound.iter_mut().zip(self.forecast.mean.iter().zip(&mean));
                moved.for_each(|(bound, (old, new))| *bound = (*bound + new - old).max(lower).min(upper));
            }
        }
        self.forecast.mean = mean;
    }
}

/// Forecasts as rows of their table.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(foretold: &[Foretold], made_at: Micros) -> Result<RecordBatch, ArrowError> {
    let steps: Vec<(&Foretold, usize)> =
        foretold.iter().flat_map(|one| (0..one.forecast.mean.len()).map(move |step| (one, step))).collect();
    let text = |of: fn(&Foretold) -> Option<&str>| -> ArrayRef {
        Arc::new(steps.iter().map(|(one, _)| of(one)).collect::<StringArray>())
    };
    let number = |of: &dyn Fn(&Foretold, usize) -> Option<f64>| -> ArrayRef {
        Arc::new(steps.iter().map(|(one, step)| of(one, *step)).collect::<Float64Array>())
    };
    let instant = |of: fn(&Foretold, usize) -> Micros| -> ArrayRef {
        let instants = steps.iter().map(|(one, step)| of(one, *step));
        Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC"))
    };
    let mut columns = vec![
        Arc::new(TimestampMicrosecondArray::from(vec![made_at; steps.len()]).with_timezone("UTC")) as ArrayRef,
        text(|one| Some(&one.series.key.kpi)),
        text(|one| Some(one.series.key.grain.name())),
        text(|one| one.series.key.city.as_deref()),
        text(|one| one.series.key.forwarder.as_deref()),
        instant(|one, step| one.series.end() + one.series.key.grain.step() * step as i64),
        Arc::new(Int32Array::from_iter_values(steps.iter().map(|(_, step)| *step as i32 + 1))),
        number(&|one, step| one.forecast.mean.get(step).copied()),
    ];
    for level in 0..3 {
        columns.push(number(&|one, step| one.forecast.bands.get(level)?.lower.get(step).copied()));
        columns.push(number(&|one, step| one.forecast.bands.get(level)?.upper.get(step).copied()));
    }
    columns.push(text(|one| Some(&one.forecast.model)));
    columns.push(number(&|one, _| one.forecast.mape_backtest));
    columns.push(number(&|one, _| one.forecast.mase_backtest));
    FORECASTS.rows(columns)
}
