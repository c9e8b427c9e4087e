//! The days of a calendar as the columns of a regression: what a day's place in the week, the month and the year and the
//! holidays around it may do to a series.
//!
//! They depend on nothing that is fitted, so a calendar works them out once, for all fits of its series.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::calendar::Day;

/// Working days, and days, that are told apart at each end of a month.
const MONTH_ENDS: u32 = 4;

/// Penalties, for days of weight 1 and a series of mean 1.
const PENALTY: f64 = 0.3;

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

/// The days as columns that are not 0, with what is believed of each column before anything is seen.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// Of each day the columns and their values, ascending, without constant and trend.
    pub(super) of_days: Vec<Vec<(usize, f64)>>,
    /// How strongly each column is shrunk.
    pub(super) penalties: Vec<f64>,
    /// What the coefficients are drawn to.
    pub(super) priors: Vec<f64>,
}

/// The columns of the constant and the trend.
pub(super) const LEVEL: [usize; 2] = [0, 1];

impl Columns {
    /// The columns of days, with the season of a year or without.
    pub(super) fn of(days: &[Day], has_season: bool) -> Self {
        let columns: Vec<Vec<(Column, f64)>> = (0..days.len()).map(|day| columns(days, day, has_season)).collect();
        let mut numbers = BTreeMap::from([(Column::Constant, LEVEL[0]), (Column::Trend, LEVEL[1])]);
        for (column, _) in columns.iter().flatten() {
            let next = numbers.len();
            numbers.entry(*column).or_insert(next);
        }
        let of_day = |columns: &Vec<(Column, f64)>| {
            let mut row: Vec<_> =
                columns.iter().filter_map(|(column, value)| Some((*numbers.get(column)?, *value))).collect();
            row.sort_by_key(|(column, _)| *column);
            row
        };
        let of_days = columns.iter().map(of_day).collect();
        let (mut penalties, mut priors) = (vec![0.0; numbers.len()], vec![0.0; numbers.len()]);
        for (column, number) in &numbers {
            penalties[*number] = PENALTY * column.strictness();
            priors[*number] = column.prior();
        }
        Self { of_days, penalties, priors }
    }
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
