//! Intervals from past errors: as wide as the errors of the chosen forecast were at the same distance ahead, below and
//! above each for itself (split conformal prediction: Vovk, Gammerman and Shafer 2005; Lei et al. 2018, Journal of the
//! American Statistical Association 113, 1094-1111).
//!
//! Nothing is assumed of the errors but that those to come are like those that were. They are pooled over neighbouring
//! steps, since a series has few origins, and measured in the unit, the value's own size or its root, that gave the
//! narrowest intervals: a Sunday of ten does not err like a Monday of a thousand. An hour errs like the hour before it:
//! what is pooled counts as many errors as tell something of their own.

use super::score;
use super::select::{Trial, num_horizons};
use crate::probability::{normal, student};

/// The coverages that intervals are made for.
pub const LEVELS: [f64; 3] = [0.80, 0.90, 0.95];

/// Errors pooled to a bucket, at least, where there are as many.
const BUCKET_MIN: usize = 40;

/// See [`caution`].
const CAUTION: f64 = 5.0;

/// An interval at each step.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The coverage asked for, between 0 and 1.
    pub level: f64,
    /// Its lower end, step by step; not above the forecast.
    pub lower: Vec<f64>,
    /// Its upper end, step by step; not below the forecast.
    pub upper: Vec<f64>,
}

/// The bands of [`LEVELS`] around a path, from trials over the same horizon; None without trials.
#[must_use]
pub fn bands(mean: &[f64], trials: &[Trial]) -> Option<Vec<Band>> {
    let unit = [Unit::One, Unit::Root, Unit::Size]
        .into_iter()
        .map(|unit| (unit, Errors::of(trials, unit, mean.len())))
        .filter_map(|(unit, errors)| Some((errors?.width(unit, trials)?, unit)))
        .min_by(|a, b| a.0.total_cmp(&b.0))?
        .1;
    let errors = Errors::of(trials, unit, mean.len())?;
    let caution = caution(trials, mean.len());
    Some(LEVELS.iter().map(|level| errors.band(mean, *level, unit, caution * errors.widening(*level))).collect())
}

/// How much wider intervals are made because trials that overlap repeat each other's errors, and because the method was
/// chosen for erring little in some of them: 1 + c / n³ where trials span the time of n horizons. Power and constant were
/// set on every tenth series of M3 Monthly, the even ones of NN5 and two seeds of the generator.
fn caution(trials: &[Trial], horizon: usize) -> f64 {
    1.0 + CAUTION / num_horizons(trials, horizon).powi(3)
}

/// What errors are measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    One,
    /// The root of the forecast's size: counts.
    Root,
    /// The forecast's size.
    Size,
}

impl Unit {
    /// The unit at a forecast, in a series whose forecasts have a mean size; never 0.
    fn at(self, forecast: f64, mean_size: f64) -> f64 {
        let relative = forecast.abs() / mean_size + 0.02;
        match self {
            Self::One => 1.0,
            Self::Root => relative.sqrt(),
            Self::Size => relative,
        }
    }
}

/// Errors in units, ascending, by bucket of steps ahead.
#[derive(Debug)]
struct Errors {
    buckets: Vec<Vec<f64>>,
    /// Steps to a bucket.
    width: usize,
    mean_size: f64,
    /// How many of a bucket's errors tell something of their own, and how many it has.
    num_independent: f64,
    num_pooled: f64,
}

impl Errors {
    fn of(trials: &[Trial], unit: Unit, horizon: usize) -> Option<Self> {
        let size = score::mean(trials.iter().flat_map(|trial| &trial.forecast).map(|value| value.abs()))?;
        let mean_size = if size > 0.0 { size } else { 1.0 };
        let steps = trials.iter().map(|trial| trial.actual.len()).max()?.min(horizon.max(1));
        let width = BUCKET_MIN.div_ceil(trials.len()).clamp(1, steps.max(1));
        let num_buckets = (steps / width).max(1);
        let mut by_trial = vec![vec![Vec::new(); trials.len()]; num_buckets];
        for (index, trial) in trials.iter().enumerate() {
            for (step, (actual, forecast)) in trial.actual.iter().zip(&trial.forecast).enumerate() {
                let bucket = &mut by_trial[(step / width).min(num_buckets - 1)];
                bucket[index].push((actual - forecast) / unit.at(*forecast, mean_size));
            }
        }
        let num_pooled = by_trial.iter().flatten().map(Vec::len).sum::<usize>() as f64 / num_buckets as f64;
        let num_independent = num_pooled / repetition(&by_trial);
        let mut buckets: Vec<Vec<f64>> = by_trial.into_iter().map(|bucket| bucket.concat()).collect();
        for bucket in &mut buckets {
            bucket.sort_by(f64::total_cmp);
        }
        let is_known = buckets.iter().all(|bucket| !bucket.is_empty());
        is_known.then_some(Self { buckets, width, mean_size, num_independent, num_pooled })
    }

