//! The detector of a KPI's series: a state that is fed one point at a time.

use std::collections::VecDeque;

use super::dispersion::{Law, Sum};
use super::expectation::Expectation;
use super::finding::Finding;
use super::incident::{Course, Incident};
use super::judgement::Judgement;
use super::point::{Measure, Observed, Point};
use super::settings::Settings;
use super::windows::{Look, Windows};

/// What is learnt lies within this many standard deviations of what was expected.
const CLIP: f64 = 3.0;
/// The band holds nineteen of twenty points where they scatter normally.
const BAND: f64 = 1.96;
/// After an incident the threshold is raised by so many decades, and the raise fades to 1/e within a day, or within
/// twice the incident's length: after weeks it takes weeks until it is clear what is normal.
const RAISE: f64 = 4.0;
const FADING: f64 = 2.0;
/// A level that falls to less than this part of itself is a series that starts anew.
const GONE: f64 = 0.02;

/// The detector of one series. The same points in the same order give the same judgements, so that a history that is
/// run through again gives the same findings. Memory is bounded by the settings.
#[derive(Debug, Clone)]
pub struct Detector {
    settings: Settings,
    state: Option<State>,
    finding: Option<Finding>,
}

/// What is known of a series that has begun.
#[derive(Debug, Clone)]
struct State {
    expectation: Expectation,
    windows: Windows,
    /// Steps of the windows' points.
    steps: VecDeque<u64>,
    is_rate: bool,
    is_amount: bool,
    unit: f64,
    num_learnt: usize,
    incident: Option<Incident>,
    raise: f64,
    /// Steps within which the raise fades to 1/e.
    fading: f64,
}

impl Detector {
    /// A detector that knows nothing yet.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, state: None, finding: None }
    }

    /// Judges the next point and learns from it. `None` where there is nothing to judge: the step is not complete,
    /// the figure is impossible or a rate of none, the series has not begun, or the kind of day is new.
    pub fn step(&mut self, point: &Point) -> Option<Judgement> {
        let observed = point.measure.observed().filter(|_| point.is_complete)?;
        if self.state.is_none() && observed.value <= 0.0 {
            return None;
        }
        let settings = &self.settings;
        let state = self.state.get_or_insert_with(|| State::new(settings, point.measure));
        let (judgement, course) = state.step(point, observed, settings);
        if let Some(ended) = course {
            self.finding = Some(ended);
            if state.expectation.level() <= 0.0 {
                self.state = None;
            }
        }
        judgement
    }

    /// The finding that the last point brought to its end, once.
    pub const fn take_finding(&mut self) -> Option<Finding> {
        self.finding.take()
    }

    /// The anomaly that goes on, as it looks so far.
    #[must_use]
    pub fn ongoing(&self) -> Option<Finding> {
        let state = self.state.as_ref()?;
        let last = state.steps.back().copied()?;
        state.incident.map(|incident| Finding::of(&incident, last, true, state.is_rate, &self.settings))
    }
}

impl State {
    fn new(settings: &Settings, measure: Measure) -> Self {
        Self {
            expectation: Expectation::new(settings),
            windows: Windows::new(settings, Law::of(measure)),
            steps: VecDeque::new(),
            is_rate: matches!(measure, Measure::Rate { .. }),
            is_amount: matches!(measure, Measure::Amount(_)),
            unit: if matches!(measure, Measure::Amount(_)) { 0.0 } else { 1.0 },
            num_learnt: 0,
            incident: None,
            raise: 0.0,
            fading: 1.0,
        }
    }

    fn step(&mut self, point: &Point, observed: Observed, settings: &Settings) -> (Option<Judgement>, Option<Finding>) {
        let Observed { value, exposure } = observed;
        // Rates of small denominators would make the factor of a kind of day noise.
        let class = if self.is_rate { 0 } else { point.class };
        let expected = self.expectation.expected(point.step, class, exposure);
        let expected = if self.is_rate { expected.min(exposure) } else { expected };
        let is_known = self.expectation.knows(class);
        if self.num_learnt < settings.num_learning / 2 || !is_known {
            self.num_learnt += 1;
            self.expectation.learn(point.step, class, observed, self.unit);
            return (None, None);
        }
        let doubt = expected * self.expectation.doubt(class, self.unit);
        let sum = Sum { observed: value, expected, exposure, doubt };
        self.windows.push(sum);
        self.steps.push_back(point.step);
        if self.steps.len() > settings.longest().max(settings.adoption) {
            self.steps.pop_front();
        }
        let looks = self.windows.looks();
        let is_learning = self.num_learnt < settings.num_learning;
        let ended = if is_learning { None } else { self.follow(point.step, &looks, settings) };
        let judgement = self.judge(point.step, sum, &looks, is_learning, settings);
        if self.incident.is_none() && ended.is_none() {
            self.learn(point.step, class, sum, settings);
        } else if self.expectation.is_young(class) {
            self.expectation.learn_class(point.step, class, observed);
        }
        (judgement, ended)
    }

