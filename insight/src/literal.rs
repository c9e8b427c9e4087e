//! Values as SQL, where a question names them.

use chrono::{DateTime, Days, NaiveDate, SecondsFormat};
use tidemark_model::time::Micros;

/// An instant.
pub(crate) fn instant(at: Micros) -> String {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    format!("CAST('{}' AS TIMESTAMP WITH TIME ZONE)", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// A day, from its number since 1970.
pub(crate) fn day(number: i64) -> String {
    format!("DATE '{}'", date(number))
}

/// The date of a day, from its number since 1970.
pub(crate) fn date(number: i64) -> NaiveDate {
    let first = NaiveDate::default();
    first.checked_add_days(Days::new(number.max(0).unsigned_abs())).unwrap_or(first)
}

/// A text.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts, as `IN` takes them.
pub(crate) fn list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    texts.into_iter().map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_sql_reads_them() {
        assert_eq!(instant(1_000_001), "CAST('1970-01-01T00:00:01.000001Z' AS TIMESTAMP WITH TIME ZONE)");
        assert_eq!(day(20_454), "DATE '2026-01-01'");
        assert_eq!(list(["a", "O'Neil"]), "'a', 'O''Neil'");
    }
}
