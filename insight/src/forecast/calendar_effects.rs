//! What a day's place in the calendar does to a series of values that are not negative: a factor for each day.
//!
//! A regression of the logarithm of the expected value on the calendar, fitted as counts are (quasi-Poisson by iteratively
//! reweighted least squares: Nelder and Wedderburn 1972, Journal of the Royal Statistical Society A 135, 370-384), so
//! that quiet days and days without any need no special case. Penalties shrink what was seen seldom: a holiday seen once
//! is mostly a holiday like others.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::calendar::{Calendar, Day};
use super::ridge::Normal;

/// Working days, and days, that are told apart at each end of a month.
const MONTH_ENDS: u32 = 4;

/// Rounds of reweighting: the fit no longer moves by then.
const ROUNDS: usize = 4;

/// How much less a day counts per day of age: what was a year ago counts about half.
const DECAY_PER_DAY: f64 = 0.998;

/// Penalties, for days of weight 1 and a series of mean 1.
const PENALTY: f64 = 0.3;

/// A year of days has to be seen nearly twice before its season can be told from a trend.
const DAYS_FOR_SEASON: usize = 600;

/// The holiday that closes offices for days.
const LUNAR_NEW_YEAR: &str = "Lunar New Year";

/// A fifth of the usual.
const LUNAR_NEW_YEAR_PRIOR: f64 = -1.6;

/// A column of the regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Constant,
    Trend,
    Weekday(usize),
    /// Working days from the month's start, and from its end.
    FromStart(u32),
    FromEnd(u32),
    /// Days of the month from its start, and left to its end, whether worked or not.
    DayFromStart(u32),
    DayToEnd(u32),
    /// The last working day of a quarter.
    QuarterEnd,
    /// A day off that would be worked in other weeks.
    AnyHoliday,
    Holiday(&'static str),
    BeforeHoliday,
    AfterHoliday,
    Bridge,
    /// A weekend day that is worked.
    MadeUp,
    /// Sine and cosine of the year's first harmonics.
    OfYear(u32, bool),
}

/// The fitted factors of the days of a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarEffects {
    factors: Vec<f64>,
    steps_a_day: usize,
}

impl CalendarEffects {
    /// Fits the effects of a calendar to the values of its first steps. None where there are fewer than three weeks, or
    /// values that are negative or all 0.
    #[must_use]
    pub fn fit(values: &[f64], calendar: &Calendar) -> Option<Self> {
        let steps_a_day = calendar.steps_a_day();
        let sums: Vec<f64> = values.chunks_exact(steps_a_day).map(|day| day.iter().sum()).collect();
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        if sums.len() < 21
            || sums.len() > calendar.days().len()
            || values.iter().any(|value| *value < 0.0)
            || mean.is_nan()
            || mean <= 0.0
        {
            return None;
        }
        let relative: Vec<f64> = sums.iter().map(|sum| sum / mean).collect();
        let rows = rows(calendar.days(), sums.len());
        let coefficients = fit_log_linear(&rows, &relative)?;
        // The trend is no effect of the calendar: who continues the series continues it.
        let factor =
            |row: &Row| row.of_calendar.iter().map(|(column, value)| coefficients[*column] * value).sum::<f64>().exp();
        let factors: Vec<f64> = rows.rows.iter().map(factor).collect();
        let known = &factors[..sums.len()];
        let level = known.iter().sum::<f64>() / known.len() as f64;
        Some(Self { factors: factors.iter().map(|factor| (factor / level).clamp(1e-4, 1e4)).collect(), steps_a_day })
    }

    /// The factor of a step's day, of mean 1 over the history; above 0. None past the calendar's end.
    #[must_use]
    pub fn at(&self, step: usize) -> Option<f64> {
        self.factors.get(step / self.steps_a_day).copied()
    }
}

/// The days as columns that are not 0.
#[derive(Debug)]
struct Rows {
    rows: Vec<Row>,
    penalties: Vec<f64>,
    /// What the coefficients are drawn to.
    priors: Vec<f64>,
}

#[derive(Debug)]
struct Row {
    /// The constant and the trend.
    of_level: [(usize, f64); 2],
    of_calendar: Vec<(usize, f64)>,
}

