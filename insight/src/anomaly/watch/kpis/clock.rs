//! Periods of a series as the detector's steps: hours by a city's clock, or its days.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime};
use tidemark_model::city::{CITIES, City, find};
use tidemark_model::time::{DAY, HOUR, Micros};

use crate::forecast::calendar::{Calendar, Day};
use crate::forecast::past::Grain;
use crate::literal::date;

/// The calendar of all cities together is that of the city with the most invoices.
const CALENDAR_OF_ALL: &str = "HKG";

/// After its end a period waits so long for events that are on their way.
const GRACE: Micros = HOUR / 6;

/// 1970 began on a Thursday, three days after a week did.
const TO_MONDAY: i64 = 3;

/// The periods of a grain in a city, counted since 1970: hours by UTC, days by their date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    grain: Grain,
    /// None for all cities together, or one that is none of the group's.
    city: Option<&'static City>,
    is_of_all: bool,
}

/// A grain and a city, whose periods lie in the same days; no city for all of them.
pub(super) type Place = (Grain, &'static str);

/// Kinds of days, each beside its own past only.
mod class {
    pub(super) const ORDINARY: u8 = 0;
    pub(super) const HOLIDAY: u8 = 1;
    pub(super) const MONTH_END: u8 = 2;
    pub(super) const MADE_UP: u8 = 3;
    pub(super) const FIRST: u8 = 4;
    pub(super) const LUNAR_NEW_YEAR: u8 = 5;
}

impl Clock {
    /// The clock of a city; of all together where none is named.
    pub(super) fn of(grain: Grain, city: Option<&str>) -> Self {
        Self { grain, city: find(city.unwrap_or(CALENDAR_OF_ALL)), is_of_all: city.is_none() }
    }

    /// Periods of a week.
    pub(super) const fn periods_a_week(self) -> i64 {
        match self.grain {
            Grain::Hour => 7 * 24,
            Grain::Day => 7,
        }
    }

    /// The period that an instant is in.
    pub(super) fn period(self, at: Micros) -> i64 {
        match self.grain {
            Grain::Hour => at.div_euclid(HOUR),
            Grain::Day => (at + self.offset(at)).div_euclid(DAY),
        }
    }

    /// When a period starts.
    pub(super) fn start(self, period: i64) -> Micros {
        match self.grain {
            Grain::Hour => period * HOUR,
            Grain::Day => day_start(self.city, date(period)),
        }
    }

    /// The first period that has not been over for long enough. All cities together have a day behind them when the last
    /// of them has.
    pub(super) fn first_open(self, now_at: Micros) -> i64 {
        let now_at = now_at - GRACE;
        match self.grain {
            Grain::Day if self.is_of_all => {
                CITIES.iter().map(|city| Self { city: Some(city), ..self }.period(now_at)).min().unwrap_or_default()
            }
            _ => self.period(now_at),
        }
    }

    /// A period as the detector counts: since a Monday's beginning by the city's clock.
    pub(super) fn step(self, period: i64) -> u64 {
        let step = match self.grain {
            Grain::Hour => (period * HOUR + self.offset(period * HOUR)).div_euclid(HOUR) + TO_MONDAY * 24,
            Grain::Day => period + TO_MONDAY,
        };
        step.max(0).unsigned_abs()
    }

    /// The period of a step. Where clocks were set back, two hours have the same step: then the later one.
    pub(super) fn period_of(self, step: u64) -> i64 {
        match self.grain {
            Grain::Day => step.cast_signed() - TO_MONDAY,
            Grain::Hour => {
                let local = (step.cast_signed() - TO_MONDAY * 24) * HOUR;
                let near = local - self.offset(local);
                (local - self.offset(near)).div_euclid(HOUR)
            }
        }
    }

    /// Whether its periods are hours.
    pub(super) const fn is_hourly(self) -> bool {
        matches!(self.grain, Grain::Hour)
    }

    /// What its days are shared with.
    pub(super) fn place(self) -> Place {
        (self.grain, self.city.map_or("", |city| city.code))
    }

    /// An instant by the city's clock, for people.
    pub(super) fn local(self, at: Micros) -> String {
        let local = DateTime::from_timestamp_micros(at + self.offset(at)).unwrap_or_default();
        let form = if self.grain == Grain::Hour { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
        local.format(form).to_string()
    }

    /// The kinds of the days that some periods are in, from the first on.
    pub(super) fn classes(self, first: i64, until: i64) -> Classes {
        let day = |period: i64| match self.grain {
            Grain::Hour => (period * HOUR + self.offset(period * HOUR)).div_euclid(DAY),
            Grain::Day => period,
        };
        let (first_day, last_day) = (day(first), day(until));
        let city = self.city.map_or("", |city| city.code);
        let num_days = usize::try_from(last_day - first_day + 1).unwrap_or_default();
        let calendar = Calendar::new(city, date(first_day), num_days, 1);
        let class = |day: &Day| match day.working {
            _ if day.is_lunar_new_year_week => class::LUNAR_NEW_YEAR,
            None if day.weekday < 5 => class::HOLIDAY,
            Some(_) if day.weekday >= 5 => class::MADE_UP,
            _ if day.days_to_month_end < 3 => class::MONTH_END,
            _ if day.date.day() == 1 => class::FIRST,
            _ => class::ORDINARY,
        };
        Classes { clock: self, first_day, of_days: calendar.days().iter().map(class).collect() }
    }

    fn offset(self, at: Micros) -> Micros {
        let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
        self.city.map_or(0, |city| city.offset_us(at))
    }
}

fn day_start(city: Option<&City>, day: NaiveDate) -> Micros {
    let start = city.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |city| city.day_start(day));
    start.timestamp_micros()
}

/// Kinds of days.
#[derive(Debug)]
pub(super) struct Classes {
    clock: Clock,
    first_day: i64,
    of_days: Vec<u8>,
}

impl Classes {
    /// The kind of the day that a period is in.
    pub(super) fn of(&self, period: i64) -> u8 {
        let day = match self.clock.grain {
            Grain::Day => period,
            Grain::Hour => (period * HOUR + self.clock.offset(period * HOUR)).div_euclid(DAY),
        };
        let place = usize::try_from(day - self.first_day).ok();
        place.and_then(|place| self.of_days.get(place)).copied().unwrap_or(class::ORDINARY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days since 1970 by Python's `(date - date(1970, 1, 1)).days`.
    const SATURDAY_28_FEBRUARY_2026: i64 = 20_512;

    #[test]
    fn steps_begin_with_a_local_monday_and_lead_back() {
        let (hours, days) = (Clock::of(Grain::Hour, Some("HKG")), Clock::of(Grain::Day, Some("HKG")));
        let at = days.start(SATURDAY_28_FEBRUARY_2026);
        assert_eq!(days.local(at), "2026-02-28");
        assert_eq!(hours.local(at), "2026-02-28 00:00");
        assert_eq!(days.step(SATURDAY_28_FEBRUARY_2026) % 7, 5);
        let step = hours.step(hours.period(at));
        assert_eq!((step % 24, step / 24 % 7), (0, 5));
        assert_eq!(hours.period_of(step), hours.period(at));
        assert_eq!(days.period_of(days.step(SATURDAY_28_FEBRUARY_2026)), SATURDAY_28_FEBRUARY_2026);
    }

    #[test]
    fn hours_of_a_city_that_sets_its_clocks_rise() {
        // Sydney went from 03:00 back to 02:00 on 5 April 2026, at 16:00 UTC of the 4th (IANA time zones).
        let sydney = Clock::of(Grain::Hour, Some("SYD"));
        let first = Clock::of(Grain::Day, None).start(20_547).div_euclid(HOUR);
        let steps: Vec<u64> = (first..first + 36).map(|period| sydney.step(period)).collect();
        assert_eq!(steps.windows(2).filter(|pair| pair[0] == pair[1]).count(), 1);
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn holidays_and_month_ends_are_of_their_kind() {
        let days = Clock::of(Grain::Day, Some("HKG"));
        // New year 2026 was a Thursday; 28 February the last of its month; 5 January a Monday.
        assert_eq!(days.classes(20_454, 20_454).of(20_454), class::HOLIDAY);
        let to_march = days.classes(20_458, SATURDAY_28_FEBRUARY_2026 + 1);
        assert_eq!(to_march.of(20_458), class::ORDINARY);
        assert_eq!(to_march.of(SATURDAY_28_FEBRUARY_2026), class::MONTH_END);
        assert_eq!(to_march.of(SATURDAY_28_FEBRUARY_2026 + 1), class::FIRST);
        let hours = Clock::of(Grain::Hour, Some("HKG"));
        let hour = hours.period(days.start(20_454) + 23 * HOUR);
        assert_eq!(hours.classes(hour, hour).of(hour), class::HOLIDAY);
    }

    #[test]
    fn the_week_of_the_lunar_new_year_is_a_kind_of_its_own_weekend_and_all() {
        // It began on Tuesday 17 February 2026, day 20,501. Hong Kong's offices opened again on Friday the 20th; Tokyo's
        // never closed.
        let classes = |city| Clock::of(Grain::Day, Some(city)).classes(20_499, 20_508);
        let quiet: Vec<i64> = (20_499..20_508).filter(|day| classes("HKG").of(*day) == class::LUNAR_NEW_YEAR).collect();
        assert_eq!(quiet, Vec::from_iter(20_500..=20_506));
        assert_eq!(classes("TYO").of(20_502), class::ORDINARY);
    }

    #[test]
    fn a_day_of_all_cities_is_over_when_it_is_over_in_the_last() {
        let (all, sydney) = (Clock::of(Grain::Day, None), Clock::of(Grain::Day, Some("SYD")));
        let now_at = sydney.start(20_600) + HOUR;
        assert_eq!(sydney.first_open(now_at), 20_600);
        assert_eq!(all.first_open(now_at), 20_599);
    }
}
