//! The normal and the chi-squared distribution, as far as the tests of an experiment need them.

use std::f64::consts::{PI, SQRT_2};

/// Terms after which a series or a continued fraction has long settled; it ends earlier, where nothing changes any more.
const NUM_TERMS_MAX: u32 = 500;

/// Where the continued fraction of `erfc` converges faster than the series of `erf`.
const SERIES_MAX: f64 = 2.0;

/// Beyond this `z`, tails are below the smallest positive `f64`.
const Z_MAX: f64 = 40.0;

/// 1 - erf(x). Relative error about 1e-14.
///
/// Source: Abramowitz and Stegun, 7.1.6 (series) and 7.1.14 (continued fraction).
#[must_use]
pub fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < SERIES_MAX { 1.0 - erf_series(x) } else { erfc_fraction(x) }
}

/// The share of a standard normal distribution that lies below `z`.
#[must_use]
pub fn normal_below(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The value below which this share of a standard normal distribution lies; infinite at 0 and 1.
///
/// By bisection: it is asked for a few times an experiment, and needs no constants of its own.
#[must_use]
pub fn normal_quantile(share: f64) -> f64 {
    if share <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (-Z_MAX, Z_MAX);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if normal_below(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that a chi-squared variable with so many degrees of freedom is `x` or more; 1 where there are none.
///
/// Source: Abramowitz and Stegun, 26.4.4 and 26.4.5: the upper tail by its recurrence in steps of two degrees.
#[must_use]
pub fn chi_squared_above(x: f64, num_degrees: u32) -> f64 {
    if x <= 0.0 || num_degrees == 0 {
        return 1.0;
    }
    let half = 0.5 * x;
    let odd = num_degrees % 2 == 1;
    // The tail at one or two degrees, and the first term of the recurrence: half^a e^-half / gamma(a + 1).
    let (mut above, mut term, mut a) = if odd {
        (erfc(half.sqrt()), 2.0 * (half / PI).sqrt() * (-half).exp(), 0.5)
    } else {
        ((-half).exp(), half * (-half).exp(), 1.0)
    };
    for _ in 0..(num_degrees - 1) / 2 {
        above += term;
        a += 1.0;
        term *= half / a;
    }
    above.min(1.0)
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
        near(normal_below(-8.0), 6.220_960_574_271_74e-16);
        near(normal_below(-1.96), 0.024_997_895_148_220_435);
        near(normal_below(0.5), 0.691_462_461_274_013_1);
        near(normal_quantile(1e-9), -5.997_807_015_007_686_5);
        near(normal_quantile(0.8), 0.841_621_233_572_914_3);
        near(normal_quantile(0.975), 1.959_963_984_540_054);
        assert_eq!((normal_quantile(0.0), normal_quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn the_tails_of_chi_squared_are_those_of_the_tables() {
        // scipy: stats.chi2.sf.
        near(chi_squared_above(3.84, 1), 0.050_043_521_248_705_19);
        near(chi_squared_above(10.83, 1), 0.000_998_686_379_180_259_2);
        near(chi_squared_above(5.0, 2), 0.082_084_998_623_898_8);
        near(chi_squared_above(7.3, 3), 0.062_926_236_459_043_12);
        near(chi_squared_above(30.0, 10), 0.000_856_641_210_775_301);
        near(chi_squared_above(0.2, 7), 0.999_974_843_749_169_1);
        near(chi_squared_above(120.0, 11), 1.813_019_560_185_248_6e-20);
    }
}
