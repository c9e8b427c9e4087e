//! Any method on a series whose calendar has been taken out, and put back in the forecast.
//!
//! What is left after [`CalendarEffects`] has a level that moves and sometimes a season; a method that knows nothing of
//! month ends and holidays can continue that.

use super::calendar_effects::CalendarEffects;
use super::method::{History, Method};

/// A method fitted to the calendar-adjusted series.
#[derive(Debug)]
pub struct CalendarAdjusted {
    /// Its name.
    pub name: &'static str,
    /// The method that continues what is left.
    pub inner: Box<dyn Method>,
}

impl Method for CalendarAdjusted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let effects = CalendarEffects::fit(history.values, history.calendar?)?;
        let factors: Option<Vec<f64>> = (0..history.values.len() + horizon).map(|step| effects.at(step)).collect();
        let (past, ahead) = factors.as_ref()?.split_at_checked(history.values.len())?;
        let adjusted: Vec<f64> = history.values.iter().zip(past).map(|(value, factor)| value / factor).collect();
        let path = self.inner.forecast(History { values: &adjusted, ..history }, horizon)?;
        Some(path.iter().zip(ahead).map(|(value, factor)| value * factor).collect())
    }
}

/// Calendar effects on a level that moves: the calendar ridge by itself.
///
/// The level is the mean of the adjusted values, each weighted by its expected size (a quiet day tells little of it)
/// and by its age.
#[derive(Debug, Clone, Copy)]
pub struct CalendarRidge;

/// How much less a day counts for the level per day of age.
const LEVEL_DECAY_PER_DAY: f64 = 0.97;

impl Method for CalendarRidge {
    fn name(&self) -> &'static str {
        "calendar_ridge"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let calendar = history.calendar?;
        let effects = CalendarEffects::fit(history.values, calendar)?;
        let per_step = LEVEL_DECAY_PER_DAY.powf(1.0 / calendar.steps_a_day() as f64);
        let (mut happened, mut expected) = (0.0, 0.0);
        for (step, value) in history.values.iter().enumerate() {
            happened = per_step * happened + value;
            expected = per_step * expected + effects.at(step)?;
        }
        let level = happened / expected;
        let ahead = history.values.len()..history.values.len() + horizon;
        let profile = day_profile(history.values, calendar.steps_a_day());
        ahead.map(|step| Some(level * effects.at(step)? * profile[step % calendar.steps_a_day()])).collect()
    }
}

/// The shares of a day's steps, of mean 1.
fn day_profile(values: &[f64], steps_a_day: usize) -> Vec<f64> {
    let mut sums = vec![0.0; steps_a_day];
    for (step, value) in values.iter().enumerate() {
        sums[step % steps_a_day] += value;
    }
    let mean = sums.iter().sum::<f64>() / steps_a_day as f64;
    if mean > 0.0 { sums.iter().map(|sum| sum / mean).collect() } else { vec![1.0; steps_a_day] }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::Calendar;
    use super::super::methods::SeasonalNaive;
    use super::*;

    /// Two years of weeks with busy month ends: 100 on weekdays, 5 at weekends, three times that on a month's last day.
    fn series(num_days: usize) -> (Calendar, Vec<f64>) {
        let calendar = Calendar::new("LON", "2024-01-01".parse().unwrap(), num_days, 1);
        let of_day =
            |weekday: usize, is_last: bool| if weekday < 5 { 100.0 } else { 5.0 } * if is_last { 3.0 } else { 1.0 };
        let values = calendar.days().iter().map(|day| of_day(day.weekday, day.days_to_month_end == 0)).collect();
        (calendar, values)
    }

    #[test]
    fn month_ends_are_forecast_where_a_seasonal_method_misses_them() {
        let (calendar, values) = series(700);
        let (known, truth) = values.split_at(660);
        let history = History { values: known, seasons: &[7], calendar: Some(&calendar) };
        let error = |method: &dyn Method| -> f64 {
            let path = method.forecast(history, truth.len()).unwrap();
            path.iter().zip(truth).map(|(f, y)| (f - y).abs()).sum()
        };
        let naive = error(&SeasonalNaive);
        let adjusted = CalendarAdjusted { name: "adjusted", inner: Box::new(SeasonalNaive) };
        assert!(error(&CalendarRidge) < 0.25 * naive, "{} of {naive}", error(&CalendarRidge));
        assert!(error(&adjusted) < 0.25 * naive, "{} of {naive}", error(&adjusted));
    }

    #[test]
    fn an_hourly_series_keeps_the_shape_of_its_day() {
        let calendar = Calendar::new("LON", "2024-01-01".parse().unwrap(), 40, 24);
        let values: Vec<f64> = (0..30 * 24).map(|step| f64::from(step % 24 / 12)).collect();
        let history = History { values: &values, seasons: &[24, 168], calendar: Some(&calendar) };
        let path = CalendarRidge.forecast(history, 48).unwrap();
        assert!(path.iter().enumerate().all(|(step, value)| (value - (step % 24 / 12) as f64).abs() < 0.1), "{path:?}");
    }

    #[test]
    fn days_past_the_calendar_cannot_be_forecast() {
        let (calendar, values) = series(60);
        let history = History { values: &values[..50], seasons: &[7], calendar: Some(&calendar) };
        assert!(CalendarRidge.forecast(history, 10).is_some());
        assert_eq!(CalendarRidge.forecast(history, 11), None);
        assert_eq!(CalendarRidge.forecast(History { calendar: None, ..history }, 1), None);
    }
}
