//! Segments become visible at once, and committed a little later.
//!
//! One task per stream. While a commit is on its way the next segments are already published, so freshness does not
//! wait for storage. Dead letters are committed first, under watermarks of their own: a crash between the two
//! commits repeats the records, and the dead letters below their watermark are then passed over.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{Int32Type, Int64Type};
use futures::future::{BoxFuture, OptionFuture};
use tidemark_lake::append::Committed;
use tidemark_lake::faults;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, TableWriter};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::schema::DEAD_LETTERS;
use tidemark_model::stream::Stream;
use tidemark_model::time;
use tokio::sync::mpsc::Receiver;

use crate::error::IngestError;
use crate::kafka::consumer::Lag;
use crate::known::Others;
use crate::lane::Decoded;
use crate::metrics::IngestMetrics;
use crate::status::Status;

/// When to commit.
#[derive(Debug, Clone, Copy)]
pub struct LandOptions {
    /// How long rows stay uncommitted when the stream is nearly caught up.
    pub commit_interval: Duration,
    /// How long they stay while there is much to catch up, so that files get large.
    pub bulk_interval: Duration,
    /// Memory of uncommitted rows at which a commit is due whatever its age.
    pub flush_bytes: usize,
    /// Memory of uncommitted rows at which no more are taken.
    pub tail_bytes_max: usize,
    /// Whether a commit that fails is tried again for as long as it takes; a command gives up and tells instead.
    pub patient: bool,
}

impl Default for LandOptions {
    fn default() -> Self {
        Self {
            commit_interval: Duration::from_secs(1),
            bulk_interval: Duration::from_secs(5),
            flush_bytes: 64 << 20,
            tail_bytes_max: 160 << 20,
            patient: true,
        }
    }
}

/// Lands one stream's decoded chunks.
#[derive(Debug)]
pub struct Lander {
    /// The stream.
    pub stream: Stream,
    /// The stream's table.
    pub writer: Arc<TableWriter>,
    /// The dead letters' table, shared by all streams.
    pub dead_letters: Arc<TableWriter>,
    /// When to commit.
    pub options: LandOptions,
    /// What to tell Prometheus.
    pub metrics: IngestMetrics,
    /// How far behind the source is.
    pub lag: Arc<Lag>,
    /// Where committed ranges are told, for lag tools.
    pub landed: Sender<Vec<OffsetRange>>,
    /// What other writers have landed in the same table.
    pub others: Others,
    /// Where it says that it cannot commit.
    pub status: Arc<Status>,
}

/// What waits for its commit.
#[derive(Debug, Default)]
struct Pending {
    decoded: Vec<Decoded>,
    size_bytes: usize,
    since: Option<Instant>,
}

/// How often the age of what is pending is looked at.
const TICK: Duration = Duration::from_millis(50);
/// The first pause after a failed commit; it doubles up to [`RETRY_PAUSE_MAX`].
const RETRY_PAUSE: Duration = Duration::from_millis(500);
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(20);

impl Lander {
    /// Lands until the lane ends, then commits what is left.
    ///
    /// # Errors
    /// A fence, after which everything must be read again from the watermarks. A store that fails is tried again
    /// for as long as it takes: the rows stay visible, the tail is bounded, and nothing is lost.
    pub async fn run(self, mut decoded: Receiver<Decoded>) -> Result<(), IngestError> {
        let mut pending = Pending::default();
        let mut in_flight: Option<BoxFuture<'_, Result<(), IngestError>>> = None;
        let mut in_flight_bytes = 0;
        let mut open = true;
        let mut tick = tokio::time::interval(TICK);
        while open || in_flight.is_some() || !pending.decoded.is_empty() {
            let has_room = pending.size_bytes + in_flight_bytes < self.options.tail_bytes_max;
            tokio::select! {
                next = decoded.recv(), if open && has_room => match next {
                    // Nothing but records from before the watermark.
                    Some(next) if next.segment.ranges.is_empty() => {}
                    Some(next) => pending.push(self.publish(next)),
                    None => open = false,
                },
                Some(landed) = OptionFuture::from(in_flight.as_mut()) => {
                    landed?;
                    in_flight = None;
                    in_flight_bytes = 0;
                }
                _ = tick.tick() => {}
            }
            if in_flight.is_none() && !pending.decoded.is_empty() && (!open || self.is_due(&pending)) {
                let due = std::mem::take(&mut pending);
                in_flight_bytes = due.size_bytes;
                in_flight = Some(Box::pin(self.land(due.decoded)));
            }
            let tail = (pending.size_bytes + in_flight_bytes) as i64;
            self.metrics.tail_bytes.with_label_values(&[self.stream.name()]).set(tail);
            self.metrics.lag.with_label_values(&[self.stream.name()]).set(self.lag.records());
        }
        Ok(())
    }

    fn publish(&self, decoded: Decoded) -> Decoded {
        let label = [self.stream.name()];
        let segment = &decoded.segment;
        self.writer.table().publish(segment);
        let taken: i64 = segment.ranges.iter().map(|range| range.end - range.start).sum();
        let repeats: usize = segment.skipped.values().map(Vec::len).sum();
        let dead = decoded.dead_letters.as_ref().map_or(0, RecordBatch::num_rows);
        self.metrics.records.with_label_values(&label).inc_by(taken as u64);
        self.metrics.rows.with_label_values(&label).inc_by(segment.rows.num_rows() as u64);
        self.metrics.repeats.with_label_values(&label).inc_by(repeats as u64);
        self.metrics.dead_letters.with_label_values(&label).inc_by(dead as u64);
        let age = (time::now() - segment.taken_at).max(0) as f64 / 1e6;
        self.metrics.freshness.with_label_values(&label).set(age);
        decoded
    }

