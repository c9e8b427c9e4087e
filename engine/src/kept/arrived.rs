//! New events: those beyond the positions that rows hold for.
//!
//! They nearly always lie in memory, where the lake holds what it landed last; then what is asked of them first, their
//! hours and ids, is read off without a query.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int32Type, Int64Type, TimestampMicrosecondType};
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::datasource::MemTable;
use tidemark_model::position::TopicPartition;
use tidemark_model::schema::timestamp;

use super::hours::{self, Hours};
use crate::catalog::Pinned;

/// The relation of new events, while they are asked.
pub(super) const NEW: &str = "new_events";

/// New events of a table.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    /// The condition that an event of the table is one of them.
    pub(crate) condition: String,
    /// They alone, as a relation.
    pub(crate) events: Arc<dyn TableProvider>,
    /// They alone, where they are in memory.
    rows: Option<Vec<RecordBatch>>,
}

impl Arrived {
    /// Those that must be looked for in files.
    pub(crate) const fn in_files(condition: String, events: Arc<dyn TableProvider>) -> Self {
        Self { condition, events, rows: None }
    }

    /// Those among rows in memory that are beyond the known positions.
    pub(crate) fn in_memory(
        condition: String,
        rows: &[RecordBatch],
        known: &BTreeMap<TopicPartition, i64>,
    ) -> Result<Option<Self>> {
        let Some(first) = rows.first() else { return Ok(None) };
        let new = |rows| Ok(filter_record_batch(rows, &are_beyond(rows, known)?)?);
        let rows = rows.iter().map(new).collect::<Result<Vec<_>>>()?;
        let events = Arc::new(MemTable::try_new(first.schema(), vec![rows.clone()])?);
        Ok(Some(Self { condition, events, rows: Some(rows) }))
    }

    /// The hours that they happened in.
    pub(crate) async fn hours(&self, plain: &Pinned) -> Result<Hours> {
        let times = self.distinct(plain, "time", "date_trunc('hour', time)").await?;
        let hours = |rows: &RecordBatch| -> Result<Hours> {
            let times = cast(rows.column(0), &timestamp())?;
            Ok(times.as_primitive::<TimestampMicrosecondType>().iter().flatten().map(hours::start).collect())
        };
        Ok(times.iter().map(hours).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The texts of a column that is not null.
    pub(super) async fn texts(&self, plain: &Pinned, column: &str) -> Result<Vec<String>> {
        let mut texts = vec![];
        for rows in self.distinct(plain, column, column).await? {
            let column = cast(rows.column(0), &DataType::Utf8)?;
            texts.extend(column.as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        Ok(texts)
    }

    /// A column as it is in memory, or an expression's distinct values where events are in files.
    async fn distinct(&self, plain: &Pinned, column: &str, expression: &str) -> Result<Vec<RecordBatch>> {
        match &self.rows {
            Some(rows) => rows.iter().map(|rows| Ok(rows.project(&[rows.schema().index_of(column)?])?)).collect(),
            None => {
                let with_new = plain.with(HashMap::from([(NEW.to_owned(), Arc::clone(&self.events))]));
                with_new.rows(&format!("SELECT DISTINCT {expression} FROM {NEW}")).await
            }
        }
    }
}

/// Whether rows have offsets at or beyond the known ones of their partitions.
fn are_beyond(rows: &RecordBatch, known: &BTreeMap<TopicPartition, i64>) -> Result<BooleanArray> {
    let column = |name: &str, data_type: &DataType| {
        let column = rows.column_by_name(name).ok_or_else(|| exec_datafusion_err!("new events have no column {name}"));
        Ok::<_, datafusion::common::DataFusionError>(cast(column?, data_type)?)
    };
    let (topics, partitions) = (column("_topic", &DataType::Utf8)?, column("_partition", &DataType::Int32)?);
    let offsets = column("_offset", &DataType::Int64)?;
    let (topics, partitions) = (topics.as_string::<i32>(), partitions.as_primitive::<Int32Type>());
    let is_beyond = |row: usize| {
        let of = |(of, _): &(&TopicPartition, &i64)| {
            of.partition == partitions.value(row) && of.topic.as_ref() == topics.value(row)
        };
        let next = known.iter().find(of).map_or(0, |(_, next)| *next);
        offsets.as_primitive::<Int64Type>().value(row) >= next
    };
    Ok((0..rows.num_rows()).map(|row| Some(is_beyond(row))).collect())
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int32Array, Int64Array, StringViewArray};

    use super::*;

    #[test]
    fn what_is_known_of_each_partition_is_no_news() {
        let rows = RecordBatch::try_from_iter([
            ("_topic", Arc::new(StringViewArray::from(vec!["a", "a", "a", "b", "a"])) as ArrayRef),
            ("_partition", Arc::new(Int32Array::from(vec![0, 0, 1, 0, 2]))),
            ("_offset", Arc::new(Int64Array::from(vec![4, 5, 4, 4, 0]))),
        ]);
        let at = |topic: &str, partition, next| (TopicPartition { topic: topic.into(), partition }, next);
        let known = BTreeMap::from([at("a", 0, 5), at("a", 1, 3), at("b", 0, 9)]);
        let are_new = are_beyond(&rows.unwrap(), &known).unwrap();
        assert_eq!(are_new, BooleanArray::from(vec![false, true, true, false, true]));
    }
}
