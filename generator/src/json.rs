//! A JSON object writer straight into bytes: members in the order of the calls, values escaped, numbers exact.
//!
//! Building a tree first would cost more than everything else the generator does for an event.

use tidemark_model::id::Id;

/// Digits after the point of amounts that are counted in billionths.
pub(crate) const NANO_DIGITS: u32 = 9;

/// An open JSON object. [`Object::close`] must be called.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Opens an object at the end of `out`.
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Closes it.
    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a member's name and returns the buffer for its value, which must be complete JSON.
    pub(crate) fn member(&mut self, name: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// A string.
    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        push_string(self.member(name), value);
        self
    }

    /// An entity's id, under the name that the contract gives it.
    pub(crate) fn id<T: Id>(&mut self, id: &T) -> &mut Self {
        self.text(T::ENTITY.column(), id.as_str())
    }

    /// A string made of a prefix (plain ASCII) and a number of at least `width` digits.
    pub(crate) fn code(&mut self, name: &str, prefix: &str, number: u64, width: usize) -> &mut Self {
        let out = self.member(name);
        out.push(b'"');
        out.extend_from_slice(prefix.as_bytes());
        push_padded(out, number, width);
        out.push(b'"');
        self
    }

    /// An integer.
    pub(crate) fn int(&mut self, name: &str, value: i64) -> &mut Self {
        push_int(self.member(name), value);
        self
    }

    /// A boolean.
    pub(crate) fn flag(&mut self, name: &str, value: bool) -> &mut Self {
        self.member(name).extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    /// A confidence, given in ten-thousandths from 0 to 10,000, as a JSON number.
    pub(crate) fn confidence(&mut self, name: &str, value: u32) -> &mut Self {
        let out = self.member(name);
        push_padded(out, u64::from(value / 10_000), 1);
        out.push(b'.');
        push_padded(out, u64::from(value % 10_000), 4);
        self
    }

    /// An amount as a string with exactly `digits` digits after the point.
    pub(crate) fn money(&mut self, name: &str, units: i64, digits: u32) -> &mut Self {
        let out = self.member(name);
        out.push(b'"');
        push_decimal(out, units, digits);
        out.push(b'"');
        self
    }

    /// An amount in billionths as a string without needless zeros.
    pub(crate) fn nanos(&mut self, name: &str, units: i64) -> &mut Self {
        let out = self.member(name);
        out.push(b'"');
        push_decimal(out, units, NANO_DIGITS);
        while out.ends_with(b"0") {
            out.pop();
        }
        if out.ends_with(b".") {
            out.pop();
        }
        out.push(b'"');
        self
    }

    /// A nested object.
    pub(crate) fn object(&mut self, name: &str, build: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        let mut inner = Object::open(self.member(name));
        build(&mut inner);
        inner.close();
        self
    }

    /// A list of objects, one per item.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut build: impl FnMut(&mut Object<'_>, T),
    ) -> &mut Self {
        let out = self.member(name);
        out.push(b'[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            let mut inner = Object::open(out);
            build(&mut inner, item);
            inner.close();
        }
        out.push(b']');
        self
    }
}

/// Appends a JSON string, escaped as RFC 8259 section 7 requires.
pub(crate) fn push_string(out: &mut Vec<u8>, value: &str) {
    push_utf8(out, value.as_bytes());
}

/// The same for bytes that are UTF-8.
pub(crate) fn push_utf8(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'"');
    if value.iter().all(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.extend_from_slice(value);
    } else {
        for &byte in value {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                b'\n' => out.extend_from_slice(b"\\n"),
                0..0x20 => {
                    out.extend_from_slice(b"\\u00");
                    out.push(b'0' + (byte >> 4));
                    out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
                }
                _ => out.push(byte),
            }
        }
    }
    out.push(b'"');
}

/// Appends a number with leading zeros up to `width` (at most 20) digits.
pub(crate) fn push_padded(out: &mut Vec<u8>, value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut from = digits.len();
    let mut rest = value;
    while rest > 0 {
        from -= 1;
        digits[from] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    from = from.min(digits.len() - width.min(digits.len()));
    out.extend_from_slice(&digits[from..]);
}

/// Appends an integer.
pub(crate) fn push_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    push_padded(out, value.unsigned_abs(), 1);
}

/// Appends a decimal number of `units` that have `digits` digits after the point.
pub(crate) fn push_decimal(out: &mut Vec<u8>, units: i64, digits: u32) {
    if digits == 0 {
        return push_int(out, units);
    }
    if units < 0 {
        out.push(b'-');
    }
    let one = 10_u64.pow(digits);
    push_padded(out, units.unsigned_abs() / one, 1);
    out.push(b'.');
    push_padded(out, units.unsigned_abs() % one, digits as usize);
}

/// A string made of a prefix and a number of at least `width` digits.
pub(crate) fn numbered(prefix: &str, number: u64, width: usize) -> String {
    format!("{prefix}{number:0width$}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_exact_text() {
        let mut out = Vec::new();
        let mut object = Object::open(&mut out);
        object
            .money("a", -5, 2)
            .money("b", 123_450, 2)
            .money("c", 7, 0)
            .nanos("d", 15_307_500)
            .nanos("e", 2_000_000_000);
        object.confidence("f", 10_000).confidence("g", 731).int("h", -12).code("i", "R-", 7, 4);
        object.close();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"a":"-0.05","b":"1234.50","c":"7","d":"0.0153075","e":"2","f":1.0000,"g":0.0731,"h":-12,"i":"R-0007"}"#
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "\\PC*|[\\x00-\\x7f]*") {
            let mut out = Vec::new();
            push_string(&mut out, &text);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
