//! Whether units were split as planned. Where they were not, something decides who is counted (a crash, a filter, a
//! cache), and then no comparison means anything (Fabijan et al., "Diagnosing sample ratio mismatch in online controlled
//! experiments", KDD 2019).

use super::plan::Variant;
use crate::probability::chi_squared;

/// Below this p-value the split is not the planned one. It is a test of one look: at each, one sound experiment in a
/// thousand is accused; of those that were looked at 600 times, two in a hundred were accused at some look.
pub const MISMATCH_P: f64 = 0.001;

/// Units that each variant must expect before its count is compared (Cochran's rule for the chi-squared test).
const NUM_EXPECTED_MIN: f64 = 5.0;

/// How units were split, and how they should have been.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Units of each variant, in the plan's order.
    pub observed: Vec<u64>,
    /// As many as the plan's weights give each, of the same total.
    pub expected: Vec<f64>,
    /// The probability of a split at least this uneven by chance; 1 while there are too few units to say.
    pub p_value: f64,
}

impl Ratio {
    /// Compares the units of each variant with the planned weights by Pearson's chi-squared test.
    #[must_use]
    pub fn compare(variants: &[Variant], observed: &[u64]) -> Self {
        let num_units = observed.iter().sum::<u64>() as f64;
        let weights: f64 = variants.iter().map(|variant| variant.weight).sum();
        let expected: Vec<f64> = variants.iter().map(|variant| num_units * variant.weight / weights).collect();
        let enough = expected.iter().all(|expected| *expected >= NUM_EXPECTED_MIN);
        let distance = |(observed, expected): (&u64, &f64)| (*observed as f64 - expected).powi(2) / expected;
        let p_value = if enough {
            let statistic = observed.iter().zip(&expected).map(distance).sum();
            chi_squared::survival(statistic, u32::try_from(variants.len() - 1).unwrap_or(u32::MAX))
        } else {
            1.0
        };
        Self { observed: observed.to_vec(), expected, p_value }
    }

    /// Whether the split can be trusted.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        self.p_value >= MISMATCH_P
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(weights: &[f64], observed: &[u64]) -> Ratio {
        let variant = |weight: &f64| Variant { name: weight.to_string(), weight: *weight };
        Ratio::compare(&weights.iter().map(variant).collect::<Vec<_>>(), observed)
    }

    #[test]
    fn p_values_are_those_of_pearson() {
        // scipy: stats.chisquare.
        let even = ratio(&[1.0, 1.0], &[5_100, 4_900]);
        assert!((even.p_value - 0.045_500_263_896_358_57).abs() < 1e-12);
        assert!(even.is_planned());
        let thirds = ratio(&[0.25, 0.25, 0.5], &[820, 1_180, 2_000]);
        assert_eq!(thirds.expected, [1_000.0, 1_000.0, 2_000.0]);
        assert!((thirds.p_value / 8.489_044_033_871_782e-15 - 1.0).abs() < 1e-9);
        assert!(!thirds.is_planned());
    }

    #[test]
    fn a_handful_of_units_accuses_nobody() {
        assert_eq!(ratio(&[1.0, 1.0], &[9, 0]).p_value, 1.0);
        assert!(!ratio(&[1.0, 1.0], &[20, 0]).is_planned());
        assert_eq!(ratio(&[1.0, 1.0], &[0, 0]).p_value, 1.0);
    }
}
