//! What a reader sees: a snapshot plus the live tail, loaded once, consistent for the whole query.
//!
//! Kafka is the log; the tail only makes events visible before they are committed. The committer publishes the next
//! snapshot and the tail without the rows in it in one swap, so a reader never sees a row twice or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, TimestampMicrosecondType};
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

    /// How many of its rows are a partition's; all of a segment's are of one topic.
    #[must_use]
    pub fn num_rows_of(&self, of: &TopicPartition) -> i64 {
        let is_theirs = |range: &OffsetRange| range.of == *of;
        if self.ranges.iter().all(is_theirs) {
            return self.rows.num_rows() as i64;
        }
        let partitions =
            self.rows.column_by_name("_partition").and_then(|column| column.as_primitive_opt::<Int32Type>());
        partitions.map_or(0, |all| all.iter().filter(|partition| *partition == Some(of.partition)).count() as i64)
    }
}

/// A snapshot and the segments that are not in it.
#[derive(Debug, Clone)]
pub struct View {
    /// The committed table.
    pub state: Arc<TableState>,
    /// What is taken in but not committed, oldest first.
    pub tail: Vec<Arc<Segment>>,
    /// What was committed last, oldest first: rows of the snapshot that need not be looked for in files.
    pub recent: Vec<Arc<Segment>>,
}

/// Memory for what was committed last, in bytes.
const RECENT_BYTES: usize = 64 << 20;