    /// How much wider an interval must be than one of as many errors that all tell something of their own: as the next
    /// value's interval grows in Student's distribution, where its spread was told by fewer.
    fn widening(&self, level: f64) -> f64 {
        let tail = (1.0 - level) / 2.0;
        let reach = |num: f64| student::bound(tail, (num - 1.0).max(1.0)) * (1.0 + 1.0 / num).sqrt();
        (reach(self.num_independent) / reach(self.num_pooled)).max(1.0)
    }

    /// The mean width of the widest band over the trials.
    fn width(&self, unit: Unit, trials: &[Trial]) -> Option<f64> {
        score::mean(trials.iter().flat_map(|trial| {
            let band = self.band(&trial.forecast, LEVELS[1], unit, 1.0);
            band.upper.into_iter().zip(band.lower).map(|(upper, lower)| upper - lower)
        }))
    }

    fn band(&self, mean: &[f64], level: f64, unit: Unit, widened: f64) -> Band {
        let tail = (1.0 - level) / 2.0;
        let repeated = 1.0 - self.num_independent / self.num_pooled;
        let ends: Vec<(f64, f64)> = self
            .buckets
            .iter()
            .map(|errors| (lower_end(errors, tail, repeated), upper_end(errors, tail, repeated)))
            .collect();
        let at = |step: usize| ends[(step / self.width).min(ends.len() - 1)];
        let (lower, upper) = mean
            .iter()
            .enumerate()
            .map(|(step, forecast)| {
                let (low, high) = at(step);
                let unit = widened * unit.at(*forecast, self.mean_size);
                (forecast + unit * low.min(0.0), forecast + unit * high.max(0.0))
            })
            .unzip();
        Band { level, lower, upper }
    }
}

/// How often an error says again what others of its trial said, at least 1: how much more the means of trials differ
/// than those of as many errors drawn one by one (the design effect: Kish, "Survey Sampling", 1965). Errors by bucket and
/// trial; all buckets together, for one has few trials.
fn repetition(by_trial: &[Vec<Vec<f64>>]) -> f64 {
    let (mut of_means, mut of_errors, mut num_in_trial_max) = (0.0, 0.0, 1.0_f64);
    for bucket in by_trial {
        let Some(centre) = score::mean(bucket.iter().flatten().copied()) else { continue };
        for errors in bucket.iter().filter(|errors| !errors.is_empty()) {
            let sum: f64 = errors.iter().map(|error| error - centre).sum();
            of_means += sum * sum / errors.len() as f64;
            of_errors += score::mean(errors.iter().map(|error| (error - centre).powi(2))).unwrap_or_default();
            num_in_trial_max = num_in_trial_max.max(errors.len() as f64);
        }
    }
    if of_errors > 0.0 { (of_means / of_errors).clamp(1.0, num_in_trial_max) } else { 1.0 }
}

fn lower_end(ascending: &[f64], tail: f64, repeated: f64) -> f64 {
    let mirrored: Vec<f64> = ascending.iter().rev().map(|error| -error).collect();
    -upper_end(&mirrored, tail, repeated)
}

