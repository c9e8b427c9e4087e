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
//! Queries that want the same rows wait for one of them to bring them up to date, or take what was up to date a
//! moment ago, as the configuration says. One that pinned its tables before another brought rows up to date gets those
//! newer rows.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use arrow::row::{OwnedRow, RowConverter, SortField};
use chrono::NaiveDate;
use datafusion::common::Result;
use tidemark_model::kpi::Grain;
use tidemark_model::port::Freshness;
use tidemark_sql::Source;

use super::wide::{Wide, normalized};
use crate::catalog::{Pinned, Reads};
use crate::kept::follow::arrived_in;
use crate::kept::hours::{self, Change, Hours};
use crate::kept::positions::{self, Positions};

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    source: Source,
    grain: Grain,
    by_forwarder: bool,
    freshness: Freshness,
}

/// Rows of a wide query.
#[derive(Debug, Default)]
struct Slot {
    /// The rows, and the moment as of which they hold.
    latest: RwLock<Option<(Instant, Vec<RecordBatch>)>>,
    seen: tokio::sync::Mutex<Seen>,
}

/// The events that rows hold for.
#[derive(Debug, Default)]
struct Seen {
    positions: Positions,
    versions: BTreeMap<String, u64>,
}

/// All rows that are kept.
#[derive(Debug)]
pub(crate) struct Store {
    staleness: Duration,
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    go_lives: tokio::sync::Mutex<HashMap<Freshness, GoLives>>,
}

/// The first local day of each city, in days since 1970, as of some offsets.
#[derive(Debug, Default)]
struct GoLives {
    positions: Positions,
    days: HashMap<String, i32>,
}

impl Store {
    /// Nothing kept yet; what was up to date within this time is not asked again.
    pub(crate) fn new(staleness: Duration) -> Self {
        Self { staleness, slots: Mutex::default(), go_lives: tokio::sync::Mutex::default() }
    }

    /// The rows of a source as a statement's pinned tables have them.
    pub(super) async fn rows(
        &self,
        pinned: &Pinned,
        wide: &Wide<'_>,
        grain: Grain,
        by_forwarder: bool,
    ) -> Result<Vec<RecordBatch>> {
        if wide.source.is_volatile {
            return normalized(pinned.rows(&wide.sql(None)).await?, grain);
        }
        let slot = self.slot(pinned, wide, grain, by_forwarder);
        match slot.rows_as_of(pinned.at().checked_sub(self.staleness)) {
            Some(rows) => Ok(rows),
            None => slot.bring_up_to_date(pinned, wide, grain).await,
        }
    }

    /// Compares rows that somebody asked for with what their source answers from all events: how many differ. `None`
    /// where nobody asked, or where they hold for later events than the statement pinned.
    pub(super) async fn audit(
        &self,
        pinned: &Pinned,
        wide: &Wide<'_>,
        grain: Grain,
        by_forwarder: bool,
    ) -> Result<Option<usize>> {
        let slot = self.slot(pinned, wide, grain, by_forwarder);
        if slot.rows_as_of(None).is_none() {
            return Ok(None);
        }
        let kept = slot.bring_up_to_date(pinned, wide, grain).await?;
        for name in &wide.reads(pinned).kept {
            if !pinned.kept().is_as_of(name, pinned).await {
                return Ok(None);
            }
        }
        let latest = slot.latest.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(at, _)| *at);
        if latest != Some(pinned.at()) {
            return Ok(None);
        }
        let raw = normalized(pinned.plain().rows(&wide.sql(None)).await?, grain)?;
        Ok(Some(num_differing(&kept, &raw)?))
    }

    fn slot(&self, pinned: &Pinned, wide: &Wide<'_>, grain: Grain, by_forwarder: bool) -> Arc<Slot> {
        let key = Key { source: wide.source.clone(), grain, by_forwarder, freshness: pinned.freshness() };
        Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }

    /// The local day of each city's first invoice, in days since 1970; what arrived since can only make it earlier.
    pub(super) async fn go_lives(&self, pinned: &Pinned) -> Result<HashMap<String, i32>> {
        let tables = pinned.tables_of(&BTreeSet::from(["city_go_lives".to_owned()]));
        let positions = pinned.positions(&tables);
        let mut all = self.go_lives.lock().await;
        let kept = all.entry(pinned.freshness()).or_default();
        let arrived = pinned.arrived(&kept.positions, &positions).await?;
        if arrived.is_empty() {
            return Ok(kept.days.clone());
        }
        let only_new = arrived.into_iter().map(|(table, arrived)| (table, arrived.events)).collect();
        for rows in pinned.with(only_new).rows("SELECT city, go_live FROM city_go_lives").await? {
            let cities = cast(rows.column(0), &DataType::Utf8)?;
            let days = rows.column(1).as_primitive::<Date32Type>();
            for (city, day) in cities.as_string::<i32>().iter().zip(days) {
                if let (Some(city), Some(day)) = (city, day) {
                    kept.days.entry(city.to_owned()).and_modify(|known| *known = day.min(*known)).or_insert(day);
                }
            }
        }
        positions::merge(&mut kept.positions, positions);
        Ok(kept.days.clone())
    }
}

