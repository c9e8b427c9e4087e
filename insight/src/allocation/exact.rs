//! Products, quotients and sums of exact figures: worked out in 256 bits, checked on the way back to 128.
//!
//! A product of two 128-bit figures always fits in 256 bits, and a sum of 2^128 of them does too, so that only the
//! result can be too large, whatever the order of the terms.

use arrow::datatypes::i256;

/// `a × b ÷ divisor`, rounded half away from zero, as invoices are; `None` where it does not fit, or `divisor` is
/// not positive.
pub(crate) fn scaled(a: i128, b: i128, divisor: i128) -> Option<i128> {
    if divisor <= 0 {
        return None;
    }
    let product = i256::from_i128(a).wrapping_mul(i256::from_i128(b));
    let divisor = i256::from_i128(divisor);
    let (quotient, rest) = (product.checked_div(divisor)?, product.checked_rem(divisor)?.checked_abs()?);
    let is_half_or_more = rest >= divisor.wrapping_sub(rest);
    let away_from_zero = if product.is_negative() { i256::MINUS_ONE } else { i256::ONE };
    let rounded = if is_half_or_more { quotient.wrapping_add(away_from_zero) } else { quotient };
    rounded.to_i128()
}

/// The sum; `None` where it does not fit.
pub(crate) fn sum(terms: impl IntoIterator<Item = i128>) -> Option<i128> {
    terms.into_iter().fold(i256::ZERO, |sum, term| sum.wrapping_add(i256::from_i128(term))).to_i128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(scaled(5, 1, 2), Some(3));
        assert_eq!(scaled(-5, 1, 2), Some(-3));
        assert_eq!(scaled(4, 1, 3), Some(1));
        assert_eq!(scaled(-4, 1, 3), Some(-1));
        assert_eq!(scaled(1, 1, 2), Some(1));
        assert_eq!(scaled(-1, 1, 3), Some(0));
        assert_eq!(scaled(0, 7, 1), Some(0));
    }

    #[test]
    fn the_widest_products_are_exact_and_what_does_not_fit_is_said() {
        assert_eq!(scaled(i128::MAX, i128::MAX, i128::MAX), Some(i128::MAX));
        assert_eq!(scaled(i128::MIN, i128::MAX, i128::MAX), Some(i128::MIN));
        assert_eq!(scaled(i128::MIN, i128::MIN, i128::MAX), None);
        assert_eq!(scaled(i128::MAX, 2, 1), None);
        assert_eq!(scaled(1, 1, 0), None);
        assert_eq!(scaled(1, 1, -1), None);
    }

    #[test]
    fn a_sum_is_checked_at_its_end_so_that_the_order_of_its_terms_does_not_count() {
        assert_eq!(sum([i128::MAX, 1, -1]), Some(i128::MAX));
        assert_eq!(sum([-1, i128::MAX, 1]), Some(i128::MAX));
        assert_eq!(sum([i128::MAX, 1]), None);
        assert_eq!(sum([]), Some(0));
    }
}
