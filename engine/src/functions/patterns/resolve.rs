//! The fields that a text gave, put together into a time.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::PatternError;
use super::template::{Field, Token};
use super::write::JULIAN_BEFORE_CE;

/// A time by the clock, with seconds east of UTC where the text had them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) local: NaiveDateTime,
    pub(crate) offset_s: Option<i32>,
}

/// What has been read; 0 is what has not, as in PostgreSQL.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) before_christ: bool,
    pub(super) zone_negative: bool,
    calendar: Option<Calendar>,
    afternoon: bool,
    /// Whether hours are those of the twelve-hour clock.
    twelve_hours: bool,
    zoned: bool,
    century: i32,
    year: i32,
    year_digits: u8,
    month: i32,
    day: i32,
    day_of_year: i32,
    /// From 1, Sunday.
    weekday: i32,
    week: i32,
    week_of_month: i32,
    julian: i32,
    hour: i32,
    minute: i32,
    second: i32,
    second_of_day: i32,
    millis: i32,
    micros: i32,
    zone_hour: i32,
    zone_minute: i32,
    quarter: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calendar {
    Gregorian,
    IsoWeeks,
}

impl Fields {
    pub(super) fn noon(&mut self, afternoon: bool) {
        (self.afternoon, self.twelve_hours) = (afternoon, true);
    }

    /// Keeps a value of `digits` digits; an error where the text gave another for the same field.
    pub(super) fn set(&mut self, token: &Token, value: i32, digits: usize) -> Result<(), PatternError> {
        let field = token.field;
        self.use_calendar(field)?;
        self.twelve_hours |= field == Field::Hour12;
        self.zoned |= matches!(field, Field::ZoneHour | Field::ZoneMinute);
        if let Field::Year(length) | Field::IsoYear(length) = field {
            self.year_digits = length;
        }
        let kept = match field {
            Field::Year(1..=3) | Field::IsoYear(1..=3) if digits < 4 => near_2020(value),
            Field::Millis => scaled(value, digits, 3),
            Field::Fraction(_) => scaled(value, digits, 6),
            Field::IsoWeekday if value >= 7 => 1,
            Field::IsoWeekday => value + 1,
            _ => value,
        };
        let Some(place) = self.place(field) else { return Ok(()) };
        if *place != 0 && *place != value {
            return Err(PatternError::new(format!("conflicting values for \"{}\" in the text", token.keyword)));
        }
        *place = kept;
        Ok(())
    }

    fn place(&mut self, field: Field) -> Option<&mut i32> {
        Some(match field {
            Field::Century => &mut self.century,
            Field::Year(_) | Field::IsoYear(_) | Field::YearComma => &mut self.year,
            Field::Month | Field::MonthName | Field::MonthShort | Field::MonthRoman => &mut self.month,
            Field::Day => &mut self.day,
            Field::DayOfYear | Field::IsoDayOfYear => &mut self.day_of_year,
            Field::Weekday | Field::IsoWeekday | Field::DayName | Field::DayShort => &mut self.weekday,
            Field::Week | Field::IsoWeek => &mut self.week,
            Field::WeekOfMonth => &mut self.week_of_month,
            Field::Julian => &mut self.julian,
            Field::Hour24 | Field::Hour12 => &mut self.hour,
            Field::Minute => &mut self.minute,
            Field::Second => &mut self.second,
            Field::SecondOfDay => &mut self.second_of_day,
            Field::Millis => &mut self.millis,
            Field::Fraction(_) => &mut self.micros,
            Field::ZoneHour => &mut self.zone_hour,
            Field::ZoneMinute => &mut self.zone_minute,
            // Read and left alone: which day of the quarter would be meant is not known.
            Field::Quarter => &mut self.quarter,
            _ => return None,
        })
    }

    fn use_calendar(&mut self, field: Field) -> Result<(), PatternError> {
        let calendar = match field {
            Field::IsoYear(_) | Field::IsoDayOfYear | Field::IsoWeekday | Field::IsoWeek => Calendar::IsoWeeks,
            Field::Year(_) | Field::YearComma | Field::Month | Field::MonthName | Field::MonthShort => {
                Calendar::Gregorian
            }
            Field::MonthRoman | Field::Day | Field::DayOfYear | Field::Weekday | Field::Week | Field::WeekOfMonth => {
                Calendar::Gregorian
            }
            _ => return Ok(()),
        };
        if *self.calendar.get_or_insert(calendar) != calendar {
            return Err(PatternError::new("a pattern cannot mix ISO weeks and the calendar's months"));
        }
        Ok(())
    }

    /// The time, with `text` for the error's message.
    pub(super) fn resolve(&self, text: &str) -> Result<Moment, PatternError> {
        let out_of_range = || PatternError::new(format!("date/time field value out of range: \"{text}\""));
        if self.ordinal().is_some() && self.full_year() == 0 && self.julian == 0 && !self.before_christ {
            return Err(PatternError::new("cannot calculate day of year without year information"));
        }
        let hour = self.hour_of_day()?;
        let date = self.date().ok_or_else(out_of_range)?;
        let time = self.time(hour).ok_or_else(out_of_range)?;
        let micros = i64::from(self.millis) * 1000 + i64::from(self.micros);
        let micros = Some(micros).filter(|micros| (0..1_000_000).contains(micros)).ok_or_else(out_of_range)?;
        let local = date.and_time(time) + TimeDelta::microseconds(micros);
        let offset_s = self.offset_s().ok_or_else(out_of_range)?;
        Ok(Moment { local, offset_s: self.zoned.then_some(offset_s) })
    }

