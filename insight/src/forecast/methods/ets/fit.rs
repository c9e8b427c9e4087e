//! Fits one class: smoothing parameters by simplex and the first state by Gauss-Newton, in turns.
//!
//! The simplex never sees the state, of up to 25 figures, so it stays small; the state, given the parameters, is nearly
//! a linear problem. Values are of a size about one.

use super::super::decompose::Season;
use super::super::simplex::{PARAMETERS_MAX, Point, Search, minimize};
use super::filter::{Smoothing, State, deviance, run};
use super::refine;
use super::spec::{Class, Trend};
use super::start::first_state;

/// A model of one class with its parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fitted {
    pub(super) class: Class,
    /// Before the first value.
    pub(super) first: State,
    point: Point,
    /// -2 log likelihood up to a constant of the number of values.
    deviance: f64,
    penalty: f64,
    /// Akaike's criterion for small samples; the error's variance counts as a parameter.
    pub(super) aicc: f64,
}

impl Fitted {
    pub(super) fn smoothing(&self) -> Smoothing {
        smoothing_at(self.class, &self.point)
    }
}

/// The series and what stays the same over all classes of it.
pub(super) struct Fitting<'a> {
    values: &'a [f64],
    /// The steps of the season; 1 where there is none.
    steps: usize,
    expected: Vec<f64>,
}

/// A step that lowers the deviance by less is the last; AICc tells models apart by a hundred times as much.
const GAIN_MIN: f64 = 0.02;

impl<'a> Fitting<'a> {
    pub(super) fn new(values: &'a [f64], steps: usize) -> Self {
        Self { values, steps, expected: vec![0.0; values.len()] }
    }

    /// The best of some classes, by AICc. None where the series is too short for each, or none has a likelihood.
    pub(super) fn choose(&mut self, classes: &[Class]) -> Option<Fitted> {
        /// How far a rough fit may be above the best one and still be worth a thorough one.
        const MARGIN: f64 = 10.0;

        let rough: Vec<Fitted> = classes.iter().filter_map(|class| self.fit_roughly(*class)).collect();
        let least = rough.iter().map(|fitted| fitted.aicc).fold(f64::INFINITY, f64::min);
        let near = rough.into_iter().filter(|fitted| fitted.aicc <= least + MARGIN);
        near.map(|fitted| self.improve(fitted)).min_by(|one, other| one.aicc.total_cmp(&other.aicc))
    }

    /// A model of a class after one search over the smoothing parameters.
    fn fit_roughly(&mut self, class: Class) -> Option<Fitted> {
        const STEP: f64 = 0.15;
        const TOLERANCE: f64 = 0.05;

        let num_values = self.values.len() as f64;
        let num_parameters = (class.num_parameters() + class.num_states(self.steps) + 1) as f64;
        if num_values <= num_parameters + 1.0 {
            return None;
        }
        let penalty = 2.0 * num_parameters * num_values / (num_values - num_parameters - 1.0);
        let (point, first, deviance) = self.start(class)?;
        let fitted = Fitted { class, point, first, deviance, penalty, aicc: deviance + penalty };
        deviance.is_finite().then(|| self.turn(fitted, STEP, TOLERANCE))
    }

    /// Turns of parameters and state until they gain nothing.
    fn improve(&mut self, mut fitted: Fitted) -> Fitted {
        /// More are hardly ever needed.
        const TURNS_MAX: usize = 6;
        const STEP: f64 = 0.04;
        const TOLERANCE: f64 = 5e-3;

        for _ in 0..TURNS_MAX {
            let before = fitted.deviance;
            fitted = self.turn(fitted, STEP, TOLERANCE);
            if before - fitted.deviance < GAIN_MIN {
                break;
            }
        }
        fitted
    }

    /// The parameters by simplex, then the state that suits them.
    fn turn(&mut self, fitted: Fitted, step: f64, tolerance: f64) -> Fitted {
        const VALUES_MAX: usize = 120;

        let Fitted { class, first, .. } = fitted;
        let bounds = bounds_of(class);
        let bounds = &bounds[..class.num_parameters()];
        let search = Search { bounds, start: fitted.point, step, tolerance, num_values_max: VALUES_MAX };
        let found = minimize(search, |point| self.deviance(class, smoothing_at(class, point), &first));
        let (first, deviance) = self.refine(class, smoothing_at(class, &found.point), first, found.value);
        Fitted { point: found.point, first, deviance, aicc: deviance + fitted.penalty, ..fitted }
    }

