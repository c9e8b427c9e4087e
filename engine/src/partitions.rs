//! The relation `ingest_partitions`: how far each partition has come, and what became of its offsets, as the very
//! statement sees the tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_lake::scan::LakeScan;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::position::{TopicPartition, parse_app_id};
use tidemark_model::schema::is_numbered;

use crate::system::SystemTable;

/// What the relation is.
pub(crate) const PARTITIONS_MEANING: &str =
    "How far each partition has come, and how many of its offsets hold no row: what is committed, and what SQL sees.";

/// One row a partition of a table.
#[derive(Debug)]
pub(crate) struct IngestPartitions {
    scans: Vec<(&'static str, Arc<LakeScan>)>,
}

/// What is known of a partition.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    committed: i64,
    visible: i64,
    /// The first offset ever taken in, where it was noted.
    first: Option<i64>,
    /// Offsets up to the visible one that were skipped, where they were counted from the first on.
    skipped: Option<i64>,
    /// Offsets beyond the committed one that were refused and are no dead letters yet.
    uncommitted_refusals: i64,
}

impl IngestPartitions {
    /// Over the tables that a statement pinned; those whose commits are numbered have no partitions.
    pub(crate) fn new(scans: &[(&'static str, Arc<LakeScan>)]) -> Self {
        Self { scans: scans.iter().filter(|(name, _)| !is_numbered(name)).cloned().collect() }
    }
}

/// The partitions of one table, with their streams.
fn partitions(scan: &LakeScan) -> BTreeMap<(String, TopicPartition), Row> {
    let state = &scan.view().state;
    let mut rows: BTreeMap<(String, TopicPartition), Row> = BTreeMap::new();
    for (id, next) in state.watermarks.iter() {
        if let Some((stream, of)) = parse_app_id(id) {
            let taken = state.taken(stream, &of);
            let (first, skipped) = (taken.map(|taken| taken.first), taken.map(|taken| taken.num_skipped));
            let row = Row { committed: *next, visible: *next, first, skipped, uncommitted_refusals: 0 };
            rows.insert((stream.to_owned(), of), row);
        }
    }
    for segment in scan.tail() {
        for range in &segment.ranges {
            let begun = || Row { committed: range.start, first: Some(range.start), skipped: Some(0), ..Row::default() };
            let row = rows.entry((scan.stream().to_owned(), range.of.clone())).or_insert_with(begun);
            row.visible = row.visible.max(range.end);
            let num_skipped = segment.skipped.get(&range.of).map_or(0, |offsets| offsets.len() as i64);
            row.skipped = row.skipped.map(|before| before + num_skipped);
            row.uncommitted_refusals += range.end - range.start - num_skipped - segment.num_rows_of(&range.of);
        }
    }
    rows
}

impl SystemTable for IngestPartitions {
    fn name(&self) -> &'static str {
        "ingest_partitions"
    }

    fn meaning(&self) -> &'static str {
        PARTITIONS_MEANING
    }

    fn schema(&self) -> SchemaRef {
        partitions_schema()
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let mut rows = Vec::new();
        for (name, scan) in &self.scans {
            let of_table = partitions(scan);
            rows.extend(of_table.into_iter().map(|((stream, of), row)| (*name, stream, of, row)));
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(table, ..)| *table))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, stream, ..)| stream))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|(.., of, _)| &of.topic))),
            Arc::new(rows.iter().map(|(.., of, _)| of.partition).collect::<Int32Array>()),
            Arc::new(rows.iter().map(|(.., row)| row.committed).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|(.., row)| row.visible).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|(.., row)| row.first).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|(.., row)| row.skipped).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|(.., row)| row.uncommitted_refusals).collect::<Int64Array>()),
        ];
        RecordBatch::try_new(self.schema(), columns)
            .map_err(|error| ServiceError::new(ErrorCode::Internal, format!("could not list the partitions: {error}")))
    }
}

fn partitions_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("table_name", DataType::Utf8, false),
        Field::new("stream", DataType::Utf8, false),
        Field::new("topic", DataType::Utf8, false),
        Field::new("partition", DataType::Int32, false),
        Field::new("committed_offset", DataType::Int64, false),
        Field::new("visible_offset", DataType::Int64, false),
        Field::new("first_offset", DataType::Int64, true),
        Field::new("skipped", DataType::Int64, true),
        Field::new("uncommitted_refusals", DataType::Int64, false),
    ]))
}
