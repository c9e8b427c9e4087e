//! Cells that are kept between queries, and brought up to date by what changed since.
//!
//! For each source and span the rows of its wide query are kept, with the events up to which they hold. A later query
//! that sees more of them finds out the hours whose figures may differ, and asks the source again for the spans that
//! these hours lie in. What it gets is always what the wide query over all events would answer:
//! * rows of a view that is kept count at instants that are among their columns, before or after the change;
//! * an event counts at its own time;
//! * a view with `history: whole` may answer anything else after any event; its sources are asked anew, and so are
//!   those that join relations. A source that looks at the clock is never kept.
//!
//! # How old they may be
//! What was asked for lately is brought up to date in the background ([`Store::urgency`]), again and again, so that a query
//! finds rows that are a moment old instead of waiting for newer ones. Only rows older than the configured staleness
//! are brought up to date by the query itself: nobody asked for them lately, or events come faster than the machine
//! follows. Rows that take long to find may be twenty times as old: they would otherwise take the machine from all
//! others. With a staleness of zero every query gets exactly what it pinned; one that pinned its tables before another
//! brought rows up to date gets those newer rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::Result;
use tidemark_model::kpi::Grain;
use tidemark_model::port::Freshness;
use tidemark_sql::Source;

use super::go_lives::{Days, GoLives};
use super::slot::Slot;
use super::wide::{Wide, normalized};
use crate::catalog::Pinned;

/// What nobody asked for within this time is not brought up to date: longer than a dashboard's usual refresh.
const ASKED_WITHIN: Duration = Duration::from_mins(2);
/// Rows may be as old as so many times what it took to find them; they are found anew at half that age.
const AGE_BY_COST: u32 = 20;
/// What takes no longer than this is found anew whenever there are events.
const CHEAP: Duration = Duration::from_millis(100);

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
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    go_lives: Mutex<HashMap<Freshness, Arc<GoLives>>>,
}

impl Store {
    /// Nothing kept yet; how old rows may be where nothing else makes them older.
    pub(crate) fn new(staleness: Duration) -> Self {
        Self { staleness, slots: Mutex::default(), go_lives: Mutex::default() }
    }

    /// The rows of a source as a statement's pinned tables have them, or a moment earlier.
    pub(super) async fn rows(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<Vec<RecordBatch>> {
        if wide.source.is_volatile {
            return normalized(pinned.rows(&wide.sql(None)).await?, wide.grain);
        }
        let slot = self.slot(pinned, wide);
        slot.is_asked_at(pinned.at());
        let took = slot.latest().map_or(Duration::ZERO, |(_, took)| took);
        match slot.rows_as_of(pinned.at().checked_sub(self.age_max(took))) {
            Some(rows) => Ok(rows),
            None => slot.bring_up_to_date(pinned, wide).await,
        }
    }

    /// The local day of each city's first invoice, in days since 1970.
    pub(super) async fn go_lives(&self, pinned: &Pinned) -> Result<Days> {
        let go_lives = {
            let mut all = self.go_lives.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(pinned.freshness()).or_default())
        };
        go_lives.days(pinned, pinned.at().checked_sub(self.age_max(Duration::ZERO))).await
    }

    /// How old rows may be that take so long to find.
    fn age_max(&self, took: Duration) -> Duration {
        if self.staleness.is_zero() {
            return self.staleness;
        }
        self.staleness.max(took * AGE_BY_COST)
    }

    /// How urgently rows are to be brought up to date in the background: their age in parts of the time since somebody
    /// asked, so that what is looked at now comes first. `None` where nobody asked lately, or where they are too
    /// expensive to be found again already.
    pub(super) fn urgency(&self, pinned: &Pinned, wide: &Wide<'_>) -> Option<f64> {
        let slot = self.slot(pinned, wide);
        let (at, took) = slot.latest()?;
        let age = pinned.at().saturating_duration_since(at);
        let idle = pinned.at().saturating_duration_since(slot.asked()?);
        let is_due = idle < ASKED_WITHIN && age >= took.saturating_sub(CHEAP) * (AGE_BY_COST / 2);
        (is_due && !self.staleness.is_zero()).then(|| age.as_secs_f64() / (idle + CHEAP).as_secs_f64())
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

    /// Compares rows that somebody asked for with what their source answers from all events: how many differ. `None`
    /// where nobody asked, or where they hold for later events than the statement pinned.
    pub(super) async fn audit(&self, pinned: &Pinned, wide: &Wide<'_>) -> Result<Option<usize>> {
        let slot = self.slot(pinned, wide);
        if slot.latest().is_none() {
            return Ok(None);
        }
        let kept = slot.bring_up_to_date(pinned, wide).await?;
        for name in &wide.reads(pinned).kept {
            if !pinned.kept().is_as_of(name, pinned).await {
                return Ok(None);
            }
        }
        if slot.latest().is_none_or(|(at, _)| at != pinned.at()) {
            return Ok(None);
        }
        let raw = normalized(pinned.plain().rows(&wide.sql(None)).await?, wide.grain)?;
        Ok(Some(num_differing(&kept, &raw)?))
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

/// How many rows only one of the two has.
fn num_differing(one: &[RecordBatch], other: &[RecordBatch]) -> Result<usize> {
    let Some(schema) = one.first().or(other.first()).map(RecordBatch::schema) else { return Ok(0) };
    let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone()));
    let rows = RowConverter::new(fields.collect())?;
    let mut surplus: HashMap<OwnedRow, i64> = HashMap::new();
    for (batches, change) in [(one, 1), (other, -1)] {
        for batch in batches {
            for row in &rows.convert_columns(batch.columns())? {
                *surplus.entry(row.owned()).or_default() += change;
            }
        }
    }
    Ok(surplus.values().map(|surplus| surplus.unsigned_abs() as usize).sum())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;

    #[test]
    fn rows_differ_where_only_one_side_has_them() {
        let batch = |values: &[i64]| {
            RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(values.to_vec())) as ArrayRef)]).unwrap()
        };
        assert_eq!(num_differing(&[batch(&[1, 2]), batch(&[2])], &[batch(&[2, 1, 2])]).unwrap(), 0);
        assert_eq!(num_differing(&[batch(&[1, 2])], &[batch(&[2, 2, 3])]).unwrap(), 3);
        assert_eq!(num_differing(&[], &[batch(&[7])]).unwrap(), 1);
    }
}
