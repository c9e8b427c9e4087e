//! How likely a count or a number of hits is, given what was expected: tails that know small numbers.

use crate::probability::beta::{ln_beta, ln_incomplete_beta};
use crate::probability::gamma::ln_gamma;

/// Smallest over-dispersion: below it the tails are those of Poisson and binomial, and logarithms lose digits.
const DISPERSION_MIN: f64 = 1e-6;

/// A tail's terms are summed until they are this small beside the sum.
const NEGLIGIBLE: f64 = 1e-12;
/// Most terms of a tail; what would be beyond makes a probability only smaller.
const NUM_TERMS_MAX: usize = 10_000;

/// ln P(X >= observed) for observed above the mean, else ln P(X <= observed), for a negative binomial X with the mean
/// and variance mean + dispersion × mean². Arguments need not be whole: the continuous extension is used.
pub(super) fn ln_count_tail(observed: f64, mean: f64, dispersion: f64) -> f64 {
    if mean <= 0.0 {
        return if observed > 0.0 { f64::NEG_INFINITY } else { 0.0 };
    }
    let size = 1.0 / dispersion.max(DISPERSION_MIN);
    let success = size / (size + mean);
    if observed > mean {
        return ln_incomplete_beta(observed, size, 1.0 - success);
    }
    ln_incomplete_beta(size, observed + 1.0, success)
}

/// ln P(X >= hits) for hits above the mean, else ln P(X <= hits), for a beta-binomial X: `trials`, whose probabilities
/// of a hit have the mean `rate` and the correlation `correlation` within the point.
pub(super) fn ln_rate_tail(hits: f64, trials: f64, rate: f64, correlation: f64) -> f64 {
    let (hits, trials) = (hits.round(), trials.round());
    let rate = rate.clamp(1e-9, 1.0 - 1e-9);
    // The lower tail of the hits is the upper one of the misses.
    if hits <= trials * rate {
        return ln_upper_tail(trials - hits, trials, 1.0 - rate, correlation);
    }
    ln_upper_tail(hits, trials, rate, correlation)
}

fn ln_upper_tail(hits: f64, trials: f64, rate: f64, correlation: f64) -> f64 {
    let total = 1.0 / correlation.max(DISPERSION_MIN) - 1.0;
    let (a, b) = (rate * total, (1.0 - rate) * total);
    let ln_choose = ln_gamma(trials + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(trials - hits + 1.0);
    let ln_first = ln_choose + ln_beta(hits + a, trials - hits + b) - ln_beta(a, b);
    // Terms relative to the first; each follows from the one before.
    let (mut term, mut sum, mut k) = (1.0, 1.0, hits);
    for _ in 0..NUM_TERMS_MAX {
        if k >= trials || term <= NEGLIGIBLE * sum {
            break;
        }
        term *= (trials - k) / (k + 1.0) * (k + a) / (trials - k - 1.0 + b);
        sum += term;
        k += 1.0;
    }
    (ln_first + sum.ln()).min(0.0)
}
