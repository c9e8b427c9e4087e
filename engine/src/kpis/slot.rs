//! Rows of one wide query, and the events that they hold for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use datafusion::common::Result;

use super::spans::Spans;
use super::wide::{Wide, normalized};
use crate::catalog::{Pinned, Reads};
use crate::kept::hours::Change;
use crate::kept::positions::Positions;

/// What takes no longer than this is found anew by the query that asks for it.
pub(super) const CHEAP: Duration = Duration::from_millis(25);
/// Most rows of a chunk.
const CHUNK_ROWS: usize = 4096;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Slot {
    latest: RwLock<Option<Latest>>,
    seen: tokio::sync::Mutex<Seen>,
    asked: Mutex<Option<Asked>>,
}

/// When somebody last asked, and how long after the time before; unknown while it was once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) at: Instant,
    pub(super) interval: Option<Duration>,
}

/// Rows as they were last brought up to date.
#[derive(Debug, Clone)]
struct Latest {
    rows: Vec<RecordBatch>,
    /// The moment as of which they hold.
    at: Instant,
    /// How long it takes to bring them up to date ([`judged`]); unknown while nothing changed since they were first there.
    took: Option<Duration>,
}

/// The events that rows hold for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    positions: Positions,
    versions: BTreeMap<String, u64>,
    /// The version of the tables that hold no events but change the meaning of some; 0 where rows depend on none.
    stated: u64,
}

impl Slot {
    /// Remembers that somebody asks.
    pub(super) fn is_asked_at(&self, now: Instant) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let interval = asked.map(|last| now.saturating_duration_since(last.at));
        *asked = Some(Asked { at: now, interval });
    }

    /// Nobody asks any more.
    pub(super) fn is_forgotten(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// When somebody last asked.
    pub(super) fn asked(&self) -> Option<Asked> {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows, where they hold as of this moment or a later one.
    pub(super) fn rows_as_of(&self, moment: Option<Instant>) -> Option<Vec<RecordBatch>> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest
            .as_ref()
            .filter(|latest| moment.is_none_or(|moment| latest.at >= moment))
            .map(|latest| latest.rows.clone())
    }

    /// The moment as of which the rows hold, and how long it took to find them.
    pub(super) fn latest(&self) -> Option<(Instant, Option<Duration>)> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|latest| (latest.at, latest.took))
    }

    /// The rows of a source that looks at the clock, from the same events and not older than this. Those who ask at once
    /// wait for the first of them.
    pub(super) async fn by_the_clock(
        &self,
        pinned: &Pinned,
        wide: &Wide<'_>,
        age_max: Duration,
    ) -> Result<Vec<RecordBatch>> {
        let mut seen = self.seen.lock().await;
        let positions = pinned.positions(&pinned.tables_of(&wide.source.relations));
        let now = Seen { positions, versions: BTreeMap::new(), stated: pinned.stated_version() };
        // The clock stands where the statement pinned its tables.
        let at = pinned.at();
        if *seen == now
            && let Some(rows) = at.checked_sub(age_max).and_then(|oldest| self.rows_as_of(Some(oldest)))
        {
            return Ok(rows);
        }
        let rows = chunked(normalized(pinned.rows(&wide.sql(None)).await?, wide.grain)?)?;
        *seen = now;
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Latest { rows: rows.clone(), at, took: None });
        Ok(rows)
    }

    /// The rows as a statement's pinned tables have them, or a moment later.
    pub(super) async fn bring_up_to_date(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<Vec<RecordBatch>> {
        let mut seen = self.seen.lock().await;
        // Another query may have done it while this one waited.
        if let Some(rows) = self.rows_as_of(Some(pinned.at())) {
            return Ok(rows);
        }
        let (kept, mut took) = (self.rows_as_of(None), self.latest().and_then(|(_, took)| took));
        let is_first = kept.is_none();
        let started = Instant::now();
        let (now, change) = seen.change(pinned, &wide.reads(pinned)).await?;
        let is_change = change != Change::Nothing;
        let rows = match (kept, change) {
            (Some(rows), Change::Nothing) => rows,
            (Some(rows), Change::In(hours)) => {
                let spans = Spans::of(&hours, wide.grain);
                let fresh = pinned.rows(&wide.sql(Some(&spans.sql(&wide.source.at)))).await?;
                let fresh = normalized(fresh, wide.grain)?;
                let rows = rows.iter().map(|rows| spans.filter(rows, false));
                let fresh = fresh.iter().map(|rows| spans.filter(rows, true));
                chunked(rows.chain(fresh).collect::<Result<Vec<_>>>()?)?
            }
            _ => chunked(normalized(pinned.rows(&wide.sql(None)).await?, wide.grain)?)?,
        };
        *seen = now;
        if is_change && !is_first {
            took = Some(judged(took, started.elapsed()));
        }
        tracing::trace!("{} took {:?}", wide.ids(), started.elapsed());
        let latest = Latest { rows: rows.clone(), at: pinned.at(), took };
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(latest);
        Ok(rows)
    }
}