/// The error that is exceeded with probability `tail`: the one of rank (n + 1)(1 − tail), and between two ranks as far
/// between their errors. The next rank would be exceeded with that probability at most, but of fifty errors it makes
/// intervals of 80 % up to four points too wide; the more errors repeat each other (a share of them), the nearer to it the
/// end lies, for they are fewer than they seem. Where the rank is above n, the largest, made larger as the normal
/// distribution's quantiles grow from n / (n + 1) to there.
fn upper_end(ascending: &[f64], tail: f64, repeated: f64) -> f64 {
    let count = ascending.len() as f64;
    let exact = (count + 1.0) * (1.0 - tail);
    let rank = exact + repeated * ((exact - 1e-9).ceil() - exact).max(0.0);
    let below = (rank + 1e-9).floor().max(1.0);
    if rank <= count + 1e-9 {
        let [low, high] = [below as usize - 1, below as usize].map(|index| ascending[index.min(ascending.len() - 1)]);
        return low + (high - low) * (rank - below).max(0.0);
    }
    let largest = ascending.last().copied().unwrap_or_default();
    let centre = ascending[ascending.len() / 2];
    let growth = normal::quantile(1.0 - tail) / normal::quantile(count / (count + 1.0)).max(0.25);
    centre + (largest - centre) * growth.clamp(1.0, 4.0)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Trials of a forecast of 100, twenty steps apart, that erred by these.
    fn trials(errors: &[f64], horizon: usize) -> Vec<Trial> {
        let trial = |(index, errors): (usize, &[f64])| Trial {
            origin: 1_000 - 20 * index,
            forecast: vec![100.0; errors.len()],
            actual: errors.iter().map(|error| 100.0 + error).collect(),
        };
        errors.chunks(horizon).enumerate().map(trial).collect()
    }

    #[test]
    fn the_rank_is_that_of_a_finite_sample() {
        let errors: Vec<f64> = (1..=39).map(f64::from).collect();
        // (39 + 1) × 0.9 = 36 and × 0.975 = 39: the 36th and the 39th of 39.
        let is = |end: f64, wanted: f64| (end - wanted).abs() < 1e-9;
        assert!(is(upper_end(&errors, 0.1, 0.0), 36.0));
        assert!(is(upper_end(&errors, 0.025, 0.0), 39.0));
        assert!(is(lower_end(&errors, 0.1, 0.0), 4.0));
        // (38 + 1) × 0.9 = 35.1: a tenth of the way from the 35th to the 36th.
        assert!(is(upper_end(&errors[..38], 0.1, 0.0), 35.1));
        // Half of them repeat others: half of the way on to the next rank.
        assert!(is(upper_end(&errors[..38], 0.1, 0.5), 35.55));
        assert!(is(upper_end(&errors[..38], 0.1, 1.0), 36.0));
        // Beyond the last rank the largest error is not enough.
        assert!(upper_end(&errors, 0.01, 0.0) > 39.0);
    }

    #[test]
    fn errors_that_lie_to_one_side_make_an_interval_to_one_side() {
        let errors: Vec<f64> = (0..200).map(|index| f64::from(index % 50)).collect();
        let bands = bands(&[100.0; 20], &trials(&errors, 20)).unwrap();
        assert!(bands.iter().all(|band| band.lower.iter().all(|low| *low == 100.0)));
        assert!(bands.iter().all(|band| band.upper.iter().all(|high| *high > 130.0)));
    }

    #[test]
    fn errors_that_repeat_each_other_count_once() {
        // Six trials of eight steps. Where a trial misses all steps alike, its errors say one thing, not eight.
        let alike: Vec<f64> = (0..48).map(|index| f64::from([-9, 4, 7, -3, 6, -5][index / 8])).collect();
        let mixed: Vec<f64> = (0..48).map(|index| f64::from([-9, 4, 7, -3, 6, -5][index % 6])).collect();
        let of = |errors: &[f64]| Errors::of(&trials(errors, 8), Unit::One, 8).unwrap();
        assert!((of(&alike).num_independent - 6.0).abs() < 1e-9, "{:?}", of(&alike));
        assert!((of(&mixed).num_independent - 48.0).abs() < 1e-9, "{:?}", of(&mixed));
        // scipy: t.isf(0.025, 5) = 2.570582 × √(1 + 1 / 6) by t.isf(0.025, 47) = 2.011741 × √(1 + 1 / 48).
        assert!((of(&alike).widening(0.95) - 1.366_015).abs() < 1e-5, "{}", of(&alike).widening(0.95));
        assert!((of(&mixed).widening(0.95) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        /// Errors that are drawn alike are covered as asked for, within what 4,000 draws can tell and the caution adds.
        #[test]
        fn coverage_is_what_was_asked_for(seed in any::<u64>()) {
            let mut state = seed | 1;
            let mut draw = || {
                // A linear congruential generator; the sum of three uniform numbers is nearly normal.
                let mut uniform = || {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 11) as f64 / (1_u64 << 53) as f64
                };
                20.0 * (uniform() + uniform() + uniform() - 1.5)
            };
            let mut covered = [0.0; 3];
            for _ in 0..200 {
                let past: Vec<f64> = (0..160).map(|_| draw()).collect();
                let actual: Vec<f64> = (0..20).map(|_| 100.0 + draw()).collect();
                for (share, band) in covered.iter_mut().zip(bands(&[100.0; 20], &trials(&past, 20)).unwrap()) {
                    *share += score::coverage(&actual, &band.lower, &band.upper).unwrap() / 200.0;
                }
            }
            for (share, level) in covered.iter().zip(LEVELS) {
                prop_assert!((share - level).abs() < 0.04, "{covered:?}");
            }
        }

        #[test]
        fn bands_are_nested_around_the_forecast(errors in vec(-50.0..50.0_f64, 12..120), mean in vec(-10.0..500.0_f64, 1..12)) {
            let bands = bands(&mean, &trials(&errors, 12)).unwrap();
            for (step, value) in mean.iter().enumerate() {
                prop_assert!(bands.iter().all(|band| band.lower[step] <= *value && *value <= band.upper[step]));
                let is_nested = |pair: &[Band]| pair[1].lower[step] <= pair[0].lower[step] && pair[0].upper[step] <= pair[1].upper[step];
                prop_assert!(bands.windows(2).all(is_nested));
            }
        }
    }
}
