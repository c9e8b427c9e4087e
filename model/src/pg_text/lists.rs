//! Lists of one dimension. Source: PostgreSQL 16, `array_out` in src/backend/utils/adt/arrayfuncs.c.

use std::fmt::{Error, Write};
use std::ops::Range;

use super::Texts;

/// Writes items as a list; those that could be taken for something else are quoted.
pub(super) fn list(items: &Texts, rows: Range<usize>, out: &mut impl Write) -> Result<bool, Error> {
    let first = rows.start;
    let mut text = String::new();
    out.write_char('{')?;
    for row in rows {
        if row > first {
            out.write_char(',')?;
        }
        text.clear();
        if !items.write(row, &mut text)? {
            out.write_str("NULL")?;
        } else if is_ambiguous(&text) {
            write!(out, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))?;
        } else {
            out.write_str(&text)?;
        }
    }
    out.write_char('}').map(|()| true)
}

fn is_ambiguous(text: &str) -> bool {
    let is_special = |byte: u8| matches!(byte, b'"' | b'\\' | b'{' | b'}' | b',' | b' ' | b'\t'..=b'\r');
    text.is_empty() || text.eq_ignore_ascii_case("null") || text.bytes().any(is_special)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    fn written(items: ArrayRef) -> String {
        let mut text = String::new();
        list(&Texts::of(&items).unwrap(), 0..items.len(), &mut text).unwrap();
        text
    }

    #[test]
    fn items_are_written_and_quoted_as_postgresql_does() {
        // By the rules of `array_out`.
        assert_eq!(
            written(Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::INFINITY)]))),
            "{1,NULL,Infinity}"
        );
        let texts = ["plain", "", "null", "a b", "c,d", "{", "back\\slash", "\"said\""];
        let expected = r#"{plain,"","null","a b","c,d","{","back\\slash","\"said\""}"#;
        assert_eq!(written(Arc::new(StringArray::from(texts.to_vec()))), expected);
        let midnight = TimestampMicrosecondArray::from(vec![1_767_225_600_000_000]);
        assert_eq!(written(Arc::new(midnight)), r#"{"2026-01-01 00:00:00"}"#);
        assert_eq!(written(Arc::new(StringArray::from(Vec::<&str>::new()))), "{}");
    }
}
