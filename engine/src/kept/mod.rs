//! Views whose rows are kept in memory and follow their events: one row an invoice, session and ticket is there at
//! once, and KPIs over them cost what changed, not what happened since the beginning.
//!
//! The view's SQL stays the only definition. When events arrive, the rows that they concern are asked for again, from
//! the events of the same ids, and replace the old ones; or the rows that the new events make by themselves are merged
//! with those that are there. Which of both holds is said in the view's header ([`Keep`]).
//!
//! # Layout (an event's way)
//! * [`portions`]: all events for the first time, some after the others
//! * [`positions`], [`arrived`]: which events are new
//! * [`follow`]: the rows that they concern, asked for again
//! * [`events`]: the events that these rows are made of
//! * [`states`], [`recent`]: what the events of an id came to so far, instead of older ones
//! * [`rows`]: all rows, replaced by id or by day; they lie in chunks ([`chunk`])
//! * [`hours`]: the hours whose figures may differ for it
//! * `provider`: the rows as a relation
//!
//! # What is absent
//! No history: only the newest rows are there. A statement that sees committed events only, or a process that answers
//! one question and ends, reads the plain view.

pub(crate) mod arrived;
mod chunk;
mod events;
mod follow;
pub(crate) mod hours;
mod portions;
pub(crate) mod positions;
mod provider;
mod recent;
mod rows;
mod states;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use tidemark_sql::{Keep, View};
use tokio::sync::Mutex;

use self::follow::Limits;
use self::hours::{Change, Hours};
use self::positions::Positions;
use self::provider::KeptRows;
use self::rows::Rows;
use crate::catalog::Pinned;
use crate::config::EngineConfig;

/// Changes that are remembered; whoever asks less often looks at everything anew.
const CHANGES_REMEMBERED: usize = 4096;

/// All views that are kept.
#[derive(Debug)]
pub(crate) struct KeptViews {
    views: BTreeMap<String, KeptView>,
    bytes_max: usize,
    portion: usize,
}

/// One of them.
#[derive(Debug)]
struct KeptView {
    view: View,
    keep: Keep,
    /// Whether its rows take more memory than they may.
    is_too_large: AtomicBool,
    /// What readers see, without waiting for rows that are being replaced.
    latest: RwLock<Option<Arc<Latest>>>,
    /// The rows to replace.
    rows: Mutex<Option<Rows>>,
}

/// Rows, the events that they hold for, and how they came to be.
#[derive(Debug)]
struct Latest {
    positions: Positions,
    rows: Arc<KeptRows>,
    /// Grows with each change.
    version: u64,
    changes: VecDeque<(u64, Arc<Hours>)>,
}

/// Rows of views for statements to see that shall not wait for newer ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(BTreeMap<String, Arc<Latest>>);

impl KeptViews {
    /// Those of the views that say how.
    pub(crate) fn new<'a>(views: impl Iterator<Item = &'a View>, config: &EngineConfig) -> Self {
        let kept = |view: &View| {
            let keep = view.keep.clone()?;
            let kept = KeptView {
                view: view.clone(),
                keep,
                is_too_large: AtomicBool::new(false),
                latest: RwLock::default(),
                rows: Mutex::default(),
            };
            Some((view.name.clone(), kept))
        };
        let views = views.filter_map(kept).collect();
        Self { views, bytes_max: config.kept_bytes, portion: config.kept_portion }
    }

    /// Reads the rows of all views that are not there yet.
    ///
    /// One whose rows take more memory than they may stays a plain view.
    ///
    /// # Errors
    /// Where a view's query fails.
    pub(crate) async fn build(&self, pinned: &Pinned) -> Result<()> {
        for kept in self.views.values() {
            let mut kept_rows = kept.rows.lock().await;
            if kept_rows.is_some() || self.bytes_max == 0 || kept.is_too_large.load(Ordering::Relaxed) {
                continue;
            }
            let bytes = self.bytes_max.saturating_sub(self.num_bytes(&kept.view.name).await);
            let limits = Limits { bytes, portion: self.portion };
            let Some(rows) = follow::all(&pinned.plain(), kept, limits).await? else {
                tracing::warn!("{} is not kept: its rows take more than {bytes} bytes", kept.view.name);
                kept.is_too_large.store(true, Ordering::Relaxed);
                continue;
            };
            let positions = kept.positions(pinned);
            kept.show(Latest {
                positions,
                rows: Arc::new(KeptRows::new(&kept.view.name, &rows)),
                version: 0,
                changes: VecDeque::new(),
            });
            *kept_rows = Some(rows);
        }
        Ok(())
    }

    /// What the rows of all views but one take.
    async fn num_bytes(&self, but: &str) -> usize {
        let mut sum = 0;
        for kept in self.views.values().filter(|kept| kept.view.name != but) {
            sum += kept.rows.lock().await.as_ref().map_or(0, Rows::num_bytes);
        }
        sum
    }

    /// Lets all rows follow the events that are pinned; answers those that hold for them, or for a moment later.
    pub(crate) async fn follow(&self, pinned: &Pinned) -> Result<Held> {
        let mut held = BTreeMap::new();
        for (name, kept) in &self.views {
            let started = Instant::now();
            held.extend(kept.as_of(pinned).await?.map(|latest| (name.clone(), latest)));
            tracing::trace!("{name} followed in {:?}", started.elapsed());
        }
        Ok(Held(held))
    }

    /// Whether a view's rows are there.
    pub(crate) fn is_kept(&self, name: &str) -> bool {
        self.views.get(name).is_some_and(|kept| kept.latest().is_some())
    }

    /// A view's rows as of what a statement pinned, or a moment later; `None` where they are not there.
    pub(crate) async fn provider(&self, name: &str, pinned: &Pinned) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(kept) = self.views.get(name) else { return Ok(None) };
        let Some(latest) = kept.as_of(pinned).await? else { return Ok(None) };
        Ok(Some(match pinned.held().0.contains_key(name) {
            true => Arc::new(latest.rows.held_since(pinned.at())),
            false => Arc::clone(&latest.rows) as _,
        }))
    }

    /// Whether a view's rows hold for just the events that a statement pinned.
    pub(crate) fn is_as_of(&self, name: &str, pinned: &Pinned) -> bool {
        let Some(kept) = self.views.get(name) else { return false };
        kept.latest().is_some_and(|latest| latest.positions == kept.positions(pinned))
    }

    /// A view's version as of what a statement pinned, or later, and what changed since another version.
    pub(crate) async fn changes(
        &self,
        name: &str,
        pinned: &Pinned,
        since: Option<u64>,
    ) -> Result<Option<(u64, Change)>> {
        let Some(kept) = self.views.get(name) else { return Ok(None) };
        Ok(kept.as_of(pinned).await?.map(|latest| (latest.version, latest.change(since))))
    }
}

