//! Cells that are kept between queries, and brought up to date by what changed since.
//!
//! For each source and span the rows of its wide query are kept, with the events up to which they hold. A later query
//! that sees more of them finds out the hours whose figures may differ, and asks the source again for the spans that
//! these hours lie in. What it gets is always what the wide query over all events would answer:
//! * rows of a view that is kept count at instants that are among their columns, before or after the change;
//! * an event counts at its own time;
//! * a view with `history: whole` may answer anything else after any event; its sources are asked anew, and so are
//!   those that join relations. A source that looks at the clock is found anew by each query that does not come within
//!   a moment of another, with nothing new in between.
//!
//! # How old they may be
//! Entities follow their events in the background, and the moment that they last hold for is remembered
//! ([`Store::followed`]). A query gets rows as of that moment: it waits for no event to be read. Rows that are found
//! fast it brings up to date itself; others are brought up to date in the background while somebody looks at them
//! ([`Store::urgency`]), so that it finds rows that are a moment older instead of waiting for newer ones.
//!
//! Only where that moment or those rows are older than the configured staleness (the moment: than some rounds of
//! following take) does a query see to everything itself: nobody asked for them lately, or events come faster than the
//! machine follows. Rows that take long to find may be
//! twenty times as old: they would otherwise take the machine from all others. With a staleness of zero every query
//! gets exactly what it pinned; one that pinned its tables before another brought rows up to date gets those newer rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use datafusion::common::Result;
use tidemark_model::kpi::Grain;
use tidemark_model::port::Freshness;
use tidemark_sql::Source;

use super::go_lives::{Days, GoLives};
use super::slot::{CHEAP, Slot};
use super::wide::Wide;
use crate::catalog::{Moment, Pinned};
use crate::kept::Held;
use crate::kept::positions::{Positions, num_new};

/// What nobody asked for within this time is not brought up to date: longer than a dashboard's usual refresh.
const ASKED_WITHIN: Duration = Duration::from_mins(2);
/// So old may be what looks at the clock where no event came since: its figures are of minutes and longer spans.
const CLOCK_AGE_MAX: Duration = Duration::from_secs(1);
/// Rows may be as old as so many times what it took to find them; they are found anew at half that age.
const AGE_BY_COST: u32 = 20;
/// How often rows are found anew between two that ask: more would mostly be seen by nobody.
const RENEWED_BETWEEN_ASKS: u32 = 4;

/// So many new events a statement waits for that may see a moment ago: they are followed within some tens of
/// milliseconds, and where fewer come within a round of following every answer is exact.
const NEW_WAITED_FOR: i64 = 1000;

/// The moment that entities hold for may be as old as so many rounds of following take: one, its rest, and the next.
const ROUNDS_OLD_MAX: u32 = 3;
/// But never older than so many times the configured staleness.
const STALENESSES_MAX: u32 = 6;

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    source: Source,
    grain: Grain,
    by_forwarder: bool,
    freshness: Freshness,
}

/// All rows that are kept.
#[derive(Debug)]
pub(crate) struct Store {
    staleness: Duration,
    followed: RwLock<Option<Followed>>,
    looked_at: RwLock<Option<Instant>>,
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    go_lives: Mutex<HashMap<Freshness, Arc<GoLives>>>,
}

/// The moment that entities hold for.
#[derive(Debug)]
struct Followed {
    moment: Arc<Moment>,
    positions: Positions,
    stated: u64,
    /// How long it took until entities held for it.
    took: Duration,
    /// Since when nothing has come, neither an event nor an import.
    since: Instant,
}

impl Store {
    /// Nothing kept yet; how old rows may be where nothing else makes them older.
    pub(crate) fn new(staleness: Duration) -> Self {
        Self {
            staleness,
            followed: RwLock::default(),
            looked_at: RwLock::default(),
            slots: Mutex::default(),
            go_lives: Mutex::default(),
        }
    }

