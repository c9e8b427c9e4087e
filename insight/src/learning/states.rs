//! How the loop stands, for people: the versions in their first 24 hours and the patterns on their way to a suggestion,
//! as rows of `rule_states`. A row is made when one of them stands otherwise than its last row says; the views
//! `rules_watched` and `rule_patterns` say what holds.
//!
//! Several processes may follow the same events. What a newer look has landed stays: a process whose last look is older
//! looks again before it says anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow::error::ArrowError;
use tidemark_model::error::ServiceError;
use tidemark_model::insight::RULE_STATES;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use super::accuracy::Tally;
use super::evidence::ALPHA;
use super::facts::{Layer, RuleVersion};
use super::follow::Place;
use super::learn::Outcome;
use super::patterns::{Pattern, USERS_MIN};
use super::rule::{Standing, State};
use super::watch::{Baseline, Finding};
use super::{reason, tell};
use crate::cells::{instants, texts};
use crate::columns::{self, counts, value};

/// Time between two commits of counts: what changes with every reading and correction is not worth one each.
const LAND_INTERVAL: Micros = 60_000_000;

/// Larger evidence says no more.
const EVIDENCE_MAX: f64 = 9_999.0;

/// A pattern that too few people have made.
const COLLECTING: &str = "collecting";
/// A pattern that enough people have made.
const RIPE: &str = "ripe";
/// A pattern that is no more: its field has a new rule, or late facts have changed which corrections belong together.
const ENDED: &str = "ended";

/// What stands somehow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A version of a rule.
    Version(RuleVersion),
    /// Corrections that say the same.
    Pattern {
        /// The forwarder and the field of all.
        place: (String, String),
        /// The id of the message that suggests a rule for it, made or not.
        suggestion_id: String,
    },
}

impl Subject {
    const fn rule(&self) -> Option<&RuleVersion> {
        if let Self::Version(rule) = self { Some(rule) } else { None }
    }

    const fn place(&self) -> Option<&Place> {
        if let Self::Pattern { place, .. } = self { Some(place) } else { None }
    }

    fn suggestion_id(&self) -> Option<&str> {
        if let Self::Pattern { suggestion_id, .. } = self { Some(suggestion_id) } else { None }
    }
}

/// How a version or a pattern stood when it was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Which one.
    pub subject: Subject,
    /// When it was looked at.
    pub seen_at: Micros,
    /// How it stood.
    pub state: &'static str,
    /// Since when.
    pub since_at: Micros,
    /// What the corrections of a pattern have in common.
    pub pattern: Option<String>,
    /// The people who made them, each once, until there are enough.
    pub users: Option<u64>,
    /// How many corrections there were, until there were enough.
    pub corrections: Option<u64>,
    /// What a version has shown.
    pub trial: Option<Trial>,
}

impl Shown {
    fn forwarder(&self) -> Option<&str> {
        match (&self.subject, &self.trial) {
            (Subject::Pattern { place: (forwarder, _), .. }, _) => Some(forwarder),
            (Subject::Version(_), trial) => trial.as_ref()?.forwarder.as_deref(),
        }
    }

    fn field(&self) -> Option<&str> {
        match (&self.subject, &self.trial) {
            (Subject::Pattern { place: (_, field), .. }, _) => Some(field),
            (Subject::Version(_), trial) => trial.as_ref()?.field.as_deref(),
        }
    }
}

/// What the first 24 hours of a promotion have shown so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// When it was promoted.
    pub promoted_at: Micros,
    /// The rule's layer.
    pub layer: Layer,
    /// The forwarder that it is for, if it is for one.
    pub forwarder: Option<String>,
    /// The field that it reads.
    pub field: Option<String>,
    /// What it is compared with.
    pub baseline: Baseline,
    /// The fields that it is compared with.
    pub before: Tally,
    /// The fields that it has read.
    pub after: Tally,
    /// The invoices that it has read.
    pub num_invoices: u64,
    /// The invoices, those included, that would prove the drop as it looks; none where nothing would, or it has not
    /// dropped.
    pub num_needed: Option<u64>,
    /// The evidence for a drop; `1 / ALPHA` proves it.
    pub evidence: f64,
    /// How it reads, in a sentence.
    pub reason: String,
}

