//! Times: dates, clocks, instants and intervals. Each says whether it wrote: no calendar has every number of days.

use std::fmt::{Error, Result as Written, Write};

use arrow::array::timezone::Tz;
use arrow::datatypes::IntervalMonthDayNano;
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone};

use super::{DAY_US, SECOND_US};

/// From the year 1 to 1970-01-01, as chrono counts.
const DAYS_TO_1970: i32 = 719_163;

/// A date, in days since 1970-01-01.
pub(super) fn date(days: i32, out: &mut impl Write) -> Result<bool, Error> {
    let Some(date) = calendar(days) else { return Ok(false) };
    day(date, out)?;
    out.write_str(era(date)).map(|()| true)
}

fn calendar(days: i32) -> Option<NaiveDate> {
    days.checked_add(DAYS_TO_1970).and_then(NaiveDate::from_num_days_from_ce_opt)
}

/// A date without its era.
fn day(date: NaiveDate, out: &mut impl Write) -> Written {
    match u32::try_from(date.year()) {
        // By a format string, dates took a third of the time of a panel that is answered from what is kept.
        Ok(year @ 1..=9_999) => {
            let ([c1, c2], [y1, y2]) = (two(year / 100), two(year % 100));
            let ([m1, m2], [d1, d2]) = (two(date.month()), two(date.day()));
            ascii(&[c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2], out)
        }
        _ => write!(out, "{:04}-{:02}-{:02}", date.year_ce().1, date.month(), date.day()),
    }
}

/// What follows a time of a year before the first.
fn era(date: NaiveDate) -> &'static str {
    if date.year_ce().0 { "" } else { " BC" }
}

