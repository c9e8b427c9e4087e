//! Forecasts of cities that add up to the forecast of their total.
//!
//! Each series is forecast for itself, so that the total's forecast and the sum of the cities' differ. Reconciliation
//! spreads the difference by how uncertain each forecast is: the least change, weighted by precision, that makes them add
//! up (MinT: Wickramasuriya, Athanasopoulos and Hyndman 2019, Journal of the American Statistical Association 114,
//! 804-819). For a total and its parts with uncorrelated errors the projection has the closed form used here.

/// How far a forecast is trusted against the others: variances of their errors, in any common unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Variances {
    /// Of the total's forecast, not negative.
    pub total: f64,
    /// Of each part's, none negative.
    pub parts: Vec<f64>,
}

impl Variances {
    /// Structural weights: each part is as uncertain as any other, and the total as their sum. Needs no past errors.
    #[must_use]
    pub fn structural(num_parts: usize) -> Self {
        Self { total: num_parts as f64, parts: vec![1.0; num_parts] }
    }
}

/// The total by its parts: their sum at each step.
#[must_use]
pub fn bottom_up(parts: &[Vec<f64>]) -> Vec<f64> {
    let num_steps = parts.iter().map(Vec::len).min().unwrap_or_default();
    (0..num_steps).map(|step| parts.iter().map(|part| part[step]).sum()).collect()
}

/// Changes a total and its parts so that the parts add up to the total at each step. Forecasts that already do stay.
///
/// With `non_negative`, a part that would fall below 0 is 0 and the others make up for it. All paths must be equally
/// long, and there must be a variance for each part, of which one is above 0; otherwise the total becomes the parts' sum.
pub fn reconcile(total: &mut [f64], parts: &mut [Vec<f64>], variances: &Variances, non_negative: bool) {
    let of_parts: f64 = variances.parts.iter().sum();
    let is_weighted = variances.parts.len() == parts.len() && of_parts > 0.0;
    for (step, total) in total.iter_mut().enumerate() {
        if is_weighted {
            // The parts' share in the difference; the total takes the rest.
            let wanted = (*total - sum_at(parts, step)) * of_parts / (of_parts + variances.total);
            spread(parts, step, wanted, &variances.parts, non_negative);
        }
        *total = sum_at(parts, step);
    }
}

fn sum_at(parts: &[Vec<f64>], step: usize) -> f64 {
    parts.iter().filter_map(|part| part.get(step)).sum()
}

/// Adds up to `wanted` to the parts at a step, by their variances. What a part at 0 cannot give, the others do.
fn spread(parts: &mut [Vec<f64>], step: usize, wanted: f64, variances: &[f64], non_negative: bool) {
    let mut left = wanted;
    let mut open: Vec<usize> =
        (0..parts.len()).filter(|part| variances[*part] > 0.0 && parts[*part].len() > step).collect();
    // Each round but the last closes a part.
    while left != 0.0 && !open.is_empty() {
        let weight: f64 = open.iter().map(|part| variances[*part]).sum();
        let share = left / weight;
        left = 0.0;
        open.retain(|part| {
            let value = &mut parts[*part][step];
            let changed = *value + share * variances[*part];
            let is_short = non_negative && changed < 0.0;
            left += if is_short { changed } else { 0.0 };
            *value = if is_short { 0.0 } else { changed };
            !is_short
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_difference_is_spread_by_variance() {
        // S (S' W⁻¹ S)⁻¹ S' W⁻¹ ŷ with numpy 2.4, W = diag(3, 1, 1, 1), ŷ = (90, 50, 20, 14).
        let (mut total, mut parts) = (vec![90.0], vec![vec![50.0], vec![20.0], vec![14.0]]);
        reconcile(&mut total, &mut parts, &Variances::structural(3), true);
        assert_eq!((total, parts), (vec![87.0], vec![vec![51.0], vec![21.0], vec![15.0]]));
        // The same with W = diag(2, 4, 1, 1).
        let (mut total, mut parts) = (vec![100.0], vec![vec![50.0], vec![20.0], vec![14.0]]);
        let variances = Variances { total: 2.0, parts: vec![4.0, 1.0, 1.0] };
        reconcile(&mut total, &mut parts, &variances, false);
        assert_eq!((total, parts), (vec![96.0], vec![vec![58.0], vec![22.0], vec![16.0]]));
    }

    #[test]
    fn a_part_does_not_fall_below_zero_and_the_others_make_up_for_it() {
        let (mut total, mut parts) = (vec![10.0], vec![vec![1.0], vec![30.0], vec![39.0]]);
        let variances = Variances { total: 0.0, parts: vec![1.0; 3] };
        reconcile(&mut total, &mut parts, &variances, true);
        assert_eq!((total, parts), (vec![10.0], vec![vec![0.0], vec![0.5], vec![9.5]]));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_what_did_before_stays(
            parts in vec(vec(0.0..1e6_f64, 4), 1..12), error in -1e6..1e6_f64, non_negative in any::<bool>(),
        ) {
            let variances = Variances::structural(parts.len());
            let sums = bottom_up(&parts);
            let (mut total, mut coherent) = (sums.clone(), parts.clone());
            reconcile(&mut total, &mut coherent, &variances, non_negative);
            prop_assert_eq!((&total, &coherent), (&sums, &parts));
            let (mut total, mut changed) = (sums.iter().map(|sum| sum + error).collect::<Vec<_>>(), parts);
            reconcile(&mut total, &mut changed, &variances, non_negative);
            for (sum, total) in bottom_up(&changed).iter().zip(&total) {
                prop_assert!((sum - total).abs() <= 1e-9 * total.abs().max(1.0));
            }
            prop_assert!(!non_negative || changed.iter().flatten().all(|value| *value >= 0.0));
        }
    }
}