    fn hour_of_day(&self) -> Result<i32, PatternError> {
        let hour = if self.hour == 0 { self.second_of_day / 3600 } else { self.hour };
        if !self.twelve_hours {
            return Ok(hour);
        }
        if !(1..=12).contains(&hour) {
            return Err(PatternError::new(format!("hour \"{hour}\" is invalid for the 12-hour clock")));
        }
        Ok(hour % 12 + if self.afternoon { 12 } else { 0 })
    }

    fn time(&self, hour: i32) -> Option<NaiveTime> {
        let own = |own: i32, of_day: i32| if own == 0 { of_day } else { own };
        let minute = own(self.minute, self.second_of_day / 60 % 60);
        let second = own(self.second, self.second_of_day % 60);
        let [hour, minute, second] = [hour, minute, second].map(u32::try_from);
        NaiveTime::from_hms_opt(hour.ok()?, minute.ok()?, second.ok()?)
    }

    fn offset_s(&self) -> Option<i32> {
        let valid = (0..=15).contains(&self.zone_hour) && (0..=59).contains(&self.zone_minute);
        let offset_s = self.zone_hour.checked_mul(3600)?.checked_add(self.zone_minute.checked_mul(60)?)?;
        valid.then_some(if self.zone_negative { -offset_s } else { offset_s })
    }

    /// The year before the first is 0 here, as in chrono.
    fn full_year(&self) -> i32 {
        let century = i64::from(if self.before_christ { -self.century } else { self.century });
        if self.century != 0 && self.year == 0 {
            return saturated(if century > 0 { (century - 1) * 100 + 1 } else { century * 100 + 1 });
        }
        if self.century != 0 && self.year_digits <= 2 {
            let of_century = i64::from(self.year % 100);
            return saturated(match (of_century, century >= 0) {
                (0, _) => century * 100 + i64::from(century < 0),
                (_, true) => (century - 1) * 100 + of_century,
                (_, false) => (century + 1) * 100 - of_century + 1,
            });
        }
        let year = if self.before_christ { -self.year } else { self.year };
        if year < 0 { year + 1 } else { year }
    }

    fn date(&self) -> Option<NaiveDate> {
        let year = self.full_year();
        let days = |days: i64| first_iso_day(year)?.checked_add_signed(TimeDelta::try_days(days)?);
        let iso = self.calendar == Some(Calendar::IsoWeeks);
        if iso && self.week != 0 {
            let day = if self.weekday == 0 { 0 } else { (self.weekday + 5) % 7 };
            return days((i64::from(self.week) - 1) * 7 + i64::from(day));
        }
        if iso && self.day_of_year != 0 {
            return days(i64::from(self.day_of_year) - 1);
        }
        let julian = i32::try_from(i64::from(self.julian) - JULIAN_BEFORE_CE).ok().filter(|_| self.julian != 0);
        let base = match (julian, self.ordinal()) {
            (Some(julian), _) => NaiveDate::from_num_days_from_ce_opt(julian)?,
            (None, Some(ordinal)) => {
                let days = Days::new(u64::try_from(ordinal - 1).ok()?);
                NaiveDate::from_yo_opt(year, 1)?.checked_add_days(days).filter(|date| date.year() == year)?
            }
            (None, None) => NaiveDate::from_ymd_opt(year, 1, 1)?,
        };
        // A month or day of its own counts, but beside a day of the year a 1 does not.
        let least = i64::from(julian.is_none() && self.ordinal().is_some());
        let part = |own: i64, base: u32| if own == 0 || own == least { Some(base) } else { u32::try_from(own).ok() };
        let (month, day) = (part(self.month.into(), base.month())?, part(self.day_of_month(), base.day())?);
        NaiveDate::from_ymd_opt(base.year(), month, day)
    }

    /// The day of the year, of its weeks or its own, where no later month and day say otherwise.
    fn ordinal(&self) -> Option<i64> {
        let weeks = self.calendar != Some(Calendar::IsoWeeks) && self.week != 0;
        let ordinal = if weeks { (i64::from(self.week) - 1) * 7 + 1 } else { self.day_of_year.into() };
        (ordinal != 0 && (self.month <= 1 || self.day_of_month() <= 1)).then_some(ordinal)
    }

    fn day_of_month(&self) -> i64 {
        let weeks = i64::from(self.week_of_month);
        if weeks == 0 { self.day.into() } else { (weeks - 1) * 7 + 1 }
    }
}

/// Monday of the first week.
fn first_iso_day(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon)
}

fn saturated(year: i64) -> i32 {
    i32::try_from(year).unwrap_or(i32::MAX)
}

/// Years of fewer than four digits are those nearest to 2020.
fn near_2020(year: i32) -> i32 {
    match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        100..520 => year + 2000,
        520..1000 => year + 1000,
        _ => year,
    }
}

/// A fraction's digits as if there were `width` of them: 5 of 3 is 500.
fn scaled(value: i32, digits: usize, width: usize) -> i32 {
    let missing = u32::try_from(width.saturating_sub(digits)).unwrap_or_default();
    value.saturating_mul(10_i32.pow(missing))
}
