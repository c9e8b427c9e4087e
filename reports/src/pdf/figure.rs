//! Cells as people read them on paper: digits in groups of three, a real minus sign, shares in per cent.

use crate::document::Kind;
use crate::value::{Cell, Number};

/// The sign of negative figures, U+2212. The template shows figures that begin with it in red.
const MINUS: char = '−';

/// Digits after the point of a share in per cent.
const PERCENT_DIGITS: u32 = 2;

/// A cell of a column of this kind. Money has so many `digits` after the point; no digit is ever dropped from it.
pub(super) fn cell(cell: Cell<'_>, kind: &Kind, digits: u32) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.to_owned(),
        Cell::Number(number) => match kind {
            Kind::Text | Kind::Code | Kind::Date | Kind::Instant => number.to_string(),
            Kind::Count | Kind::Quantity => grouped(&number.with_digits(0)),
            Kind::Money { .. } => grouped(&number.with_digits(digits)),
            Kind::Ratio => percent(number),
        },
        Cell::Date(date) => date.format("%Y-%m-%d").to_string(),
        Cell::Instant(at) => at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
    }
}

/// A share in per cent, rounded half away from zero: `12.35%`.
pub(super) fn percent(ratio: Number) -> String {
    // 0.25 is 25 units of a scale lower by two.
    let Number { units, scale } = ratio.trimmed();
    let (units, scale) = if scale < 2 { (units.checked_mul(100), scale) } else { (Some(units), scale - 2) };
    let rounded = units.and_then(|units| rounded(Number { units, scale }, PERCENT_DIGITS));
    rounded.map_or_else(|| ratio.to_string(), |percent| format!("{}%", grouped(&percent.to_string())))
}

/// The nearest number with so many digits after the point, halves away from zero; `None` where it does not fit.
fn rounded(number: Number, digits: u32) -> Option<Number> {
    if number.scale <= digits {
        return number.at_scale(digits);
    }
    let unit = 10_i128.checked_pow(number.scale - digits)?;
    let towards_zero = number.units / unit;
    let is_half = (number.units % unit).unsigned_abs() >= unit.unsigned_abs() / 2;
    let step = if is_half { number.units.signum() } else { 0 };
    Some(Number { units: towards_zero + step, scale: digits })
}

/// Decimal text with commas between thousands and a minus sign: `−1,234.50`.
pub(super) fn grouped(decimal: &str) -> String {
    let (is_negative, digits) = decimal.strip_prefix('-').map_or((false, decimal), |digits| (true, digits));
    let (whole, decimals) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + MINUS.len_utf8());
    if is_negative {
        text.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(decimals);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_negative_figures_have_a_minus_sign() {
        let money = Kind::Money { currency: None, said_by: None };
        let shown = |units, scale| cell(Cell::Number(Number { units, scale }), &money, 2);
        assert_eq!(shown(0, 0), "0.00");
        assert_eq!(shown(-123, 0), "−123.00");
        assert_eq!(shown(7_500_000_000_000, 9), "7,500.00");
        assert_eq!(shown(-1_234_567_890_123_456, 9), "−1,234,567.890123456");
        assert_eq!(cell(Cell::Number(Number { units: 1_000_000, scale: 0 }), &Kind::Count, 0), "1,000,000");
        assert_eq!(cell(Cell::Number(Number { units: 15_000, scale: 4 }), &Kind::Quantity, 0), "1.5");
        assert_eq!(cell(Cell::Text("0012"), &Kind::Code, 0), "0012");
    }

    #[test]
    fn shares_are_rounded_to_hundredths_of_a_per_cent_halves_away_from_zero() {
        let shown = |units, scale| percent(Number { units, scale });
        assert_eq!(shown(3, 1), "30.00%");
        assert_eq!(shown(1, 0), "100.00%");
        assert_eq!(shown(123_450, 6), "12.35%");
        assert_eq!(shown(123_449, 6), "12.34%");
        assert_eq!(shown(-5, 5), "−0.01%");
        assert_eq!(shown(0, 9), "0.00%");
        assert_eq!(shown(12, 0), "1,200.00%");
    }
}