impl Latest {
    fn change(&self, since: Option<u64>) -> Change {
        let remembered = self.changes.front().map_or(self.version, |(version, _)| version - 1);
        match since {
            Some(since) if since >= remembered => {
                let newer = self.changes.iter().filter(|(version, _)| *version > since);
                Change::of(newer.flat_map(|(_, hours)| hours.iter().copied()).collect())
            }
            _ => Change::Everything,
        }
    }
}

impl KeptView {
    fn tables(&self) -> &BTreeSet<String> {
        &self.view.reads
    }

    fn positions(&self, pinned: &Pinned) -> Positions {
        pinned.positions(self.tables())
    }

    fn latest(&self) -> Option<Arc<Latest>> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, latest: Latest) {
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(latest));
    }

    /// The rows as of what a statement pinned, or a moment later; `None` where they are not there.
    async fn as_of(&self, pinned: &Pinned) -> Result<Option<Arc<Latest>>> {
        if let Some(held) = pinned.held().0.get(&self.view.name) {
            return Ok(Some(Arc::clone(held)));
        }
        let positions = self.positions(pinned);
        let holds = |latest: &Arc<Latest>| positions::arrived(&latest.positions, &positions).is_empty();
        if let Some(latest) = self.latest().filter(holds) {
            return Ok(Some(latest));
        }
        // While the rows are read for the first time this waits for them: it would otherwise read the same events.
        let mut rows = self.rows.lock().await;
        if let Some(rows) = rows.as_mut()
            && let Some(latest) = self.latest()
        {
            self.advance(rows, &latest, positions, pinned).await?;
        }
        Ok(self.latest())
    }

    /// Lets the rows follow the events that a statement pinned.
    async fn advance(&self, rows: &mut Rows, latest: &Latest, positions: Positions, pinned: &Pinned) -> Result<()> {
        let plain = pinned.plain();
        let started = Instant::now();
        let arrived = plain.arrived(&latest.positions, &positions).await?;
        tracing::trace!("{}: new events after {:?}", self.view.name, started.elapsed());
        if arrived.is_empty() {
            return Ok(());
        }
        if positions::recede(&latest.positions, &positions) {
            tracing::debug!("{}: a partition is not as far as it was; what is remembered is forgotten", self.view.name);
            rows.forget_recent();
        }
        let hours = follow::follow(&plain, self, rows, &arrived).await?;
        let positions = match self.keep {
            // Not the newer of both: where another statement saw more of some other partition, the rows that were asked
            // for again lack it, and must find it new.
            Keep::Id(_) => positions,
            // Each event is in the rows once it was new, and must never be again.
            Keep::Merging(_) => {
                let mut all = latest.positions.clone();
                positions::merge(&mut all, positions);
                all
            }
        };
        let (mut version, mut changes) = (latest.version, latest.changes.clone());
        if !hours.is_empty() {
            version += 1;
            changes.push_back((version, Arc::new(hours)));
            if changes.len() > CHANGES_REMEMBERED {
                changes.pop_front();
            }
        }
        self.show(Latest { positions, rows: Arc::new(KeptRows::new(&self.view.name, rows)), version, changes });
        Ok(())
    }
}
