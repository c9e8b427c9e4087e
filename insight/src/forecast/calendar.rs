//! The days of a city: working days, holidays, bridge days and where each day stands in its month.
//!
//! Freight is invoiced towards the end of a month and not on days off, so that a day's volume depends more on its place
//! in the month and on the holidays around it than on what happened a week before.

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate};
use tidemark_model::holidays::DaysOff;

use super::calendar_columns::Columns;

/// A day of a city's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The local date.
    pub date: NaiveDate,
    /// 0 for Monday to 6 for Sunday.
    pub weekday: usize,
    /// The public holiday that it is, in English; None on other days.
    pub holiday: Option<&'static str>,
    /// Its place among the working days of its month; None on a weekend or a holiday.
    pub working: Option<WorkingDay>,
    /// Whether it is a working day between two days off.
    pub is_bridge: bool,
    /// Whether it is in the quiet week of the lunar new year ([`DaysOff::is_lunar_new_year_week`]).
    pub is_lunar_new_year_week: bool,
    /// Days left in its month, 0 on the last.
    pub days_to_month_end: u32,
}

/// The place of a working day in its month, counted from both ends, each from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingDay {
    /// 1 on the month's first working day.
    pub from_start: u32,
    /// 1 on the month's last working day.
    pub from_end: u32,
}

/// A city's days from the first step of a series on.
#[derive(Debug, Clone)]
pub struct Calendar {
    days: Vec<Day>,
    steps_a_day: usize,
    /// Without the season of a year, and with it; worked out when first asked for.
    columns: [OnceLock<Columns>; 2],
}

impl Calendar {
    /// The days of a city from a date on, with so many steps each: 1 of a daily series, 24 of an hourly one. A city
    /// that has no holidays here (see [`tidemark_model::holidays::CITIES`]) rests at weekends only.
    #[must_use]
    pub fn new(city: &str, first: NaiveDate, num_days: usize, steps_a_day: usize) -> Self {
        let end = first + Days::new(num_days as u64);
        // Whole months, since a working day is counted from both ends of its month, and a day more for bridges.
        let from = first.with_day(1).unwrap_or(first) - Days::new(1);
        let until = first_of_next_month(end) + Days::new(1);
        let days_off = DaysOff::of(city, from.year()..=until.year());
        let mut days: Vec<Day> =
            from.iter_days().take_while(|date| *date <= until).map(|date| plain(date, &days_off)).collect();
        mark_bridges(&mut days);
        count_working_days(&mut days);
        days.retain(|day| first <= day.date && day.date < end);
        Self { days, steps_a_day: steps_a_day.max(1), columns: Default::default() }
    }

    /// How many steps of a series make a day.
    #[must_use]
    pub fn steps_a_day(&self) -> usize {
        self.steps_a_day
    }

    /// The days, the first step's day first.
    #[must_use]
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// Its days as columns of a regression, with the season of a year or without.
    pub(super) fn columns(&self, has_season: bool) -> &Columns {
        self.columns[usize::from(has_season)].get_or_init(|| Columns::of(&self.days, has_season))
    }

    /// The index of the day that a step is in; None past the calendar's end.
    #[must_use]
    pub fn day_of(&self, step: usize) -> Option<usize> {
        Some(step / self.steps_a_day).filter(|day| *day < self.days.len())
    }
}

fn first_of_next_month(date: NaiveDate) -> NaiveDate {
    let (year, month) = if date.month() == 12 { (date.year() + 1, 1) } else { (date.year(), date.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(date)
}

fn plain(date: NaiveDate, days_off: &DaysOff) -> Day {
    let weekday = date.weekday().num_days_from_monday() as usize;
    let holiday = days_off.holiday(date);
    let days_to_month_end = (first_of_next_month(date) - date).num_days() as u32 - 1;
    let working = days_off.is_working(date).then_some(WorkingDay { from_start: 0, from_end: 0 });
    let is_lunar_new_year_week = days_off.is_lunar_new_year_week(date);
    Day { date, weekday, holiday, working, is_bridge: false, is_lunar_new_year_week, days_to_month_end }
}

fn mark_bridges(days: &mut [Day]) {
    for index in 1..days.len().saturating_sub(1) {
        let is_alone = days[index - 1].working.is_none() && days[index + 1].working.is_none();
        days[index].is_bridge = days[index].working.is_some() && is_alone;
    }
}

fn count_working_days(days: &mut [Day]) {
    let mut count = 0;
    for day in days.iter_mut() {
        count = if day.date.day() == 1 { 0 } else { count };
        if let Some(working) = &mut day.working {
            count += 1;
            working.from_start = count;
        }
    }
    count = 0;
    for day in days.iter_mut().rev() {
        count = if day.days_to_month_end == 0 { 0 } else { count };
        if let Some(working) = &mut day.working {
            count += 1;
            working.from_end = count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(city: &str, date: &str) -> Day {
        let first: NaiveDate = date.parse().unwrap();
        Calendar::new(city, first, 1, 1).days()[0]
    }

    fn working(from_start: u32, from_end: u32) -> Option<WorkingDay> {
        Some(WorkingDay { from_start, from_end })
    }

    /// Counted by hand on the calendars of Hong Kong and Shanghai.
    #[test]
    fn working_days_count_from_both_ends_of_their_month() {
        // October 2025 in Hong Kong: the 1st, the 7th and the 29th are off.
        assert_eq!(day("HKG", "2025-10-01").working, None);
        assert_eq!(day("HKG", "2025-10-01").holiday, Some("National Day"));
        assert_eq!(day("HKG", "2025-10-02").working, working(1, 20));
        assert_eq!(day("HKG", "2025-10-31").working, working(20, 1));
        assert_eq!(day("HKG", "2025-10-31").days_to_month_end, 0);
        // Shanghai worked on Saturday 11 October for its eight days off: the third working day after the 9th and 10th.
        assert_eq!(day("SHA", "2025-10-11").working, working(3, 16));
        assert_eq!(day("SHA", "2025-10-12").working, None);
    }

    #[test]
    fn a_working_day_alone_between_days_off_is_a_bridge() {
        // Friday 2 May 2025 followed a Thursday that Tokyo worked.
        assert!(!day("TYO", "2025-05-02").is_bridge);
        // Tokyo, Monday 28 April 2025: between a Sunday and Showa Day.
        assert!(day("TYO", "2025-04-28").is_bridge);
    }

    #[test]
    fn steps_belong_to_days_from_the_first_on() {
        let calendar = Calendar::new("SIN", "2026-01-30".parse().unwrap(), 3, 24);
        assert_eq!((calendar.day_of(23), calendar.day_of(24), calendar.day_of(71)), (Some(0), Some(1), Some(2)));
        assert_eq!(calendar.day_of(72), None);
        assert_eq!(calendar.days()[2].date.to_string(), "2026-02-01");
        assert_eq!(calendar.days()[0].weekday, 4);
    }
}
