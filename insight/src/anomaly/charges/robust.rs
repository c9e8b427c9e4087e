//! Centre and spread of numbers of which some are wrong.

/// Most values of which a spread is worked out; of more, as many evenly spaced order statistics.
const QN_VALUES_MAX: usize = 200;

/// Factor that makes Qn the standard deviation of normal values.
const QN_NORMAL: f64 = 2.219_144_465_985_076;

/// The value below which a share of sorted values lies, linear between two of them (type 7 of Hyndman and Fan 1996).
/// 0 of no values.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[(place.ceil() as usize).min(last)]);
    below + (above - below) * place.fract()
}

/// The scale Qn of sorted values: a quarter of the way up among the distances of all pairs. Half of the values may be
/// anything before it breaks; of normal values it is as precise as the standard deviation of 82 % as many. 0 of fewer
/// than two values, and where half of them are the same.
///
/// Source: Rousseeuw and Croux, "Alternatives to the median absolute deviation", J. Amer. Statist. Assoc. 88 (1993).
pub(super) fn qn(sorted: &[f64]) -> f64 {
    let values = thinned(sorted);
    let num = values.len();
    if num < 2 {
        return 0.0;
    }
    let mut distances = Vec::with_capacity(num * (num - 1) / 2);
    for (nth, value) in values.iter().enumerate() {
        distances.extend(values[nth + 1..].iter().map(|above| above - value));
    }
    let half = num / 2 + 1;
    let (_, distance, _) = distances.select_nth_unstable_by(half * (half - 1) / 2 - 1, f64::total_cmp);
    QN_NORMAL * *distance
}

fn thinned(sorted: &[f64]) -> Vec<f64> {
    if sorted.len() <= QN_VALUES_MAX {
        return sorted.to_vec();
    }
    let share = |nth: usize| (nth as f64 + 0.5) / QN_VALUES_MAX as f64;
    (0..QN_VALUES_MAX).map(|nth| quantile(sorted, share(nth))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_values() {
        // Oracle: numpy.quantile([1, 2, 4, 8], [0, 0.3, 0.5, 0.9, 1]).
        let told = [0.0, 0.3, 0.5, 0.9, 1.0].map(|share| quantile(&[1.0, 2.0, 4.0, 8.0], share));
        let expected = [1.0, 1.9, 3.0, 6.8, 8.0];
        assert!(told.iter().zip(expected).all(|(told, expected)| (told - expected).abs() < 1e-12));
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn the_scale_is_that_of_all_pairs() {
        // Oracle: Qn by its definition in Python, the k-th smallest of all pairs' distances with numpy.sort, k = C(n/2+1, 2),
        // times 2.219144465985076.
        let mut values: Vec<f64> = (1..=25).map(|nth| f64::from(nth * nth * 37 % 101)).collect();
        values.sort_by(f64::total_cmp);
        assert!((qn(&values) - 31.06802252379106).abs() < 1e-9);
        assert_eq!(qn(&[3.0; 9]), 0.0);
        assert_eq!(qn(&[3.0]), 0.0);
    }

    #[test]
    fn of_many_values_a_thinned_sample_has_nearly_the_same_scale() {
        let sorted: Vec<f64> = (0..5_000).map(f64::from).collect();
        // Of a uniform span u the quarter of pair distances lies at u·(1 − √0.75).
        let expected = QN_NORMAL * 5_000.0 * (1.0 - 0.75_f64.sqrt());
        // With 200 values for the 5,000, distances come in steps of 25 of some 670, and the rank C(101, 2) of C(200, 2) is
        // a little more than a quarter: 5 % at most.
        assert!((qn(&sorted) / expected - 1.0).abs() < 0.05, "{} {expected}", qn(&sorted));
    }
}
