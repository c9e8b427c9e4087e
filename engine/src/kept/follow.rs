//! The rows that new events concern, asked for again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, SchemaRef};
use arrow::error::ArrowError;
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::datasource::MemTable;
use futures::TryStreamExt;
use tidemark_sql::{Keep, Merge, View};

use super::KeptView;
use super::arrived::{Arrived, NEW};
use super::hours::Hours;
use super::rows::{self, ByDay, ById, Kept, Rows};
use super::{events, portions, states};
use crate::catalog::Pinned;
use crate::output::{plain_rows, plain_schema};

/// The relation of events that were found, while they are read.
const FOUND: &str = "found_events";

/// What a first reading may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of rows.
    pub(super) bytes: usize,
    /// Events that are read at once.
    pub(super) portion: usize,
}

/// All rows of a view; `None` where they take more bytes.
pub(super) async fn all(plain: &Pinned, kept: &KeptView, limits: Limits) -> Result<Option<Rows>> {
    let schema = plain_schema(&plain.planned(&kept.view.sql).await?.schema(), "UTC");
    match &kept.keep {
        Keep::Id(id) => all_of_ids(plain, kept, id, &schema, limits).await,
        Keep::Merging(_) => all_of_days(plain, kept, &schema, limits).await,
    }
}

/// Portion by portion, each following those before.
async fn all_of_ids(
    plain: &Pinned,
    kept: &KeptView,
    id: &str,
    schema: &SchemaRef,
    limits: Limits,
) -> Result<Option<Rows>> {
    let table = table_of(plain, kept)?;
    let columns = events::columns_read(plain, &kept.view.sql, &table).await?;
    let mut rows = ById::new(schema, id, columns)?;
    for condition in portions::of(plain, &table, limits.portion).await? {
        let events = plain.planned(&format!("SELECT * FROM {table} WHERE {condition}")).await?;
        let arrived = Arrived::in_files(condition, events);
        let ids = arrived.texts(plain, id).await?;
        let ids: HashSet<&str> = ids.iter().map(String::as_str).collect();
        let events = events::of_ids(plain, &table, &arrived, &rows.columns, (id, &rows.find(&ids)?)).await?;
        let fresh = rows_of(plain, kept, &table, events).await?;
        rows.replace(&ids, &plain_all(&fresh, schema)?)?;
        if rows.num_bytes() > limits.bytes {
            return Ok(None);
        }
    }
    Ok(Some(Rows::of_ids(schema, rows)))
}

/// At once: days are few.
async fn all_of_days(plain: &Pinned, kept: &KeptView, schema: &SchemaRef, limits: Limits) -> Result<Option<Rows>> {
    let mut rows = ByDay::new(schema)?;
    let mut num_bytes = 0;
    let mut stream = plain.stream(&kept.view.sql).await?;
    while let Some(batch) = stream.try_next().await? {
        let batch = plain_rows(&batch, schema)?;
        num_bytes += rows::num_bytes(&batch);
        if num_bytes > limits.bytes {
            return Ok(None);
        }
        rows.add(&batch)?;
    }
    Ok(Some(Rows::of_days(schema, rows)))
}

/// Replaces what the new events of each table concern; answers the hours that may differ for it.
pub(super) async fn follow(
    plain: &Pinned,
    kept: &KeptView,
    rows: &mut Rows,
    arrived: &BTreeMap<String, Arrived>,
) -> Result<Hours> {
    let schema = Arc::clone(rows.schema());
    match (rows.kept(), &kept.keep) {
        (Kept::Id(by_id), Keep::Id(id)) => {
            let mut hours = Hours::new();
            for (table, arrived) in arrived {
                hours.extend(follow_ids(plain, kept, by_id, (table, arrived, id)).await?);
            }
            Ok(hours)
        }
        (Kept::Day(by_day), Keep::Merging(columns)) => {
            let fresh = plain_all(&of_new(plain, &kept.view, arrived).await?, &schema)?;
            let days: BTreeSet<i32> =
                fresh.iter().map(days_of).collect::<Result<Vec<_>>>()?.concat().into_iter().collect();
            if days.is_empty() {
                return Ok(Hours::new());
            }
            let known = by_day.find(&days);
            let merged = merged(plain, &schema, columns, known.into_iter().chain(fresh).collect()).await?;
            by_day.replace(&days, &plain_all(&merged, &schema)?)
        }
        (_, keep) => exec_err!("rows cannot be kept by {keep:?}"),
    }
}

