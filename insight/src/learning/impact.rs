//! How much a rule changes: estimated from the past before it is suggested, and counted after it was promoted.
//!
//! **Estimate.** A past invoice would have been changed if its reading is like one of the values that the group's
//! people replaced (the likeness of patterns, 85 %); the group's own invoices always count. Past is what was judged
//! before the suggestion was due, so what is read later does not change an estimate.
//!
//! **Count.** An invoice was changed by a version if an earlier extraction of it by another version had read something
//! else: then, and only then, do the events hold both readings. Invoices that nobody has extracted twice say nothing
//! about what another version would have read, so a version that is only used on new invoices cannot overrun.

use std::collections::BTreeMap;

use super::facts::Reading;
use super::patterns::{Pattern, Ripe};
use super::similarity::alike;

/// More than this many changed invoices need a super user's review (domain, section 5).
pub const REVIEW_ABOVE: u64 = 100;

/// More than this many percent of the estimate is an overrun (domain, section 5).
pub const OVERRUN_PERCENT: u128 = 200;

/// Whether a person must look at a suggestion before it is promoted.
#[must_use]
pub const fn needs_review(impact: u64) -> bool {
    impact > REVIEW_ABOVE
}

/// Whether a version has changed more than was agreed to. Exactly twice the estimate has not.
#[must_use]
pub fn overruns(changed: u64, estimate: u64) -> bool {
    u128::from(changed) * 100 > u128::from(estimate) * OVERRUN_PERCENT
}

/// Whether a version has changed an invoice, as far as its events tell.
#[must_use]
pub fn has_changed(reading: &Reading<'_>) -> bool {
    reading.replaced.is_some_and(|replaced| reading.value != Some(replaced))
}

/// Counts of past invoices that suggested rules would have changed, in one pass over the readings.
#[derive(Debug)]
pub struct Estimates {
    /// By forwarder and field: which pattern, and what it was when a suggestion was due.
    asked: BTreeMap<String, BTreeMap<String, Vec<(usize, Ripe)>>>,
    counts: Vec<u64>,
}

impl Estimates {
    /// Asks for the impact of every pattern for which a suggestion is due.
    #[must_use]
    pub fn new(patterns: &[Pattern]) -> Self {
        let mut asked: BTreeMap<String, BTreeMap<String, Vec<(usize, Ripe)>>> = BTreeMap::new();
        for (index, pattern) in patterns.iter().enumerate() {
            if let Some(ripe) = pattern.ripe.clone().filter(|_| !pattern.suggested) {
                let fields = asked.entry(pattern.forwarder.clone()).or_default();
                fields.entry(pattern.field.clone()).or_default().push((index, ripe));
            }
        }
        let own = |pattern: &Pattern| pattern.ripe.as_ref().map_or(0, |ripe| ripe.invoices.len() as u64);
        Self { asked, counts: patterns.iter().map(own).collect() }
    }

    /// Counts a reading of another invoice where it would have been changed.
    pub fn see(&mut self, reading: &Reading<'_>) {
        let fields = reading.forwarder.and_then(|forwarder| self.asked.get(forwarder));
        let Some(ripe) = fields.and_then(|fields| fields.get(reading.field)) else { return };
        for (index, ripe) in ripe {
            if reading.judged_at < ripe.at && would_change(ripe, reading) {
                self.counts[*index] += 1;
            }
        }
    }

    /// How many invoices the rule of the pattern at an index would have changed.
    #[must_use]
    pub fn count(&self, index: usize) -> u64 {
        self.counts.get(index).copied().unwrap_or_default()
    }
}

/// Whether a reading of an invoice beside the group's own looks like what they corrected.
fn would_change(ripe: &Ripe, reading: &Reading<'_>) -> bool {
    let looks_misread = |value: &str| ripe.misread.iter().any(|misread| alike(misread, value));
    !ripe.invoices.contains(reading.invoice_id) && reading.value.is_some_and(looks_misread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_is_needed_above_a_hundred() {
        assert!(!needs_review(100));
        assert!(needs_review(101));
    }

    #[test]
    fn twice_the_estimate_is_no_overrun_and_one_more_is() {
        assert!(!overruns(86, 43));
        assert!(overruns(87, 43));
        assert!(!overruns(0, 0));
        assert!(overruns(1, 0));
        assert!(!overruns(u64::MAX, u64::MAX));
    }
}
