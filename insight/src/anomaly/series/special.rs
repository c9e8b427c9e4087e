//! Special functions that tails of distributions are made of.

use std::f64::consts::PI;

/// Lanczos coefficients for g = 7, n = 9. Source: Godfrey, "A note on the computation of the convergent Lanczos complex
/// Gamma approximation" (2001).
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// Most steps of the continued fraction; it converges in about the square root of the larger parameter.
const FRACTION_STEPS_MAX: usize = 10_000;

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let series =
        LANCZOS.iter().enumerate().skip(1).fold(LANCZOS[0], |sum, (i, coefficient)| sum + coefficient / (x + i as f64));
    let t = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + series.ln()
}

/// ln B(a, b) for a, b > 0.
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln of the regularised incomplete beta function I_x(a, b), for a, b > 0; x is clamped to 0..=1.
///
/// In logarithms, so that tails far below the smallest float keep their order.
pub(super) fn ln_incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if x >= 1.0 {
        return 0.0;
    }
    let ln_front = a * x.ln() + b * (-x).ln_1p() - ln_beta(a, b);
    if x < (a + 1.0) / (a + b + 2.0) {
        return ln_front + fraction(a, b, x).ln() - a.ln();
    }
    let other = (ln_front + fraction(b, a, 1.0 - x).ln() - b.ln()).exp();
    (-other.min(1.0)).ln_1p()
}

/// The continued fraction of the incomplete beta function by Lentz's method. Source: DLMF 8.17.22.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let bounded = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / bounded(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for m in 1..FRACTION_STEPS_MAX {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / bounded(1.0 + even * d);
        c = bounded(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / bounded(1.0 + odd * d);
        c = bounded(1.0 + odd / c);
        result *= d * c;
        if (d * c - 1.0).abs() < 1e-14 {
            break;
        }
    }
    result
}
