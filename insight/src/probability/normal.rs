//! The normal distribution.

use std::f64::consts::{PI, SQRT_2};

/// Terms after which a series or a continued fraction has long settled; it ends earlier, where nothing changes any more.
const NUM_TERMS_MAX: u32 = 500;

/// Where the continued fraction of `erfc` converges faster than the series of `erf`.
const SERIES_MAX: f64 = 2.0;

/// The start is off by less than 5e-4, and each refinement triples the digits.
const NUM_REFINEMENTS: u32 = 2;

/// 1 - erf(x). Relative error about 1e-14.
///
/// Source: Abramowitz and Stegun, 7.1.6 (series) and 7.1.14 (continued fraction).
pub(crate) fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < SERIES_MAX { 1.0 - erf_series(x) } else { erfc_fraction(x) }
}

/// The share of a standard normal distribution that lies below `z`.
pub(crate) fn below(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The value below which this share of a standard normal distribution lies; infinite at 0 and 1.
///
/// Source: Abramowitz and Stegun, 26.2.23, made exact by Halley's method.
pub(crate) fn quantile(share: f64) -> f64 {
    if share > 0.5 {
        return -quantile(1.0 - share);
    }
    if share <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = (-2.0 * share.ln()).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    (0..NUM_REFINEMENTS).fold(numerator / denominator - t, |z, _| {
        // What is missing, in units of z: the first step of Newton's method, which Halley's bends.
        let missing = (below(z) - share) * (2.0 * PI).sqrt() * (0.5 * z * z).exp();
        z - missing / (1.0 + 0.5 * z * missing)
    })
}

fn erf_series(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..NUM_TERMS_MAX {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        let before = sum;
        sum += term;
        if sum <= before {
            break;
        }
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// Lentz's method: the fraction x + (1/2)/(x + 1/(x + (3/2)/(x + ...))) from its top down.
fn erfc_fraction(x: f64) -> f64 {
    let (mut value, mut c, mut d) = (x, x, 0.0);
    for n in 1..NUM_TERMS_MAX {
        let a = 0.5 * f64::from(n);
        d = 1.0 / (x + a * d);
        c = x + a / c;
        value *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (-x * x).exp() / (PI.sqrt() * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-12 * right.abs(), "{left} is not {right}");
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        // scipy: special.erfc, stats.norm.cdf, stats.norm.ppf.
        near(erfc(-1.5), 1.966_105_146_475_310_8);
        near(erfc(0.1), 0.887_537_083_981_715_2);
        near(erfc(1.9), 0.007_209_570_764_742_531);
        near(erfc(2.1), 0.002_979_466_656_332_984_5);
        near(erfc(6.0), 2.151_973_671_249_891_3e-17);
        near(erfc(20.0), 5.395_865_611_607_901e-176);
        near(below(-8.0), 6.220_960_574_271_74e-16);
        near(below(-1.96), 0.024_997_895_148_220_435);
        near(below(0.5), 0.691_462_461_274_013_1);
        near(quantile(1e-9), -5.997_807_015_007_686_5);
        near(quantile(0.8), 0.841_621_233_572_914_3);
        near(quantile(0.975), 1.959_963_984_540_054);
        assert_eq!((quantile(0.0), quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }
}