/// A time of day, its fraction without zeros at its end.
pub(super) fn clock(micros: i64, out: &mut impl Write) -> Written {
    let (seconds, fraction) = (micros / SECOND_US, micros % SECOND_US);
    match u32::try_from(seconds) {
        Ok(seconds @ 0..=359_999) => {
            let ([h1, h2], [m1, m2], [s1, s2]) = (two(seconds / 3_600), two(seconds / 60 % 60), two(seconds % 60));
            ascii(&[h1, h2, b':', m1, m2, b':', s1, s2], out)?;
        }
        _ => write!(out, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?,
    }
    if fraction == 0 {
        return Ok(());
    }
    let digits = format!("{fraction:06}");
    write!(out, ".{}", digits.trim_end_matches('0'))
}

/// A time by a clock without zone.
pub(super) fn local(micros: i64, out: &mut impl Write) -> Result<bool, Error> {
    let Some(date) = local_without_era(micros, out)? else { return Ok(false) };
    out.write_str(era(date)).map(|()| true)
}

fn local_without_era(micros: i64, out: &mut impl Write) -> Result<Option<NaiveDate>, Error> {
    let date = i32::try_from(micros.div_euclid(DAY_US)).ok().and_then(calendar);
    if let Some(date) = date {
        day(date, out)?;
        out.write_char(' ')?;
        clock(micros.rem_euclid(DAY_US), out)?;
    }
    Ok(date)
}

/// An instant by a zone's clock, with its hours, and minutes and seconds where there are some, east of UTC.
pub(super) fn instant(micros: i64, zone: &Tz, out: &mut impl Write) -> Result<bool, Error> {
    let Some(utc) = DateTime::from_timestamp_micros(micros) else { return Ok(false) };
    let east_s = zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc();
    let Some(shown) = micros.checked_add(i64::from(east_s) * SECOND_US) else { return Ok(false) };
    let Some(date) = local_without_era(shown, out)? else { return Ok(false) };
    out.write_char(if east_s < 0 { '-' } else { '+' })?;
    let (hours, minutes, seconds) = (east_s.abs() / 3_600, east_s.abs() / 60 % 60, east_s.abs() % 60);
    write!(out, "{hours:02}")?;
    if minutes != 0 || seconds != 0 {
        write!(out, ":{minutes:02}")?;
    }
    if seconds != 0 {
        write!(out, ":{seconds:02}")?;
    }
    out.write_str(era(date)).map(|()| true)
}

/// Source: PostgreSQL 16, `EncodeInterval` with the style `postgres`.
pub(super) fn interval(value: IntervalMonthDayNano, out: &mut impl Write) -> Written {
    let (mut is_empty, mut is_negative_before) = (true, false);
    for (count, unit) in [(value.months / 12, "year"), (value.months % 12, "mon"), (value.days, "day")] {
        if count == 0 {
            continue;
        }
        let plus = if is_negative_before && count > 0 { "+" } else { "" };
        let plural = if count == 1 { "" } else { "s" };
        let space = if is_empty { "" } else { " " };
        write!(out, "{space}{plus}{count} {unit}{plural}")?;
        (is_empty, is_negative_before) = (false, count < 0);
    }
    let micros = value.nanoseconds / 1_000;
    if micros == 0 && !is_empty {
        return Ok(());
    }
    let sign = match micros {
        ..0 => "-",
        _ if is_negative_before => "+",
        _ => "",
    };
    write!(out, "{}{sign}", if is_empty { "" } else { " " })?;
    clock(micros.abs(), out)
}

/// The two digits of a number below 100.
const fn two(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}

fn ascii(text: &[u8], out: &mut impl Write) -> Written {
    out.write_str(std::str::from_utf8(text).map_err(|_| Error)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<T>(write: impl FnOnce(&mut String) -> Result<T, Error>) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    #[test]
    fn a_date_is_written_as_in_the_calendar() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (20_781, "2026-11-24"),
            (11_016, "2000-02-29"),
            (2_932_897, "10000-01-01"),
            (-719_163, "0001-12-31 BC"),
        ] {
            assert_eq!(written(|out| date(days, out)), text);
        }
        assert!(!date(i32::MAX, &mut String::new()).unwrap());
    }

    #[test]
    fn an_instant_is_written_by_its_zones_clock() {
        // 2026-01-01 20:00:00.5 in UTC
        let micros = 1_767_297_600_500_000;
        for (zone, text) in [
            ("UTC", "2026-01-01 20:00:00.5+00"),
            ("Asia/Hong_Kong", "2026-01-02 04:00:00.5+08"),
            ("Asia/Kolkata", "2026-01-02 01:30:00.5+05:30"),
            ("-03:00", "2026-01-01 17:00:00.5-03"),
        ] {
            assert_eq!(written(|out| instant(micros, &zone.parse().unwrap(), out)), text);
        }
        let hong_kong = "Asia/Hong_Kong".parse().unwrap();
        // The sun's time, before there were zones.
        assert_eq!(written(|out| instant(-2_208_988_800_000_000, &hong_kong, out)), "1900-01-01 07:36:42+07:36:42");
        assert_eq!(written(|out| local(-62_135_596_800_500_000, out)), "0001-12-31 23:59:59.5 BC");
    }

    #[test]
    fn a_time_before_1970_has_a_day_and_a_clock_too() {
        assert_eq!(written(|out| local(-1, out)), "1969-12-31 23:59:59.999999");
    }

    #[test]
    fn intervals_are_written_as_postgresql_writes_them() {
        for ((months, days, nanoseconds), text) in [
            ((0, 0, 0), "00:00:00"),
            ((14, 3, 14_706_789_000_000), "1 year 2 mons 3 days 04:05:06.789"),
            ((0, -1, 7_200_000_000_000), "-1 days +02:00:00"),
            ((-13, 1, -500_000_000), "-1 years -1 mons +1 day -00:00:00.5"),
            ((0, 0, 5_000_000_000_000_000), "1388:53:20"),
        ] {
            assert_eq!(written(|out| interval(IntervalMonthDayNano::new(months, days, nanoseconds), out)), text);
        }
    }
}
