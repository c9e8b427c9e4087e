//! How unusual a value is among many others: by its rank where there are others beyond it, by an extrapolated tail where
//! there are hardly any.
//!
//! Within the sorted values the p-value is conformal: (1 + how many are at least as large) / (1 + how many). Ranks end
//! at one in as many values as there are, so the uppermost tenth also gets a generalised Pareto tail (Pickands 1975,
//! Balkema and de Haan 1974). Its shape and scale come from two quantiles of the excesses, so that a few gross errors
//! in the history bend it little: with Q(½) and Q(¾), shape = log2(Q(¾)/Q(½) − 1) and scale = shape·Q(½)/(2^shape − 1).

use super::robust::quantile;

/// Share of the values that lie in the tail.
const TAIL: f64 = 0.1;

/// Fewest excesses of which a shape is worked out; of fewer, the tail is exponential.
const SHAPE_FROM: usize = 40;

/// Heaviest tail; beyond, a variance would not exist.
const SHAPE_MAX: f64 = 0.5;

/// The upper tail of a distribution.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    /// Sorted.
    values: Vec<f64>,
    threshold: f64,
    share: f64,
    scale: f64,
    shape: f64,
}

impl Tail {
    /// The tail of sorted values. None of fewer than `num_min` of them.
    pub(super) fn fit(sorted: Vec<f64>, num_min: usize) -> Option<Self> {
        if sorted.is_empty() || sorted.len() < num_min {
            return None;
        }
        let threshold = quantile(&sorted, 1.0 - TAIL);
        let first = sorted.partition_point(|value| *value <= threshold);
        let excesses: Vec<f64> = sorted[first..].iter().map(|value| value - threshold).collect();
        // A threshold that nothing exceeds is a wall of equal values: what lies beyond has no precedent.
        let (median, upper) = (quantile(&excesses, 0.5).max(SCALE_MIN), quantile(&excesses, 0.75).max(SCALE_MIN));
        let wanted = (upper / median - 1.0).max(f64::MIN_POSITIVE).log2();
        let shape = if excesses.len() < SHAPE_FROM { 0.0 } else { wanted.clamp(0.0, SHAPE_MAX) };
        let scale = if shape < SHAPE_MIN { median / 2_f64.ln() } else { shape * median / (shape.exp2() - 1.0) };
        let share = excesses.len().max(1) as f64 / sorted.len() as f64;
        Some(Self { values: sorted, threshold, share, scale, shape })
    }

    /// The tail of a standard normal distribution beyond its upper tenth, as an exponential one: what is assumed where
    /// nothing is known. The mean excess over 1.2816 is φ(1.2816)/0.1 − 1.2816 = 0.4734.
    pub(super) const fn normal() -> Self {
        Self { values: Vec::new(), threshold: 1.2816, share: TAIL, scale: 0.4734, shape: 0.0 }
    }

    /// The probability of a value at least as large.
    pub(super) fn p_value(&self, value: f64) -> f64 {
        if value <= self.threshold {
            let num_above = self.values.len() - self.values.partition_point(|other| *other < value);
            return if self.values.is_empty() { 1.0 } else { (1 + num_above) as f64 / (1 + self.values.len()) as f64 };
        }
        let excess = (value - self.threshold) / self.scale;
        let survival =
            if self.shape < SHAPE_MIN { (-excess).exp() } else { (1.0 + self.shape * excess).powf(-1.0 / self.shape) };
        self.share * survival
    }

    /// The value that is exceeded with a probability, which is below a tenth.
    pub(super) fn bound(&self, p_value: f64) -> f64 {
        let ratio = (self.share / p_value).max(1.0);
        let excess = if self.shape < SHAPE_MIN { ratio.ln() } else { (ratio.powf(self.shape) - 1.0) / self.shape };
        self.threshold + self.scale * excess
    }
}

/// A shape below this is none: the tail is exponential.
const SHAPE_MIN: f64 = 1e-6;

/// Least excess that counts as one, in the unit of the values.
const SCALE_MIN: f64 = 1e-3;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The quantiles of a generalised Pareto distribution at (i + ½)/n.
    fn pareto(num: u32, scale: f64, shape: f64) -> Vec<f64> {
        let at = |nth: u32| (f64::from(nth) + 0.5) / f64::from(num);
        (0..num).map(|nth| scale * ((1.0 - at(nth)).powf(-shape) - 1.0) / shape).collect()
    }

    #[test]
    fn ranks_count_within_and_the_tail_beyond() {
        let tail = Tail::fit((0..1_000).map(f64::from).collect(), 20).unwrap();
        assert!((tail.p_value(500.0) - 501.0 / 1_001.0).abs() < 1e-12);
        assert_eq!(tail.p_value(-5.0), 1.0);
        assert!(tail.p_value(2_000.0) < 1e-4);
    }

    #[test]
    fn a_pareto_tail_is_found_again() {
        // Oracle: scipy.stats.genpareto(0.25, scale=2).sf([10, 20, 40]); the tail of a Pareto law has the same shape.
        let tail = Tail::fit(pareto(20_000, 2.0, 0.25), 20).unwrap();
        for (value, expected) in [(10.0, 3.901844231e-02), (20.0, 6.663890046e-03), (40.0, 7.716049383e-04)] {
            assert!((tail.p_value(value) / expected - 1.0).abs() < 0.02, "{value}: {}", tail.p_value(value));
        }
        assert!((tail.p_value(tail.bound(1e-3)) / 1e-3 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn gross_errors_in_the_history_do_not_hide_the_next_one() {
        let mut values: Vec<f64> = (0..2_000).map(|nth| f64::from(nth) / 2_000.0).collect();
        values.extend([3.2; 5]);
        let tail = Tail::fit(values, 20).unwrap();
        assert!(tail.p_value(3.3) < 1e-9);
    }

    proptest! {
        #[test]
        fn larger_values_are_never_more_usual(mut values in vec(-9.0..9.0_f64, 30..300), a in -12.0..12.0_f64, b in -12.0..12.0_f64) {
            values.sort_by(f64::total_cmp);
            let tail = Tail::fit(values, 20).unwrap();
            let (low, high) = (tail.p_value(a.min(b)), tail.p_value(a.max(b)));
            prop_assert!(high <= low + 1e-2 && (0.0..=1.0).contains(&high) && (0.0..=1.0).contains(&low));
        }
    }
}
