//! The events that rows of ids are made of: new ones, and those of before.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::TimestampMicrosecondType;
use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::LogicalPlan;
use tidemark_model::schema::timestamp;

use super::arrived::{Arrived, NEW};
use super::hours;
use crate::catalog::Pinned;

const DAY_US: i64 = 24 * 3_600_000_000;

/// So many ids are looked for one by one, so that other columns are read only where the id is one of them; more are
/// joined.
const IDS_LISTED: usize = 1000;

/// The columns of a table that a query reads.
pub(super) async fn columns_read(plain: &Pinned, sql: &str, table: &str) -> Result<Vec<String>> {
    let state = plain.state()?;
    let plan = state.optimize(&state.create_logical_plan(sql).await?)?;
    let mut columns = BTreeSet::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && scan.table_name.table() == table
        {
            columns.extend(scan.projected_schema.fields().iter().map(|field| field.name().clone()));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(columns.into_iter().collect())
}

/// New events that carry an id, and the older ones of ids that are known, as a relation with some columns. `known` are
/// the rows of these ids as they were.
pub(super) async fn of_ids(
    plain: &Pinned,
    table: &str,
    arrived: &Arrived,
    columns: &[String],
    (id, known): (&str, &[RecordBatch]),
) -> Result<Arc<dyn TableProvider>> {
    let columns = columns.join(", ");
    let mut parts = vec![format!("SELECT {columns} FROM {NEW} WHERE {id} IS NOT NULL")];
    let mut relations = HashMap::from([(NEW.to_owned(), Arc::clone(&arrived.events))]);
    for group in groups(known, id)? {
        let ids = if group.ids.len() <= IDS_LISTED {
            let quoted = |id: &String| format!("'{}'", id.replace('\'', "''"));
            group.ids.iter().map(quoted).collect::<Vec<_>>().join(", ")
        } else {
            let ids: StringArray = group.ids.into_iter().map(Some).collect();
            let ids = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?;
            let list = format!("known_ids_{}", relations.len());
            relations.insert(list.clone(), Arc::new(MemTable::try_new(ids.schema(), vec![vec![ids]])?) as _);
            format!("SELECT id FROM {list}")
        };
        let (from, until, is_new) = (hours::literal(group.first), hours::literal(group.last), &arrived.condition);
        parts.push(format!(
            "SELECT {columns} FROM {table} WHERE {id} IN ({ids}) AND time >= {from} AND time <= {until} \
             AND NOT ({is_new})"
        ));
    }
    plain.with(relations).planned(&parts.join(" UNION ALL ")).await
}

/// Known ids, and the times between which their known events lie.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    ids: Vec<String>,
    first: i64,
    last: i64,
}

/// Known ids by when they lived, so that an old one does not make all others look as far back; where times overlap, one
/// look finds both.
fn groups(rows: &[RecordBatch], id: &str) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = vec![];
    for group in by_day(rows, id)?.into_values() {
        match groups.last_mut() {
            Some(last) if group.first <= last.last => {
                last.ids.extend(group.ids);
                last.last = last.last.max(group.last);
            }
            _ => groups.push(group),
        }
    }
    Ok(groups)
}

/// Known ids by the day of their first event.
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

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, TimestampMicrosecondArray};

    use super::*;

    #[test]
    fn ids_that_lived_at_the_same_time_are_looked_for_together() {
        let times = |days: [i64; 4]| {
            let times = TimestampMicrosecondArray::from(days.map(|day| day * DAY_US).to_vec());
            Arc::new(times.with_timezone("UTC")) as ArrayRef
        };
        let rows = RecordBatch::try_from_iter([
            ("id", Arc::new(StringArray::from(vec!["late", "a", "b", "old"])) as ArrayRef),
            ("first_event_at", times([50, 10, 12, 1])),
            ("last_event_at", times([51, 13, 12, 9])),
        ]);
        let group = |ids: &[&str], first, last| {
            let ids = ids.iter().map(|id| (*id).to_owned()).collect();
            Group { ids, first: first * DAY_US, last: last * DAY_US }
        };
        let expected = [group(&["old"], 1, 9), group(&["a", "b"], 10, 13), group(&["late"], 50, 51)];
        assert_eq!(groups(&[rows.unwrap()], "id").unwrap(), expected);
    }
}
