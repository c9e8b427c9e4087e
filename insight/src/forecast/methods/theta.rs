//! The dynamic optimised Theta method (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, Models for optimising
//! the theta method and their relationship to state space models).
//!
//! A line through all values so far, and a smoothed level of the values with the line's curvature exaggerated by θ, are
//! weighed together. Given α the first level and the weight 1 - 1/θ enter linearly, so they are solved for; only α is
//! searched. A season is taken off before and put back after.

use super::super::method::{History, Method};
use super::decompose::Adjusted;
use super::simplex::{Search, minimize};
use super::{finite, is_constant, mean_size, season_of};

/// Theta with the first season of the history, where the autocorrelation shows one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theta;

/// The first values show the method's start, not its errors, and are not counted (as in the paper).
const NUM_SKIPPED: usize = 3;

impl Method for Theta {
    fn name(&self) -> &'static str {
        "theta"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        /// Less would not determine level, weight and α.
        const VALUES_MIN: usize = NUM_SKIPPED + 3;

        if is_constant(history.values) {
            return Some(vec![*history.values.first()?; horizon]);
        }
        if history.values.len() < VALUES_MIN {
            return None;
        }
        let adjusted = Adjusted::of(history, season_of(history, usize::MAX));
        let size = mean_size(&adjusted.values);
        let scaled: Vec<f64> = adjusted.values.iter().map(|value| value / size).collect();
        let ahead = Lines::fit(&scaled).extend(&scaled, horizon);
        finite(adjusted.restore(ahead.into_iter().map(|value| value * size).collect()))
    }
}

/// The parameters.
#[derive(Debug, Clone, Copy)]
struct Lines {
    alpha: f64,
    first_level: f64,
    /// 1 - 1/θ: how much of the line is added; 0 is simple exponential smoothing.
    weight: f64,
}

impl Lines {
    fn fit(values: &[f64]) -> Self {
        /// The limits of the method's authors.
        const ALPHAS: (f64, f64) = (0.1, 0.99);
        const NUM_TRIED: usize = 12;

        let error_at = |alpha: f64| Self::solve(values, alpha).1;
        let tried = (0..NUM_TRIED).map(|step| ALPHAS.0 + (ALPHAS.1 - ALPHAS.0) * step as f64 / (NUM_TRIED - 1) as f64);
        let best = tried.map(|alpha| (error_at(alpha), alpha)).min_by(|one, other| one.0.total_cmp(&other.0));
        let (least, start) = best.unwrap_or((0.0, 0.5));
        let search = Search {
            bounds: &[ALPHAS],
            start: [start; 4],
            step: 0.5 / NUM_TRIED as f64,
            tolerance: 1e-7 * least,
            num_values_max: 40,
        };
        Self::solve(values, minimize(search, |point| error_at(point[0])).point[0]).0
    }

    /// The best first level and weight for an α, and the sum of squared errors that is then left.
    fn solve(values: &[f64], alpha: f64) -> (Self, f64) {
        let mut sums = Sums::default();
        let mut state = State::first(values[0], alpha, 0.0);
        for (index, value) in values.iter().enumerate().skip(1) {
            if index >= NUM_SKIPPED {
                // How much of the first level is left, and the line's part, next to what remains to be explained.
                sums.add(state.decay, state.line(alpha), value - state.level);
            }
            state.advance(*value, alpha);
        }
        let (first_level, weight) = sums.solve();
        (Self { alpha, first_level, weight }, sums.left(first_level, weight))
    }

    fn extend(self, values: &[f64], horizon: usize) -> Vec<f64> {
        let mut state = State::first(values[0], self.alpha, self.first_level);
        for value in &values[1..] {
            state.advance(*value, self.alpha);
        }
        let mut ahead = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            let expected = state.level + self.weight * state.line(self.alpha);
            state.advance(expected, self.alpha);
            ahead.push(expected);
        }
        ahead
    }
}

/// After so many values.
#[derive(Debug, Clone, Copy)]
struct State {
    num: f64,
    level: f64,
    mean: f64,
    /// The line's height one step before the first value, and its slope.
    intercept: f64,
    slope: f64,
    /// (1 - α) to the power of the number of values.
    decay: f64,
}

