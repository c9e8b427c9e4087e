//! How many of a batch's findings are named, so that few of those named are false.
//!
//! Source: Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995): sort the m
//! p-values; with k the last rank at which p(k) ≤ q·k/m, the first k are discoveries, and the expected share of false
//! ones among them is at most q for independent p-values.

/// Which p-values of a batch are discoveries at a false discovery rate `rate` (0 to 1), in the batch's order.
#[must_use]
pub fn discoveries(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let num = sorted.len() as f64;
    let limits = (1..).map(|rank| rate * f64::from(rank) / num);
    let limit = sorted.iter().zip(limits).filter(|(p, limit)| *p <= limit).map(|(p, _)| *p).last();
    p_values.iter().map(|p| limit.is_some_and(|limit| *p <= limit)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_paper_names_four() {
        // Benjamini and Hochberg 1995, section 4: fifteen p-values, q = 0.05, the four smallest are rejected.
        let p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let named = discoveries(&p_values, 0.05);
        assert_eq!(named.iter().filter(|named| **named).count(), 4);
        assert!(named[..4].iter().all(|named| *named));
    }

    #[test]
    fn an_empty_batch_has_no_discoveries() {
        assert!(discoveries(&[], 0.1).is_empty());
    }

    proptest! {
        #[test]
        fn a_smaller_p_value_is_named_before_a_larger_one(p_values in vec(0.0..1.0_f64, 0..40), rate in 0.0..0.5_f64) {
            let named = discoveries(&p_values, rate);
            for (p, is_named) in p_values.iter().zip(&named) {
                for (other, other_named) in p_values.iter().zip(&named) {
                    prop_assert!(!(other < p && *is_named && !*other_named));
                }
                // What passes Bonferroni's limit passes this one.
                prop_assert!(*p > rate / p_values.len() as f64 || *is_named);
            }
        }
    }
}
