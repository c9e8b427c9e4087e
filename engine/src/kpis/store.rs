//! Cells that are kept between queries, and brought up to date by what changed since.
//!
//! For each source and span the rows of its wide query are kept with the offsets up to which they hold. A later query
//! that sees more events finds the earliest instant that they can have changed ([`change`]), asks the source again
//! from there on over the events that matter, and keeps the rows before. What it gets is always what the wide query
//! over all events would answer.
//!
//! Queries that want the same rows wait for one of them to bring them up to date; one that pinned its tables a moment
//! before another brought rows up to date gets those newer rows, not older ones at the price of asking for all. A
//! source that looks at the clock is never kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::Result;
use datafusion::datasource::MemTable;
use tidemark_model::kpi::Grain;
use tidemark_model::port::Freshness;
use tidemark_sql::Source;

use super::change::{self, Change, Positions, Touched};
use super::wide::{self, Wide};
use crate::catalog::Pinned;

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    source: Source,
    grain: Grain,
    by_forwarder: bool,
    freshness: Freshness,
}

/// Rows of a wide query, and the events that they hold for.
#[derive(Debug, Default)]
struct Kept {
    positions: Positions,
    rows: Option<Vec<RecordBatch>>,
}

type Slot = Arc<tokio::sync::Mutex<Kept>>;

/// All rows that are kept.
#[derive(Debug, Default)]
pub(crate) struct Store {
    slots: Mutex<HashMap<Key, Slot>>,
    touched: Touched,
    go_lives: tokio::sync::Mutex<HashMap<Freshness, GoLives>>,
}

/// The first local day of each city, in days since 1970, as of some offsets.
#[derive(Debug, Default)]
struct GoLives {
    positions: Positions,
    days: HashMap<String, i32>,
}

impl Store {
    /// The rows of a source as a statement's pinned tables have them.
    pub(super) async fn rows(
        &self,
        pinned: &Pinned,
        wide: &Wide<'_>,
        grain: Grain,
        by_forwarder: bool,
    ) -> Result<Vec<RecordBatch>> {
        if wide.source.is_volatile {
            return pinned.rows(&wide.sql).await;
        }
        let key = Key { source: wide.source.clone(), grain, by_forwarder, freshness: pinned.freshness() };
        let slot = Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let mut kept = slot.lock().await;
        let reads = pinned.tables_of(&wide.source.relations);
        let positions = pinned.positions(&reads);
        let rows =
            match (&kept.rows, change::between(pinned, &self.touched, &reads, &kept.positions, &positions).await?) {
                (Some(rows), Change::Nothing) => return Ok(rows.clone()),
                (Some(rows), Change::Since(earliest)) => {
                    let restricted = change::restricted(pinned, &reads, change::look_back(earliest, grain)).await?;
                    refreshed(&restricted, wide, grain, earliest, rows).await?
                }
                _ => pinned.rows(&wide.sql).await?,
            };
        *kept = Kept { positions, rows: Some(rows.clone()) };
        Ok(rows)
    }

    /// The local day of each city's first invoice, in days since 1970; what arrived since can only make it earlier.
    pub(super) async fn go_lives(&self, pinned: &Pinned) -> Result<HashMap<String, i32>> {
        let reads = pinned.tables_of(&BTreeSet::from(["city_go_lives".to_owned()]));
        let positions = pinned.positions(&reads);
        let mut all = self.go_lives.lock().await;
        let kept = all.entry(pinned.freshness()).or_default();
        if kept.positions == positions {
            return Ok(kept.days.clone());
        }
        let view = "SELECT city, go_live FROM city_go_lives";
        let rows = match change::arrived_since(&kept.positions, &positions) {
            Some(arrived) => {
                let mut replaced = HashMap::new();
                for (table, condition) in arrived {
                    let plan = pinned.planned(&format!("SELECT * FROM {table} WHERE {condition}")).await?;
                    replaced.insert(table, plan);
                }
                pinned.with(replaced).rows(view).await?
            }
            None => {
                kept.days.clear();
                pinned.rows(view).await?
            }
        };
        for rows in rows {
            let cities = cast(rows.column(0), &DataType::Utf8)?;
            let days = rows.column(1).as_primitive::<Date32Type>();
            for (city, day) in cities.as_string::<i32>().iter().zip(days) {
                if let (Some(city), Some(day)) = (city, day) {
                    kept.days.entry(city.to_owned()).and_modify(|known| *known = day.min(*known)).or_insert(day);
                }
            }
        }
        kept.positions = positions;
        Ok(kept.days.clone())
    }
}

/// The rows before an instant's span as they were kept, those from it on as the source answers now.
async fn refreshed(
    restricted: &Pinned,
    wide: &Wide<'_>,
    grain: Grain,
    earliest: i64,
    kept: &[RecordBatch],
) -> Result<Vec<RecordBatch>> {
    let fresh = restricted.rows(&format!("SELECT * FROM ({}) WHERE {}", wide.sql, from(grain, ">=", earliest))).await?;
    let Some(first) = kept.first() else { return Ok(fresh) };
    let table = MemTable::try_new(first.schema(), vec![kept.to_vec()])?;
    let pinned = restricted.with(HashMap::from([("kept_rows".to_owned(), Arc::new(table) as _)]));
    let mut rows = pinned.rows(&format!("SELECT * FROM kept_rows WHERE {}", from(grain, "<", earliest))).await?;
    rows.extend(fresh);
    Ok(rows)
}

/// A condition on the bucket: before, or not before, the span of an instant in the row's city.
fn from(grain: Grain, comparison: &str, instant_us: i64) -> String {
    let instant = change::literal(instant_us);
    format!("bucket {comparison} {}", wide::bucket(grain, &instant))
}
