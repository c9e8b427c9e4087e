//! What a detector says about a point.

use super::settings::Settings;

/// What a deviation looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// More than expected, for a while.
    Spike,
    /// Less than expected, for a while.
    Drop,
    /// More or less than expected for days, so that it may be the new normal.
    LevelShift,
    /// Nothing at all where something was expected.
    Silence,
}

impl Kind {
    /// Its id in tables and files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Spike => "spike",
            Self::Drop => "drop",
            Self::LevelShift => "level_shift",
            Self::Silence => "silence",
        }
    }
}

/// How much an anomaly matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing: beyond chance and beyond the floors.
    Info,
    /// At least a quarter above or below what was expected.
    Warn,
    /// At least twice or at most half of what was expected, and a thousand times less likely than an alarm has to be.
    Act,
}

impl Severity {
    /// Its id in tables and files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Act => "act",
        }
    }

    /// The severity of a deviation: observed and expected over its window, and its score (-log10 of the probability).
    pub(super) fn of(observed: f64, expected: f64, score: f64, settings: &Settings) -> Self {
        let is_multiple = observed >= 2.0 * expected || observed <= 0.5 * expected;
        let is_beyond_doubt = score >= 3.0 + settings.alarm_from();
        match (observed - expected).abs() / expected.max(f64::MIN_POSITIVE) {
            _ if is_multiple && is_beyond_doubt => Self::Act,
            change if change >= 0.25 => Self::Warn,
            _ => Self::Info,
        }
    }
}

/// What a detector says about a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The point's step.
    pub step: u64,
    /// What was observed: a count, an amount, or a rate in 0 to 1.
    pub observed: f64,
    /// What was expected before the point was seen, in the same unit.
    pub expected: f64,
    /// Lower bound of what nineteen points in twenty lie within.
    pub lower: f64,
    /// Upper bound of the same.
    pub upper: f64,
    /// -log10 of the probability of the most unlikely window that ends here, 0 while learning.
    pub score: f64,
    /// The incident that the point belongs to, if any.
    pub anomaly: Option<(Kind, Severity)>,
}
