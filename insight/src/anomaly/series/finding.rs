//! Anomalies as people see them: one entry from a beginning to an end.

use super::detector::Detector;
use super::incident::Incident;
use super::judgement::{Kind, Severity};
use super::point::Point;
use super::settings::Settings;

/// One anomaly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Its first step.
    pub from: u64,
    /// Its last step; the last that was seen where it goes on.
    pub to: u64,
    /// The step at which it was noticed.
    pub noticed_at: u64,
    /// The step that deviated most.
    pub peak: u64,
    /// Whether it has not ended yet.
    pub is_ongoing: bool,
    /// What it looks like.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// Whether more was observed than expected.
    pub is_above: bool,
    /// What was observed from beginning to end: a count, an amount, or a rate's numerator.
    pub observed: f64,
    /// What was expected.
    pub expected: f64,
    /// How many things there were, of which a rate's numerator is part; the number of steps otherwise.
    pub exposure: f64,
    /// -log10 of the probability of its least likely window.
    pub score: f64,
}

impl Finding {
    pub(super) fn of(incident: &Incident, to: u64, is_ongoing: bool, is_rate: bool, settings: &Settings) -> Self {
        Self {
            from: incident.from,
            to,
            noticed_at: incident.noticed_at,
            peak: incident.peak.0,
            is_ongoing,
            kind: incident.kind(is_rate, settings),
            severity: incident.severity(settings),
            is_above: incident.sign > 0.0,
            observed: incident.sum.observed,
            expected: incident.sum.expected,
            exposure: incident.sum.exposure,
            score: incident.score,
        }
    }
}

/// All anomalies of a history, in the order of their beginnings; the last may go on.
#[must_use]
pub fn findings(points: &[Point], settings: &Settings) -> Vec<Finding> {
    let mut detector = Detector::new(settings.clone());
    let mut found = Vec::new();
    for point in points {
        detector.step(point);
        found.extend(detector.take_finding());
    }
    found.extend(detector.ongoing());
    found
}
