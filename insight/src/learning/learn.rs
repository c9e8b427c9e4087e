//! The loop: facts up to a moment become the messages that are due, the rows of `rule_accuracy`, and how every rule and
//! pattern stands.
//!
//! It is one pass over the readings, in any order. It keeps counts by rule and day, and of the readings only those of
//! the 90 days before and the 24 hours after promotions, without their values.
//!
//! # When messages are due
//! * `rule.promotion_suggested`: with the correction by the third person; once a pattern.
//! * `rule.rollback_advised`: with the reading that proves a drop, and with the one that makes the impact more than
//!   twice the estimate; each once a promotion.
//! * `rule.suspended`: with the complaint by the third person; once a version.
//! * `rule.accuracy`: for every version and day of UTC with readings, an hour after the day has ended; and for the first
//!   24 hours of every promotion with readings, an hour after they have. Late readings make another one with the new
//!   counts; whoever runs the loop bounds how far back it looks ([`Span::since_at`]).

use super::accuracy::{Ledger, Row};
use super::complaints;
use super::facts::{Facts, HOUR, Reading};
use super::impact::Estimates;
use super::lives::Lives;
use super::message::Feedback;
use super::patterns::{self, Pattern};
use super::rule::Standing;
use super::tell;
use super::watch::{Finding, Watches};

/// How long after its window's end an accuracy is told, so that most of what is late is in.
pub const ACCURACY_DELAY: i64 = HOUR;

/// Which messages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Messages whose evidence was complete at or before this moment are left out. All facts count.
    pub since_at: i64,
    /// Now: nothing that happened later is known.
    pub now_at: i64,
}

/// What the loop says.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The messages that are due, by time of evidence and then by id.
    pub messages: Vec<Feedback>,
    /// The rows of `rule_accuracy`, the open day's included.
    pub accuracy: Vec<Row>,
    /// How every version of every rule stands.
    pub rules: Vec<Standing>,
    /// What the first 24 hours of every promotion have shown, by time of promotion.
    pub findings: Vec<Finding>,
    /// Every pattern, with the impact that a rule would have had where one is due.
    pub patterns: Vec<(Pattern, Option<u64>)>,
}

/// The loop, while it is told the readings.
#[derive(Debug)]
pub struct Learning {
    span: Span,
    facts: Facts,
    patterns: Vec<Pattern>,
    estimates: Estimates,
    watches: Watches,
    ledger: Ledger,
}

impl Learning {
    /// Begins with all facts but the readings.
    #[must_use]
    pub fn new(facts: Facts, span: Span) -> Self {
        let facts = facts.known(span.now_at);
        let patterns = patterns::group(&facts);
        let (estimates, watches) = (Estimates::new(&patterns), Watches::new(&facts));
        Self { span, facts, patterns, estimates, watches, ledger: Ledger::default() }
    }

    /// Takes a reading in. Each is told once; the order does not matter.
    pub fn see(&mut self, reading: &Reading<'_>) {
        if reading.judged_at <= self.span.now_at {
            self.estimates.see(reading);
            self.watches.see(reading);
            self.ledger.see(reading);
        }
    }

    /// Says what there is to say.
    #[must_use]
    pub fn conclude(self) -> Outcome {
        let Self { span, facts, patterns, estimates, watches, ledger } = self;
        let findings = watches.conclude();
        let suspensions = complaints::suspensions(&facts.complaints);
        let lives = Lives::new(&facts, &findings, &suspensions, &ledger, span.now_at);
        let mut messages = tell::suggestions(&patterns, &estimates);
        messages.extend(lives.advices);
        messages.extend(suspensions.iter().map(|suspension| tell::suspended(suspension, &facts)));
        messages.extend(tell::watch_accuracies(&findings, span));
        messages.extend(tell::day_accuracies(&ledger, span));
        messages.retain(|message| span.since_at < message.at && message.at <= span.now_at);
        messages.sort_by(|a, b| (a.at, &a.message_id).cmp(&(b.at, &b.message_id)));
        let impact = |(index, pattern): (usize, Pattern)| {
            let asked = pattern.ripe.is_some() && !pattern.suggested;
            let impact = asked.then(|| estimates.count(index));
            (pattern, impact)
        };
        Outcome {
            messages,
            accuracy: ledger.rows(),
            rules: lives.standings,
            findings,
            patterns: patterns.into_iter().enumerate().map(impact).collect(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