impl Row {
    fn columns(&self) -> Vec<(usize, f64)> {
        self.of_level.iter().chain(&self.of_calendar).copied().collect()
    }
}

/// Rows of all days, of which the first `num_known` are history.
fn rows(days: &[Day], num_known: usize) -> Rows {
    let has_season = num_known >= DAYS_FOR_SEASON;
    let columns: Vec<Vec<(Column, f64)>> = (0..days.len()).map(|day| columns(days, day, has_season)).collect();
    let mut numbers = BTreeMap::from([(Column::Constant, 0), (Column::Trend, 1)]);
    for (column, _) in columns.iter().flatten() {
        let next = numbers.len();
        numbers.entry(*column).or_insert(next);
    }
    let rows = columns.iter().enumerate().map(|(day, columns)| Row {
        of_level: [(0, 1.0), (1, (day as f64 - num_known as f64) / 365.0)],
        of_calendar: {
            let mut row: Vec<_> =
                columns.iter().filter_map(|(column, value)| Some((*numbers.get(column)?, *value))).collect();
            row.sort_by_key(|(column, _)| *column);
            row
        },
    });
    let (mut penalties, mut priors) = (vec![0.0; numbers.len()], vec![0.0; numbers.len()]);
    for (column, number) in &numbers {
        penalties[*number] = PENALTY * column.strictness();
        priors[*number] = column.prior();
    }
    Rows { rows: rows.collect(), penalties, priors }
}

impl Column {
    /// How strongly a column is shrunk: the more, the less often it is seen and the less it is believed before.
    fn strictness(self) -> f64 {
        match self {
            Self::Constant => 1e-6,
            Self::Weekday(_) => 0.1,
            Self::Trend => 10.0,
            Self::Holiday(_) | Self::AnyHoliday => 0.3,
            Self::OfYear(..) => 5.0,
            _ => 1.0,
        }
    }
}

impl Column {
    /// The logarithm of what the effect is taken for before anything is seen of it. The lunar new year closes offices
    /// wherever it is a holiday, and one of them is often all that a history holds, or none.
    fn prior(self) -> f64 {
        match self {
            Self::Holiday(LUNAR_NEW_YEAR) => LUNAR_NEW_YEAR_PRIOR,
            _ => 0.0,
        }
    }
}

fn columns(days: &[Day], index: usize, has_season: bool) -> Vec<(Column, f64)> {
    let day = &days[index];
    let mut columns = vec![(Column::Weekday(day.weekday), 1.0)];
    let of_month = day.date.day();
    if of_month <= MONTH_ENDS {
        columns.push((Column::DayFromStart(of_month), 1.0));
    }
    if day.days_to_month_end < MONTH_ENDS {
        columns.push((Column::DayToEnd(day.days_to_month_end), 1.0));
    }
    if let Some(working) = day.working {
        if working.from_start <= MONTH_ENDS {
            columns.push((Column::FromStart(working.from_start), 1.0));
        }
        if working.from_end <= MONTH_ENDS {
            columns.push((Column::FromEnd(working.from_end), 1.0));
        }
        if working.from_end == 1 && day.date.month().is_multiple_of(3) {
            columns.push((Column::QuarterEnd, 1.0));
        }
    }
    columns.extend(around_holidays(days, index).into_iter().map(|column| (column, 1.0)));
    if has_season {
        let phase = std::f64::consts::TAU * f64::from(day.date.ordinal0()) / 365.25;
        for harmonic in 1..=2 {
            let angle = phase * f64::from(harmonic);
            columns.extend([
                (Column::OfYear(harmonic, false), angle.sin()),
                (Column::OfYear(harmonic, true), angle.cos()),
            ]);
        }
    }
    columns
}

/// What a day has to do with holidays: its own, on a weekday, or those beside it.
fn around_holidays(days: &[Day], index: usize) -> Vec<Column> {
    let day = &days[index];
    let is_weekend = day.weekday >= 5;
    if let Some(name) = day.holiday {
        return if is_weekend { vec![Column::Holiday(name)] } else { vec![Column::AnyHoliday, Column::Holiday(name)] };
    }
    let is_holiday =
        |other: Option<usize>| other.and_then(|other| days.get(other)).is_some_and(|other| other.holiday.is_some());
    let mut columns = Vec::new();
    if is_weekend && day.working.is_some() {
        columns.push(Column::MadeUp);
    }
    if day.is_bridge {
        columns.push(Column::Bridge);
    }
    if is_holiday(Some(index + 1)) {
        columns.push(Column::BeforeHoliday);
    }
    if is_holiday(index.checked_sub(1)) {
        columns.push(Column::AfterHoliday);
    }
    columns
}

