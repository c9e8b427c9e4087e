//! Exact amounts: decimals with nine digits after the point, read from their text and never through a float.
//!
//! An amount is an `i128` of billionths. With 18 digits before the point a single amount stays below 10^27, so
//! sums of 10^11 of them fit an `i128` (10^38); a sum is still checked where it is made.

/// Digits that an amount may have in all; the precision of the Arrow column.
pub const AMOUNT_PRECISION: u8 = 27;
/// Digits after the point; the scale of the Arrow column.
pub const AMOUNT_SCALE: i8 = 9;

const DIGITS_BEFORE_MAX: usize = 18;
const DIGITS_AFTER_MAX: usize = 9;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a plain decimal number.
    #[error("not a plain decimal number")]
    Form,
    /// A decimal number with too many digits.
    #[error("more than 18 digits before or 9 after the point")]
    Range,
}

/// Reads a plain decimal (`-12`, `1234.50`) as billionths.
///
/// # Errors
/// [`AmountError::Form`] for anything but an optional minus, digits, and optionally a point and digits (so no
/// exponent, no plus, no bare point); [`AmountError::Range`] for more digits than an amount may have. Leading
/// zeros before and trailing zeros after the point do not count.
pub fn parse(text: &str) -> Result<i128, AmountError> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (before, after) = digits.split_once('.').map_or((digits, None), |(before, after)| (before, Some(after)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(before) || !after.is_none_or(all_digits) {
        return Err(AmountError::Form);
    }
    let before = before.trim_start_matches('0');
    let after = after.unwrap_or("").trim_end_matches('0');
    if before.len() > DIGITS_BEFORE_MAX || after.len() > DIGITS_AFTER_MAX {
        return Err(AmountError::Range);
    }
    let digit_run = |part: &str| part.bytes().fold(0_i128, |sum, b| sum * 10 + i128::from(b - b'0'));
    let padding = 10_i128.pow((DIGITS_AFTER_MAX - after.len()) as u32);
    let value = digit_run(before) * 10_i128.pow(DIGITS_AFTER_MAX as u32) + digit_run(after) * padding;
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_decimals_are_read_exactly() {
        assert_eq!(parse("0.1"), Ok(100_000_000));
        assert_eq!(parse("-1234.50"), Ok(-1_234_500_000_000));
        assert_eq!(parse("999999999999999999.999999999"), Ok(999_999_999_999_999_999_999_999_999));
        assert_eq!(parse("000.000000000000"), Ok(0));
    }

    #[test]
    fn other_forms_and_too_many_digits_are_refused() {
        for text in ["", "-", ".5", "5.", "+1", "1e3", "0x1", "1,000", " 1", "NaN", "١"] {
            assert_eq!(parse(text), Err(AmountError::Form), "{text}");
        }
        assert_eq!(parse("1000000000000000000"), Err(AmountError::Range));
        assert_eq!(parse("0.0000000001"), Err(AmountError::Range));
    }
}
