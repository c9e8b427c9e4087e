//! The platform's own watch: asks for what is new, lets the detectors judge it, and says what is due as rows of
//! `anomaly_findings`.
//!
//! Each watch has its own pace and looks first whether anything came. What it finds waits in the ledger until it has
//! landed, so that neither a failed commit nor a process that dies in between loses a finding: the first look after a
//! start goes over the same past again, and what the lake has already is left out.
//!
//! # Layout (a finding's way)
//! * [`kpis`]: KPI series by city and forwarder, hour by hour and day by day
//! * [`charges`]: charges of invoices; [`duplicates`]: invoices that were received before
//! * [`sign_ins`]: who signs in, and who fails to; [`drift`]: what is read from documents, day by day
//! * `news`: whether anything came since the last look; `span`: which time a look is over
//! * [`findings`]: what of it is due, and its rows; `doubts`: what is held back because people called its like false alarms
//! * `extractions`: lists of fields and charges as they were read; `lanes`: from where to where; `names`: names that
//!   are kept

pub mod charges;
mod doubts;
pub mod drift;
pub mod duplicates;
mod extractions;
pub mod findings;
pub mod kpis;
mod lanes;
mod names;
mod news;
pub mod sign_ins;
mod span;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tests;

use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use self::charges::ChargeWatch;
use self::drift::DriftWatch;
use self::duplicates::DuplicateWatch;
use self::findings::Ledger;
use self::kpis::KpiWatch;
use self::sign_ins::SignInWatch;
use super::finding::Finding;

const SECOND: Micros = 1_000_000;

/// A finding, as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The anomaly that it is about. Mostly [`Finding::id`]; that of the first row where it goes on as something else.
    pub id: String,
    /// What was found.
    pub finding: Finding,
    /// Whether it has not ended yet.
    pub goes_on: bool,
    /// The score from which on its series gives alarm, where alarms have a budget that people's marks can cut.
    pub alarm_from: Option<f64>,
}

impl Found {
    /// A finding that has ended.
    fn ended(finding: Finding) -> Self {
        Self { id: finding.id(), finding, goes_on: false, alarm_from: None }
    }

    /// When it ended.
    fn until(&self) -> Option<Micros> {
        (!self.goes_on).then_some(self.finding.to)
    }
}

/// All watches.
#[derive(Debug, Default)]
pub struct Watches {
    kpis: (Pace, KpiWatch),
    sign_ins: (Pace, SignInWatch),
    charges: (Pace, ChargeWatch),
    duplicates: (Pace, DuplicateWatch),
    drift: (Pace, DriftWatch),
    ledger: Ledger,
}

/// When a watch looked last.
#[derive(Debug, Default)]
struct Pace(Option<Micros>);

impl Pace {
    /// Whether it is time for another look; then this is that look.
    fn is_due(&mut self, now_at: Micros, every: Micros) -> bool {
        let is_due = self.0.is_none_or(|last_at| now_at - last_at >= every);
        if is_due {
            self.0 = Some(now_at);
        }
        is_due
    }
}

impl Watches {
    /// Looks whatever is due to be looked at. Gives the findings that are not in the lake as they stand now, the most
    /// severe first; once their rows have landed, [`Self::has_landed`]. Without that they are given again. What ended
    /// before `since_at` is not told any more: it was before this platform's time, or landed long ago.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`], where nothing else is due; a watch that fails stops no other, and looks again at its
    /// own pace.
    pub async fn round(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Found>, ServiceError> {
        let mut failed = None;
        let mut keep = |ledger: &mut Ledger, outcome: Result<Vec<Found>, ServiceError>| match outcome {
            Ok(found) => ledger.take(found),
            Err(error) => failed = Some(error),
        };
        let ledger = &mut self.ledger;
        if self.kpis.0.is_due(now_at, 20 * SECOND) {
            keep(ledger, self.kpis.1.look(queries, since_at, now_at).await);
        }
        if self.sign_ins.0.is_due(now_at, 20 * SECOND) {
            keep(ledger, self.sign_ins.1.look(queries, since_at, now_at).await);
        }
        if self.charges.0.is_due(now_at, 60 * SECOND) {
            keep(ledger, self.charges.1.look(queries, since_at, now_at).await);
        }
        if self.duplicates.0.is_due(now_at, 60 * SECOND) {
            keep(ledger, self.duplicates.1.look(queries, since_at, now_at).await);
        }
        if self.drift.0.is_due(now_at, 60 * SECOND) {
            keep(ledger, self.drift.1.look(queries, now_at).await);
        }
        let due = ledger.due(queries, now_at).await?;
        match failed {
            Some(error) if due.is_empty() => Err(error),
            _ => Ok(due),
        }
    }

    /// Remembers that the rows of what the last round gave are in the lake.
    pub fn has_landed(&mut self) {
        self.ledger.has_landed();
    }
}