/// Coefficients of a log-linear model of the first rows' values, whose mean is 1.
fn fit_log_linear(rows: &Rows, values: &[f64]) -> Option<Vec<f64>> {
    let known: Vec<Vec<(usize, f64)>> = rows.rows[..values.len()].iter().map(Row::columns).collect();
    // Starts where values themselves are the expectation, drawn to the mean so that 0 has a logarithm.
    let mut expected: Vec<f64> = values.iter().map(|value| 0.9 * value + 0.1).collect();
    let mut coefficients = Vec::new();
    for _ in 0..ROUNDS {
        let mut normal = Normal::new(rows.penalties.len());
        for (day, row) in known.iter().enumerate() {
            let age = (values.len() - 1 - day) as i32;
            let mu = expected[day];
            let prior: f64 = row.iter().map(|(column, value)| rows.priors[*column] * value).sum();
            normal.add_sparse(row, mu.ln() + (values[day] - mu) / mu - prior, mu * DECAY_PER_DAY.powi(age));
        }
        let deviations = normal.solve(&rows.penalties)?;
        coefficients = rows.priors.iter().zip(deviations).map(|(prior, deviation)| prior + deviation).collect();
        for (mu, row) in expected.iter_mut().zip(&known) {
            let log = row.iter().map(|(column, value)| coefficients[*column] * value).sum::<f64>();
            *mu = log.clamp(-9.0, 9.0).exp();
        }
    }
    Some(coefficients)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(num_days: usize) -> Calendar {
        Calendar::new("SYD", "2023-01-01".parse().unwrap(), num_days, 1)
    }

    /// A made-up law of factors: weekends a tenth, the last day of a month double, Christmas Day a quarter.
    fn law(day: &Day) -> f64 {
        let weekend = if day.weekday >= 5 { 0.1 } else { 1.0 };
        let month_end = if day.days_to_month_end == 0 { 2.0 } else { 1.0 };
        let christmas = if day.holiday == Some("Christmas Day") { 0.25 } else { 1.0 };
        weekend * month_end * christmas
    }

    #[test]
    fn factors_that_made_a_series_are_found_again() {
        let calendar = calendar(3 * 365 + 1);
        let days = calendar.days();
        let values: Vec<f64> = days[..2 * 365 + 300].iter().map(|day| 500.0 * law(day)).collect();
        let effects = CalendarEffects::fit(&values, &calendar).unwrap();
        // Days past the values, beside a plain Wednesday.
        let at = |date: &str| {
            let step = days.iter().position(|day| day.date.to_string() == date).unwrap();
            (effects.at(step).unwrap(), law(&days[step]))
        };
        let (plain, _) = at("2025-11-12");
        for date in ["2025-11-15", "2025-11-28", "2025-11-30", "2025-12-10", "2025-12-31"] {
            let (found, truth) = at(date);
            assert!((found / plain / truth).ln().abs() < 0.12, "{date}: {} for {truth}", found / plain);
        }
        // Seen twice, a holiday's own effect of 0.25 is drawn towards none.
        let christmas = at("2025-12-25").0 / plain;
        assert!((0.25..0.4).contains(&christmas), "{christmas}");
    }

    #[test]
    fn without_three_weeks_or_any_volume_there_are_no_effects() {
        let calendar = calendar(60);
        assert_eq!(CalendarEffects::fit(&[5.0; 20], &calendar), None);
        assert_eq!(CalendarEffects::fit(&[0.0; 40], &calendar), None);
        assert_eq!(CalendarEffects::fit(&[5.0; 61], &calendar), None, "more values than days");
        let mut negative = [5.0; 40];
        negative[3] = -1.0;
        assert_eq!(CalendarEffects::fit(&negative, &calendar), None);
        assert!(CalendarEffects::fit(&[5.0; 40], &calendar).is_some_and(|effects| effects.at(60).is_none()));
    }
}