impl View {
    /// A view without a tail.
    #[must_use]
    pub fn committed(state: TableState) -> Self {
        Self { state: Arc::new(state), tail: Vec::new(), recent: Vec::new() }
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

    /// The segments with offsets from these on, in memory as a whole, oldest first; `None` where some must be looked for
    /// in files. Looks at no more segments than those and one.
    #[must_use]
    pub fn since(&self, known: &BTreeMap<TopicPartition, i64>, with_tail: bool) -> Option<Vec<Arc<Segment>>> {
        // For each partition with more: where that begins, and the offset down to which segments were found.
        let mut missing: BTreeMap<TopicPartition, (i64, i64)> = self
            .next_offsets(with_tail)
            .into_iter()
            .map(|(of, next)| (known.get(&of).copied().unwrap_or(0), of, next))
            .filter(|(from, _, next)| from < next)
            .map(|(from, of, next)| (of, (from, next)))
            .collect();
        let mut found = Vec::new();
        let newest_first = self.tail.iter().rev().filter(|_| with_tail).chain(self.recent.iter().rev());
        for segment in newest_first {
            if missing.is_empty() {
                break;
            }
            let mut is_found = false;
            for range in &segment.ranges {
                let Some((from, down_to)) = missing.get_mut(&range.of) else { continue };
                // Segments of a partition are in the order of their offsets: what is not here is in no older one.
                if range.end < *down_to {
                    return None;
                }
                is_found = true;
                *down_to = range.start.min(*down_to);
                if *down_to <= *from {
                    missing.remove(&range.of);
                }
            }
            if is_found {
                found.push(Arc::clone(segment));
            }
        }
        found.reverse();
        missing.is_empty().then_some(found)
    }

    /// The same with some segments committed: they are no tail any more, but remembered, as far as there is room. A
    /// snapshot that is older than this view's changes nothing: who looked for others' commits may come back with it
    /// after something was committed here.
    #[must_use]
    pub(crate) fn with_committed(&self, state: &Arc<TableState>, committed: &[Arc<Segment>]) -> Self {
        let state = if state.version < self.state.version { &self.state } else { state };
        let in_commit = |segment: &&Arc<Segment>| committed.iter().any(|other| Arc::ptr_eq(segment, other));
        let tail = self.tail.iter().filter(|segment| !in_commit(segment)).cloned().collect();
        let mut recent: Vec<_> = self.recent.iter().chain(committed).cloned().collect();
        let mut held: usize = recent.iter().map(|segment| segment.size_bytes).sum();
        let is_over = |segment: &Arc<Segment>| {
            let is_over = held > RECENT_BYTES;
            held -= if is_over { segment.size_bytes } else { 0 };
            is_over
        };
        let forgotten = recent.iter().map(is_over).take_while(|is_over| *is_over).count();
        recent.drain(..forgotten);
        Self { state: Arc::clone(state), tail, recent }
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

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array};
    use tidemark_model::position::app_id;

    use super::*;

    fn of() -> TopicPartition {
        TopicPartition { topic: "usage".into(), partition: 0 }
    }

    fn nothing() -> View {
        View::committed(TableState {
            table: "usage_events".into(),
            version: 0,
            schema: Arc::new(arrow::datatypes::Schema::empty()),
            metadata: Arc::default(),
            files: Arc::default(),
            watermarks: Arc::default(),
        })
    }

    fn segment(start: i64, end: i64) -> Arc<Segment> {
        let rows = RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
        let segment = Segment::new(rows, vec![OffsetRange { of: of(), start, end }], BTreeMap::new(), 0, "time");
        Arc::new(segment)
    }

    #[test]
    fn what_is_not_remembered_is_not_claimed() {
        let mut view = nothing();
        view.recent = vec![segment(10, 20)];
        view.tail = vec![segment(20, 30)];
        let since = |from| view.since(&BTreeMap::from([(of(), from)]), true).map(|segments| segments.len());
        assert_eq!([since(5), since(10), since(15), since(20), since(30)], [None, Some(2), Some(2), Some(1), Some(0)]);
        view.recent = vec![segment(10, 19)];
        let since = |from| view.since(&BTreeMap::from([(of(), from)]), true).map(|segments| segments.len());
        assert_eq!([since(10), since(19), since(20)], [None, None, Some(1)], "offset 19 was forgotten");
    }

    #[test]
    fn each_partition_is_followed_by_itself() {
        let other = TopicPartition { topic: "usage".into(), partition: 1 };
        let range = |of: TopicPartition, start, end| OffsetRange { of, start, end };
        let with = |ranges| Arc::new(Segment { ranges, ..Arc::into_inner(segment(0, 0)).unwrap() });
        let mut view = nothing();
        let landed = [(of(), 9), (other.clone(), 4)].map(|(of, next)| (app_id("usage_events", &of), next));
        view.state = Arc::new(TableState { watermarks: Arc::new(landed.into()), ..TableState::clone(&view.state) });
        view.recent = vec![
            with(vec![range(of(), 0, 5), range(other.clone(), 0, 2)]),
            with(vec![range(of(), 5, 9)]),
            with(vec![range(other.clone(), 2, 4)]),
        ];
        view.tail = vec![with(vec![range(of(), 9, 12)])];
        let since = |one, two, with_tail| {
            let found = view.since(&BTreeMap::from([(of(), one), (other.clone(), two)]), with_tail).unwrap();
            found.iter().map(|segment| segment.ranges[0].start).collect::<Vec<_>>()
        };
        assert_eq!(since(12, 4, true), [0; 0]);
        assert_eq!(since(9, 3, true), [2, 9]);
        assert_eq!(since(9, 3, false), [2]);
        assert_eq!(since(6, 4, true), [5, 9]);
        assert_eq!(since(12, 1, true), [0, 2], "what is wanted of one partition brings the other's rows along");
        assert_eq!(since(0, 0, true), [0, 5, 2, 9]);
    }

    #[test]
    fn a_snapshot_that_comes_late_takes_nothing_back() {
        let before = nothing();
        let committed = Arc::new(TableState { version: 1, ..TableState::clone(&before.state) });
        let view = View { tail: vec![segment(0, 1)], ..nothing() };
        let view = view.with_committed(&committed, &view.tail);
        let seen = view.with_committed(&before.state, &[]);
        assert_eq!((seen.state.version, seen.tail.len(), seen.recent.len()), (1, 0, 1));
    }

    #[test]
    fn what_was_committed_first_is_forgotten_first() {
        let view = nothing();
        let big = |start| {
            let mut segment = Arc::into_inner(segment(start, start + 1)).unwrap();
            segment.size_bytes = RECENT_BYTES / 2;
            Arc::new(segment)
        };
        let view = view.with_committed(&view.state, &[big(0), big(1), big(2)]);
        assert_eq!(view.recent.iter().map(|segment| segment.ranges[0].start).collect::<Vec<_>>(), [1, 2]);
    }
}
