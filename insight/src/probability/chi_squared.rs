//! The χ² distribution: how probable a sum of squares is by chance.
//!
//! Source: Press et al., "Numerical Recipes" (3rd ed., 2007), section 6.2: a power series and Lentz's
//! continued fraction for the incomplete gamma function.

use super::gamma::ln_gamma;

/// The probability of `x` or more with `freedom` degrees of freedom; 1 where there are none.
pub(crate) fn survival(x: f64, freedom: u32) -> f64 {
    if x <= 0.0 || freedom == 0 {
        return 1.0;
    }
    let (a, x) = (f64::from(freedom) / 2.0, x / 2.0);
    let upper = if x < a + 1.0 { 1.0 - lower_series(a, x) } else { upper_fraction(a, x) };
    upper.clamp(0.0, 1.0)
}

/// The value that is exceeded with a probability (above 0 and below 1).
pub(crate) fn bound(probability: f64, freedom: u32) -> f64 {
    let (mut low, mut high) = (0.0, f64::from(freedom) + 10.0);
    while survival(high, freedom) > probability && high < 1e9 {
        high *= 2.0;
    }
    // Each step halves the span: 80 of them reach the last bit.
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if survival(middle, freedom) > probability { low = middle } else { high = middle }
    }
    high
}

/// Terms after which both expansions have converged for every value that matters here.
const TERMS_MAX: u32 = 500;

fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / a, 1.0 / a);
    for nth in 1..TERMS_MAX {
        term *= x / (a + f64::from(nth));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum * (a * x.ln() - x - ln_gamma(a)).exp()
}

fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for nth in 1..TERMS_MAX {
        let numerator = -f64::from(nth) * (f64::from(nth) - a);
        b += 2.0;
        d = (numerator * d + b).recip();
        c = b + numerator / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction * (a * x.ln() - x - ln_gamma(a)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oracle: scipy.stats.chi2 1.17.1, sf(x, freedom).
    const SURVIVALS: [(f64, u32, f64); 10] = [
        (0.5, 1, 0.47950012218695337),
        (3.841458820694124, 1, 0.04999999999999989),
        (2.0, 3, 0.5724067044708798),
        (16.92, 9, 0.04998360638750561),
        (30.0, 9, 0.00043872177097947936),
        (80.0, 9, 1.61613141565346e-13),
        (25.0, 29, 0.6782474740416906),
        (120.0, 29, 4.920821020640362e-13),
        (5.0, 2, 0.0820849986238988),
        (0.2, 7, 0.9999748437491691),
    ];

    #[test]
    fn probabilities_are_those_of_scipy() {
        for (x, freedom, expected) in SURVIVALS {
            let told = survival(x, freedom);
            assert!((told / expected - 1.0).abs() < 1e-9, "{x}, {freedom}: {told}, expected {expected}");
        }
        assert_eq!((survival(0.0, 3), survival(2.0, 0)), (1.0, 1.0));
    }

    #[test]
    fn bounds_are_those_of_scipy() {
        // Oracle: scipy.stats.chi2.isf(probability, freedom).
        for (probability, freedom, expected) in [
            (0.5, 1, 0.4549364231195724),
            (0.05, 9, 16.91897760462045),
            (0.01, 9, 21.665994333461928),
            (0.001, 29, 58.30117348979492),
            (1e-06, 4, 33.37684158171984),
        ] {
            let told = bound(probability, freedom);
            assert!((told / expected - 1.0).abs() < 1e-9, "{probability}, {freedom}: {told}, expected {expected}");
        }
    }
}
