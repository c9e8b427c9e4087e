//! A detector for a series of which nothing is known but when its points were measured.
//!
//! Three deviations are ranked among their own past: from the last points' median, from the median of the same time of
//! day, and of the recent mean from the long median. A value outside everything seen counts as a fixed score. The
//! largest score is reported once: what follows has to exceed it while it fades.

use std::collections::VecDeque;

use super::ranks::Ranks;

/// Past values that deviations are ranked among, and the part that makes the tail.
const NUM_RANKED: usize = 4_096;
const TAIL: f64 = 0.01;
/// Points that are local.
const NUM_LOCAL: usize = 10;
/// Times of day are told apart by half-hours; each is compared with itself and its neighbours over ten days.
const NUM_SLOTS: usize = 48;
const DAY_S: i64 = 86_400;
const SLOT_AGE_MAX_S: i64 = 10 * DAY_S;
/// Fewest values of a time of day that make a median.
const SLOT_MIN: usize = 6;
/// The recent mean is that of a tenth of the learning period.
const RECENT_PART: f64 = 0.1;
/// A value is outside everything seen where it is so much of the range beyond it, and then scores this much.
const RANGE_MARGIN: f64 = 0.05;
const RANGE_SCORE: f64 = 4.0;
/// Scores are bounded, so that one point does not silence a series for ever.
const SCORE_MAX: f64 = 8.0;
/// A score fades to 1/e over half of the learning period.
const FADING_PART: f64 = 0.5;
/// Values of the long memory.
const NUM_REMEMBERED: usize = 32_768;

/// The detector for a series of which nothing is known.
#[derive(Debug, Clone)]
pub struct Novelty {
    num_learning: usize,
    num_seen: usize,
    local: VecDeque<f64>,
    slots: Vec<VecDeque<(i64, f64)>>,
    recent: VecDeque<f64>,
    remembered: Ranks,
    local_ranks: Ranks,
    daily_ranks: Ranks,
    level_ranks: Ranks,
    faded: f64,
}

impl Novelty {
    /// A detector that says nothing about the first `num_learning` points.
    #[must_use]
    pub fn new(num_learning: usize) -> Self {
        let ranks = || Ranks::new(NUM_RANKED, TAIL);
        Self {
            num_learning,
            num_seen: 0,
            local: VecDeque::new(),
            slots: vec![VecDeque::new(); NUM_SLOTS],
            recent: VecDeque::new(),
            remembered: Ranks::new(NUM_REMEMBERED, TAIL),
            local_ranks: ranks(),
            daily_ranks: ranks(),
            level_ranks: ranks(),
            faded: 0.0,
        }
    }

    /// Judges a value measured at a time (seconds, in any zone): -log10 of how likely it is by chance, from 0 to 8; 0
    /// too where a score that was reported has not faded below it. What is not finite is passed over.
    pub fn step(&mut self, at_s: i64, value: f64) -> f64 {
        if !value.is_finite() {
            return 0.0;
        }
        let deviations = [self.local_deviation(value), self.daily_deviation(at_s, value), self.level_deviation(value)];
        let num_burn_in = (self.num_learning / 4).min(100);
        let ranks = [&mut self.local_ranks, &mut self.daily_ranks, &mut self.level_ranks];
        let mut score = self.remembered.range().map_or(0.0, |(low, _, high)| outside(value, low, high));
        if self.remembered.len() <= self.num_learning / 2 {
            score = 0.0;
        }
        for (deviation, ranks) in deviations.into_iter().zip(ranks) {
            let Some(deviation) = deviation else { continue };
            if ranks.len() > num_burn_in {
                score = score.max(ranks.score(deviation));
            }
            ranks.push(deviation);
        }
        self.remembered.push(value);
        self.num_seen += 1;
        if self.num_seen > self.num_learning { self.report(score.min(SCORE_MAX)) } else { 0.0 }
    }

    fn local_deviation(&mut self, value: f64) -> Option<f64> {
        let deviation = (self.local.len() >= 3).then(|| (value - median(self.local.iter().copied())).abs());
        push(&mut self.local, value, NUM_LOCAL);
        deviation
    }

    fn daily_deviation(&mut self, at_s: i64, value: f64) -> Option<f64> {
        let slot = (at_s.rem_euclid(DAY_S) * NUM_SLOTS as i64 / DAY_S) as usize;
        for neighbour in [slot + NUM_SLOTS - 1, slot, slot + 1] {
            let values = &mut self.slots[neighbour % NUM_SLOTS];
            while values.front().is_some_and(|(kept_at_s, _)| at_s - kept_at_s > SLOT_AGE_MAX_S) {
                values.pop_front();
            }
        }
        let similar = || [slot + NUM_SLOTS - 1, slot, slot + 1].into_iter().flat_map(|i| &self.slots[i % NUM_SLOTS]);
        let is_known = similar().count() >= SLOT_MIN;
        let deviation = is_known.then(|| (value - median(similar().map(|(_, value)| *value))).abs());
        // Bounded however densely a series is measured.
        push(&mut self.slots[slot], (at_s, value), NUM_RANKED / NUM_SLOTS);
        deviation
    }

    fn level_deviation(&mut self, value: f64) -> Option<f64> {
        let num_recent = ((RECENT_PART * self.num_learning as f64) as usize).max(5);
        push(&mut self.recent, value, num_recent);
        let is_known = self.recent.len() == num_recent && self.remembered.len() > self.num_learning / 2;
        let (_, middle, _) = self.remembered.range().filter(|_| is_known)?;
        let mean = self.recent.iter().sum::<f64>() / num_recent as f64;
        Some((mean - middle).abs())
    }

    /// A score is worth reporting where it exceeds what is left of those before it.
    fn report(&mut self, score: f64) -> f64 {
        let is_new = score > self.faded;
        let fading = (-1.0 / (FADING_PART * self.num_learning.max(1) as f64)).exp();
        self.faded = self.faded.max(score) * fading;
        if is_new { score } else { 0.0 }
    }
}

fn outside(value: f64, low: f64, high: f64) -> f64 {
    let margin = RANGE_MARGIN * (high - low);
    let is_outside = high > low && (value > high + margin || value < low - margin);
    if is_outside { RANGE_SCORE } else { 0.0 }
}

fn push<T>(kept: &mut VecDeque<T>, value: T, num_max: usize) {
    kept.push_back(value);
    if kept.len() > num_max {
        kept.pop_front();
    }
}

/// The middle of the values, 0 of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        num if num % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}
