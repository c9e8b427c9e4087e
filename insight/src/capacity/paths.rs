//! What may happen: a thousand ways in which a forecast may be missed, as forecasts of the same series were before.
//!
//! A residual-block bootstrap (Künsch, Annals of Statistics 1989) around a level. Each path is missed by one level from
//! its beginning to its end, for a forecast that is too low stays too low: sums over a month would be too certain
//! without it. What is left of the errors comes in blocks of one season, from any back-test at the same phase, so that
//! an hour follows the hour before as it does in truth. Errors grow with the square root of what is expected, as those
//! of counts do; what no counting explains does not grow: 300 invoices that came on a Sunday may come on a Monday, but
//! not 4,000.

use chrono::{DateTime, FixedOffset};

use super::outlook::{Accuracy, BackTest, Outlook, Refusal};
use super::random::Random;

/// How many paths are made: the 99th percentile then rests on ten of them.
pub const NUM_PATHS: usize = 1_000;

/// Ways in which a series may go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    /// When each step begins, ascending.
    pub times: Vec<DateTime<FixedOffset>>,
    /// How good the forecasts were that this rests on.
    pub accuracy: Accuracy,
    /// All steps of the first path, then of the second, and so on; none is below 0.
    values: Vec<f64>,
}

/// How levels are missed: what happened by what was expected, in back-tests as a whole.
///
/// They are few: the next one may lie beyond them all, and is as far off as Student's distribution says of a value to come.
#[derive(Debug, Clone, Copy)]
struct Levels {
    mean: f64,
    /// Standard deviation of the next one, as far as these tell.
    spread: f64,
    num_degrees: usize,
}

/// By how many of its standard deviations a count is off at most: one of 16,000 is by more.
const COUNTING_MAX: f64 = 4.0;

/// An error of a back-test, in two parts.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Missed {
    /// What was expected.
    expected: f64,
    /// What counting explains, by the square root of what was expected.
    counting: f64,
    /// The rest.
    beyond: f64,
}

/// A season of errors of one back-test.
type Block = Vec<Missed>;

/// Makes paths: the same outlook gives the same ones, to the last bit.
///
/// # Errors
/// [`Refusal`].
pub fn simulate(outlook: &Outlook<'_>) -> Result<Paths, Refusal> {
    outlook.check()?;
    let levels = Levels::of(outlook.back_tests);
    let blocks: Vec<Block> = outlook.back_tests.iter().flat_map(|test| blocks(test, outlook)).collect();
    let mut random = Random::of_series(outlook.series, outlook.mean);
    let mut values = Vec::with_capacity(NUM_PATHS * outlook.mean.len());
    for _ in 0..NUM_PATHS {
        let level = levels.draw(&mut random);
        for expected in outlook.mean.chunks(outlook.season) {
            let block = random.choose(&blocks).ok_or(Refusal::TooFewErrors)?;
            for (expected, missed) in expected.iter().zip(block) {
                values.push((level * expected.max(0.0) + missed.at(*expected)).max(0.0));
            }
        }
    }
    Ok(Paths { times: outlook.times.to_vec(), accuracy: outlook.accuracy(), values })
}

impl Paths {
    /// Each path, step by step.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.times.len().max(1))
    }

    /// One figure of each path, ascending.
    #[must_use]
    pub fn sorted(&self, figure: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let mut figures: Vec<f64> = self.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures
    }
}

/// The place of the value below or at which this share of so many ascending values lies.
#[must_use]
pub fn rank(share: f64, num_values: usize) -> usize {
    let rank = (share * num_values as f64).ceil() as usize;
    rank.clamp(1, num_values.max(1)) - 1
}

impl Levels {
    fn of(back_tests: &[BackTest]) -> Self {
        let levels: Vec<f64> = back_tests.iter().map(level).collect();
        let n = levels.len() as f64;
        let mean = levels.iter().sum::<f64>() / n;
        let squares: f64 = levels.iter().map(|level| (level - mean).powi(2)).sum();
        let spread = (squares / (n - 1.0) * (1.0 + 1.0 / n)).sqrt();
        Self { mean, spread, num_degrees: levels.len() - 1 }
    }

    /// The level of a path: Student's distribution, a normal number by the root of the mean of as many squares of others.
    fn draw(&self, random: &mut Random) -> f64 {
        let squares: f64 = (0..self.num_degrees).map(|_| random.normal().powi(2)).sum();
        let t = random.normal() / (squares / self.num_degrees as f64).sqrt();
        (self.mean + self.spread * t).max(0.0)
    }
}

impl Missed {
    fn new(expected: f64, error: f64) -> Self {
        let counting = (error / scale(expected)).clamp(-COUNTING_MAX, COUNTING_MAX);
        Self { expected, counting, beyond: error - counting * scale(expected) }
    }

    /// The same error where something else is expected.
    fn at(&self, expected: f64) -> f64 {
        let smaller = (scale(expected) / scale(self.expected)).min(1.0);
        self.counting * scale(expected) + self.beyond * smaller
    }
}

