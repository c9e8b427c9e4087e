//! Literals of dates and times in forms that PostgreSQL reads and arrow does not: `2026/03/05`, `Mar 5 2026`, a date with
//! a time or a zone behind it, and words such as `today`. Source: PostgreSQL 16, 8.5.1.

use sqlparser::ast::{BinaryOperator, DataType, Expr, TimezoneInfo, Value};

use super::make::{call, interval, text, text_in};

/// Bytes of `2026-01-31` and of `2026-01-31 10:00:00`.
const DATE_BYTES: usize = 10;
const TO_THE_SECOND: usize = 19;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What a literal is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Date,
    Local,
    Instant,
}

fn kind(data_type: &DataType) -> Option<Kind> {
    match data_type {
        DataType::Date => Some(Kind::Date),
        DataType::Timestamp(_, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => Some(Kind::Local),
        DataType::Timestamp(_, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) => Some(Kind::Instant),
        _ => None,
    }
}

/// Writes a literal of a date or time in the form that arrow reads.
pub(super) fn rewrite(data_type: &DataType, value: &mut Value) {
    let Some(kind) = kind(data_type) else { return };
    let Some(literal) = text_in(value).map(str::trim) else { return };
    let rewritten = match kind {
        _ if literal.eq_ignore_ascii_case("epoch") => {
            Some(if kind == Kind::Date { "1970-01-01" } else { "1970-01-01 00:00:00" }.to_owned())
        }
        Kind::Date => date(literal),
        Kind::Local => local(literal),
        Kind::Instant => dated(literal),
    };
    if let Some(rewritten) = rewritten {
        *value = Value::SingleQuotedString(rewritten);
    }
}

/// What a word such as `today` stands for.
pub(super) fn word(data_type: &DataType, value: &Value) -> Option<Expr> {
    let kind = kind(data_type)?;
    let word = text_in(value)?.trim().to_ascii_lowercase();
    let now = call("now", Vec::new());
    let moment = match word.as_str() {
        "now" | "today" => now,
        "yesterday" => a_day_from(now, BinaryOperator::Minus),
        "tomorrow" => a_day_from(now, BinaryOperator::Plus),
        _ => return None,
    };
    let moment = if kind == Kind::Instant { moment } else { call("clock_time", vec![moment]) };
    Some(match kind {
        Kind::Date => call("clock_date", vec![moment]),
        _ if word == "now" => moment,
        _ => call("pg_date_trunc", vec![text("day"), moment]),
    })
}

fn a_day_from(moment: Expr, op: BinaryOperator) -> Expr {
    Expr::BinaryOp { left: Box::new(moment), op, right: Box::new(interval("1 day")) }
}

/// A date as `2026-03-05`, from a literal that says more or says it otherwise.
fn date(literal: &str) -> Option<String> {
    if let Some(other) = other_date(literal) {
        return Some(other);
    }
    let (date, rest) = literal.split_at_checked(DATE_BYTES)?;
    (is_iso(date) && rest.starts_with([' ', 'T', '+', '-', 'Z'])).then(|| date.to_owned())
}

/// A time by the clock: its zone is of no matter, in PostgreSQL too.
fn local(literal: &str) -> Option<String> {
    let written = dated(literal);
    let literal = written.as_deref().unwrap_or(literal);
    let (second, rest) = literal.split_at_checked(TO_THE_SECOND)?;
    let zone_at = rest.find(['+', '-', 'Z', 'z', ' ']);
    match zone_at.and_then(|zone_at| rest.get(..zone_at)).filter(|_| second.get(..DATE_BYTES).is_some_and(is_iso)) {
        Some(fraction) => Some(format!("{second}{fraction}")),
        None => written,
    }
}

/// A literal whose date is written otherwise.
fn dated(literal: &str) -> Option<String> {
    let (date, time) = literal.split_once(' ')?;
    other_date(date).map(|date| format!("{date} {time}"))
}

/// `2026/03/05`, `Mar 5 2026`, `Mar 5, 2026`, `5 Mar 2026`, `05-Mar-2026`.
fn other_date(literal: &str) -> Option<String> {
    let parts: Vec<&str> = literal.split(['/', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<u32>().ok();
    let month = |part: &str| {
        let part = part.to_ascii_lowercase();
        MONTHS.iter().position(|month| part.starts_with(month) && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let (year, month, day) = if let Some(month) = month(first) {
        (number(third)?, month + 1, number(second)?)
    } else if let Some(month) = month(second) {
        (number(third)?, month + 1, number(first)?)
    } else if literal.contains('/') && first.len() == 4 {
        (number(first)?, usize::try_from(number(second)?).ok()?, number(third)?)
    } else {
        return None;
    };
    (year >= 1000).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn is_iso(date: &str) -> bool {
    date.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_arrow_reads_them() {
        for (literal, written) in [
            ("2026/03/05", Some("2026-03-05")),
            ("Mar 5 2026", Some("2026-03-05")),
            ("March 5, 2026", Some("2026-03-05")),
            ("05-Mar-2026", Some("2026-03-05")),
            ("2026-03-05 +00", Some("2026-03-05")),
            ("2026-03-05T10:00:00Z", Some("2026-03-05")),
            ("2026-03-05", None),
            ("05/03/2026", None),
            ("soon", None),
            ("2026年3月5日", None),
        ] {
            assert_eq!(date(literal).as_deref(), written, "{literal}");
        }
    }

    #[test]
    fn a_clock_has_no_zone() {
        for (literal, written) in [
            ("2026-03-05T14:07:09+08:00", Some("2026-03-05T14:07:09")),
            ("2026-03-05 14:07:09.5 UTC", Some("2026-03-05 14:07:09.5")),
            ("2026/03/05 14:07:09Z", Some("2026-03-05 14:07:09")),
            ("2026-03-05 14:07:09", None),
            ("二〇二六年三月五日 10:00", None),
            ("aaaaaaaaa年aaaaaaa+00", None),
        ] {
            assert_eq!(local(literal).as_deref(), written, "{literal}");
        }
    }
}
