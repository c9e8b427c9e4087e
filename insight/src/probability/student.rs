//! Student's distribution: how far off a value may be where the spread itself was estimated from few.

use super::beta::ln_incomplete_beta;

/// The probability of more than `t` with so many degrees of freedom, above 0 and not necessarily whole.
///
/// Source: Abramowitz and Stegun, 26.7.1.
pub(crate) fn survival(t: f64, freedom: f64) -> f64 {
    let tail = 0.5 * ln_incomplete_beta(0.5 * freedom, 0.5, freedom / (freedom + t * t)).exp();
    if t < 0.0 { 1.0 - tail } else { tail }
}

/// The value that is exceeded with a probability, above 0 and at most a half.
pub(crate) fn bound(probability: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 2.0);
    while survival(high, freedom) > probability && high < 1e9 {
        high *= 2.0;
    }
    // Each step halves the span: 60 of them reach the last bit that matters.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if survival(middle, freedom) > probability { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_those_of_scipy() {
        // Oracle: scipy.stats.t.isf(probability, freedom).
        for (probability, freedom, expected) in [
            (0.1, 3.0, 1.6377443536962089),
            (0.025, 5.0, 2.5705818356363155),
            (0.025, 2.5, 3.5746548420036834),
            (0.05, 40.0, 1.6838510133356523),
            (0.0005, 1.0, 636.6192487687196),
        ] {
            let told = bound(probability, freedom);
            assert!((told / expected - 1.0).abs() < 1e-9, "{probability}, {freedom}: {told}, expected {expected}");
        }
        assert!((survival(-1.5, 7.0) + survival(1.5, 7.0) - 1.0).abs() < 1e-12);
    }
}
