//! The first 24 hours of a promotion: what the new version reads, beside what was read before it.
//!
//! Beside what: the version that applied before, for the drop is one from it. A rule's first version has none; then it
//! is compared with what other rules read in the same field of the same forwarder. Both over the last 90 days, so that
//! rules with little traffic have something to be compared with. Watched is what was read by the new version and judged
//! within the 24 hours.

use std::collections::BTreeMap;

use super::evidence::{Document, Test};
use super::facts::{DAY, Facts, Promotion, Reading};
use super::impact::{has_changed, overruns};

/// How long a promotion is watched (domain, section 5).
pub const WATCH: i64 = DAY;

/// How long after its 24 hours a promotion is still looked at, for readings that come late.
pub const LINGER: i64 = DAY;

/// How far back the comparison reaches.
pub const LOOK_BACK: i64 = 90 * DAY;

/// A promotion with the readings that concern it.
#[derive(Debug)]
pub struct Watch {
    promotion: Promotion,
    /// The version that applied before, where a promotion or a rollback names it; otherwise any other is taken for it.
    version_before: Option<String>,
    before: Vec<Case>,
    beside: Vec<Case>,
    after: Vec<Case>,
    /// When each invoice was found to be changed by the version.
    changed_at: Vec<i64>,
}

/// A reading, as far as the test needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    invoice_id: Box<str>,
    judged_at: i64,
    correct: bool,
}

/// What a promotion is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The version before.
    VersionBefore,
    /// What other rules read in that field of that forwarder.
    Field,
    /// Nothing was read.
    Nothing,
}

impl Baseline {
    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VersionBefore => "version_before",
            Self::Field => "field",
            Self::Nothing => "nothing",
        }
    }
}

/// What the watch has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The promotion.
    pub promotion: Promotion,
    /// What it is compared with.
    pub baseline: Baseline,
    /// When the plain threshold was crossed, downwards (true) or back, in turns and in order of time.
    pub crossings: Vec<(i64, bool)>,
    /// When the drop was proven, and the test as it stood then.
    pub proven: Option<(i64, Test)>,
    /// The test as it stands.
    pub test: Test,
    /// The invoice that made the impact more than twice the estimate, and how many were changed then.
    pub overrun: Option<(i64, u64)>,
}

impl Watch {
    /// When the watch ends, excluded.
    #[must_use]
    pub const fn ends_at(&self) -> i64 {
        self.promotion.at + WATCH
    }

    fn see_own(&mut self, reading: &Reading<'_>) {
        let since = self.promotion.at;
        if reading.version == self.promotion.rule.version {
            if reading.read_at >= since && reading.judged_at < self.ends_at() {
                self.after.push(case(reading));
            }
            if reading.read_at >= since && has_changed(reading) {
                self.changed_at.push(reading.judged_at);
            }
        } else if self.looks_back_to(reading)
            && self.version_before.as_deref().is_none_or(|version| version == reading.version)
        {
            self.before.push(case(reading));
        }
    }

    fn see_beside(&mut self, reading: &Reading<'_>) {
        if reading.rule_id != self.promotion.rule.rule_id && self.looks_back_to(reading) {
            self.beside.push(case(reading));
        }
    }

    const fn looks_back_to(&self, reading: &Reading<'_>) -> bool {
        let judged_at = reading.judged_at;
        self.promotion.at - LOOK_BACK <= judged_at && judged_at < self.promotion.at
    }

    fn conclude(self) -> Finding {
        let (baseline, before) = match (self.before.is_empty(), self.beside.is_empty()) {
            (false, _) => (Baseline::VersionBefore, self.before),
            (true, false) => (Baseline::Field, self.beside),
            (true, true) => (Baseline::Nothing, vec![]),
        };
        let mut test = Test::new(&documents(before));
        let (mut crossings, mut proven) = (Vec::new(), None);
        let mut was_below = false;
        for document in documents(self.after) {
            test.see(&document);
            if test.has_dropped() != was_below {
                was_below = !was_below;
                crossings.push((document.judged_at, was_below));
            }
            if proven.is_none() && test.proves_drop() {
                proven = Some((document.judged_at, test.clone()));
            }
        }
        let overrun = overrun(self.promotion.impact_estimate, self.changed_at);
        Finding { promotion: self.promotion, baseline, crossings, proven, test, overrun }
    }
}

