//! What was found, until it is in the lake, and what of it is there already.
//!
//! The same series and subject in the same place at overlapping times is one anomaly, however it was called when it was
//! first seen: a spike that goes on becomes a level shift, and a history that is looked through again may let it begin
//! an hour earlier. It keeps the id under which it first landed, and with it what people said of it. A row is due where
//! an anomaly is new, has become more or less severe, has ended, or has ended otherwise than was said.
//!
//! Nothing is lost: what does not fit into a round or does not land is due in the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, RecordBatch};
use arrow::error::ArrowError;
use tidemark_model::error::ServiceError;
use tidemark_model::insight::ANOMALY_FINDINGS;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::Found;
use super::doubts::Doubts;
use crate::anomaly::finding::{Finding, Kind};
use crate::cells::{figures, instants, texts};
use crate::columns;
use crate::literal::{instant, list};

/// Most findings of one round. The most severe go first, then those with the highest score.
const NUM_MAX: usize = 200;

/// No anomaly is longer: what began earlier than so long before is another one.
const LENGTH_MAX: Micros = 60 * DAY;

/// Most anomalies that are remembered as landed. When there are more, all are forgotten, and the lake is asked again.
const LANDED_MAX: usize = 20_000;

/// Findings on their way into the lake.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// What has not landed, by the id of the finding.
    waiting: BTreeMap<String, Found>,
    /// What this process has landed, and how it stood then.
    landed: BTreeMap<String, Standing>,
    /// What the last round gave out: ids in `waiting`.
    given: Vec<String>,
    /// What is known to be in the lake as it stands, or is held back: ids in `waiting`.
    known: Vec<String>,
}

/// How an anomaly stands in the lake.
#[derive(Debug, Clone, PartialEq)]
struct Standing {
    until: Option<Micros>,
    severity: &'static str,
}

impl Standing {
    fn of(found: &Found) -> Self {
        Self { until: found.until(), severity: found.finding.severity.name() }
    }
}

/// An anomaly that the lake has.
#[derive(Debug)]
struct Known {
    id: String,
    at: Micros,
    until: Micros,
    standing: Standing,
}

/// What makes two findings be about the same: series, subject, city, forwarder, and what kinds can turn into each other.
type Subject = (String, String, Option<String>, Option<String>, String);

impl Ledger {
    /// Takes findings; one that was found before is replaced.
    pub(super) fn take(&mut self, found: Vec<Found>) {
        for found in found {
            let id = found.finding.id();
            if self.landed.get(&id) != Some(&Standing::of(&found)) {
                self.waiting.insert(id, found);
            }
        }
    }

    /// The rows that are due now, the most severe first. What people's marks hold back counts as told, until it stands
    /// otherwise.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; nothing is lost.
    pub(super) async fn due(
        &mut self,
        queries: &dyn PinnedQueries,
        now_at: Micros,
    ) -> Result<Vec<Found>, ServiceError> {
        (self.given, self.known) = (Vec::new(), Vec::new());
        let Some(first_at) = self.waiting.values().map(|found| found.finding.at).min() else { return Ok(vec![]) };
        let known = known(queries, first_at, self.waiting.values()).await?;
        let has_budget = self.waiting.values().any(|found| found.alarm_from.is_some());
        let doubts = if has_budget { Doubts::asked(queries, now_at).await? } else { Doubts::default() };
        let mut due = Vec::new();
        for (key, found) in &self.waiting {
            let same = known.get(&subject(&found.finding)).and_then(|known| known.iter().find(|it| it.is(found)));
            let is_told = same.map_or_else(|| doubts.hold_back(found), |known| known.standing == Standing::of(found));
            if is_told {
                self.known.push(key.clone());
            } else {
                let id = same.map_or_else(|| key.clone(), |known| known.id.clone());
                due.push((key, Found { id, ..found.clone() }));
            }
        }
        due.sort_by(|(_, a), (_, b)| {
            let by_severity = b.finding.severity.cmp(&a.finding.severity);
            let by_score = || b.finding.score.total_cmp(&a.finding.score);
            by_severity.then_with(by_score).then_with(|| a.id.cmp(&b.id))
        });
        due.truncate(NUM_MAX);
        self.given = due.iter().map(|(key, _)| (*key).clone()).collect();
        Ok(due.into_iter().map(|(_, found)| found).collect())
    }

    /// Remembers that what was due is in the lake.
    pub(super) fn has_landed(&mut self) {
        if self.landed.len() > LANDED_MAX {
            self.landed.clear();
        }
        for key in self.given.drain(..).chain(self.known.drain(..)) {
            if let Some(found) = self.waiting.remove(&key) {
                self.landed.insert(key, Standing::of(&found));
            }
        }
    }
}

