//! Where a deviation stands among those of the past.

use std::collections::VecDeque;

/// Fewest past values that a rank says something about.
const NUM_MIN: usize = 20;

/// Fewest values that a tail is fitted to.
const TAIL_MIN: usize = 5;

/// Scores (-log10 of a probability) whose tail is the law's own that a fitted tail is drawn to it by.
const PRIOR_SCORES: f64 = 5.0;

/// The last values of a statistic, also in order of size.
#[derive(Debug, Clone)]
pub(super) struct Ranks {
    num_max: usize,
    /// Part of the values, from the largest on, that the tail is fitted to.
    tail: f64,
    /// Values of an exponential tail with the mean log10(e) that are added to the fitted ones.
    prior: f64,
    arrived: VecDeque<f64>,
    sorted: Vec<f64>,
}

impl Ranks {
    /// Keeps at most `num_max` values and fits the tail to the part `tail` of them.
    pub(super) fn new(num_max: usize, tail: f64) -> Self {
        Self { num_max, tail, prior: 0.0, arrived: VecDeque::new(), sorted: Vec::new() }
    }

    /// The same for scores of a law: were the law right, their tail would be exponential with the mean log10(e), and
    /// as long as few are known that is worth a handful of them.
    pub(super) fn of_scores(num_max: usize, tail: f64) -> Self {
        Self { prior: PRIOR_SCORES, ..Self::new(num_max, tail) }
    }

    /// Adds a value, and forgets the oldest where there are too many. What is not finite is not kept.
    pub(super) fn push(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if self.arrived.len() >= self.num_max
            && let Some(oldest) = self.arrived.pop_front()
        {
            let at = self.sorted.partition_point(|kept| *kept < oldest);
            self.sorted.remove(at);
        }
        self.arrived.push_back(value);
        let at = self.sorted.partition_point(|kept| *kept < value);
        self.sorted.insert(at, value);
    }

    /// How many values are kept.
    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// The smallest, the middle and the largest value.
    pub(super) fn range(&self) -> Option<(f64, f64, f64)> {
        let middle = *self.sorted.get(self.sorted.len().saturating_sub(1) / 2)?;
        Some((*self.sorted.first()?, middle, *self.sorted.last()?))
    }

    /// -log10 of the probability that a value is at least this large; 0 while too few are known.
    ///
    /// Within the values it is the conformal rank (Vovk et al., "Algorithmic Learning in a Random World", 2005);
    /// beyond the tail's threshold an exponential tail, the generalised Pareto distribution of shape 0, whose
    /// maximum-likelihood scale is the mean excess. A fitted shape would leave the far tail to a handful of values.
    pub(super) fn score(&self, value: f64) -> f64 {
        let num = self.sorted.len();
        if num < NUM_MIN {
            return 0.0;
        }
        let num_tail = ((num as f64 * self.tail).ceil() as usize).clamp(TAIL_MIN, num - 1);
        let threshold = self.sorted[num - num_tail - 1];
        if value <= threshold {
            let num_smaller = self.sorted.partition_point(|kept| *kept < value);
            return -(((num - num_smaller + 1) as f64) / (num + 1) as f64).log10();
        }
        let excess: f64 = self.sorted[num - num_tail..].iter().map(|kept| kept - threshold).sum();
        // Where the past never varied, a hundredth of its size does.
        let mean = (excess + self.prior * std::f64::consts::LOG10_E) / (num_tail as f64 + self.prior);
        let scale = mean.max(1e-9 + 0.01 * threshold.abs());
        -(num_tail as f64 / num as f64).log10() + (value - threshold) / scale * std::f64::consts::LOG10_E
    }
}
