//! Instants as microseconds UTC, and the months they fall in.

use chrono::{DateTime, Datelike, Utc};

/// Microseconds since 1970 in UTC.
pub type Micros = i64;

/// Microseconds of an hour.
pub const HOUR: Micros = 3_600_000_000;
/// Microseconds of a day.
pub const DAY: Micros = 24 * HOUR;

/// 2015-01-01T00:00:00Z: no event of this business is older.
pub const EARLIEST: Micros = 1_420_070_400_000_000;

/// Reads an RFC 3339 instant with its zone, rounded down to microseconds; `None` where it is none.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<Micros> {
    parse_plain_utc(text).or_else(|| Some(micros(DateTime::parse_from_rfc3339(text).ok()?.to_utc())))
}

/// An instant as microseconds, rounded down also before 1970.
#[must_use]
pub fn micros(at: DateTime<Utc>) -> Micros {
    at.timestamp_micros()
}

/// The current instant.
#[must_use]
pub fn now() -> Micros {
    micros(Utc::now())
}

/// The commonest form, `2026-03-31T15:59:58.123456Z`, read without the general parser: it is on every event's path.
fn parse_plain_utc(text: &str) -> Option<Micros> {
    let bytes = text.as_bytes();
    let body = bytes.strip_suffix(b"Z")?;
    if body.len() < 19 || body[4] != b'-' || body[7] != b'-' || body[10] != b'T' || body[13] != b':' || body[16] != b':'
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        body[range].iter().try_fold(0_i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let date = chrono::NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32)?;
    let fraction = match &body[19..] {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) => {
            (0..6).fold(0, |sum, i| sum * 10 + digits.get(i).map_or(0, |b| i64::from(b - b'0')))
        }
        _ => return None,
    };
    let days = i64::from(date.num_days_from_ce() - UNIX_EPOCH_DAYS_FROM_CE);
    Some(days * DAY + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction)
}

/// Days from 0001-01-01 (day 1) to 1970-01-01.
const UNIX_EPOCH_DAYS_FROM_CE: i32 = 719_163;

/// The UTC month of an instant as months since year 0, cheap to compare; [`month_name`] writes it.
#[must_use]
pub fn month_of(at: Micros) -> i32 {
    DateTime::from_timestamp_micros(at).map_or(0, |at| at.year() * 12 + at.month0() as i32)
}

/// `YYYY-MM` of a month from [`month_of`].
#[must_use]
pub fn month_name(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_rounded_down_and_keep_their_zone() {
        assert_eq!(parse_rfc3339("1970-01-01T00:00:01.123456789Z"), Some(1_123_456));
        assert_eq!(parse_rfc3339("1970-01-01T08:00:00+08:00"), Some(0));
        assert_eq!(parse_rfc3339("1969-12-31T23:59:59.9999999Z"), Some(-1));
        assert_eq!(parse_rfc3339("1969-12-31T23:59:59.9999999+00:00"), Some(-1));
        for bad in ["yesterday", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01", "2026-01-01T25:00:00Z"] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn months_are_named_by_utc() {
        let end_of_march = parse_rfc3339("2026-03-31T23:59:59.999999Z").unwrap();
        assert_eq!(month_name(month_of(end_of_march)), "2026-03");
        assert_eq!(month_name(month_of(end_of_march + 1)), "2026-04");
    }

    proptest! {
        #[test]
        fn the_quick_form_agrees_with_the_general_parser(at in EARLIEST..4_102_444_800_000_000_i64) {
            let text = DateTime::from_timestamp_micros(at).unwrap().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            prop_assert_eq!(parse_plain_utc(&text), Some(at));
            prop_assert_eq!(DateTime::parse_from_rfc3339(&text).unwrap().timestamp_micros(), at);
        }
    }
}