impl Known {
    fn is(&self, found: &Found) -> bool {
        let Finding { at, to, .. } = found.finding;
        self.at == at || (self.at < to && at < self.until)
    }
}

fn subject(finding: &Finding) -> Subject {
    let kind = match finding.kind {
        Kind::Spike | Kind::Drop | Kind::LevelShift | Kind::Silence => "course",
        kind => kind.name(),
    };
    let Finding { series, subject, city, forwarder, .. } = finding;
    (series.clone(), subject.clone(), city.clone(), forwarder.clone(), kind.to_owned())
}

/// The anomalies of the same series, as they stand in the lake.
async fn known(
    queries: &dyn PinnedQueries,
    first_at: Micros,
    found: impl Iterator<Item = &Found>,
) -> Result<BTreeMap<Subject, Vec<Known>>, ServiceError> {
    let series: BTreeSet<&str> = found.map(|found| found.finding.series.as_str()).collect();
    let sql = format!(
        "SELECT anomaly_id, series, subject, city, forwarder, kind, severity, at, until FROM {} \
         WHERE at >= {} AND series IN ({}) ORDER BY detected_at",
        ANOMALY_FINDINGS.name,
        instant(first_at - LENGTH_MAX),
        list(series)
    );
    let mut last: BTreeMap<String, (Subject, Known)> = BTreeMap::new();
    for rows in queries.rows(&sql).await? {
        let [ids, series, subjects, cities, forwarders, kinds, severities] = columns::texts(&rows)?;
        let (at, until) = (columns::instants(&rows, 7)?, columns::instants(&rows, 8)?);
        for row in 0..rows.num_rows() {
            let owned = |column| columns::value(column, row).map(str::to_owned);
            let named = |column| owned(column).unwrap_or_default();
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == kinds.value(row));
            let is_course = matches!(kind, Some(Kind::Spike | Kind::Drop | Kind::LevelShift | Kind::Silence));
            let kind = if is_course { "course".to_owned() } else { named(&kinds) };
            let subject = (named(&series), named(&subjects), owned(&cities), owned(&forwarders), kind);
            let severity = ["notice", "warn", "act"].into_iter().find(|name| *name == severities.value(row));
            let until = (!until.is_null(row)).then(|| until.value(row));
            let standing = Standing { until, severity: severity.unwrap_or_default() };
            let (id, at) = (named(&ids), at.value(row));
            let known = Known { id: id.clone(), at, until: until.unwrap_or(i64::MAX), standing };
            last.insert(id, (subject, known));
        }
    }
    let mut by_subject: BTreeMap<Subject, Vec<Known>> = BTreeMap::new();
    for (subject, known) in last.into_values() {
        by_subject.entry(subject).or_default().push(known);
    }
    Ok(by_subject)
}

/// When something was found last; none where nothing ever was.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn last_detected_at(queries: &dyn PinnedQueries) -> Result<Option<Micros>, ServiceError> {
    let sql = format!("SELECT max(detected_at) FROM {}", ANOMALY_FINDINGS.name);
    for rows in queries.rows(&sql).await?.iter().filter(|rows| rows.num_rows() > 0) {
        let at = columns::instants(rows, 0)?;
        if !at.is_null(0) {
            return Ok(Some(at.value(0)));
        }
    }
    Ok(None)
}

/// Findings as rows of their table.
///
/// # Errors
/// Where the table has other columns, or a figure more digits than they.
pub fn rows(found: &[Found], detected_at: Micros) -> Result<RecordBatch, ArrowError> {
    let all = || found.iter().map(|found| &found.finding);
    let text = |of: fn(&Finding) -> Option<&str>| -> ArrayRef { texts(all().map(of)) };
    ANOMALY_FINDINGS.rows(vec![
        instants(found.iter().map(|_| Some(detected_at))),
        texts(found.iter().map(|found| Some(found.id.as_str()))),
        text(|of| Some(&of.series)),
        text(|of| of.city.as_deref()),
        text(|of| of.forwarder.as_deref()),
        text(|of| Some(of.subject.as_str()).filter(|subject| !subject.is_empty())),
        instants(all().map(|of| Some(of.at))),
        instants(found.iter().map(Found::until)),
        figures(all().map(|of| Some(of.observed)))?,
        figures(all().map(|of| of.expected))?,
        figures(all().map(|of| of.lower))?,
        figures(all().map(|of| of.upper))?,
        Arc::new(all().map(|of| Some(of.score)).collect::<Float64Array>()),
        text(|of| Some(of.severity.name())),
        text(|of| Some(of.kind.name())),
        text(|of| Some(&of.explanation)),
        figures(all().map(|of| of.money_at_risk))?,
    ])
}
