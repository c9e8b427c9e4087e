//! The parts of a time or of an interval that a pattern can name.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// A time by a clock, or a length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(super) year: i32,
    pub(super) month: i32,
    pub(super) day: i32,
    /// Of an interval any number, and like all its parts below zero where it is.
    pub(super) hour: i64,
    pub(super) minute: i32,
    pub(super) second: i32,
    pub(super) micros: i32,
    /// Seconds east of UTC; 0 without a zone.
    pub(super) offset_s: i32,
    /// The zone's abbreviation; empty without a zone.
    pub(super) zone: String,
    /// The calendar's day; none for an interval.
    pub(super) date: Option<NaiveDate>,
}

impl Parts {
    /// A time by the clock, without zone.
    pub(crate) fn local(time: NaiveDateTime) -> Self {
        Self::zoned(time, 0, String::new())
    }

    /// A time by the clock of a zone, `offset_s` seconds east of UTC.
    pub(crate) fn zoned(time: NaiveDateTime, offset_s: i32, zone: String) -> Self {
        Self {
            year: time.year(),
            month: time.month() as i32,
            day: time.day() as i32,
            hour: time.hour().into(),
            minute: time.minute() as i32,
            second: time.second() as i32,
            micros: (time.nanosecond() / 1000) as i32,
            offset_s,
            zone,
            date: Some(time.date()),
        }
    }

    /// An interval of months, days and microseconds, which PostgreSQL keeps apart.
    pub(crate) fn interval(months: i32, days: i32, micros: i64) -> Self {
        let seconds = micros / 1_000_000;
        Self {
            year: months / 12,
            month: months % 12,
            day: days,
            hour: seconds / 3600,
            minute: (seconds / 60 % 60) as i32,
            second: (seconds % 60) as i32,
            micros: (micros % 1_000_000) as i32,
            offset_s: 0,
            zone: String::new(),
            date: None,
        }
    }
}
