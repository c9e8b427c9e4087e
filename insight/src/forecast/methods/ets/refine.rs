//! One Gauss-Newton step towards the best first state, the smoothing parameters held.
//!
//! The recursion is run once more and carries, beside the state, how it answers to each figure of the first state. For
//! an additive model that is linear, so that one step is the least-squares solution; where the error is relative or the
//! season multiplies, the caller checks that the step was one for the better.

use super::super::decompose::Season;
use super::filter::{Gains, STEPS_MAX, Smoothing, State};
use super::spec::{Class, Trend};

/// Level, slope and all but one figure of the season.
const STATES_MAX: usize = STEPS_MAX + 1;

type Row = [f64; STATES_MAX];

/// How the figures of the first state should change. None where the values do not tell.
pub(super) fn step(class: Class, smoothing: Smoothing, first: &State, values: &[f64], steps: usize) -> Option<Change> {
    let num = class.num_states(steps);
    let mut answer = Answer::new(class, smoothing, steps);
    let mut equations = Equations::new(num);
    let gains = Gains::of(smoothing);
    let mut slope = smoothing.phi * first.trend;
    let mut level = first.level + slope;
    let mut figures = first.season;
    for (index, value) in values.iter().enumerate() {
        let place = index % steps;
        let (expected, observed) = match class.season {
            None => (level, *value),
            Some(Season::Additive) => (level + figures[place], value - figures[place]),
            Some(Season::Multiplicative) => (level * figures[place], value / figures[place]),
        };
        let at = Moment { level, figure: figures[place], value: *value, place };
        let by = answer.advance(at, gains, smoothing.gamma);
        equations.add(&by, *value, expected, class.has_relative_error);
        match class.season {
            None => {}
            Some(Season::Additive) => figures[place] += smoothing.gamma * (observed - level),
            Some(Season::Multiplicative) => figures[place] += smoothing.gamma * (value / level - figures[place]),
        }
        let error = observed - level;
        slope = gains.damp * slope + gains.bend * error;
        level += smoothing.alpha * error + slope;
    }
    let by_figure = equations.solve(values.len() as f64, class.has_relative_error)?;
    Some(Change { class, steps, by_figure })
}

/// A change of the first state.
#[derive(Debug)]
pub(super) struct Change {
    class: Class,
    steps: usize,
    by_figure: Row,
}

impl Change {
    /// The state changed by a part of this, 1 being all of it.
    pub(super) fn apply(&self, state: &State, part: f64) -> State {
        let mut changed = *state;
        changed.level += part * self.by_figure[0];
        let mut next = 1;
        if self.class.trend != Trend::Level {
            changed.trend += part * self.by_figure[1];
            next = 2;
        }
        if self.class.season.is_some() {
            let last = self.steps - 1;
            for place in 0..last {
                let by = part * self.by_figure[next + place];
                changed.season[place] += by;
                changed.season[last] -= by;
            }
        }
        changed
    }
}

/// Where the recursion stands.
#[derive(Clone, Copy)]
struct Moment {
    level: f64,
    figure: f64,
    value: f64,
    place: usize,
}

/// By how much level, slope and season change for each figure of the first state.
struct Answer {
    num: usize,
    season_kind: Option<Season>,
    level: Row,
    slope: Row,
    season: [Row; STEPS_MAX],
}

impl Answer {
    fn new(class: Class, smoothing: Smoothing, steps: usize) -> Self {
        let num = class.num_states(steps);
        let mut answer = Self {
            num,
            season_kind: class.season,
            level: [0.0; STATES_MAX],
            slope: [0.0; STATES_MAX],
            season: [[0.0; STATES_MAX]; STEPS_MAX],
        };
        answer.level[0] = 1.0;
        let mut next = 1;
        if class.trend != Trend::Level {
            answer.level[1] = smoothing.phi;
            answer.slope[1] = smoothing.phi;
            next = 2;
        }
        if class.season.is_some() {
            for place in 0..steps - 1 {
                answer.season[place][next + place] = 1.0;
                answer.season[steps - 1][next + place] = -1.0;
            }
        }
        answer
    }