impl State {
    fn first(value: f64, alpha: f64, first_level: f64) -> Self {
        let level = alpha * value + (1.0 - alpha) * first_level;
        Self { num: 1.0, level, mean: value, intercept: value, slope: 0.0, decay: 1.0 - alpha }
    }

    /// What the line adds to the level at the next step, for a weight of 1.
    fn line(&self, alpha: f64) -> f64 {
        self.intercept * self.decay + self.slope * (1.0 - (1.0 - alpha) * self.decay) / alpha
    }

    fn advance(&mut self, value: f64, alpha: f64) {
        let num = self.num;
        self.level += alpha * (value - self.level);
        self.slope = ((num - 1.0) * self.slope + 6.0 * (value - self.mean) / (num + 1.0)) / (num + 2.0);
        self.mean = (num * self.mean + value) / (num + 1.0);
        self.intercept = self.mean - self.slope * (num + 2.0) / 2.0;
        self.decay *= 1.0 - alpha;
        self.num += 1.0;
    }
}

/// The normal equations of two unknowns: level (first) and weight (second).
#[derive(Debug, Default)]
struct Sums {
    first_first: f64,
    first_second: f64,
    second_second: f64,
    first_right: f64,
    second_right: f64,
    right_right: f64,
}

impl Sums {
    fn add(&mut self, first: f64, second: f64, right: f64) {
        self.first_first += first * first;
        self.first_second += first * second;
        self.second_second += second * second;
        self.first_right += first * right;
        self.second_right += second * right;
        self.right_right += right * right;
    }

    /// Level and weight, the weight between 0 (θ = 1) and 1 (θ infinite).
    fn solve(&self) -> (f64, f64) {
        let determinant = self.first_first * self.second_second - self.first_second * self.first_second;
        let free = (self.first_first * self.second_right - self.first_second * self.first_right) / determinant;
        // Both say the same, which happens where α leaves nothing of the first level: the usual θ = 2.
        let weight = if free.is_finite() { free.clamp(0.0, 1.0) } else { 0.5 };
        let level = (self.first_right - self.first_second * weight) / self.first_first;
        (if level.is_finite() { level } else { 0.0 }, weight)
    }

    /// The sum of squares that level and weight leave.
    fn left(&self, first: f64, second: f64) -> f64 {
        self.right_right - 2.0 * (first * self.first_right + second * self.second_right)
            + first * first * self.first_first
            + 2.0 * first * second * self.first_second
            + second * second * self.second_second
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{AIR, assert_near};
    use super::*;

    #[test]
    fn the_lines_give_the_oracles_figures() {
        // `pegels_resid` and `forecast` of statsforecast 2.1.1: DOTM over the first four years, first level 60, α 0.4,
        // θ 2.5.
        let lines = Lines { alpha: 0.4, first_level: 60.0, weight: 1.0 - 1.0 / 2.5 };
        let expected = [196.21988621, 197.35327537, 198.47349025, 199.58099757, 200.676235, 201.75961377];
        assert_near(&lines.extend(&AIR[..48], 6), &expected, 1e-9);
        let mut sums = Sums::default();
        let mut state = State::first(AIR[0], 0.4, 0.0);
        for (index, value) in AIR[..48].iter().enumerate().skip(1) {
            if index >= NUM_SKIPPED {
                sums.add(state.decay, state.line(0.4), value - state.level);
            }
            state.advance(*value, 0.4);
        }
        assert_near(&[sums.left(60.0, 0.6)], &[16986.210802563688], 1e-9);
    }

    #[test]
    fn the_fit_is_no_worse_than_the_oracles() {
        // DOTM of statsforecast 2.1.1 over the first four years leaves 11823.28 at α 0.99, θ 1.
        let lines = Lines::fit(&AIR[..48]);
        let left = Lines::solve(&AIR[..48], lines.alpha).1;
        assert!(left < 11823.3, "{left}");
    }

    #[test]
    fn a_straight_line_goes_on_straight() {
        let values: Vec<f64> = (0..60).map(|step| 10.0 + 3.0 * f64::from(step)).collect();
        let history = History { values: &values, seasons: &[], calendar: None };
        assert_near(&Theta.forecast(history, 3).unwrap(), &[190.0, 193.0, 196.0], 0.01);
    }
}