/// What of a row tells whether the next one is news: the state, the promotion, and the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    state: String,
    promoted_at: Option<Micros>,
    /// Users, corrections, samples, those of them that are correct, and samples from before.
    counts: [Option<i64>; 5],
}

impl Mark {
    fn of(shown: &Shown) -> Self {
        let trial = shown.trial.as_ref();
        let of_trial = |count: fn(&Trial) -> u64| trial.map(count);
        let (samples, correct) = (of_trial(|trial| trial.after.samples), of_trial(|trial| trial.after.correct));
        let counts = [shown.users, shown.corrections, samples, correct, of_trial(|trial| trial.before.samples)];
        Self {
            state: shown.state.to_owned(),
            promoted_at: trial.map(|trial| trial.promoted_at),
            counts: counts.map(|count| count.map(u64::cast_signed)),
        }
    }
}

type Landed = BTreeMap<Subject, (Micros, Mark)>;

/// How versions and patterns stand, and what is written down of it.
#[derive(Debug, Default)]
pub struct States {
    /// What was seen since the last commit.
    pending: BTreeMap<Subject, Shown>,
    /// Where patterns were grouped anew since then, and when: others that were there are no more.
    regrouped: BTreeMap<Place, Micros>,
    /// What the lake has before the commit of a number.
    landed: Landed,
    next_number: Option<i64>,
    landed_at: Option<Micros>,
}

impl States {
    /// Sees how the versions of some promotions stand, by the promotions' events.
    pub(super) fn see_versions(&mut self, outcome: &Outcome, watched: &BTreeSet<&str>, seen_at: Micros) {
        if watched.is_empty() {
            return;
        }
        let standings: BTreeMap<&RuleVersion, &Standing> =
            outcome.rules.iter().map(|standing| (&standing.rule, standing)).collect();
        let is_watched = |finding: &&Finding| watched.contains(finding.promotion.event_id.as_str());
        for finding in outcome.findings.iter().filter(is_watched) {
            if let Some(standing) = standings.get(&finding.promotion.rule) {
                let shown = version(finding, standing, seen_at);
                self.pending.insert(shown.subject.clone(), shown);
            }
        }
    }

    /// Sees all patterns of some places.
    pub(super) fn see_patterns(&mut self, outcome: &Outcome, places: &BTreeSet<Place>, seen_at: Micros) {
        self.pending.retain(|subject, _| subject.place().is_none_or(|place| !places.contains(place)));
        self.regrouped.extend(places.iter().map(|place| (place.clone(), seen_at)));
        for (pattern, _) in outcome.patterns.iter().filter(|(pattern, _)| !pattern.ended) {
            let shown = grouped(pattern, seen_at);
            self.pending.insert(shown.subject.clone(), shown);
        }
    }

    /// Whether there is something to compare with what the lake has, and the last commit is long enough ago. People are
    /// alarmed by states: another one than that of a commit waits for nothing.
    #[must_use]
    pub fn is_due(&self, now_at: Micros) -> bool {
        let has_seen = !self.pending.is_empty() || !self.regrouped.is_empty();
        let is_other =
            |shown: &Shown| self.landed.get(&shown.subject).is_some_and(|(_, mark)| mark.state != shown.state);
        let may_wait = !self.pending.values().any(is_other);
        has_seen && (!may_wait || self.landed_at.is_none_or(|at| at + LAND_INTERVAL <= now_at))
    }