    /// The most promising of a few usual settings, each with the state that suits it: a state made for another setting
    /// would hide that a still trend is the better one, or a lively one.
    fn start(&mut self, class: Class) -> Option<(Point, State, f64)> {
        const ALPHAS: [f64; 4] = [0.02, 0.15, 0.5, 0.9];
        const ROOTS: [f64; 2] = [0.03, 0.3];

        let first = first_state(class, self.values, self.steps)?;
        let mut best = None;
        for root in ROOTS {
            let points = ALPHAS.map(|alpha| point_of(class, alpha, root));
            let values = points.map(|point| (self.deviance(class, smoothing_at(class, &point), &first), point));
            let Some((value, point)) = values.into_iter().min_by(|one, other| one.0.total_cmp(&other.0)) else {
                continue;
            };
            let (state, value) = self.refine(class, smoothing_at(class, &point), first, value);
            if best.is_none_or(|(_, _, least)| value < least) {
                best = Some((point, state, value));
            }
        }
        best
    }

    fn deviance(&mut self, class: Class, smoothing: Smoothing, first: &State) -> f64 {
        run(smoothing, self.season(class), first, self.values, &mut self.expected);
        deviance(class.has_relative_error, self.values, &self.expected)
    }

    fn season(&self, class: Class) -> Option<(Season, usize)> {
        class.season.map(|season| (season, self.steps))
    }

    /// Steps towards the best first state while that lowers the deviance.
    fn refine(&mut self, class: Class, smoothing: Smoothing, first: State, value: f64) -> (State, f64) {
        let is_linear = !class.has_relative_error && class.season != Some(Season::Multiplicative);
        let (mut state, mut best) = (first, value);
        for _ in 0..if is_linear { 1 } else { 3 } {
            let Some(change) = refine::step(class, smoothing, &state, self.values, self.steps) else { break };
            let before = best;
            for part in [1.0, 0.5, 0.1] {
                let changed = change.apply(&state, part);
                let is_possible = class.season != Some(Season::Multiplicative)
                    || changed.season[..self.steps].iter().all(|figure| *figure > 0.0);
                let value = if is_possible { self.deviance(class, smoothing, &changed) } else { f64::INFINITY };
                if value < best {
                    (state, best) = (changed, value);
                    break;
                }
            }
            if before - best < GAIN_MIN {
                break;
            }
        }
        (state, best)
    }
}

/// What the simplex searches: α, √(γ / (1 - α)), √(β / α) and φ, those that the class has, in this order. So whatever it
/// tries is allowed, and small β and γ, which most series have, are told apart. The limits are those of Hyndman's `ets`.
fn bounds_of(class: Class) -> [(f64, f64); PARAMETERS_MAX] {
    const ALPHA: (f64, f64) = (1e-4, 0.9999);
    const ROOT: (f64, f64) = (1e-3, 0.9999);
    const PHI: (f64, f64) = (0.8, 0.98);

    let mut bounds = [ROOT; PARAMETERS_MAX];
    bounds[0] = ALPHA;
    if class.trend == Trend::Damped {
        bounds[class.num_parameters() - 1] = PHI;
    }
    bounds
}

fn point_of(class: Class, alpha: f64, root: f64) -> Point {
    const PHI: f64 = 0.95;

    let mut point = [root; PARAMETERS_MAX];
    point[0] = alpha;
    if class.trend == Trend::Damped {
        point[class.num_parameters() - 1] = PHI;
    }
    point
}

fn smoothing_at(class: Class, point: &Point) -> Smoothing {
    let alpha = point[0];
    let (gamma, trend) = match class.season {
        None => (0.0, 1),
        Some(_) => (point[1] * point[1] * (1.0 - alpha), 2),
    };
    let beta = point[trend.min(PARAMETERS_MAX - 2)].powi(2) * alpha;
    match class.trend {
        Trend::Level => Smoothing { alpha, beta: 0.0, gamma, phi: 1.0 },
        Trend::Linear => Smoothing { alpha, beta, gamma, phi: 1.0 },
        Trend::Damped => Smoothing { alpha, beta, gamma, phi: point[trend + 1] },
    }
}
