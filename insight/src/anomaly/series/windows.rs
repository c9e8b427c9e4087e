//! The last points summed over windows, each judged by its law and by its own past.

use std::collections::VecDeque;

use super::dispersion::{Dispersion, Law, Sum};
use super::ranks::Ranks;
use super::settings::Settings;

/// Past deviations of a window that new ones are ranked among, and the part that makes the tail.
const NUM_RANKED: usize = 1_008;
const TAIL: f64 = 0.05;
/// Sums whose expectation may itself be off by more than this part say nothing about how the others scatter.
const DOUBT_MAX: f64 = 0.1;
/// Sums of a window overlap; so many of them are looked at while it passes once.
const LOOKS_PER_WINDOW: usize = 6;
/// Scores are bounded, so that they stay numbers in files and one does not outweigh a history.
const SCORE_MAX: f64 = 300.0;
/// A score counts as at most this much when later ones are ranked among it, so that an anomaly that was learnt from
/// (before alarms are raised, or below the threshold) does not hide those after it.
const RANKED_MAX: f64 = 2.5;
/// A window has to have passed so often before its scatter is known.
const NUM_PASSES: usize = 8;

/// A window that ends at the last point, and how unlikely it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) window: usize,
    pub(super) sum: Sum,
    /// In standard deviations.
    pub(super) deviation: f64,
    /// -log10 of the probability.
    pub(super) score: f64,
}

#[derive(Debug, Clone)]
struct Window {
    length: usize,
    dispersion: Dispersion,
    ranks: Ranks,
    /// Sums that still overlap the last one, and the number of the point that each ends at. They are learnt from once
    /// they do not: a rise that fills a window slowly would else be compared with itself.
    pending: VecDeque<(usize, Sum)>,
}

impl Window {
    fn look(&self, num_points: usize, sum: Sum) -> Look {
        let law = self.dispersion.law();
        // The law's scores are themselves ranked: where the past had large ones, a large one is nothing special.
        let by_law = law.score(sum).min(SCORE_MAX);
        let score = by_law.min(self.ranks.score(by_law));
        Look { window: num_points, sum, deviation: law.standardised(sum), score }
    }

    /// Learns from the sums that the one that ends at point `now` does not overlap.
    fn learn(&mut self, now: usize) {
        while let Some((_, sum)) = self.pending.pop_front_if(|(end, _)| *end + self.length <= now) {
            self.ranks.push(self.dispersion.law().score(sum).min(RANKED_MAX));
            self.dispersion.push(sum);
        }
    }
}

/// All windows of a series.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    longest: usize,
    points: VecDeque<Sum>,
    windows: Vec<Window>,
    num_points: usize,
}

impl Windows {
    pub(super) fn new(settings: &Settings, law: Law) -> Self {
        let window = |length: &usize| Window {
            length: (*length).max(1),
            dispersion: Dispersion::new(law),
            ranks: Ranks::of_scores(NUM_RANKED, TAIL),
            pending: VecDeque::new(),
        };
        Self {
            longest: settings.longest().max(settings.adoption),
            points: VecDeque::new(),
            windows: settings.windows.iter().map(window).collect(),
            num_points: 0,
        }
    }

    /// Adds the newest point.
    pub(super) fn push(&mut self, point: Sum) {
        self.points.push_back(point);
        if self.points.len() > self.longest {
            self.points.pop_front();
        }
        self.num_points += 1;
    }

    /// Forgets the points before the last `num_kept`: those of an incident are in no window from now on, and nothing is
    /// learnt from them.
    pub(super) fn forget(&mut self, num_points: usize, num_kept: usize) {
        let kept = self.points.split_off(self.points.len().saturating_sub(num_kept));
        self.points.truncate(self.points.len().saturating_sub(num_points));
        self.points.extend(kept);
        for window in &mut self.windows {
            window.pending.retain(|(end, _)| end + num_points + num_kept <= self.num_points);
        }
    }

    /// The sum of the last points, of fewer where there are not so many.
    pub(super) fn last(&self, num_points: usize) -> Sum {
        let mut sum = Sum::default();
        for point in self.points.iter().rev().take(num_points) {
            sum.add(*point);
        }
        sum
    }

    /// The law of sums of so many points: that of the longest window that is not longer.
    pub(super) fn law(&self, num_points: usize) -> Option<Law> {
        let fitting = self.windows.iter().rev().find(|window| window.length <= num_points);
        fitting.or(self.windows.first()).map(|window| window.dispersion.law())
    }

    /// Looks at every window whose scatter is known, and at the points since the last that was not zero.
    pub(super) fn looks(&self) -> Vec<Look> {
        let known = self.windows.iter().filter(|window| self.num_points >= window.length * NUM_PASSES);
        let mut looks: Vec<Look> = known.map(|window| window.look(window.length, self.last(window.length))).collect();
        let num_silent = self.points.iter().rev().take_while(|point| point.observed <= 0.0).count();
        let fitting = self.windows.iter().rev().find(|window| window.length <= num_silent);
        if let Some(window) = fitting.filter(|window| window.length < num_silent) {
            looks.push(window.look(num_silent, self.last(num_silent)));
        }
        looks
    }

    /// Looks at the last point as if so much less had been observed in it.
    pub(super) fn look_at_last_without(&self, amount: f64) -> Option<Look> {
        let window = self.windows.first()?;
        let last = self.last(window.length);
        Some(window.look(window.length, Sum { observed: (last.observed - amount).max(0.0), ..last }))
    }

    /// How many of the last points deviate most to one side, of at most `num_max`. The first of them lies to that side:
    /// sums of other lengths scatter by laws of their own, so that quiet points before a large one may seem to add to it.
    pub(super) fn onset(&self, num_max: usize, sign: f64) -> usize {
        let deviation = |num: usize| self.law(num).map_or(0.0, |law| sign * law.standardised(self.last(num)));
        let most = (1..=num_max.max(1)).max_by(|one, other| deviation(*one).total_cmp(&deviation(*other))).unwrap_or(1);
        let of_most = self.points.iter().skip(self.points.len().saturating_sub(most));
        let num_before = of_most.take_while(|point| sign * (point.observed - point.expected) <= 0.0).count();
        most.saturating_sub(num_before).max(1)
    }

    /// Learns how sums scatter: remembers those that end at the last point until later ones do not overlap them.
    pub(super) fn learn(&mut self) {
        for index in 0..self.windows.len() {
            let length = self.windows[index].length;
            let is_due = self.num_points.is_multiple_of((length / LOOKS_PER_WINDOW).max(1));
            if is_due && length <= self.points.len() {
                let sum = self.last(length);
                if sum.doubt <= DOUBT_MAX * sum.expected {
                    self.windows[index].pending.push_back((self.num_points, sum));
                }
            }
            self.windows[index].learn(self.num_points);
        }
    }

    /// The size of one thing of an amount, as the points tell.
    pub(super) fn unit(&self) -> Option<f64> {
        self.windows.first()?.dispersion.fit_unit()
    }

    /// Fits the laws anew.
    pub(super) fn fit(&mut self, unit: f64) {
        for window in &mut self.windows {
            window.dispersion.fit(unit);
        }
    }
}
