//! What the log says about the values of a column in one file.

use chrono::DateTime;
use serde_json::Value;

/// Inclusive bounds of the values that are not null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bounds {
    /// Integers, or microseconds since 1970.
    Int {
        /// No value is below.
        min: i64,
        /// No value is above.
        max: i64,
        /// Whether both are values of the file; where they are not, they only bound it.
        exact: bool,
    },
    /// Texts, in the order of their bytes.
    Text {
        /// No value is below.
        min: Box<str>,
        /// No value is above.
        max: Box<str>,
    },
}

impl Bounds {
    /// Reads a column's `minValues` and `maxValues`; `None` where they say nothing usable.
    ///
    /// A text that reads as an instant counts as one: a text column whose bounds both look like that has none then.
    #[must_use]
    pub(super) fn read(min: &Value, max: &Value) -> Option<Self> {
        if let (Some(min), Some(max)) = (min.as_i64(), max.as_i64()) {
            return Some(Self::Int { min, max, exact: true });
        }
        let (min, max) = (min.as_str()?, max.as_str()?);
        Some(match (instant(min), instant(max)) {
            (Some(from), Some(to)) => {
                let exact = has_micros(min) && has_micros(max);
                Self::Int { min: from, max: if exact { to } else { to + MILLISECOND_REST }, exact }
            }
            _ => Self::Text { min: min.into(), max: max.into() },
        })
    }

    /// The bounds of integers or instants.
    #[must_use]
    pub const fn as_int(&self) -> Option<(i64, i64)> {
        match self {
            Self::Int { min, max, .. } => Some((*min, *max)),
            Self::Text { .. } => None,
        }
    }

    /// The bounds of texts.
    #[must_use]
    pub fn as_text(&self) -> Option<(&str, &str)> {
        match self {
            Self::Text { min, max } => Some((min, max)),
            Self::Int { .. } => None,
        }
    }
}

/// Writers may truncate timestamps in statistics to milliseconds, so that a maximum may lie this much higher.
///
/// Source: Delta protocol, "Per-file Statistics".
const MILLISECOND_REST: i64 = 999;

fn instant(text: &str) -> Option<i64> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros())
}

/// Whether an instant is written with all the digits of a microsecond, as we write it.
fn has_micros(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count() == 6)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_truncated_maximum_still_covers_its_rows() {
        let bounds = Bounds::read(&json!("1970-01-01T00:00:01.001Z"), &json!("1970-01-01T00:00:01.002Z"));
        assert_eq!(bounds, Some(Bounds::Int { min: 1_001_000, max: 1_002_999, exact: false }));
    }

    #[test]
    fn microseconds_are_exact() {
        let bounds = Bounds::read(&json!("1970-01-01T00:00:00.000001Z"), &json!("1970-01-01T00:00:01.000002Z"));
        assert_eq!(bounds, Some(Bounds::Int { min: 1, max: 1_000_002, exact: true }));
    }

    #[test]
    fn texts_and_integers_keep_their_kind() {
        let texts = Bounds::read(&json!("a"), &json!("b"));
        assert_eq!(texts, Some(Bounds::Text { min: "a".into(), max: "b".into() }));
        assert_eq!(Bounds::read(&json!(-3), &json!(7)), Some(Bounds::Int { min: -3, max: 7, exact: true }));
        assert_eq!(Bounds::read(&json!(1), &json!("b")), None);
        assert_eq!(Bounds::read(&Value::Null, &Value::Null), None);
    }
}
