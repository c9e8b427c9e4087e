//! What a reader sees: a snapshot plus the live tail, loaded once, consistent for the whole query.
//!
//! Kafka is the log; the tail only makes events visible before they are committed. The committer publishes the next
//! snapshot and the tail without the rows in it in one swap, so a reader never sees a row twice or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use tidemark_model::position::{OffsetRange, TopicPartition, parse_app_id};
use tidemark_model::time::Micros;

use crate::log::TableState;

/// Offsets that hold no row, by partition: repeats of an event that is already there.
pub type Skipped = BTreeMap<TopicPartition, Vec<i64>>;

/// Decoded rows on their way into the table, with the offsets they account for. Immutable.
#[derive(Debug)]
pub struct Segment {
    /// The rows, with all the table's columns.
    pub rows: RecordBatch,
    /// The consecutive offsets that the rows, skips and dead letters of this segment cover.
    pub ranges: Vec<OffsetRange>,
    /// Offsets within the ranges that were repeats.
    pub skipped: Skipped,
    /// When the newest of its records was taken from the source.
    pub taken_at: Micros,
    /// Memory held, in bytes.
    pub size_bytes: usize,
    /// Lowest and highest event time, where it has rows.
    pub times: Option<(Micros, Micros)>,
}

impl Segment {
    /// Wraps rows; `time_column` is the column whose bounds let a query pass over the segment.
    #[must_use]
    pub fn new(
        rows: RecordBatch,
        ranges: Vec<OffsetRange>,
        skipped: Skipped,
        taken_at: Micros,
        time_column: &str,
    ) -> Self {
        let times = rows.column_by_name(time_column).and_then(|column| {
            let times = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            Some((arrow::compute::min(times)?, arrow::compute::max(times)?))
        });
        let size_bytes = rows.columns().iter().map(|column| column.get_buffer_memory_size()).sum();
        Self { rows, ranges, skipped, taken_at, size_bytes, times }
    }
}

/// A snapshot and the segments that are not in it.
#[derive(Debug, Clone)]
pub struct View {
    /// The committed table.
    pub state: Arc<TableState>,
    /// What is taken in but not committed, oldest first.
    pub tail: Vec<Arc<Segment>>,
}

impl View {
    /// A view without a tail.
    #[must_use]
    pub fn committed(state: TableState) -> Self {
        Self { state: Arc::new(state), tail: Vec::new() }
    }

    /// The offset after the last that has landed, by partition; with the tail's where it is to count.
    #[must_use]
    pub fn next_offsets(&self, with_tail: bool) -> BTreeMap<TopicPartition, i64> {
        let landed = self.state.watermarks.iter();
        let mut next: BTreeMap<_, _> = landed.filter_map(|(id, next)| Some((parse_app_id(id)?.1, *next))).collect();
        for range in self.tail.iter().filter(|_| with_tail).flat_map(|segment| &segment.ranges) {
            let known = next.entry(range.of.clone()).or_insert(range.end);
            *known = range.end.max(*known);
        }
        next
    }

    /// Rows of the tail.
    #[must_use]
    pub fn tail_rows(&self) -> usize {
        self.tail.iter().map(|segment| segment.rows.num_rows()).sum()
    }

    /// Memory of the tail, in bytes.
    #[must_use]
    pub fn tail_bytes(&self) -> usize {
        self.tail.iter().map(|segment| segment.size_bytes).sum()
    }
}
