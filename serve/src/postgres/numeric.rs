//! PostgreSQL's binary form of `numeric`: digits of base 10,000. It goes by way of text, so that 38 digits and more
//! stay exact. Source: PostgreSQL 16, `numeric_send` in src/backend/utils/adt/numeric.c.

const NEGATIVE: u16 = 0x4000;
/// The id of `numeric`.
const NUMERIC_OID: i32 = 1700;

/// The binary form of a decimal text such as `-12.50`; `None` where it is none or too long.
pub(super) fn to_binary(text: &str) -> Option<Vec<u8>> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (NEGATIVE, rest),
        None => (0, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut padded = "0".repeat((4 - whole.len() % 4) % 4);
    padded.push_str(whole);
    let mut weight = i16::try_from(padded.len() / 4).ok()? - 1;
    padded.push_str(fraction);
    padded.push_str(&"0".repeat((4 - fraction.len() % 4) % 4));

    let groups: Vec<u16> = padded
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().fold(0, |value, byte| value * 10 + u16::from(byte - b'0')))
        .collect();
    let leading = groups.iter().take_while(|group| **group == 0).count();
    let significant = groups.get(leading..).unwrap_or_default();
    let trailing = significant.iter().rev().take_while(|group| **group == 0).count();
    let significant = significant.get(..significant.len() - trailing).unwrap_or_default();
    weight -= i16::try_from(leading).ok()?;
    if significant.is_empty() {
        weight = 0;
    }

    let mut binary = Vec::with_capacity(8 + 2 * significant.len());
    binary.extend_from_slice(&i16::try_from(significant.len()).ok()?.to_be_bytes());
    binary.extend_from_slice(&weight.to_be_bytes());
    binary.extend_from_slice(&(if significant.is_empty() { 0 } else { sign }).to_be_bytes());
    binary.extend_from_slice(&u16::try_from(fraction.len()).ok()?.to_be_bytes());
    for group in significant {
        binary.extend_from_slice(&group.to_be_bytes());
    }
    Some(binary)
}

/// The binary form of an array of decimals. Source: PostgreSQL 16, `array_send` in src/backend/utils/adt/arrayfuncs.c.
pub(super) fn to_binary_array<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Option<Vec<u8>> {
    let elements: Vec<Option<Vec<u8>>> =
        texts.map(|text| text.map_or(Some(None), |text| to_binary(text).map(Some))).collect::<Option<_>>()?;
    let has_nulls = elements.iter().any(Option::is_none);
    let dimensions = i32::from(!elements.is_empty());
    let mut binary = Vec::new();
    for word in [dimensions, i32::from(has_nulls), NUMERIC_OID] {
        binary.extend_from_slice(&word.to_be_bytes());
    }
    if elements.is_empty() {
        return Some(binary);
    }
    // The length of the only dimension, and the number of its first element.
    for word in [i32::try_from(elements.len()).ok()?, 1] {
        binary.extend_from_slice(&word.to_be_bytes());
    }
    for element in elements {
        let length = element.as_ref().map_or(Some(-1), |bytes| i32::try_from(bytes.len()).ok())?;
        binary.extend_from_slice(&length.to_be_bytes());
        binary.extend(element.unwrap_or_default());
    }
    Some(binary)
}

/// The text of a binary `numeric`; `None` where it is malformed, not finite, or absurdly long.
pub(super) fn from_binary(binary: &[u8]) -> Option<String> {
    let (header, digits) = binary.split_at_checked(8)?;
    let word = |at: usize| Some(u16::from_be_bytes([*header.get(at)?, *header.get(at + 1)?]));
    let (count, weight, sign, scale) = (word(0)?, word(2)?.cast_signed(), word(4)?, usize::from(word(6)?));
    if digits.len() != 2 * usize::from(count) || !matches!(sign, 0 | NEGATIVE) || scale > 1_000 || weight > 250 {
        return None;
    }
    let groups: Vec<u16> = digits.chunks(2).map(|pair| pair.iter().fold(0, |v, b| (v << 8) | u16::from(*b))).collect();
    let group = |place: i32| {
        let at = usize::try_from(i32::from(weight) - place).ok();
        at.and_then(|at| groups.get(at)).copied().unwrap_or(0)
    };
    let whole: String = (0..=i32::from(weight).max(0)).rev().map(|place| format!("{:04}", group(place))).collect();
    let places = i32::try_from(scale.div_ceil(4)).ok()?;
    let fraction: String = (1..=places).map(|place| format!("{:04}", group(-place))).collect();

    let whole = whole.trim_start_matches('0');
    let mut text = String::from(if sign == NEGATIVE { "-" } else { "" });
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        text.push('.');
        text.push_str(fraction.get(..scale)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_go_there_and_back() {
        for text in [
            "0",
            "1",
            "-1",
            "12.50",
            "0.0001",
            "-0.00012345",
            "10000",
            "99999999999999999999999999999999999999",
            "1234567890123456789.123456789",
            "100000000.00",
        ] {
            assert_eq!(to_binary(text).and_then(|binary| from_binary(&binary)).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_bytes_are_postgresqls() {
        // SELECT numeric_send(12345.678)
        assert_eq!(to_binary("12345.678"), Some(vec![0, 3, 0, 1, 0, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1a, 0x7c]));
    }

    #[test]
    fn arrays_are_postgresqls() {
        // SELECT array_send(ARRAY[1, NULL]::numeric[])
        let words = [1, 1, 1700, 2, 1].map(i32::to_be_bytes).concat();
        let one = [&10_i32.to_be_bytes()[..], &[0, 1, 0, 0, 0, 0, 0, 0, 0, 1], &(-1_i32).to_be_bytes()].concat();
        let numbers = || [Some("1"), None].into_iter();
        assert_eq!(to_binary_array(numbers()), Some([words, one].concat()));
        assert_eq!(to_binary_array(std::iter::empty()), Some([0, 0, 1700].map(i32::to_be_bytes).concat()));
    }

    #[test]
    fn malformed_bytes_are_refused() {
        for binary in [&[][..], &[0, 1], &[0, 9, 0, 0, 0, 0, 0, 0], &[0, 0, 0, 0, 0xc0, 0, 0, 0]] {
            assert_eq!(from_binary(binary), None);
        }
        assert_eq!(to_binary("NaN"), None);
    }
}