    /// Remembers the moment that entities hold for, and their rows.
    pub(crate) fn has_followed(&self, pinned: &Pinned, held: Held) {
        let (positions, stated) = (pinned.all_positions(), pinned.stated_version());
        let mut followed = self.followed.write().unwrap_or_else(PoisonError::into_inner);
        let known = followed.as_ref().filter(|known| known.positions == positions && known.stated == stated);
        let since = known.map_or(pinned.at(), |known| known.since);
        let moment = Arc::new(pinned.moment().holding(held));
        *followed = Some(Followed { moment, positions, stated, took: pinned.at().elapsed(), since });
    }

    /// Remembers that somebody looks at an answer, of whatever relation.
    pub(crate) fn looks_at(&self, now: Instant) {
        *self.looked_at.write().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether somebody looked at an answer within this time.
    pub(crate) fn is_looked_at(&self, within: Duration) -> bool {
        let looked_at = self.looked_at.read().unwrap_or_else(PoisonError::into_inner);
        looked_at.is_some_and(|at| at.elapsed() <= within)
    }

    /// The relations as of the moment that entities hold for, which a statement may see instead of what it pinned.
    pub(crate) fn followed(&self, pinned: &Pinned) -> Option<Pinned> {
        let followed = self.followed.read().unwrap_or_else(PoisonError::into_inner);
        let age_max = self.age_of_moment_max(followed.as_ref()?.took);
        let followed = pinned.as_of(Arc::clone(&followed.as_ref()?.moment));
        let is_young = pinned.at().saturating_duration_since(followed.at()) <= age_max;
        (followed.freshness() == pinned.freshness() && is_young && !self.staleness.is_zero()).then_some(followed)
    }

    /// The same where so many events have come since that following them would take long.
    pub(crate) fn followed_before_many(&self, pinned: &Pinned) -> Option<Pinned> {
        let is_many = |followed: &Followed| num_new(&followed.positions, &pinned.all_positions()) > NEW_WAITED_FOR;
        let followed = self.followed.read().unwrap_or_else(PoisonError::into_inner);
        let has_many = followed.as_ref().is_some_and(is_many);
        drop(followed);
        self.followed(pinned).filter(|_| has_many)
    }

    /// Since when cells hold for the same events; `None` where a query may not rely on that.
    pub(crate) fn holds_since(&self) -> Option<Instant> {
        let followed = self.followed.read().unwrap_or_else(PoisonError::into_inner);
        let is_young = |followed: &&Followed| followed.moment.at().elapsed() <= self.age_of_moment_max(followed.took);
        followed.as_ref().filter(is_young).filter(|_| !self.staleness.is_zero()).map(|followed| followed.since)
    }

    /// The rows of a source as a statement's pinned tables have them, or as of an earlier moment, which is given where
    /// they are kept.
    pub(super) async fn rows(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<(Vec<RecordBatch>, Option<Instant>)> {
        let slot = self.slot(pinned, wide);
        if wide.source.is_volatile {
            return Ok((slot.by_the_clock(pinned, wide, CLOCK_AGE_MAX.min(self.staleness)).await?, None));
        }
        if pinned.is_looked_at() {
            slot.is_asked_at(pinned.at());
        }
        let (at, took) = slot.latest().unzip();
        let took = took.flatten();
        if took.is_none_or(|took| took > CHEAP) {
            let oldest = pinned.at().checked_sub(self.age_max(took.unwrap_or_default()));
            if let Some(rows) = slot.rows_as_of(oldest) {
                return Ok((rows, at));
            }
        }
        // What nobody asked for before is found as the statement itself has it.
        let followed = at.and_then(|_| self.followed(pinned));
        let seen = followed.as_ref().unwrap_or(pinned);
        Ok((slot.bring_up_to_date(seen, wide).await?, Some(seen.at())))
    }

    /// The local day of each city's first invoice, in days since 1970.
    pub(super) async fn go_lives(&self, pinned: &Pinned) -> Result<Days> {
        let oldest = pinned.at().checked_sub(self.age_max(Duration::ZERO));
        self.go_lives_of(pinned.freshness()).days(pinned, oldest).await
    }

    fn go_lives_of(&self, freshness: Freshness) -> Arc<GoLives> {
        let mut all = self.go_lives.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(freshness).or_default())
    }

    /// Brings those days up to date while what came since is still in memory; a statement would look for it in files.
    pub(super) async fn freshen_go_lives(&self, pinned: &Pinned) -> Result<()> {
        self.go_lives_of(pinned.freshness()).days(pinned, Some(pinned.at())).await.map(|_| ())
    }

    /// How old the moment that entities hold for may be where following takes so long: whoever waited for a newer one
    /// would take the machine from those who follow, and all would wait the longer.
    fn age_of_moment_max(&self, took: Duration) -> Duration {
        self.staleness.max(took * ROUNDS_OLD_MAX).min(self.staleness * STALENESSES_MAX)
    }

    /// How old rows may be that take so long to find.
    fn age_max(&self, took: Duration) -> Duration {
        if self.staleness.is_zero() {
            return self.staleness;
        }
        self.staleness.max(took * AGE_BY_COST)
    }

    /// How urgently rows are to be brought up to date in the background: their age in parts of the time since somebody
    /// asked, so that what is looked at now comes first. `None` where nobody asked lately, where whoever asks next finds
    /// them fast, or where they are young enough for what they cost and for how often somebody asks.
    pub(super) fn urgency(&self, pinned: &Pinned, wide: &Wide<'_>) -> Option<f64> {
        let slot = self.slot(pinned, wide);
        let ((at, took), asked) = (slot.latest()?, slot.asked()?);
        if self.staleness.is_zero() || took.is_some_and(|took| took <= CHEAP) {
            return None;
        }
        let age = pinned.at().saturating_duration_since(at);
        let idle = pinned.at().saturating_duration_since(asked.at);
        let by_cost = took.unwrap_or_default() * (AGE_BY_COST / 2);
        let by_asking = asked.interval.unwrap_or(ASKED_WITHIN) / RENEWED_BETWEEN_ASKS;
        let is_due = idle < ASKED_WITHIN && (took.is_none() || age >= by_cost.max(by_asking));
        is_due.then(|| age.as_secs_f64() / (idle + CHEAP).as_secs_f64())
    }

    /// Brings rows up to date. Where that fails it is left to whoever asks next.
    pub(super) async fn freshen(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<()> {
        let slot = self.slot(pinned, wide);
        let found = slot.bring_up_to_date(pinned, wide).await;
        if found.is_err() {
            slot.is_forgotten();
        }
        found.map(|_| ())
    }

    /// Rows that somebody asked for, as of exactly what the statement pinned. `None` where nobody asked, or where they
    /// hold for later events.
    pub(super) async fn exact(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<Option<Vec<RecordBatch>>> {
        let slot = self.slot(pinned, wide);
        if slot.latest().is_none() {
            return Ok(None);
        }
        let kept = slot.bring_up_to_date(pinned, wide).await?;
        for name in &wide.reads(pinned).kept {
            if !pinned.kept().is_as_of(name, pinned) {
                return Ok(None);
            }
        }
        Ok(slot.latest().is_some_and(|(at, _)| at == pinned.at()).then_some(kept))
    }

    fn slot(&self, pinned: &Pinned, wide: &Wide<'_>) -> Arc<Slot> {
        let key = Key {
            source: wide.source.clone(),
            grain: wide.grain,
            by_forwarder: wide.by_forwarder,
            freshness: pinned.freshness(),
        };
        Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_be_older_where_following_takes_long_but_not_by_much() {
        let seconds = Duration::from_secs;
        let store = Store::new(seconds(10));
        let ages = [0, 3, 5, 100].map(|took| store.age_of_moment_max(seconds(took)));
        assert_eq!(ages, [10, 10, 15, 60].map(seconds));
        assert_eq!(Store::new(Duration::ZERO).age_of_moment_max(seconds(5)), Duration::ZERO, "exactly what is pinned");
    }
}
