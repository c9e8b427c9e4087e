//! The rows that new events concern, asked for again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{Date32Type, SchemaRef, TimestampMicrosecondType};
use arrow::error::ArrowError;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, exec_err};
use datafusion::datasource::MemTable;
use futures::TryStreamExt;
use tidemark_model::schema::timestamp;
use tidemark_sql::{Keep, Merge, View};

use super::KeptView;
use super::arrived::{Arrived, NEW};
use super::hours::{self, Hours};
use super::rows::{self, Kept, Rows};
use crate::catalog::Pinned;
use crate::output::{plain_rows, plain_schema};

const DAY_US: i64 = 24 * 3_600_000_000;

/// So many ids are looked for one by one, so that other columns are read only where the id is one of them; more are
/// joined.
const IDS_LISTED: usize = 1000;

/// All rows of a view; `None` where they take more bytes.
pub(super) async fn all(plain: &Pinned, kept: &KeptView, bytes_max: usize) -> Result<Option<Rows>> {
    let sql = match kept.keep {
        // What changes together later lies together.
        Keep::Id(_) => format!("SELECT * FROM ({}) ORDER BY first_event_at", kept.view.sql),
        Keep::Merging(_) => kept.view.sql.clone(),
    };
    let mut stream = plain.stream(&sql).await?;
    let schema = plain_schema(&stream.schema(), "UTC");
    let mut rows = Rows::new(&kept.keep, &schema)?;
    let mut num_bytes = 0;
    while let Some(batch) = stream.try_next().await? {
        let batch = plain_rows(&batch, &schema)?;
        num_bytes += rows::num_bytes(&batch);
        if num_bytes > bytes_max {
            return Ok(None);
        }
        rows.add(&batch)?;
    }
    Ok(Some(rows))
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
                let ids = arrived.texts(plain, id).await?;
                let ids: HashSet<&str> = ids.iter().map(String::as_str).collect();
                if ids.is_empty() {
                    continue;
                }
                let with_new = plain.with(HashMap::from([(NEW.to_owned(), Arc::clone(&arrived.events))]));
                let events = events_of(&with_new, table, arrived, id, &by_id.find(&ids)?).await?;
                let only = plain.with(HashMap::from([(table.clone(), events)]));
                // Few rows of many: columns are read only where the id is one of these.
                let fresh = plain_all(&only.picked(&kept.view.sql).await?, &schema)?;
                hours.extend(by_id.replace(&ids, &fresh)?);
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

/// All events of the ids that new events carry, as a relation; `known` are their rows as they were.
async fn events_of(
    with_new: &Pinned,
    table: &str,
    arrived: &Arrived,
    id: &str,
    known: &[RecordBatch],
) -> Result<Arc<dyn TableProvider>> {
    let mut parts = vec![format!("SELECT * FROM {NEW} WHERE {id} IS NOT NULL")];
    let mut lists = HashMap::new();
    for group in by_day(known, id)?.into_values() {
        let ids = if group.ids.len() <= IDS_LISTED {
            let quoted = |id: &String| format!("'{}'", id.replace('\'', "''"));
            group.ids.iter().map(quoted).collect::<Vec<_>>().join(", ")
        } else {
            let ids: StringArray = group.ids.into_iter().map(Some).collect();
            let ids = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?;
            let list = format!("known_ids_{}", lists.len());
            lists.insert(list.clone(), Arc::new(MemTable::try_new(ids.schema(), vec![vec![ids]])?) as _);
            format!("SELECT id FROM {list}")
        };
        let (from, until, is_new) = (hours::literal(group.first), hours::literal(group.last), &arrived.condition);
        parts.push(format!(
            "SELECT * FROM {table} WHERE {id} IN ({ids}) AND time >= {from} AND time <= {until} AND NOT ({is_new})"
        ));
    }
    with_new.with(lists).planned(&parts.join(" UNION ALL ")).await
}

/// Known ids, and the times between which their known events lie.
struct Group {
    ids: Vec<String>,
    first: i64,
    last: i64,
}

/// Known ids by the day of their first event, so that an old one does not make all others look as far back.
fn by_day(rows: &[RecordBatch], id: &str) -> Result<BTreeMap<i64, Group>> {
    let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
    for rows in rows {
        let column = |name: &str| {
            let column = rows.column_by_name(name);
            column.ok_or_else(|| exec_datafusion_err!("a view that is kept by {id} has no column {name}"))
        };
        let times = |name: &str| Ok::<_, DataFusionError>(cast(column(name)?, &timestamp())?);
        let (first, last) = (times("first_event_at")?, times("last_event_at")?);
        let first = first.as_primitive::<TimestampMicrosecondType>();
        let times = first.iter().zip(last.as_primitive::<TimestampMicrosecondType>());
        for (id, times) in column(id)?.as_string::<i32>().iter().zip(times) {
            let (Some(id), (Some(first), Some(last))) = (id, times) else { continue };
            let group = groups.entry(first.div_euclid(DAY_US)).or_insert(Group { ids: vec![], first, last });
            group.ids.push(id.to_owned());
            (group.first, group.last) = (group.first.min(first), group.last.max(last));
        }
    }
    Ok(groups)
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
