//! Confidence sequences: intervals that hold at all looks at once, so that one may look and stop at any time.
//!
//! The likelihood ratio of the difference is mixed over a normal distribution of effects (mSPRT: Robbins 1970; Johari,
//! Koomen, Pekelis, Walsh: "Always Valid Inference", Operations Research 2022). With estimated variances
//! it is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas ("Time-uniform central
//! limit theory", Annals of Statistics 2024, theorem 2.2), written in the squared standard error of the difference
//! instead of the number of units, so that variants of different sizes and variances are compared.
//!
//! The mixture's width is the least effect that matters. A fixed test with a power of 80 % sees that effect when its
//! standard error is 1 / 2.8 of it; a mixture as wide as the effect is within a hundredth of the narrowest there.

use super::tally::Difference;

/// What a difference may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// A confidence sequence over a normal mixture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequence {
    /// Standard deviation of the mixture, in the metric's unit; above 0.
    pub width: f64,
    /// The probability that an interval ever misses; above 0 and below 0.5.
    pub error_max: f64,
}

impl Sequence {
    /// The interval at a look. With probability 1 - `error_max`, those of all looks hold the true difference.
    #[must_use]
    pub fn interval(&self, difference: Difference) -> Interval {
        let radius = self.radius(difference.variance);
        Interval { low: difference.estimate - radius, high: difference.estimate + radius }
    }

    /// Half the length of an interval at a squared standard error.
    #[must_use]
    pub fn radius(&self, variance: f64) -> f64 {
        let (slope, spread) = self.slope_and_spread(variance);
        (2.0 * slope * (spread.sqrt() / self.error_max).ln()).sqrt()
    }

    /// How far the true difference may be on one side of the estimate: a bound on one side is nearer than one of two.
    ///
    /// Source: Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
    /// Annals of Statistics 2021, the one-sided normal mixture: mixed over one half of the normal.
    #[must_use]
    pub fn radius_one_sided(&self, variance: f64) -> f64 {
        let (slope, spread) = self.slope_and_spread(variance);
        (2.0 * slope * (spread.sqrt() / (2.0 * self.error_max)).ln_1p()).sqrt()
    }

    /// The p-value of "no difference" at a look. Its least value so far is valid at any time.
    #[must_use]
    pub fn p_value(&self, difference: Difference) -> f64 {
        let (slope, spread) = self.slope_and_spread(difference.variance);
        let log_ratio = 0.5 * difference.estimate * difference.estimate / slope - 0.5 * spread.ln();
        (-log_ratio).exp().min(1.0)
    }

    /// `V (V + w²) / w²` and `(V + w²) / V` of a squared standard error V and the width w.
    fn slope_and_spread(&self, variance: f64) -> (f64, f64) {
        let mixed = self.width * self.width;
        (variance * (variance + mixed) / mixed, (variance + mixed) / variance)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-10 * right.abs(), "{left} is not {right}");
    }

    #[test]
    fn intervals_are_those_of_the_published_formula() {
        // Python, from theorem 2.2 as published: sigma * sqrt(2 (t r² + 1) / (t² r²) * ln(sqrt(t r² + 1) / alpha)), and
        // with ln(1 + sqrt(t r² + 1) / (2 alpha)) on one side, for (sigma, t, r, alpha) = (2, 400, 0.1, 0.05) and
        // (0.3, 10000, 0.02, 0.01); here the variance is sigma² / t and the width r * sigma.
        let first = Sequence { width: 0.2, error_max: 0.05 };
        near(first.radius(0.01), 0.308_238_999_388_909_3);
        near(first.radius_one_sided(0.01), 0.280_671_260_440_650_27);
        let second = Sequence { width: 0.006, error_max: 0.01 };
        near(second.radius(9e-6), 0.011_032_792_289_335_265);
        near(second.radius_one_sided(9e-6), 0.010_311_500_646_647_449);
    }

    #[test]
    fn the_p_value_is_that_of_the_mixed_likelihoods() {
        // scipy: norm.pdf(estimate) over the integral of norm.pdf(estimate, effect) * norm.pdf(effect, 0, width).
        let p_value =
            |width, estimate, variance| Sequence { width, error_max: 0.05 }.p_value(Difference { estimate, variance });
        near(p_value(0.02, 0.03, 1e-4), 0.061_097_700_790_483_05);
        // The ratio is 2.4175 for "no difference" there, and no probability is above 1.
        near(p_value(0.05, 0.01, 4e-4), 1.0);
    }

    proptest! {
        #[test]
        fn the_interval_excludes_no_difference_exactly_where_the_p_value_is_below_the_error(
            estimate in -1.0..1.0_f64, variance in 1e-6..0.1_f64, width in 0.005..0.5_f64, error_max in 0.001..0.2_f64,
        ) {
            let sequence = Sequence { width, error_max };
            let difference = Difference { estimate, variance };
            let interval = sequence.interval(difference);
            let excluded = interval.low > 0.0 || interval.high < 0.0;
            let p_value = sequence.p_value(difference);
            prop_assume!((p_value - error_max).abs() > 1e-9);
            prop_assert_eq!(excluded, p_value < error_max);
        }

        #[test]
        fn less_noise_and_more_error_make_it_narrower(variance in 1e-6..0.1_f64, width in 0.005..0.5_f64) {
            let sequence = Sequence { width, error_max: 0.05 };
            prop_assert!(sequence.radius(variance * 0.9) < sequence.radius(variance));
            let bolder = Sequence { width, error_max: 0.1 };
            prop_assert!(bolder.radius(variance) < sequence.radius(variance));
            prop_assert!(sequence.radius_one_sided(variance) < sequence.radius(variance));
            // Never narrower than the interval of one look: 1.96 standard errors.
            prop_assert!(sequence.radius(variance) > 1.96 * variance.sqrt());
        }
    }
}
