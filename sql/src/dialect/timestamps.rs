//! Literals of times that leave their seconds out, which PostgreSQL allows and arrow's reader does not.

use sqlparser::ast::{DataType, Value};

use super::make::text_in;

/// Bytes of `2026-01-31 10:00`.
const TO_THE_MINUTE: usize = 16;

/// Adds the seconds to a literal that is read as a time of the given type.
pub(super) fn complete(data_type: &DataType, value: &mut Value) {
    if !matches!(data_type, DataType::Timestamp(..)) {
        return;
    }
    if let Some(completed) = text_in(value).and_then(completed) {
        *value = Value::SingleQuotedString(completed);
    }
}

fn completed(literal: &str) -> Option<String> {
    let literal = literal.trim();
    let (minute, zone) = literal.split_at_checked(TO_THE_MINUTE)?;
    let shape = minute.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b' ' || byte == b'T',
        13 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let ends = zone.is_empty() || zone.starts_with(['+', '-', 'Z', 'z', ' ']);
    (shape && ends).then(|| format!("{minute}:00{zone}"))
}