fn case(reading: &Reading<'_>) -> Case {
    Case { invoice_id: reading.invoice_id.into(), judged_at: reading.judged_at, correct: reading.correct }
}

/// Readings as documents, one an invoice, in order of time.
fn documents(mut cases: Vec<Case>) -> Vec<Document> {
    cases.sort();
    let mut documents: Vec<Document> = Vec::new();
    for case in cases {
        match documents.last_mut().filter(|document| document.invoice_id == case.invoice_id) {
            Some(document) => {
                document.judged_at = document.judged_at.max(case.judged_at);
                document.correct += u32::from(case.correct);
                document.fields += 1;
            }
            None => documents.push(Document {
                judged_at: case.judged_at,
                invoice_id: case.invoice_id,
                correct: u32::from(case.correct),
                fields: 1,
            }),
        }
    }
    documents.sort();
    documents
}

fn overrun(estimate: Option<u64>, mut changed_at: Vec<i64>) -> Option<(i64, u64)> {
    let estimate = estimate?;
    changed_at.sort_unstable();
    let mut counted = changed_at.into_iter().zip(1..);
    counted.find(|(_, changed)| overruns(*changed, estimate))
}

/// All promotions under watch; each reading is told once, in any order.
#[derive(Debug)]
pub struct Watches {
    watches: Vec<Watch>,
    by_rule: BTreeMap<String, Vec<usize>>,
    /// Those that may have nothing of their own to be compared with, by forwarder and field.
    by_field: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Watches {
    /// Watches every promotion. The facts are [`Facts::known`].
    #[must_use]
    pub fn new(facts: &Facts) -> Self {
        let mut all = Self { watches: Vec::new(), by_rule: BTreeMap::new(), by_field: BTreeMap::new() };
        for promotion in &facts.promotions {
            let index = all.watches.len();
            all.by_rule.entry(promotion.rule.rule_id.clone()).or_default().push(index);
            let version_before = version_before(facts, promotion);
            if let (None, Some(forwarder), Some(field)) = (&version_before, &promotion.forwarder, &promotion.field) {
                let fields = all.by_field.entry(forwarder.clone()).or_default();
                fields.entry(field.clone()).or_default().push(index);
            }
            all.watches.push(Watch {
                promotion: promotion.clone(),
                version_before,
                before: vec![],
                beside: vec![],
                after: vec![],
                changed_at: vec![],
            });
        }
        all
    }

    /// Takes a reading to the promotions that it concerns.
    pub fn see(&mut self, reading: &Reading<'_>) {
        for index in self.by_rule.get(reading.rule_id).into_iter().flatten() {
            self.watches[*index].see_own(reading);
        }
        let fields = reading.forwarder.and_then(|forwarder| self.by_field.get(forwarder));
        for index in fields.and_then(|fields| fields.get(reading.field)).into_iter().flatten() {
            self.watches[*index].see_beside(reading);
        }
    }

    /// What was found, by time of promotion.
    #[must_use]
    pub fn conclude(self) -> Vec<Finding> {
        self.watches.into_iter().map(Watch::conclude).collect()
    }
}

/// The version that applied before a promotion: the last that another promotion or a rollback had put in place.
fn version_before(facts: &Facts, promotion: &Promotion) -> Option<String> {
    let of_rule = |rule_id: &String, at: i64| *rule_id == promotion.rule.rule_id && at < promotion.at;
    let promoted = facts.promotions.iter().rfind(|other| of_rule(&other.rule.rule_id, other.at));
    let rolled_back = facts.rollbacks.iter().rfind(|other| of_rule(&other.rule.rule_id, other.at));
    let restored = rolled_back.and_then(|rollback| Some((rollback.at, rollback.to_version.clone()?)));
    match (promoted, restored) {
        (Some(promoted), Some((at, restored))) if at >= promoted.at => Some(restored),
        (Some(promoted), _) => Some(promoted.rule.version.clone()),
        (None, restored) => restored.map(|(_, version)| version),
    }
}

#[cfg(test)]
mod tests;