    /// What stands otherwise than the lake says, as the commit of a number would say it. Once it has landed,
    /// [`Self::has_landed`]; without that the next round finds it again.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    pub async fn due(&mut self, queries: &dyn PinnedQueries, number: i64) -> Result<Vec<Shown>, ServiceError> {
        if self.next_number != Some(number) {
            self.landed = landed(queries).await?;
            self.next_number = Some(number);
        }
        let mut due: Vec<Shown> = self.pending.values().filter(|shown| self.is_news(shown)).cloned().collect();
        due.extend(self.landed.iter().filter_map(|(subject, (at, _))| self.ended(subject, *at)));
        if due.is_empty() {
            self.pending.clear();
            self.regrouped.clear();
        }
        Ok(due)
    }

    /// Remembers that what was due has landed as the commit of a number.
    pub fn has_landed(&mut self, due: Vec<Shown>, number: i64, landed_at: Micros) {
        for shown in due {
            if shown.state == ENDED {
                self.landed.remove(&shown.subject);
            } else {
                let mark = Mark::of(&shown);
                self.landed.insert(shown.subject, (shown.seen_at, mark));
            }
        }
        self.pending.clear();
        self.regrouped.clear();
        self.next_number = Some(number + 1);
        self.landed_at = Some(landed_at);
    }

    fn is_news(&self, shown: &Shown) -> bool {
        let known = self.landed.get(&shown.subject);
        known.is_none_or(|(at, mark)| *at < shown.seen_at && *mark != Mark::of(shown))
    }

    /// A pattern of the lake that a later look at its place has not found again.
    fn ended(&self, subject: &Subject, landed_at: Micros) -> Option<Shown> {
        let seen_at = *self.regrouped.get(subject.place()?)?;
        let is_gone = landed_at < seen_at && !self.pending.contains_key(subject);
        is_gone.then(|| Shown {
            subject: subject.clone(),
            seen_at,
            state: ENDED,
            since_at: seen_at,
            pattern: None,
            users: None,
            corrections: None,
            trial: None,
        })
    }
}

fn version(finding: &Finding, standing: &Standing, seen_at: Micros) -> Shown {
    let (promotion, test) = (&finding.promotion, &finding.test);
    let reads = reason::watch(finding);
    let overran = finding.overrun.map(|(_, changed)| {
        let estimate = promotion.impact_estimate.unwrap_or_default();
        format!("{reads}; {}", reason::overrun(changed, estimate))
    });
    let trial = Trial {
        promoted_at: promotion.at,
        layer: promotion.layer,
        forwarder: promotion.forwarder.clone(),
        field: promotion.field.clone(),
        baseline: finding.baseline,
        before: test.before(),
        after: test.after(),
        num_invoices: test.num_after(),
        num_needed: if standing.state == State::Warning { test.num_needed() } else { None },
        evidence: test.log_evidence().exp().min(EVIDENCE_MAX),
        reason: overran.unwrap_or(reads),
    };
    Shown {
        subject: Subject::Version(promotion.rule.clone()),
        seen_at,
        state: standing.state.name(),
        since_at: standing.since_at,
        pattern: None,
        users: None,
        corrections: None,
        trial: Some(trial),
    }
}

fn grouped(pattern: &Pattern, seen_at: Micros) -> Shown {
    let ripe = pattern.ripe.as_ref();
    let corrections = ripe.map_or(pattern.num_corrections, |ripe| ripe.num_corrections);
    Shown {
        subject: Subject::Pattern {
            place: (pattern.forwarder.clone(), pattern.field.clone()),
            suggestion_id: tell::suggestion_id(pattern),
        },
        seen_at,
        state: if ripe.is_some() { RIPE } else { COLLECTING },
        since_at: ripe.map_or(pattern.first_at, |ripe| ripe.at),
        pattern: Some(pattern.centre.clone()),
        users: Some(pattern.users.len().min(USERS_MIN) as u64),
        corrections: Some(corrections as u64),
        trial: None,
    }
}

