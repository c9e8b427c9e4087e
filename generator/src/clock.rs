//! Time as microseconds since 1970 (UTC): constants, calendar arithmetic, RFC 3339 text and local time of the cities.
//!
//! Six million events need this several times each, so the common cases avoid general-purpose formatting.

use chrono::{DateTime, Offset, TimeZone, Utc};
use tidemark_model::city::CITIES;

use crate::json::push_padded;

pub(crate) const MILLI: i64 = 1_000;
pub(crate) const SECOND: i64 = 1_000 * MILLI;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Marks a day on which a city changes its clocks.
const CHANGES: i32 = i32::MIN;

/// The instant as chrono has it; out of chrono's range is 1970.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// Year, month and day of a day count since 1970-01-01.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub(crate) fn civil(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}

/// Monday 0 to Sunday 6 of a day count since 1970-01-01 (a Thursday).
pub(crate) fn weekday(days: i64) -> usize {
    (days + 3).rem_euclid(7) as usize
}

/// Appends `2026-03-31`.
pub(crate) fn push_date(out: &mut Vec<u8>, days: i64) {
    let (year, month, day) = civil(days);
    push_padded(out, year as u64, 4);
    out.push(b'-');
    push_padded(out, u64::from(month), 2);
    out.push(b'-');
    push_padded(out, u64::from(day), 2);
}

/// How a producer writes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeStyle {
    /// Six digits and `Z`.
    Micros,
    /// Nine digits (the last three below what is kept) and `Z`.
    Nanos(u32),
    /// Six digits and the local offset, given in seconds east.
    Local(i32),
}

/// Appends an RFC 3339 time.
pub(crate) fn push_time(out: &mut Vec<u8>, micros: i64, style: TimeStyle) {
    let offset_s = if let TimeStyle::Local(seconds) = style { seconds } else { 0 };
    let shown = micros + i64::from(offset_s) * SECOND;
    push_date(out, shown.div_euclid(DAY));
    let of_day = shown.rem_euclid(DAY);
    for (mark, unit, size) in [(b'T', HOUR, 24), (b':', MINUTE, 60), (b':', SECOND, 60)] {
        out.push(mark);
        push_padded(out, (of_day / unit % size) as u64, 2);
    }
    out.push(b'.');
    push_padded(out, (of_day % SECOND) as u64, 6);
    match style {
        TimeStyle::Micros => out.push(b'Z'),
        TimeStyle::Nanos(rest) => {
            push_padded(out, u64::from(rest % 1_000), 3);
            out.push(b'Z');
        }
        TimeStyle::Local(seconds) => {
            out.push(if seconds < 0 { b'-' } else { b'+' });
            let minutes = seconds.unsigned_abs() / 60;
            push_padded(out, u64::from(minutes / 60), 2);
            out.push(b':');
            push_padded(out, u64::from(minutes % 60), 2);
        }
    }
}

/// Offsets of the cities for every day of a plan, looked up once.
#[derive(Debug)]
pub(crate) struct LocalClock {
    first_day: i64,
    offsets_s: Vec<Vec<i32>>,
}

impl LocalClock {
    /// Looks up the offsets of `num_days` UTC days from `first_day` (days since 1970).
    pub(crate) fn new(first_day: i64, num_days: i64) -> Self {
        let of_day = |city: usize, day: i64| {
            let (from, to) = (zone_offset_s(city, day * DAY), zone_offset_s(city, (day + 1) * DAY - 1));
            if from == to { from } else { CHANGES }
        };
        let of_city = |city| (first_day..first_day + num_days).map(|day| of_day(city, day)).collect();
        Self { first_day, offsets_s: (0..CITIES.len()).map(of_city).collect() }
    }

    /// Seconds east of UTC in a city at an instant.
    pub(crate) fn offset_s(&self, city: usize, at: i64) -> i32 {
        let day = at.div_euclid(DAY) - self.first_day;
        let known = usize::try_from(day).ok().and_then(|day| self.offsets_s[city].get(day));
        match known {
            Some(&offset_s) if offset_s != CHANGES => offset_s,
            _ => zone_offset_s(city, at),
        }
    }

    /// The instant as the city's wall clock shows it, as if that were UTC.
    pub(crate) fn local(&self, city: usize, at: i64) -> i64 {
        at + i64::from(self.offset_s(city, at)) * SECOND
    }
}

fn zone_offset_s(city: usize, at: i64) -> i32 {
    CITIES[city].zone.offset_from_utc_datetime(&instant(at).naive_utc()).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_chrono_reads_them() {
        for (micros, style) in [
            (1_774_972_798_123_456, TimeStyle::Micros),
            (1_774_972_798_000_001, TimeStyle::Local(28_800)),
            (951_782_400_000_000, TimeStyle::Local(-34_200)),
            (1_774_972_798_123_456, TimeStyle::Nanos(789)),
        ] {
            let mut out = Vec::new();
            push_time(&mut out, micros, style);
            let text = String::from_utf8(out).unwrap();
            assert_eq!(DateTime::parse_from_rfc3339(&text).unwrap().timestamp_micros(), micros, "{text}");
        }
    }

    #[test]
    fn sydney_is_looked_up_through_its_change_of_clocks() {
        let sydney = CITIES.iter().position(|city| city.code == "SYD").unwrap();
        let day = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp_micros();
        let clock = LocalClock::new(day("2026-04-01T00:00:00Z") / DAY, 10);
        assert_eq!(clock.offset_s(sydney, day("2026-04-04T15:59:59Z")), 39_600);
        assert_eq!(clock.offset_s(sydney, day("2026-04-04T16:00:00Z")), 36_000);
        assert_eq!(clock.offset_s(sydney, day("2026-04-06T00:00:00Z")), 36_000);
    }

    #[test]
    fn weekdays_start_on_monday() {
        assert_eq!(weekday(0), 3);
        assert_eq!(weekday(4), 0);
    }
}