async fn follow_ids(
    plain: &Pinned,
    kept: &KeptView,
    rows: &mut ById,
    (table, arrived, id): (&str, &Arrived, &str),
) -> Result<Hours> {
    let started = Instant::now();
    let ids = arrived.texts(plain, id).await?;
    let ids: HashSet<&str> = ids.iter().map(String::as_str).collect();
    if ids.is_empty() {
        return Ok(Hours::new());
    }
    let (remembered, others) = rows.recent.find(id, &ids)?;
    let known = rows.find(&others)?;
    let num_known: usize = known.iter().map(RecordBatch::num_rows).sum();
    let found = events::of_ids(plain, table, arrived, &rows.columns, (id, &known)).await?;
    let schema = plain_schema(&found.schema(), "UTC");
    // Few events of many: columns are read only where the id is one of these.
    let found = plain.with(HashMap::from([(FOUND.to_owned(), found)]));
    let events = plain_all(&found.picked(&format!("SELECT * FROM {FOUND}")).await?, &schema)?;
    tracing::trace!(
        "{}: {} events of {} ids, {num_known} looked for in files, found after {:?}",
        kept.view.name,
        events.iter().map(RecordBatch::num_rows).sum::<usize>(),
        ids.len(),
        started.elapsed()
    );
    let relation = Arc::new(MemTable::try_new(schema, vec![events])?);
    let only = plain.with(HashMap::from([(table.to_owned(), relation as _)]));
    let (fresh, states) = states::rows_of(only.state()?, &in_order(&kept.view), id, &remembered).await?;
    tracing::trace!("{}: rows after {:?}", kept.view.name, started.elapsed());
    let hours = rows.replace(&ids, &plain_all(&fresh, rows.schema())?)?;
    // Not before: where a round fails, the next sees the same events as new, and a state counts each once.
    if let Some(states) = states {
        rows.recent.remember(id, &ids, states)?;
        tracing::trace!("{}: {}", kept.view.name, rows.recent);
    }
    Ok(hours)
}

/// The rows that a view has of these events alone.
async fn rows_of(
    plain: &Pinned,
    kept: &KeptView,
    table: &str,
    events: Arc<dyn TableProvider>,
) -> Result<Vec<RecordBatch>> {
    let only = plain.with(HashMap::from([(table.to_owned(), events)]));
    only.rows(&in_order(&kept.view)).await
}

/// A view's rows in the order in which what they are of began: what changes together later lies together.
fn in_order(view: &View) -> String {
    format!("SELECT * FROM ({}) ORDER BY first_event_at", view.sql)
}

/// The table whose events carry the ids.
fn table_of(plain: &Pinned, kept: &KeptView) -> Result<String> {
    let tables: Vec<String> = plain.tables_of(kept.tables()).into_iter().collect();
    match <[String; 1]>::try_from(tables) {
        Ok([table]) => Ok(table),
        Err(tables) => exec_err!("the view {} is kept by an id, but reads {tables:?}", kept.view.name),
    }
}

/// The rows that new events make by themselves.
async fn of_new(plain: &Pinned, view: &View, arrived: &BTreeMap<String, Arrived>) -> Result<Vec<RecordBatch>> {
    let mut only_new = HashMap::new();
    for table in plain.tables_of(&view.reads) {
        let events = match arrived.get(&table) {
            Some(arrived) => Arc::clone(&arrived.events),
            None => plain.planned(&format!("SELECT * FROM {table} WHERE false")).await?,
        };
        only_new.insert(table, events);
    }
    plain.with(only_new).rows(&view.sql).await
}

/// The local days of rows, in days since 1970.
fn days_of(rows: &RecordBatch) -> Result<Vec<i32>> {
    let days = rows.column_by_name("day").ok_or_else(|| exec_datafusion_err!("rows that are kept by day have none"))?;
    Ok(days.as_primitive::<Date32Type>().iter().flatten().collect())
}

/// Rows put together by some columns where they have all others in common.
async fn merged(
    plain: &Pinned,
    schema: &SchemaRef,
    columns: &BTreeMap<String, Merge>,
    rows: Vec<RecordBatch>,
) -> Result<Vec<RecordBatch>> {
    let names = schema.fields().iter().map(|field| field.name());
    let figure = |name: &String| match columns.get(name) {
        Some(merge) => format!("{}({name}) AS {name}", merge.aggregate()),
        None => name.clone(),
    };
    let figures: Vec<_> = names.clone().map(figure).collect();
    let keys: Vec<_> = names.filter(|name| !columns.contains_key(*name)).cloned().collect();
    let sql = format!("SELECT {} FROM {NEW} GROUP BY {}", figures.join(", "), keys.join(", "));
    let rows = MemTable::try_new(Arc::clone(schema), vec![rows])?;
    plain.with(HashMap::from([(NEW.to_owned(), Arc::new(rows) as _)])).rows(&sql).await
}

fn plain_all(rows: &[RecordBatch], schema: &SchemaRef) -> Result<Vec<RecordBatch>, ArrowError> {
    rows.iter().map(|rows| plain_rows(rows, schema)).collect()
}
