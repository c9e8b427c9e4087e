//! Calendar months, as finance counts: budgets, cost pools and closes are of a month.
//!
//! A month has no zone of its own: an event belongs to the month in which its city's local day lies.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// A calendar month, from 2000-01 to 2199-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since January of year 0.
    since_zero: i32,
}

/// Why a text is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a month from 2000-01 to 2199-12, written YYYY-MM")]
pub struct MonthError;

impl Month {
    /// The first month that there is.
    pub const FIRST: Self = Self { since_zero: 2000 * 12 };
    const LAST: Self = Self { since_zero: 2199 * 12 + 11 };

    /// The month that a day lies in; `None` outside the range.
    #[must_use]
    pub fn of(day: NaiveDate) -> Option<Self> {
        let month = Self { since_zero: day.year().checked_mul(12)?.checked_add(day.month0() as i32)? };
        (Self::FIRST..=Self::LAST).contains(&month).then_some(month)
    }

    /// The month after this one; `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        (self < Self::LAST).then_some(Self { since_zero: self.since_zero + 1 })
    }

    /// The month before this one; `None` before the first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        (self > Self::FIRST).then_some(Self { since_zero: self.since_zero - 1 })
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        let (year, month) = (self.since_zero.div_euclid(12), self.since_zero.rem_euclid(12) + 1);
        // Every month within the range has a first day.
        NaiveDate::from_ymd_opt(year, month as u32, 1).unwrap_or_default()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.since_zero.div_euclid(12), self.since_zero.rem_euclid(12) + 1)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let is_digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        if !is_digits(year, 4) || !is_digits(month, 2) {
            return Err(MonthError);
        }
        let (year, month): (i32, u32) = (year.parse().map_err(|_| MonthError)?, month.parse().map_err(|_| MonthError)?);
        NaiveDate::from_ymd_opt(year, month, 1).and_then(Self::of).ok_or(MonthError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_reads_back_as_it_was_written_and_follows_the_calendar() {
        let december: Month = "2026-12".parse().unwrap();
        assert_eq!(december.to_string(), "2026-12");
        assert_eq!(december.next().unwrap().to_string(), "2027-01");
        assert_eq!(december.next().unwrap().previous(), Some(december));
        assert_eq!(december.first_day().to_string(), "2026-12-01");
        assert_eq!(Month::of("2026-12-31".parse().unwrap()), Some(december));
        assert!(december < december.next().unwrap());
    }

    #[test]
    fn other_forms_are_refused_and_the_range_ends() {
        for text in ["", "2026", "2026-00", "2026-13", "2026-1", "26-01", "2026-01-01", "+026-01", "1999-12", "2200-01"]
        {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
        assert_eq!("2199-12".parse::<Month>().unwrap().next(), None);
        assert_eq!(Month::FIRST.previous(), None);
    }
}