    /// Follows the incident that goes on, or notices one that begins. A finding is one that has ended.
    fn follow(&mut self, at: u64, looks: &[Look], settings: &Settings) -> Option<Finding> {
        let Some(mut incident) = self.incident.take() else {
            self.raise *= (-1.0 / self.fading).exp();
            self.incident = self.notice(at, looks, settings);
            return None;
        };
        if let Some(next) = self.turned(&incident, at, settings) {
            let ended = self.end(incident, 0, 1, settings);
            self.incident = Some(next);
            return Some(ended);
        }
        match incident.take(at, looks, &self.windows, settings) {
            Course::GoesOn => {
                self.incident = Some(incident);
                None
            }
            Course::Ended(num_calm) => Some(self.end(incident, num_calm, 0, settings)),
            Course::Stays(ratio) => {
                self.expectation.adopt(if ratio < GONE { 0.0 } else { ratio });
                Some(self.end(incident, 0, 0, settings))
            }
        }
    }

    /// The incident that begins with the last point while another goes on: what lies as far on the other side. Things that
    /// were missing may come later, and are no incident of their own.
    fn turned(&self, incident: &Incident, at: u64, settings: &Settings) -> Option<Incident> {
        let num_missing = if self.is_rate { 0.0 } else { (incident.sum.expected - incident.sum.observed).max(0.0) };
        let look = self.windows.look_at_last_without(num_missing)?;
        self.notice(at, &[look], settings).filter(|next| next.sign != incident.sign)
    }

    /// Ends an incident. Of its points the last ones were calm; `num_next` points after it are another incident's.
    fn end(&mut self, mut incident: Incident, num_calm: usize, num_next: usize, settings: &Settings) -> Finding {
        self.raise = RAISE;
        self.fading = (FADING * incident.num_points as f64).max(f64::from(settings.steps_per_day.max(1)));
        let last = self.steps.iter().rev().nth(num_calm + num_next).copied();
        incident.sum = incident.sum.less(self.windows.last(num_calm));
        // Calm points are forgotten too: they are at most two days.
        self.windows.forget(incident.num_points, num_next);
        let next = self.steps.split_off(self.steps.len().saturating_sub(num_next));
        self.steps.truncate(self.steps.len().saturating_sub(incident.num_points));
        self.steps.extend(next);
        incident.num_points -= num_calm;
        Finding::of(&incident, last.unwrap_or(incident.from), false, self.is_rate, settings)
    }

    /// The incident that the least likely window reveals, if one is beyond the threshold and the floors.
    fn notice(&self, at: u64, looks: &[Look], settings: &Settings) -> Option<Incident> {
        let threshold = self.raise + settings.alarm_from();
        let is_of_interest = |look: &&Look| {
            let size = (look.sum.observed - look.sum.expected).abs();
            let floor = settings.absolute_floor * self.unit;
            look.score >= threshold && size >= floor && size >= settings.relative_floor * look.sum.expected
        };
        // Of two that are beyond all measure the shorter tells better when it began.
        let of_interest = looks.iter().rev().filter(is_of_interest);
        let worst = of_interest.max_by(|one, other| one.score.total_cmp(&other.score))?;
        Some(Incident::noticed(*worst, &self.windows, self.steps.iter().copied(), at))
    }

    fn judge(&self, step: u64, sum: Sum, looks: &[Look], is_learning: bool, settings: &Settings) -> Option<Judgement> {
        let width = BAND * self.windows.law(1)?.deviation(sum);
        let upper = if self.is_rate { sum.exposure } else { f64::INFINITY };
        let of = |value: f64| value / sum.exposure;
        let score = looks.iter().map(|look| look.score).fold(0.0, f64::max);
        Some(Judgement {
            step,
            observed: of(sum.observed),
            expected: of(sum.expected),
            lower: of((sum.expected - width).max(0.0)),
            upper: of((sum.expected + width).min(upper)),
            score: if is_learning { 0.0 } else { score },
            anomaly: self.incident.map(|it| (it.kind(self.is_rate, settings), it.severity(settings))),
        })
    }

    /// Learns from a point that belongs to no incident; what is implausible counts as what is barely plausible.
    fn learn(&mut self, step: u64, class: u8, sum: Sum, settings: &Settings) {
        self.num_learnt = self.num_learnt.saturating_add(1);
        self.windows.learn();
        let is_fitted = self.num_learnt > settings.num_learning;
        let margin = self.windows.law(1).filter(|_| is_fitted).map_or(f64::INFINITY, |law| CLIP * law.deviation(sum));
        // A sum of few things may be one of them.
        let margin = margin.max(self.unit);
        let value = sum.observed.clamp((sum.expected - margin).max(0.0), sum.expected + margin);
        let observed = Observed { value, exposure: sum.exposure };
        self.expectation.learn(step, class, observed, self.unit);
        if self.num_learnt.is_multiple_of(settings.steps_per_day.max(7) as usize) {
            if self.is_amount {
                self.unit = self.windows.unit().unwrap_or(self.unit);
            }
            self.windows.fit(self.unit);
        }
    }
}
