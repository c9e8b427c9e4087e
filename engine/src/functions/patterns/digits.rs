//! The decimal digits of a number, rounded: half away from zero for decimals, as the value itself says for floats.

use super::Number;

/// Digits with a point where there are some after it, and the sign.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) negative: bool,
    pub(super) text: String,
}

/// A number's digits with `fraction` of them after the point, after `shift` multiplications by ten. A float has no
/// more digits than its type is sure of.
pub(super) fn digits(number: Number, fraction: usize, shift: usize) -> Digits {
    match number {
        Number::Decimal { value, scale } => {
            let text = rounded(value.unsigned_abs(), scale - shift as i32, fraction);
            Digits { negative: value < 0 && text.bytes().any(|digit| matches!(digit, b'1'..=b'9')), text }
        }
        Number::Float { value, digits_max } => {
            let shifted = if shift == 0 { value } else { value * 10_f64.powi(shift as i32) };
            Digits {
                negative: shifted.is_sign_negative() && !shifted.is_nan(),
                text: float(shifted.abs(), fraction, digits_max),
            }
        }
    }
}

fn float(value: f64, fraction: usize, digits_max: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return "Infinity".to_owned();
    }
    let sure = digits_max.saturating_sub(format!("{value:.0}").len());
    format!("{value:.*}", fraction.min(sure))
}

fn rounded(magnitude: u128, scale: i32, fraction: usize) -> String {
    let wanted = fraction as i32;
    let magnitude = if scale > wanted { round(magnitude, scale - wanted) } else { magnitude };
    let zeros = usize::try_from(wanted - scale).unwrap_or_default();
    let digits = if magnitude == 0 { "0".to_owned() } else { format!("{magnitude}{}", "0".repeat(zeros)) };
    let digits = format!("{digits:0>width$}", width = fraction + 1);
    let (whole, rest) = digits.split_at(digits.len() - fraction);
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

/// A number without its last `drop` digits, rounded half up.
fn round(magnitude: u128, drop: i32) -> u128 {
    let Some(unit) = 10_u128.checked_pow(drop.unsigned_abs()) else { return 0 };
    let (rest, above) = (magnitude % unit, magnitude / unit);
    if rest >= unit - rest { above + 1 } else { above }
}

/// The number as `1.23e+04`, with a sign or a space in front.
pub(super) fn scientific(number: Number, fraction: usize) -> String {
    let (negative, mantissa, exponent) = match number {
        Number::Float { value, .. } => float_scientific(value, fraction),
        Number::Decimal { value, scale } => decimal_scientific(value, scale, fraction),
    };
    let sign = if negative { '-' } else { ' ' };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{exponent_sign}{:02}", exponent.unsigned_abs())
}

fn float_scientific(value: f64, fraction: usize) -> (bool, String, i32) {
    let text = format!("{:.*e}", fraction, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (value < 0.0, mantissa.to_owned(), exponent.parse().unwrap_or_default())
}

fn decimal_scientific(value: i128, scale: i32, fraction: usize) -> (bool, String, i32) {
    let magnitude = value.unsigned_abs();
    let length = magnitude.checked_ilog10().unwrap_or_default() as i32;
    let mut exponent = if magnitude == 0 { 0 } else { length - scale };
    let mut mantissa = rounded(magnitude, length, fraction);
    if mantissa.starts_with("10") {
        exponent += 1;
        mantissa = rounded(magnitude, length + 1, fraction);
    }
    (value < 0, mantissa, exponent)
}