    /// One step on; gives how the expected value answers.
    #[inline]
    fn advance(&mut self, at: Moment, gains: Gains, gamma: f64) -> Row {
        // The observed level answers to the figure, the expected value to both, the season to the level.
        let (observed_by, expected_by_level, expected_by_figure, season_by_level) = match self.season_kind {
            None => (0.0, 1.0, 0.0, 0.0),
            Some(Season::Additive) => (-1.0, 1.0, 1.0, -gamma),
            Some(Season::Multiplicative) => {
                (-at.value / (at.figure * at.figure), at.figure, at.level, -gamma * at.value / (at.level * at.level))
            }
        };
        let season = &mut self.season[at.place];
        let mut by = [0.0; STATES_MAX];
        for index in 0..self.num {
            let (level, figure) = (self.level[index], season[index]);
            by[index] = expected_by_level * level + expected_by_figure * figure;
            let error = observed_by * figure - level;
            let slope = gains.damp * self.slope[index] + gains.bend * error;
            self.slope[index] = slope;
            self.level[index] = level + (gains.take - gains.bend) * error + slope;
            season[index] = (1.0 - gamma) * figure + season_by_level * level;
        }
        by
    }
}

/// The normal equations of the step.
struct Equations {
    num: usize,
    matrix: [Row; STATES_MAX],
    /// Σ error × answer of the error.
    by_error: Row,
    /// Σ answer of the logarithm of what was expected.
    by_log: Row,
    sum_of_squares: f64,
}

impl Equations {
    fn new(num: usize) -> Self {
        Self {
            num,
            matrix: [[0.0; STATES_MAX]; STATES_MAX],
            by_error: [0.0; STATES_MAX],
            by_log: [0.0; STATES_MAX],
            sum_of_squares: 0.0,
        }
    }

    #[inline]
    fn add(&mut self, by: &Row, value: f64, expected: f64, has_relative_error: bool) {
        // The error's own answer is this times that of the expected value.
        let (error, factor) = if has_relative_error {
            (value / expected - 1.0, -value / (expected * expected))
        } else {
            (value - expected, -1.0)
        };
        self.sum_of_squares += error * error;
        let square = factor * factor;
        for row in 0..self.num {
            let scaled = square * by[row];
            for (sum, other) in self.matrix[row][..=row].iter_mut().zip(&by[..=row]) {
                *sum += scaled * other;
            }
            self.by_error[row] += error * factor * by[row];
            self.by_log[row] += by[row] / expected;
        }
    }

    /// The step that lowers the deviance most, the errors taken as linear.
    fn solve(mut self, num_values: f64, has_relative_error: bool) -> Option<Row> {
        /// Keeps the equations solvable where the values say nothing about a figure.
        const RIDGE: f64 = 1e-9;

        let mut right = [0.0; STATES_MAX];
        for (row, right) in right.iter_mut().enumerate().take(self.num) {
            let by_log = if has_relative_error { self.sum_of_squares / num_values * self.by_log[row] } else { 0.0 };
            *right = -(self.by_error[row] + by_log);
            self.matrix[row][row] += RIDGE * (self.matrix[row][row] + RIDGE);
        }
        solve_cholesky(&mut self.matrix, &mut right, self.num)?;
        right[..self.num].iter().all(|part| part.is_finite()).then_some(right)
    }
}

/// Solves in place by Cholesky's factorisation of the lower triangle. None where the matrix is not positive definite.
fn solve_cholesky(matrix: &mut [Row; STATES_MAX], right: &mut Row, num: usize) -> Option<()> {
    for row in 0..num {
        let (above, below) = matrix.split_at_mut(row);
        let current = &mut below[0];
        for (column, other) in above.iter().enumerate() {
            let sum: f64 = current[..column].iter().zip(&other[..column]).map(|(one, two)| one * two).sum();
            current[column] = (current[column] - sum) / other[column];
        }
        let left = current[row] - current[..row].iter().map(|part| part * part).sum::<f64>();
        if left.is_nan() || left <= 0.0 {
            return None;
        }
        current[row] = left.sqrt();
        let sum: f64 = current[..row].iter().zip(&right[..row]).map(|(part, solved)| part * solved).sum();
        right[row] = (right[row] - sum) / current[row];
    }
    for row in (0..num).rev() {
        let sum: f64 = (row + 1..num).map(|later| matrix[later][row] * right[later]).sum();
        right[row] = (right[row] - sum) / matrix[row][row];
    }
    Some(())
}
