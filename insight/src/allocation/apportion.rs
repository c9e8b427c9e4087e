//! The largest-remainder method (Hamilton's): a whole number of units is split in proportion, and nothing is lost.
//!
//! Each part gets its exact share rounded down. The units that are then left go one each to the parts with the largest
//! remainders; where remainders are equal, to the part that stands first. A negative whole (a credit) is split as
//! the same charge would be, so that a credit takes back exactly what the charge gave.

use std::cmp::Reverse;

use arrow::datatypes::i256;

use super::exact;

/// The method's id in tables and files.
pub const METHOD: &str = "largest_remainder";

/// The method's version: another way of rounding would be another number, so that a closed month stays explained.
pub const METHOD_VERSION: i32 = 1;

/// Splits `whole` units in proportion to `quantities`, in their order. The parts add up to the whole.
///
/// `None` where there is nothing to split by: a quantity is negative, all are zero, or their sum does not fit.
#[must_use]
pub fn apportion(whole: i128, quantities: &[i128]) -> Option<Vec<i128>> {
    let total = exact::sum(quantities.iter().copied()).filter(|total| *total > 0)?;
    if quantities.iter().any(|quantity| *quantity < 0) {
        return None;
    }
    let total = i256::from_i128(total);
    let size = i256::from_parts(whole.unsigned_abs(), 0);
    let mut shares = Vec::with_capacity(quantities.len());
    for quantity in quantities {
        // At most 2^127 × 2^127, and the share is at most `size`.
        let product = size.wrapping_mul(i256::from_i128(*quantity));
        shares.push((product.checked_div(total)?, product.checked_rem(total)?));
    }
    let given = shares.iter().fold(i256::ZERO, |sum, (share, _)| sum.wrapping_add(*share));
    // Fewer than there are parts: the remainders add up to this many totals, and each is below one.
    let left = usize::try_from(size.wrapping_sub(given).to_i128()?).ok()?;
    let mut by_remainder: Vec<usize> = (0..shares.len()).collect();
    by_remainder.sort_by_key(|index| Reverse(shares[*index].1));
    for index in by_remainder.into_iter().take(left) {
        shares[index].0 = shares[index].0.wrapping_add(i256::ONE);
    }
    let signed = |share: i256| if whole < 0 { share.wrapping_neg().to_i128() } else { share.to_i128() };
    shares.into_iter().map(|(share, _)| signed(share)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_units_go_to_the_largest_remainders_and_then_to_who_stands_first() {
        assert_eq!(apportion(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(apportion(2, &[1, 1, 1]), Some(vec![1, 1, 0]));
        // 10/6 = 1.67, 3.33, 5: the unit that is left belongs to the first.
        assert_eq!(apportion(10, &[1, 2, 3]), Some(vec![2, 3, 5]));
        // Shares 0.5, 0.5 and 9: equal remainders, and one unit.
        assert_eq!(apportion(10, &[1, 1, 18]), Some(vec![1, 0, 9]));
    }

    #[test]
    fn a_credit_takes_back_what_the_charge_gave() {
        assert_eq!(apportion(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
    }

    #[test]
    fn who_has_no_quantity_gets_no_unit() {
        assert_eq!(apportion(7, &[0, 3, 0]), Some(vec![0, 7, 0]));
        assert_eq!(apportion(0, &[1, 2]), Some(vec![0, 0]));
    }

    #[test]
    fn nothing_to_split_by_is_said() {
        assert_eq!(apportion(7, &[]), None);
        assert_eq!(apportion(7, &[0, 0]), None);
        assert_eq!(apportion(7, &[5, -1]), None);
        assert_eq!(apportion(7, &[i128::MAX, 1]), None);
    }

    #[test]
    fn the_largest_figures_are_split_without_a_panic() {
        assert_eq!(apportion(i128::MIN, &[1]), Some(vec![i128::MIN]));
        assert_eq!(apportion(i128::MIN, &[i128::MAX - 1, 1]), Some(vec![i128::MIN + 1, -1]));
        let halves = apportion(i128::MAX, &[i128::MAX / 2, i128::MAX / 2]);
        assert_eq!(halves, Some(vec![i128::MAX / 2 + 1, i128::MAX / 2]));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_each_is_within_a_unit_of_its_share(
            whole in -1_000_000_000_000_i128..1_000_000_000_000,
            quantities in vec(0_i128..1_000_000, 1..20),
        ) {
            let total: i128 = quantities.iter().sum();
            let Some(parts) = apportion(whole, &quantities) else {
                prop_assert_eq!(total, 0);
                return Ok(());
            };
            prop_assert_eq!(parts.iter().sum::<i128>(), whole);
            for (part, quantity) in parts.iter().zip(&quantities) {
                prop_assert!((part * total - whole * quantity).abs() < total);
            }
        }

        #[test]
        fn any_figures_are_split_or_refused(whole: i128, quantities in vec(any::<i128>(), 0..6)) {
            if let Some(parts) = apportion(whole, &quantities) {
                prop_assert_eq!(exact::sum(parts), Some(whole));
            }
        }
    }
}