impl Seen {
    /// What a statement's pinned tables have, and what may differ for it.
    async fn change(&self, pinned: &Pinned, reads: &Reads) -> Result<(Self, Change)> {
        let positions = pinned.positions(&reads.tables);
        let arrived = pinned.arrived(&self.positions, &positions).await?;
        // Not the newer of both: what is asked for again lacks what another statement saw more of, and must find it new.
        let stated = pinned.version_of(|table| reads.stated.contains(table));
        let mut now = Self { positions, versions: BTreeMap::new(), stated };
        let mut change = Change::Nothing;
        for name in &reads.kept {
            let since = self.versions.get(name).copied();
            match pinned.kept().changes(name, pinned, since).await? {
                Some((version, changed)) => {
                    now.versions.insert(name.clone(), version);
                    change = change.and(changed);
                }
                None => change = Change::Everything,
            }
        }
        // What was read from tables before may come from a view that is kept now, or the other way round.
        // An import may restate rates of any month.
        if now.stated != self.stated
            || now.versions.len() != self.versions.len()
            || self.positions.keys().any(|table| !reads.tables.contains(table))
        {
            return Ok((now, Change::Everything));
        }
        for arrived in arrived.values() {
            change = change.and(Change::of(arrived.hours(pinned).await?));
        }
        if change == Change::Nothing {
            now.positions.clone_from(&self.positions);
        }
        let all = reads.whole_history && change != Change::Nothing;
        Ok((now, if all { Change::Everything } else { change }))
    }
}

/// What it takes to find rows, by what it was taken for and how long it took now. One long time after short ones says
/// that the machine was busy with something else: they would be left to the background, and be seconds old, for it.
fn judged(known: Option<Duration>, took: Duration) -> Duration {
    known.map_or(took, |known| took.min(2 * known.max(CHEAP / 2)))
}

/// Rows in chunks: the small ones joined, because each costs its readers; the large ones cut in the order of their
/// spans, so that a change leaves most of them as they are.
fn chunked(rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let (mut chunks, small): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|rows| (CHUNK_ROWS / 2..=CHUNK_ROWS).contains(&rows.num_rows()));
    let Some(first) = small.first() else { return Ok(chunks) };
    let all = concat_batches(&first.schema(), &small)?;
    let all = take_record_batch(&all, &sort_to_indices(all.column(0), None, None)?)?;
    for start in (0..all.num_rows()).step_by(CHUNK_ROWS) {
        chunks.push(all.slice(start, CHUNK_ROWS.min(all.num_rows() - start)));
    }
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Date32Array};
    use arrow::datatypes::Date32Type;

    use super::*;

    #[test]
    fn one_long_time_after_short_ones_changes_little_and_the_next_counts() {
        let ms = Duration::from_millis;
        assert_eq!(judged(None, ms(400)), ms(400));
        assert_eq!(judged(Some(ms(1)), ms(400)), CHEAP, "the machine was busy");
        assert_eq!(judged(Some(CHEAP), ms(400)), 2 * CHEAP, "it does take long");
        assert_eq!(judged(Some(ms(400)), ms(9)), ms(9));
    }

    #[test]
    fn chunks_that_are_large_enough_stay_as_they_are() {
        let days = |days: Vec<i32>| {
            RecordBatch::try_from_iter([("bucket", Arc::new(Date32Array::from(days)) as ArrayRef)]).unwrap()
        };
        let long = CHUNK_ROWS as i32 + 5;
        let chunks = chunked(vec![days((0..long).rev().collect()), days(vec![long])]).unwrap();
        let first = |chunk: &RecordBatch| chunk.column(0).as_primitive::<Date32Type>().value(0);
        assert_eq!(chunks.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [CHUNK_ROWS, 6]);
        assert_eq!(chunks.iter().map(first).collect::<Vec<_>>(), [0, CHUNK_ROWS as i32]);
        let more = chunked([chunks.clone(), vec![days(vec![-1])]].concat()).unwrap();
        assert_eq!(more[0], chunks[0]);
        assert_eq!((more.len(), first(&more[1]), more[1].num_rows()), (2, -1, 7));
    }
}