/// What happened in a back-test as a whole, by what was expected.
fn level(test: &BackTest) -> f64 {
    let expected: f64 = test.forecast.iter().map(|value| value.max(0.0)).sum();
    let happened: f64 = test.actual.iter().sum();
    if expected > 0.0 { (happened / expected).max(0.0) } else { 1.0 }
}

/// All whole seasons of errors in a back-test that begin at the outlook's phase.
fn blocks(test: &BackTest, outlook: &Outlook<'_>) -> Vec<Block> {
    let season = outlook.season;
    let level = level(test);
    let missed = |(forecast, actual): (&f64, &f64)| Missed::new(*forecast, actual - level * forecast.max(0.0));
    let errors: Vec<Missed> = test.forecast.iter().zip(&test.actual).map(missed).collect();
    let skipped = (outlook.first_phase % season + season - test.first_phase % season) % season;
    errors.get(skipped..).unwrap_or_default().chunks_exact(season).map(<[Missed]>::to_vec).collect()
}

/// The size of an error in proportion to others: that of a count, and that of a single one where nothing is expected.
fn scale(expected: f64) -> f64 {
    (expected.max(0.0) + 1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{days, steady};
    use super::*;

    #[test]
    fn forecasts_that_were_never_wrong_have_one_way_to_go_on() {
        let (times, tests) = (days(5), steady(4, 9));
        let mean = [4.0, 0.0, -1.0, 7.5, 2.0];
        let outlook =
            Outlook { series: "a", times: &times, mean: &mean, season: 2, first_phase: 0, back_tests: &tests };
        let paths = simulate(&outlook).unwrap();
        assert_eq!(paths.iter().count(), NUM_PATHS);
        assert!(paths.iter().all(|path| path == [4.0, 0.0, 0.0, 7.5, 2.0]));
    }

    #[test]
    fn errors_stay_in_their_phase_and_levels_for_a_whole_path() {
        // Every second step is 10 too high or too low, at both levels: a tenth less, and a tenth more.
        let test = |level: f64, first_phase: usize| {
            let error = |step: usize| if (first_phase + step) % 2 == 1 { [-10.0, 10.0][step / 2 % 2] } else { 0.0 };
            let actual = (0..8).map(|step| level * 99.0 + error(step)).collect();
            BackTest { first_phase, forecast: vec![99.0; 8], actual }
        };
        let (times, tests) = (days(6), [test(0.9, 0), test(1.1, 1), test(0.9, 1), test(1.1, 0)]);
        let outlook =
            Outlook { series: "a", times: &times, mean: &[99.0; 6], season: 2, first_phase: 0, back_tests: &tests };
        let paths = simulate(&outlook).unwrap();
        // What falls below 0 is 0, whatever its errors.
        for path in paths.iter().filter(|path| path[0] > 10.0) {
            for pair in path.chunks(2) {
                assert!(
                    (pair[0] - path[0]).abs() < 1e-9 && ((pair[1] - path[0]).abs() - 10.0).abs() < 1e-9,
                    "{path:?}"
                );
            }
        }
        // scipy: t.ppf(0.95, 3) = 2.3534, times the standard deviation 0.11547 of the next of five: sqrt(1 + 1 / 4).
        let high = paths.iter().filter(|path| path[0] > 99.0 * (1.0 + 2.3534 * 0.11547 * 1.25_f64.sqrt())).count();
        assert!(high.abs_diff(50) < 28, "four standard errors: {high}");
    }

    #[test]
    fn blocks_begin_at_the_phase_of_the_outlook() {
        // Phases 1 2, 0 1 2, 0 1: one whole season from phase 0 on.
        let actual = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        let test = BackTest { first_phase: 1, forecast: vec![0.0; 7], actual };
        let outlook = Outlook { series: "a", times: &[], mean: &[], season: 3, first_phase: 0, back_tests: &[] };
        let errors: Vec<Vec<f64>> =
            blocks(&test, &outlook).iter().map(|block| block.iter().map(|missed| missed.at(0.0)).collect()).collect();
        assert_eq!(errors, [[3.0, 4.0, 5.0]]);
    }

    #[test]
    fn a_back_test_without_a_whole_season_is_no_help() {
        let (times, tests) = (days(3), steady(4, 6));
        let outlook =
            Outlook { series: "a", times: &times, mean: &[1.0; 3], season: 7, first_phase: 0, back_tests: &tests };
        assert_eq!(simulate(&outlook), Err(Refusal::TooFewErrors));
    }

    #[test]
    fn ranks_are_those_of_the_empirical_distribution() {
        assert_eq!([rank(0.5, 1_000), rank(0.95, 1_000), rank(0.0, 10), rank(1.0, 10)], [499, 949, 0, 9]);
        assert_eq!((rank(0.5, 1), rank(0.5, 0)), (0, 0));
    }
}