impl Slot {
    /// The rows, where they hold as of this moment or a later one.
    fn rows_as_of(&self, moment: Option<Instant>) -> Option<Vec<RecordBatch>> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|(at, _)| moment.is_none_or(|moment| *at >= moment)).map(|(_, rows)| rows.clone())
    }

    /// The rows as a statement's pinned tables have them, or a moment later.
    async fn bring_up_to_date(&self, pinned: &Pinned, wide: &Wide<'_>, grain: Grain) -> Result<Vec<RecordBatch>> {
        let mut seen = self.seen.lock().await;
        // Another query may have done it while this one waited.
        if let Some(rows) = self.rows_as_of(Some(pinned.at())) {
            return Ok(rows);
        }
        let kept = self.rows_as_of(None);
        let (now, change) = seen.change(pinned, &wide.reads(pinned)).await?;
        let rows = match (kept, change) {
            (Some(rows), Change::Nothing) => rows,
            (Some(rows), Change::In(hours)) => {
                let spans = Spans::of(&hours, grain);
                let fresh = normalized(pinned.rows(&wide.sql(Some(&spans.sql(&wide.source.at)))).await?, grain)?;
                let rows = rows.iter().map(|rows| spans.filter(rows, false));
                let fresh = fresh.iter().map(|rows| spans.filter(rows, true));
                rows.chain(fresh).collect::<Result<Vec<_>>>()?
            }
            _ => normalized(pinned.rows(&wide.sql(None)).await?, grain)?,
        };
        let rows = joined(rows)?;
        *seen = now;
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some((pinned.at(), rows.clone()));
        Ok(rows)
    }
}

impl Seen {
    /// What a statement's pinned tables have, and what may differ for it.
    async fn change(&self, pinned: &Pinned, reads: &Reads) -> Result<(Self, Change)> {
        let positions = pinned.positions(&reads.tables);
        let arrived = pinned.arrived(&self.positions, &positions).await?;
        // Not the newer of both: what is asked for again lacks what another statement saw more of, and must find it new.
        let mut now = Self { positions, versions: BTreeMap::new() };
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
        if now.versions.len() != self.versions.len() || self.positions.keys().any(|table| !reads.tables.contains(table))
        {
            return Ok((now, Change::Everything));
        }
        if !arrived.is_empty() {
            change = change.and(Change::of(arrived_in(pinned, &arrived).await?));
        }
        if change == Change::Nothing {
            now.positions.clone_from(&self.positions);
        }
        let all = reads.whole_history && change != Change::Nothing;
        Ok((now, if all { Change::Everything } else { change }))
    }
}

/// The spans that hours lie in.
enum Spans {
    Hours(Hours),
    Days(BTreeSet<NaiveDate>),
    Months(BTreeSet<NaiveDate>),
}

impl Spans {
    fn of(hours: &Hours, grain: Grain) -> Self {
        match grain {
            Grain::Hour => Self::Hours(hours.clone()),
            Grain::Day => Self::Days(hours::days(hours)),
            Grain::Month => Self::Months(hours::months(&hours::days(hours))),
        }
    }

    /// The condition that a row of the source may count in one of them.
    fn sql(&self, at: &str) -> String {
        match self {
            Self::Hours(hours) => hours::in_hours(at, hours),
            Self::Days(days) => hours::in_days(at, days.iter().copied()),
            Self::Months(months) => hours::in_months(at, months),
        }
    }

    /// The rows whose bucket is one of them, or the others.
    fn filter(&self, rows: &RecordBatch, is_one: bool) -> Result<RecordBatch> {
        let bucket = rows.column(0);
        let keeps: BooleanArray = match self {
            Self::Hours(hours) => {
                let of = |hour: Option<i64>| Some(hour.is_some_and(|hour| hours.contains(&hour)) == is_one);
                bucket.as_primitive::<TimestampMicrosecondType>().iter().map(of).collect()
            }
            Self::Days(days) | Self::Months(days) => {
                let days: HashSet<i64> = days.iter().map(|day| (*day - NaiveDate::default()).num_days()).collect();
                let of = |day: Option<i32>| Some(day.is_some_and(|day| days.contains(&day.into())) == is_one);
                bucket.as_primitive::<Date32Type>().iter().map(of).collect()
            }
        };
        Ok(filter_record_batch(rows, &keeps)?)
    }
}

/// Rows as one batch: many small ones cost each reader more than it costs to join them once.
fn joined(rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let Some(first) = rows.first() else { return Ok(rows) };
    Ok(vec![arrow::compute::concat_batches(&first.schema(), &rows)?])
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
