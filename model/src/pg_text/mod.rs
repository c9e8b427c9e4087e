//! Values in PostgreSQL's text form, where Arrow's is another: floats, times, intervals.

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Float32Type, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
    IntervalUnit, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use chrono::{DateTime, Offset, TimeZone};

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

/// Whether Arrow writes values of a type otherwise than PostgreSQL, so that [`of_cell`] is to be asked.
pub const fn differs(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Float32
            | DataType::Float64
            | DataType::Time64(TimeUnit::Microsecond)
            | DataType::Timestamp(TimeUnit::Microsecond, _)
            | DataType::Interval(IntervalUnit::MonthDayNano)
    )
}

/// The text of a cell whose type [`differs`]; nothing for NULL and for other types. An instant is written by the clock
/// of its type's zone.
pub fn of_cell(array: &ArrayRef, row: usize) -> Option<String> {
    match array.data_type() {
        DataType::Float32 => cell::<Float32Type>(array, row, |value| float(f64::from(value), &format!("{value:e}"), 6)),
        DataType::Float64 => cell::<Float64Type>(array, row, |value| float(value, &format!("{value:e}"), 15)),
        DataType::Time64(TimeUnit::Microsecond) => cell::<Time64MicrosecondType>(array, row, clock),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>();
            let micros = micros.is_valid(row).then(|| micros.value(row))?;
            match zone {
                Some(zone) => instant(micros, zone),
                None => local(micros),
            }
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => cell::<IntervalMonthDayNanoType>(array, row, interval),
        _ => None,
    }
}

/// The difference of two times as an interval of days and the rest, as PostgreSQL's are.
pub const fn difference(micros: i64) -> IntervalMonthDayNano {
    // 2^63 microseconds are 106,751,991 days.
    IntervalMonthDayNano::new(0, (micros / DAY_US) as i32, micros % DAY_US * 1_000)
}

fn cell<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize, text: impl Fn(T::Native) -> String) -> Option<String> {
    let array = array.as_primitive::<T>();
    array.is_valid(row).then(|| text(array.value(row)))
}

/// The shortest digits that read back as the value, with an exponent where it is long. Source: PostgreSQL 16,
/// `double_to_shortest_decimal_buf` in `src/common/d2s.c`.
fn float(value: f64, scientific: &str, digits_max: i32) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..digits_max).contains(&exponent) {
        let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
        return format!("{sign}{}", placed(&digits.replace('.', ""), exponent));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Digits with the point behind the first one, moved by the exponent.
fn placed(digits: &str, exponent: i32) -> String {
    let Ok(exponent) = usize::try_from(exponent) else {
        return format!("0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    match digits.split_at_checked(exponent + 1) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", "0".repeat(exponent + 1 - digits.len())),
    }
}

/// A time of day, its fraction without zeros at its end.
fn clock(micros: i64) -> String {
    let (seconds, fraction) = (micros / SECOND_US, micros % SECOND_US);
    let clock = format!("{:02}:{:02}:{:02}.{fraction:06}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    trimmed(&clock)
}

/// A time by a clock without zone.
fn local(micros: i64) -> Option<String> {
    let text = DateTime::from_timestamp_micros(micros)?.naive_utc().to_string();
    Some(if text.contains('.') { trimmed(&text) } else { text })
}

/// An instant by a zone's clock, with its hours, and minutes where there are some, east of UTC.
fn instant(micros: i64, zone: &str) -> Option<String> {
    let utc = DateTime::from_timestamp_micros(micros)?.naive_utc();
    let zone: Tz = zone.parse().ok()?;
    let east_s = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    let text = local(micros.checked_add(i64::from(east_s) * SECOND_US)?)?;
    let (sign, minutes) = (if east_s < 0 { '-' } else { '+' }, east_s.abs() / 60);
    let offset = format!("{sign}{:02}", minutes / 60);
    Some(if minutes % 60 == 0 { format!("{text}{offset}") } else { format!("{text}{offset}:{:02}", minutes % 60) })
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Source: PostgreSQL 16, `EncodeInterval` with the style `postgres`.
fn interval(value: IntervalMonthDayNano) -> String {
    let mut text = String::new();
    let mut is_negative_before = false;
    for (count, unit) in [(value.months / 12, "year"), (value.months % 12, "mon"), (value.days, "day")] {
        if count == 0 {
            continue;
        }
        let plus = if is_negative_before && count > 0 { "+" } else { "" };
        let plural = if count == 1 { "" } else { "s" };
        let space = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{space}{plus}{count} {unit}{plural}"));
        is_negative_before = count < 0;
    }
    let micros = value.nanoseconds / 1_000;
    if micros != 0 || text.is_empty() {
        let sign = match micros {
            ..0 => "-",
            _ if is_negative_before => "+",
            _ => "",
        };
        let space = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{space}{sign}{}", clock(micros.abs())));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_postgresql_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (5.0, "5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456.75, "123456.75"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (100_000_000_000_000.0, "100000000000000"),
            (1e15, "1e+15"),
            (-1.5e300, "-1.5e+300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float(value, &format!("{value:e}"), 15), text);
        }
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
            assert_eq!(instant(micros, zone).as_deref(), Some(text));
        }
    }

    #[test]
    fn intervals_are_written_as_postgresql_writes_them() {
        for ((months, days, nanoseconds), text) in [
            ((0, 0, 0), "00:00:00"),
            ((14, 3, 14_706_789_000_000), "1 year 2 mons 3 days 04:05:06.789"),
            ((0, -1, 7_200_000_000_000), "-1 days +02:00:00"),
            ((-13, 1, -500_000_000), "-1 years -1 mons +1 day -00:00:00.5"),
        ] {
            assert_eq!(interval(IntervalMonthDayNano::new(months, days, nanoseconds)), text);
        }
    }
}
