//! What a step usually brings: a level, times a season's shape, times a factor for the kind of day.
//!
//! Each is a ratio over a fading memory. The detector feeds them values that are clipped to what is plausible, and
//! nothing of an incident, so that a past anomaly is not expected again.

use super::point::Observed;
use super::season::Season;
use super::settings::Settings;

/// Kinds of days.
const NUM_CLASSES: usize = 16;
/// Days of a kind after which half of its factor's memory is replaced: four month ends of three days.
const CLASS_HALF_LIFE_DAYS: f64 = 12.0;
/// How far off a factor that was learnt from one day may be.
const CLASS_DOUBT: f64 = 0.4;
/// A factor is drawn to 1 like so many average steps would, and at least like so many things: those with which the
/// conjugate prior of a rate (a gamma distribution) is as wide as the doubt about one day, 1 / 0.4².
const CLASS_PRIOR: f64 = 0.1;
const CLASS_PRIOR_UNITS: f64 = 6.0;
/// Days of a kind up to which its factor is young.
const NUM_YOUNG_DAYS: u32 = 4;

/// Observed by expected, over a fading memory.
#[derive(Debug, Clone, Copy, Default)]
struct Ratio {
    observed: f64,
    expected: f64,
}

impl Ratio {
    fn learn(&mut self, observed: f64, expected: f64, half_life: f64) {
        let keep = 0.5_f64.powf(1.0 / half_life.max(1.0));
        self.observed = self.observed * keep + observed;
        self.expected = self.expected * keep + expected;
    }

    fn value(self) -> Option<f64> {
        (self.expected > 0.0).then(|| self.observed / self.expected)
    }
}

/// What a step usually brings.
#[derive(Debug, Clone)]
pub(super) struct Expectation {
    half_life: f64,
    adoption: f64,
    steps_per_day: u32,
    /// The size of one thing, as it was last said.
    unit: f64,
    level: Ratio,
    season: Season,
    classes: [Ratio; NUM_CLASSES],
    num_of_class: [u32; NUM_CLASSES],
}

impl Expectation {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            half_life: settings.half_life,
            adoption: settings.adoption as f64,
            steps_per_day: settings.steps_per_day.max(1),
            unit: 0.0,
            level: Ratio::default(),
            season: Season::new(settings),
            classes: [Ratio::default(); NUM_CLASSES],
            num_of_class: [0; NUM_CLASSES],
        }
    }

    /// What a step of a kind of day brings.
    pub(super) fn expected(&self, step: u64, class: u8, exposure: f64) -> f64 {
        exposure * self.level() * self.season.factor(step) * self.class_factor(class)
    }

    /// Whether a whole day of a kind has been seen, so that its factor means something.
    pub(super) const fn knows(&self, class: u8) -> bool {
        class == 0 || self.num_of_class[index(class)] >= self.steps_per_day
    }

    /// How far off what is expected may itself be, as a part of it: days of a kind are few, and so may their things
    /// be, of which `unit` is the size of one.
    pub(super) fn doubt(&self, class: u8, unit: f64) -> f64 {
        if class == 0 {
            return 0.0;
        }
        let num_days = f64::from(self.num_of_class[index(class)]) / f64::from(self.steps_per_day);
        let things = self.classes[index(class)].expected + CLASS_PRIOR_UNITS * unit;
        let few = unit / things.max(f64::MIN_POSITIVE);
        (CLASS_DOUBT * CLASS_DOUBT / num_days.max(1.0) + few).sqrt()
    }

    /// Whether so few days of a kind are known that even one that looks wrong is worth learning.
    pub(super) const fn is_young(&self, class: u8) -> bool {
        class != 0 && self.num_of_class[index(class)] < NUM_YOUNG_DAYS * self.steps_per_day
    }

    /// Learns what a step has brought; `unit` is the size of one thing.
    pub(super) fn learn(&mut self, step: u64, class: u8, observed: Observed, unit: f64) {
        let Observed { value, exposure } = observed;
        self.unit = unit;
        let class_factor = self.class_factor(class);
        // An unknown kind of day says nothing about ordinary ones.
        let is_known = self.knows(class);
        self.learn_class(step, class, observed);
        if is_known {
            let season = self.season.factor(step);
            self.level.learn(value, exposure * season * class_factor, self.half_life);
            self.season.learn(step, value, exposure * class_factor, unit);
        }
    }

    /// Learns what a kind of day brings, once it is known what an ordinary one does.
    pub(super) fn learn_class(&mut self, step: u64, class: u8, observed: Observed) {
        if class == 0 || !self.season.is_shaped() {
            return;
        }
        let half_life = CLASS_HALF_LIFE_DAYS * f64::from(self.steps_per_day);
        let ordinary = self.expected(step, 0, observed.exposure);
        self.classes[index(class)].learn(observed.value, ordinary, half_life);
        self.num_of_class[index(class)] = self.num_of_class[index(class)].saturating_add(1);
    }

    /// Makes `ratio` times the level the new one, of which no more is known than the adoption's steps tell.
    pub(super) fn adopt(&mut self, ratio: f64) {
        let known = 1.0 - 0.5_f64.powf(self.adoption / self.half_life.max(1.0));
        self.level.expected *= known;
        self.level.observed *= ratio * known;
    }

    /// What an average ordinary step brings.
    pub(super) fn level(&self) -> f64 {
        self.level.value().unwrap_or_default()
    }

    /// What a kind of day brings relative to an ordinary one.
    fn class_factor(&self, class: u8) -> f64 {
        let Ratio { observed, expected } = self.classes[index(class)];
        let prior = (CLASS_PRIOR * self.level()).max(CLASS_PRIOR_UNITS * self.unit);
        if class == 0 || expected + prior <= 0.0 { 1.0 } else { (observed + prior) / (expected + prior) }
    }
}

const fn index(class: u8) -> usize {
    class as usize % NUM_CLASSES
}