/// What the lake says of each version, and of each pattern that has not ended.
async fn landed(queries: &dyn PinnedQueries) -> Result<Landed, ServiceError> {
    let sql = format!(
        "SELECT rule_id, rule_version, forwarder, field, suggestion_id, state, made_at, promoted_at, users, \
           corrections, samples, correct, samples_before \
         FROM (SELECT *, row_number() OVER (PARTITION BY rule_id, rule_version, suggestion_id ORDER BY made_at DESC) \
           AS nth FROM {}) s \
         WHERE nth = 1 AND state <> '{ENDED}'",
        RULE_STATES.name
    );
    let mut landed = Landed::new();
    for rows in queries.rows(&sql).await? {
        let [rules, versions, forwarders, fields, suggestions, states] = columns::texts(&rows)?;
        let (at, promoted) = (columns::instants(&rows, 6)?, columns::instants(&rows, 7)?);
        let numbers =
            [counts(&rows, 8)?, counts(&rows, 9)?, counts(&rows, 10)?, counts(&rows, 11)?, counts(&rows, 12)?];
        for row in 0..rows.num_rows() {
            let subject = match value(&suggestions, row) {
                None => Subject::Version(RuleVersion::new(rules.value(row), versions.value(row))),
                Some(suggestion_id) => Subject::Pattern {
                    place: (forwarders.value(row).to_owned(), fields.value(row).to_owned()),
                    suggestion_id: suggestion_id.to_owned(),
                },
            };
            let counts = numbers.each_ref().map(|column| (!column.is_null(row)).then(|| column.value(row)));
            let promoted_at = (!promoted.is_null(row)).then(|| promoted.value(row));
            let mark = Mark { state: states.value(row).to_owned(), promoted_at, counts };
            landed.insert(subject, (at.value(row), mark));
        }
    }
    Ok(landed)
}

/// What was shown as rows of `rule_states`.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(shown: &[Shown]) -> Result<RecordBatch, ArrowError> {
    let text = |of: fn(&Shown) -> Option<&str>| texts(shown.iter().map(of));
    let instant = |of: fn(&Shown) -> Option<Micros>| instants(shown.iter().map(of));
    let count = |of: fn(&Shown) -> Option<u64>| -> ArrayRef {
        Arc::new(shown.iter().map(|one| of(one).map(u64::cast_signed)).collect::<Int64Array>())
    };
    let number =
        |of: fn(&Shown) -> Option<f64>| -> ArrayRef { Arc::new(shown.iter().map(of).collect::<Float64Array>()) };
    RULE_STATES.rows(vec![
        instant(|one| Some(one.seen_at)),
        text(|one| Some(if one.subject.rule().is_some() { "version" } else { "pattern" })),
        text(|one| one.subject.rule().map(|rule| rule.rule_id.as_str())),
        text(|one| one.subject.rule().map(|rule| rule.version.as_str())),
        text(|one| one.trial.as_ref().map(|trial| trial.layer.name())),
        text(Shown::forwarder),
        text(Shown::field),
        text(|one| one.pattern.as_deref()),
        text(|one| one.subject.suggestion_id()),
        text(|one| Some(one.state)),
        instant(|one| Some(one.since_at)),
        instant(|one| one.trial.as_ref().map(|trial| trial.promoted_at)),
        count(|one| one.users),
        count(|one| one.users.map(|_| USERS_MIN as u64)),
        count(|one| one.corrections),
        text(|one| one.trial.as_ref().map(|trial| trial.baseline.name())),
        count(|one| one.trial.as_ref().map(|trial| trial.after.samples)),
        count(|one| one.trial.as_ref().map(|trial| trial.after.correct)),
        number(|one| one.trial.as_ref().and_then(|trial| trial.after.accuracy())),
        count(|one| one.trial.as_ref().map(|trial| trial.before.samples)),
        number(|one| one.trial.as_ref().and_then(|trial| trial.before.accuracy())),
        count(|one| one.trial.as_ref().map(|trial| trial.num_invoices)),
        count(|one| one.trial.as_ref().and_then(|trial| trial.num_needed)),
        number(|one| one.trial.as_ref().map(|trial| trial.evidence)),
        number(|one| one.trial.as_ref().map(|_| 1.0 / ALPHA)),
        text(|one| one.trial.as_ref().map(|trial| trial.reason.as_str())),
    ])
}

#[cfg(test)]
mod tests;
