//! Values of filters as literals of SQL. A value becomes what its column holds, and is written from that: as digits, or
//! between quotes that are doubled within. Nothing that an owner wrote reaches a statement in any other way.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use tidemark_model::month::Month;

use super::catalogue::Holds;
use super::definition::Value;
use super::period::calendar_day;
use crate::scope::quoted;

/// Most characters of a text.
const CHARS_MAX: usize = 1_000;

/// The type that decimals are compared as: that of amounts in tables, with all digits before the point that fit.
const DECIMAL: &str = "DECIMAL(38, 9)";

/// Digits of it before the point, and after.
const DIGITS: (usize, usize) = (29, 9);

/// A value as its column holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Boolean(bool),
    Integer(i64),
    /// Digits with at most one point, and perhaps a sign.
    Decimal(String),
    Float(f64),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
}

impl Literal {
    /// A value as a column holds it; `None` where it is none of these.
    pub(super) fn of(value: &Value, holds: Holds) -> Option<Self> {
        match (holds, value) {
            (Holds::Text, Value::Text(text)) => is_plain(text).then(|| Self::Text(text.clone())),
            (Holds::Month, Value::Text(text)) => text.parse::<Month>().ok().map(|month| Self::Text(month.to_string())),
            (Holds::Boolean, Value::Boolean(value)) => Some(Self::Boolean(*value)),
            (Holds::Integer, Value::Integer(value)) => Some(Self::Integer(*value)),
            (Holds::Integer, Value::Text(text)) => text.parse().ok().map(Self::Integer),
            (Holds::Decimal, value) => decimal(value).map(Self::Decimal),
            (Holds::Float, Value::Integer(value)) => Some(Self::Float(*value as f64)),
            (Holds::Float, Value::Decimal(value)) => value.is_finite().then_some(Self::Float(*value)),
            (Holds::Float, Value::Text(text)) => text.parse().ok().filter(|v: &f64| v.is_finite()).map(Self::Float),
            (Holds::Date, Value::Text(text)) => calendar_day(text).map(Self::Date),
            (Holds::Instant, Value::Text(text)) => {
                DateTime::parse_from_rfc3339(text).ok().map(|at| Self::Instant(at.with_timezone(&Utc)))
            }
            _ => None,
        }
    }

    /// As SQL writes it.
    pub(super) fn sql(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Boolean(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            // The least integer has no positive form that a minus could stand before.
            Self::Integer(value) => format!("CAST('{value}' AS BIGINT)"),
            Self::Decimal(digits) => format!("CAST({} AS {DECIMAL})", quoted(digits)),
            Self::Float(value) => format!("CAST('{value}' AS DOUBLE PRECISION)"),
            Self::Date(day) => date(*day),
            Self::Instant(at) => instant(*at),
        }
    }
}

/// What a value for a column looks like.
pub(super) const fn form(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "give a text of at most 1000 characters, without control characters",
        Holds::Month => "give a month as in \"2026-03\"",
        Holds::Boolean => "give true or false",
        Holds::Integer => "give a whole number",
        Holds::Decimal => "give a number of at most 29 digits before the point and 9 behind it, as in \"0.50\"",
        Holds::Float => "give a number",
        Holds::Date => "give a date as in \"2026-03-31\"",
        Holds::Instant => "give an instant with its offset as in \"2026-03-31T08:00:00+08:00\"",
        Holds::Other => "choose another column",
    }
}

/// Whether a text may stand in a statement and in a header of a file: not too long, and without control characters.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().count() <= CHARS_MAX && !text.chars().any(char::is_control)
}

/// A day as a literal.
pub(super) fn date(day: NaiveDate) -> String {
    format!("DATE '{day}'")
}

/// An instant as a literal, to the microsecond that tables have.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    format!("TIMESTAMPTZ '{}'", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// The digits of a number that [`DECIMAL`] holds.
fn decimal(value: &Value) -> Option<String> {
    let text = match value {
        Value::Integer(value) => value.to_string(),
        // Display writes the shortest digits that read back as the same, without an exponent.
        Value::Decimal(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Boolean(_) => return None,
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str, max| (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole, DIGITS.0) && all_digits(decimals, DIGITS.1)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(text: &str, holds: Holds) -> Option<String> {
        Literal::of(&Value::Text(text.to_owned()), holds).map(|literal| literal.sql())
    }

    #[test]
    fn a_value_is_what_its_column_holds_or_nothing() {
        assert_eq!(sql("O'Neil; --", Holds::Text).unwrap(), "'O''Neil; --'");
        assert_eq!(sql("-0.50", Holds::Decimal).unwrap(), "CAST('-0.50' AS DECIMAL(38, 9))");
        assert_eq!(
            sql("2026-03-31T08:00:00+08:00", Holds::Instant).unwrap(),
            "TIMESTAMPTZ '2026-03-31T00:00:00.000000Z'"
        );
        assert_eq!(sql("2026-02-28", Holds::Date).unwrap(), "DATE '2026-02-28'");
        assert_eq!(sql("2026-03", Holds::Month).unwrap(), "'2026-03'");
        for (text, holds) in [
            ("1e3", Holds::Decimal),
            ("1.", Holds::Decimal),
            ("0.1234567891", Holds::Decimal),
            ("1'", Holds::Integer),
            ("2026-02-29", Holds::Date),
            ("2026-3-1", Holds::Date),
            ("2026-03-31T08:00:00", Holds::Instant),
            ("2026-13", Holds::Month),
            ("inf", Holds::Float),
            ("a\0b", Holds::Text),
            ("{}", Holds::Other),
        ] {
            assert_eq!(sql(text, holds), None, "{text}");
        }
    }

    #[test]
    fn decimals_of_files_keep_the_digits_that_were_written() {
        let digits = |value| Literal::of(&Value::Decimal(value), Holds::Decimal).map(|literal| literal.sql());
        assert_eq!(digits(0.1).unwrap(), "CAST('0.1' AS DECIMAL(38, 9))");
        assert_eq!(digits(f64::NAN), None);
        assert_eq!(digits(1e30), None);
    }
}
