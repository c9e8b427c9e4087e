//! Views whose rows are kept in memory and follow their events: one row an invoice, session and ticket is there at
//! once, and KPIs over them cost what changed, not what happened since the beginning.
//!
//! The view's SQL stays the only definition. When events arrive, the rows that they concern are asked for again, from
//! the events of the same ids, and replace the old ones; or the rows that the new events make by themselves are merged
//! with those that are there. Which of both holds is said in the view's header ([`Keep`]).
//!
//! # Layout (an event's way)
//! * [`positions`]: which events are new
//! * [`follow`]: the rows that they concern, asked for again
//! * [`rows`]: all rows, replaced by id or by day
//! * [`hours`]: the hours whose figures may differ for it
//! * `provider`: the rows as a relation
//!
//! # What is absent
//! No history: only the newest rows are there. A statement that sees committed events only, or a process that answers
//! one question and ends, reads the plain view.

pub(crate) mod follow;
pub(crate) mod hours;
pub(crate) mod positions;
mod provider;
mod rows;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use tidemark_sql::{Keep, View};
use tokio::sync::Mutex;

use self::hours::{Change, Hours};
use self::positions::Positions;
use self::provider::KeptRows;
use self::rows::Rows;
use crate::catalog::Pinned;

/// Changes that are remembered; whoever asks less often looks at everything anew.
const CHANGES_REMEMBERED: usize = 4096;

/// All views that are kept.
#[derive(Debug)]
pub(crate) struct KeptViews {
    views: BTreeMap<String, KeptView>,
    bytes_max: usize,
}

/// One of them.
#[derive(Debug)]
struct KeptView {
    view: View,
    keep: Keep,
    is_there: AtomicBool,
    /// Whether its rows take more memory than they may.
    is_too_large: AtomicBool,
    state: Mutex<Option<State>>,
}

/// Rows, the events that they hold for, and how they came to be.
#[derive(Debug)]
struct State {
    positions: Positions,
    rows: Rows,
    /// Grows with each change.
    version: u64,
    changes: VecDeque<(u64, Arc<Hours>)>,
}

impl KeptViews {
    /// Those of the views that say how, within so many bytes together.
    pub(crate) fn new<'a>(views: impl Iterator<Item = &'a View>, bytes_max: usize) -> Self {
        let kept = |view: &View| {
            let keep = view.keep.clone()?;
            let kept = KeptView {
                view: view.clone(),
                keep,
                is_there: AtomicBool::new(false),
                is_too_large: AtomicBool::new(false),
                state: Mutex::new(None),
            };
            Some((view.name.clone(), kept))
        };
        Self { views: views.filter_map(kept).collect(), bytes_max }
    }

    /// Reads the rows of all views that are not there yet.
    ///
    /// One whose rows take more memory than they may stays a plain view.
    ///
    /// # Errors
    /// Where a view's query fails.
    pub(crate) async fn build(&self, pinned: &Pinned) -> Result<()> {
        for kept in self.views.values() {
            let mut state = kept.state.lock().await;
            if state.is_some() || self.bytes_max == 0 || kept.is_too_large.load(Ordering::Relaxed) {
                continue;
            }
            let left = self.bytes_max.saturating_sub(self.num_bytes(&kept.view.name).await);
            let Some(rows) = follow::all(&pinned.plain(), kept, left).await? else {
                tracing::warn!("{} is not kept: its rows take more than {left} bytes", kept.view.name);
                kept.is_too_large.store(true, Ordering::Relaxed);
                continue;
            };
            let positions = kept.positions(pinned);
            *state = Some(State { positions, rows, version: 0, changes: VecDeque::new() });
            kept.is_there.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// What the rows of all views but one take.
    async fn num_bytes(&self, but: &str) -> usize {
        let mut sum = 0;
        for kept in self.views.values().filter(|kept| kept.view.name != but) {
            sum += kept.state.lock().await.as_ref().map_or(0, |state| state.rows.num_bytes());
        }
        sum
    }

    /// Lets all rows follow the events that are pinned.
    pub(crate) async fn follow(&self, pinned: &Pinned) -> Result<()> {
        for kept in self.views.values() {
            if let Some(state) = kept.state.lock().await.as_mut() {
                let started = Instant::now();
                kept.advance(state, pinned).await?;
                tracing::trace!("{} followed in {:?}", kept.view.name, started.elapsed());
            }
        }
        Ok(())
    }

    /// Whether a view's rows are there.
    pub(crate) fn is_kept(&self, name: &str) -> bool {
        self.views.get(name).is_some_and(|kept| kept.is_there.load(Ordering::Acquire))
    }

    /// A view's rows as of what a statement pinned, or a moment later; `None` where they are not there.
    pub(crate) async fn provider(&self, name: &str, pinned: &Pinned) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(kept) = self.views.get(name) else { return Ok(None) };
        // While the rows are read for the first time this waits for them: it would otherwise read the same events.
        let mut state = kept.state.lock().await;
        let Some(state) = state.as_mut() else { return Ok(None) };
        kept.advance(state, pinned).await?;
        Ok(Some(Arc::new(KeptRows::new(&state.rows))))
    }

    /// Whether a view's rows hold for just the events that a statement pinned.
    pub(crate) async fn is_as_of(&self, name: &str, pinned: &Pinned) -> bool {
        let Some(kept) = self.views.get(name) else { return false };
        kept.state.lock().await.as_ref().is_some_and(|state| state.positions == kept.positions(pinned))
    }

    /// A view's version as of what a statement pinned, or later, and what changed since another version.
    pub(crate) async fn changes(
        &self,
        name: &str,
        pinned: &Pinned,
        since: Option<u64>,
    ) -> Result<Option<(u64, Change)>> {
        let Some(kept) = self.views.get(name) else { return Ok(None) };
        let mut state = kept.state.lock().await;
        let Some(state) = state.as_mut() else { return Ok(None) };
        kept.advance(state, pinned).await?;
        let remembered = state.changes.front().map_or(state.version, |(version, _)| version - 1);
        let change = match since {
            Some(since) if since >= remembered => {
                let newer = state.changes.iter().filter(|(version, _)| *version > since);
                Change::of(newer.flat_map(|(_, hours)| hours.iter().copied()).collect())
            }
            _ => Change::Everything,
        };
        Ok(Some((state.version, change)))
    }
}

impl KeptView {
    fn tables(&self) -> &BTreeSet<String> {
        &self.view.reads
    }

    fn positions(&self, pinned: &Pinned) -> Positions {
        pinned.positions(self.tables())
    }

    /// Lets the rows follow the events that a statement pinned.
    async fn advance(&self, state: &mut State, pinned: &Pinned) -> Result<()> {
        let positions = self.positions(pinned);
        let plain = pinned.plain();
        let arrived = plain.arrived(&state.positions, &positions).await?;
        if arrived.is_empty() {
            return Ok(());
        }
        let hours = follow::follow(&plain, self, &mut state.rows, &arrived).await?;
        match self.keep {
            // Not the newer of both: where another statement saw more of some other partition, the rows that were asked
            // for again lack it, and must find it new.
            Keep::Id(_) => state.positions = positions,
            // Each event is in the rows once it was new, and must never be again.
            Keep::Merging(_) => positions::merge(&mut state.positions, positions),
        }
        if !hours.is_empty() {
            state.version += 1;
            state.changes.push_back((state.version, Arc::new(hours)));
            if state.changes.len() > CHANGES_REMEMBERED {
                state.changes.pop_front();
            }
        }
        Ok(())
    }
}