    fn is_due(&self, pending: &Pending) -> bool {
        let options = &self.options;
        let interval = if self.lag.nearly_caught_up() { options.commit_interval } else { options.bulk_interval };
        pending.size_bytes >= options.flush_bytes || pending.since.is_some_and(|since| since.elapsed() >= interval)
    }

    /// Commits until it is done or another writer has the partitions.
    async fn land(&self, decoded: Vec<Decoded>) -> Result<(), IngestError> {
        let mut pause = RETRY_PAUSE;
        loop {
            let started = Instant::now();
            match self.commit(&decoded).await {
                Ok(_) => {
                    let label = [self.stream.name()];
                    self.metrics.commits.with_label_values(&label).inc();
                    self.metrics.commit_seconds.with_label_values(&label).observe(started.elapsed().as_secs_f64());
                    let ranges = decoded.iter().flat_map(|d| d.segment.ranges.iter().cloned()).collect();
                    let _ = self.landed.send(ranges);
                    self.status.set(self.stream.name(), None);
                    return Ok(());
                }
                Err(error) if error.is_fence() || !self.options.patient => return Err(error),
                Err(error) => {
                    self.metrics.commit_failures.with_label_values(&[self.stream.name()]).inc();
                    let cause = if let IngestError::Lake(error) = &error { error.chain() } else { error.to_string() };
                    tracing::error!(stream = %self.stream, "commit failed, will try again: {cause}");
                    let waits_for = format!("table {} takes no commits: {cause}", self.stream.table());
                    self.status.set(self.stream.name(), Some(waits_for));
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_PAUSE_MAX);
                }
            }
        }
    }

    async fn commit(&self, decoded: &[Decoded]) -> Result<Committed, IngestError> {
        self.commit_dead_letters(decoded).await?;
        let segments: Vec<_> = decoded.iter().map(|decoded| Arc::clone(&decoded.segment)).collect();
        loop {
            if segments.iter().any(|segment| self.others.met(&segment.rows)) {
                return Err(IngestError::LandedMeanwhile { table: self.stream.table() });
            }
            match self.writer.append(Append { segments: segments.clone(), stream: None }).await {
                Err(LakeError::ForeignRows { .. }) => {
                    // Rows that could not be looked at may be anything: start again, with a window that knows them.
                    self.others.learn(&self.writer).await.map_err(|error| {
                        tracing::warn!(stream = %self.stream, "could not look at another writer's rows: {error}");
                        IngestError::LandedMeanwhile { table: self.stream.table() }
                    })?;
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    async fn commit_dead_letters(&self, decoded: &[Decoded]) -> Result<(), IngestError> {
        let rows: Vec<_> = decoded.iter().filter_map(|decoded| decoded.dead_letters.clone()).collect();
        let Some(first) = rows.first() else { return Ok(()) };
        let rows = concat_batches(&first.schema(), &rows)?;
        let stream = format!("{DEAD_LETTERS}.{}", self.stream);
        let table = self.dead_letters.table();
        let ends = decoded.iter().flat_map(|decoded| &decoded.segment.ranges);
        let mut ranges: Vec<OffsetRange> = Vec::new();
        for range in ends {
            match ranges.iter_mut().find(|other| other.of == range.of) {
                Some(other) => other.end = range.end,
                None => {
                    let start = table.view().state.watermark(&stream, &range.of).unwrap_or(range.start);
                    ranges.push(OffsetRange { start, ..range.clone() });
                }
            }
        }
        // Behind its own watermark a dead letter is there already, from before a crash or a failed commit.
        ranges.retain(|range| range.start < range.end);
        let rows = at_or_above(&rows, &ranges)?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let segment = Arc::new(Segment::new(rows, ranges, Skipped::new(), time::now(), "_ingested_at"));
        match self.dead_letters.append(Append { segments: vec![segment], stream: Some(stream) }).await {
            Ok(_) => {
                faults::crash_point("dead_letters.done");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Pending {
    fn push(&mut self, decoded: Decoded) {
        self.since.get_or_insert_with(Instant::now);
        let dead = decoded.dead_letters.as_ref().map_or(0, RecordBatch::get_array_memory_size);
        self.size_bytes += decoded.segment.size_bytes + dead;
        self.decoded.push(decoded);
    }
}

/// Keeps the dead letters whose offset is in its partition's range.
fn at_or_above(rows: &RecordBatch, ranges: &[OffsetRange]) -> Result<RecordBatch, IngestError> {
    let (Some(topics), Some(partitions), Some(offsets)) =
        (rows.column_by_name("topic"), rows.column_by_name("partition"), rows.column_by_name("offset"))
    else {
        return Err(IngestError::Ended("the dead letters' schema"));
    };
    let (topics, partitions) = (topics.as_string::<i32>(), partitions.as_primitive::<Int32Type>());
    let offsets = offsets.as_primitive::<Int64Type>();
    let keep = |row: usize| {
        let of = TopicPartition { topic: topics.value(row).into(), partition: partitions.value(row) };
        let offset = offsets.value(row);
        ranges.iter().any(|range| range.of == of && (range.start..range.end).contains(&offset))
    };
    let keep: BooleanArray = (0..offsets.len()).map(|row| Some(keep(row))).collect();
    Ok(filter_record_batch(rows, &keep)?)
}
