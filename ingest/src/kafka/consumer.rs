//! The consumer thread: polls one queue and hands chunks to the streams' lanes.
//!
//! A `BaseConsumer` on a thread of its own, since stream consumers and split queues can stall (trap 7). It assigns
//! itself each partition at the table's watermark; what the broker has committed for the group never counts.
//! When a lane is full, its chunks wait, and past a bound polling stops. Partitions are never paused: a pause throws
//! away what the client has fetched, and asks again from the middle of a batch.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::stream::Stream;
use tidemark_model::time;
use tokio_util::sync::CancellationToken;

use super::KafkaOptions;
use super::discovery::{self, Found};
use crate::error::IngestError;
use crate::record::Chunk;

/// Records of a chunk at most: enough to make a batch worth its overhead.
const CHUNK_RECORDS_MAX: usize = 8_192;
/// Bytes of a chunk at most.
const CHUNK_BYTES_MAX: usize = 4 << 20;
/// How long a record waits for company before its chunk goes on.
const CHUNK_AGE_MAX: Duration = Duration::from_millis(10);
/// Bytes of a stream that wait for its lane before polling stops for all.
const WAITING_BYTES_MAX: usize = 32 << 20;
/// How long to wait for a lane before looking again.
const FULL_PAUSE: Duration = Duration::from_millis(2);
/// How long going back to an offset may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

const SETTINGS: [(&str, &str); 11] = [
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    ("auto.offset.reset", "error"),
    ("check.crcs", "true"),
    ("fetch.wait.max.ms", "50"),
    ("fetch.message.max.bytes", "8388608"),
    ("fetch.queue.backoff.ms", "10"),
    ("queued.min.messages", "200000"),
    ("queued.max.messages.kbytes", "65536"),
    ("statistics.interval.ms", "1000"),
    ("topic.metadata.refresh.interval.ms", "30000"),
];

/// How far a stream is behind its topic.
#[derive(Debug, Default)]
pub struct Lag {
    records: AtomicI64,
}

impl Lag {
    /// Records that the broker has and this process has not taken, as of the last second.
    #[must_use]
    pub fn records(&self) -> i64 {
        self.records.load(Ordering::Relaxed)
    }

    /// Whether so little is left that freshness counts for more than large files.
    #[must_use]
    pub fn nearly_caught_up(&self) -> bool {
        self.records() < 50_000
    }
}

/// One stream as the consumer sees it.
#[derive(Debug)]
pub struct Feed {
    /// The stream.
    pub stream: Stream,
    /// Its topic.
    pub topic: Arc<str>,
    /// Where its chunks go.
    pub lane: SyncSender<Chunk>,
    /// Where each partition's table stands.
    pub watermarks: HashMap<TopicPartition, i64>,
    /// How far behind it is.
    pub lag: Arc<Lag>,
}

/// A feed and what the thread knows of it.
struct Stand {
    feed: Feed,
    chunk: Chunk,
    since: Option<Instant>,
    waiting: VecDeque<Chunk>,
    /// For each partition that is read, the offset that must come next.
    partitions: BTreeMap<i32, i64>,
    /// Offsets before which a gap was found and asked for again, by partition.
    asked_again: HashMap<i32, i64>,
    lost: HashSet<i32>,
}

/// The thread's state.
pub struct ConsumerThread {
    consumer: BaseConsumer<Context>,
    stands: Vec<Stand>,
    landed: Receiver<Vec<OffsetRange>>,
    commits_offsets: bool,
    options: KafkaOptions,
    report: Box<dyn Fn(Option<String>) + Send>,
}

impl std::fmt::Debug for ConsumerThread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsumerThread").finish_non_exhaustive()
    }
}

/// Forwards the library's log and statistics.
struct Context {
    lags: Vec<(Arc<str>, Arc<Lag>)>,
    /// The last thing that the library complained of; it repeats itself many times a second.
    complaint: Mutex<String>,
}

impl Context {
    fn complain(&self, complaint: &str) {
        let Ok(mut last) = self.complaint.lock() else { return };
        if *last != complaint {
            tracing::warn!("kafka: {complaint}");
            complaint.clone_into(&mut last);
        }
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
                tracing::debug!(facility, "kafka: {message}");
            }
            _ => tracing::debug!(facility, "kafka: {message}"),
        }
    }

    fn stats(&self, statistics: rdkafka::Statistics) {
        for (topic, lag) in &self.lags {
            let Some(topic) = statistics.topics.get(topic.as_ref()) else { continue };
            let behind =
                |p: &rdkafka::statistics::Partition| (p.hi_offset - p.app_offset.max(p.lo_offset).max(0)).max(0);
            let read = topic.partitions.values().filter(|p| p.partition >= 0 && p.fetch_state == "active");
            lag.records.store(read.map(behind).sum(), Ordering::Relaxed);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        match error.rdkafka_error_code() {
            // Told by the consumer thread, with what to do.
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown) => {}
            _ => self.complain(reason),
        }
    }
}

impl ConsumerContext for Context {}

impl ConsumerThread {
    /// Makes the client; it connects in the background.
    ///
    /// # Errors
    /// [`IngestError::Kafka`] where a setting is not understood.
    pub fn new(
        options: &KafkaOptions,
        feeds: Vec<Feed>,
        landed: Receiver<Vec<OffsetRange>>,
        report: Box<dyn Fn(Option<String>) + Send>,
    ) -> Result<Self, IngestError> {
        let lags = feeds.iter().map(|feed| (Arc::clone(&feed.topic), Arc::clone(&feed.lag))).collect();
        let mut config = options.client(&SETTINGS);
        config.set("group.id", options.group_id.as_deref().unwrap_or("tidemark"));
        let consumer = config
            .create_with_context(Context { lags, complaint: Mutex::default() })
            .map_err(IngestError::kafka("set up the consumer"))?;
        let stand = |feed: Feed| {
            let chunk = Chunk::new(Arc::clone(&feed.topic));
            Stand {
                feed,
                chunk,
                since: None,
                waiting: VecDeque::new(),
                partitions: BTreeMap::new(),
                asked_again: HashMap::new(),
                lost: HashSet::new(),
            }
        };
        let stands = feeds.into_iter().map(stand).collect();
        let commits_offsets = options.group_id.is_some();
        Ok(Self { consumer, stands, landed, commits_offsets, options: options.clone(), report })
    }

    /// Polls until asked to stop; then hands on what it has and ends, which ends the lanes.
    ///
    /// # Errors
    /// [`IngestError::Ended`] where a lane has gone.
    pub fn run(mut self, stop: &CancellationToken) -> Result<(), IngestError> {
        // The search ends with this thread, whichever way it ends.
        let search = stop.child_token();
        let _ends = search.clone().drop_guard();
        let topics = self.stands.iter().map(|stand| Arc::clone(&stand.feed.topic)).collect();
        let found = discovery::start(&self.options, topics, search)?;
        while !stop.is_cancelled() {
            if let Some(found) = found.try_iter().last() {
                self.take_in(&found);
            }
            if self.is_full() {
                std::thread::sleep(FULL_PAUSE);
            } else {
                self.poll_until_due();
            }
            self.hand_on()?;
            self.commit_landed();
        }
        self.drain()
    }

    /// Hands on what is left, waiting for room.
    fn drain(&mut self) -> Result<(), IngestError> {
        for stand in &mut self.stands {
            let last = std::mem::replace(&mut stand.chunk, Chunk::new(Arc::clone(&stand.feed.topic)));
            for chunk in stand.waiting.drain(..).chain((!last.is_empty()).then_some(last)) {
                stand.feed.lane.send(chunk).map_err(|_| IngestError::Ended("a decode lane"))?;
            }
        }
        Ok(())
    }

    /// Assigns partitions that are not read yet, and says what is waited for.
    fn take_in(&mut self, found: &Found) {
        for (of, bounds) in &found.partitions {
            let wanted = self.stands.iter().position(|stand| {
                let is_new = !stand.partitions.contains_key(&of.partition) && !stand.lost.contains(&of.partition);
                stand.feed.topic == of.topic && is_new
            });
            if let Some(place) = wanted {
                self.assign(place, of, *bounds);
            }
        }
        let mut waiting_for: Vec<String> = found.missing.iter().map(|topic| format!("topic \"{topic}\"")).collect();
        for stand in &self.stands {
            waiting_for
                .extend(stand.lost.iter().map(|partition| format!("offsets of {}/{partition}", stand.feed.topic)));
        }
        waiting_for.extend(found.is_silent.then(|| self.no_answer()));
        (self.report)((!waiting_for.is_empty()).then(|| format!("waiting for {}", waiting_for.join(", "))));
    }

    /// Starts reading a partition where its table stands; says loudly where the broker no longer has that offset.
    fn assign(&mut self, place: usize, of: &TopicPartition, (low, high): (i64, i64)) {
        let (stand, partition) = (&mut self.stands[place], of.partition);
        let start = stand.feed.watermarks.get(of).copied().unwrap_or(low);
        if start < low || start > high {
            let error = IngestError::OffsetGone { partition: of.to_string(), watermark: start, low, high };
            tracing::error!("{error}");
            stand.lost.insert(partition);
            return;
        }
        let mut list = TopicPartitionList::new();
        let added = list.add_partition_offset(&of.topic, partition, Offset::Offset(start));
        match added.and_then(|()| self.consumer.incremental_assign(&list)) {
            Ok(()) => {
                tracing::debug!(partition = %of, start, "reading");
                stand.partitions.insert(partition, start);
                stand.feed.lag.records.fetch_add(high - start, Ordering::Relaxed);
            }
            Err(error) => tracing::warn!(partition = %of, %error, "could not start reading the partition"),
        }
    }

    /// Takes what arrives until a chunk is due, by its size or by the age of its first record.
    fn poll_until_due(&mut self) {
        let at_latest = Instant::now() + CHUNK_AGE_MAX;
        loop {
            let began = self.stands.iter().filter_map(|stand| stand.since).min();
            let due = began.map_or(at_latest, |began| at_latest.min(began + CHUNK_AGE_MAX));
            let Some(left) = due.checked_duration_since(Instant::now()) else { return };
            // In whole milliseconds: the client library would spend the rest of one spinning.
            match self.consumer.poll(Duration::from_millis(left.as_micros().div_ceil(1000) as u64)) {
                None => return,
                Some(Ok(message)) => match take(&mut self.stands, &message) {
                    Taken::More => {}
                    Taken::Full => return,
                    Taken::Gap { expected } => self.seek_back(message.topic(), message.partition(), expected),
                },
                Some(Err(error)) => self.note_error(&error),
            }
        }
    }

    /// Asks again for offsets that were passed over. A broker or client that drops records must not lose them; a gap
    /// that the broker really has (transaction markers, a compacted topic) comes back the same and is then accepted.
    fn seek_back(&self, topic: &str, partition: i32, expected: i64) {
        tracing::info!(topic, partition, expected, "offsets were passed over, asking for them again");
        if let Err(error) = self.consumer.seek(topic, partition, Offset::Offset(expected), ANSWER_TIMEOUT) {
            tracing::warn!(topic, partition, expected, %error, "could not go back");
        }
    }

    fn no_answer(&self) -> String {
        format!("brokers {} which do not answer: start Kafka, or set kafka.brokers", self.options.brokers)
    }

    fn note_error(&self, error: &KafkaError) {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::AllBrokersDown) => {
                (self.report)(Some(format!("waiting for {}", self.no_answer())));
            }
            _ => tracing::warn!(%error, "kafka: poll failed"),
        }
    }

    /// Sends full or old chunks to their lanes, in order; what a full lane does not take waits.
    fn hand_on(&mut self) -> Result<(), IngestError> {
        for stand in &mut self.stands {
            if stand.is_due() {
                let chunk = std::mem::replace(&mut stand.chunk, Chunk::new(Arc::clone(&stand.feed.topic)));
                stand.since = None;
                stand.waiting.push_back(chunk);
            }
            while let Some(chunk) = stand.waiting.pop_front() {
                match stand.feed.lane.try_send(chunk) {
                    Ok(()) => {}
                    Err(TrySendError::Full(chunk)) => {
                        stand.waiting.push_front(chunk);
                        break;
                    }
                    Err(TrySendError::Disconnected(_)) => return Err(IngestError::Ended("a decode lane")),
                }
            }
        }
        Ok(())
    }

    /// Whether a stream has so much waiting that no more is taken; the client's own queues then fill and stop fetching.
    fn is_full(&self) -> bool {
        let waiting = |stand: &Stand| stand.waiting.iter().map(Chunk::size_bytes).sum::<usize>();
        self.stands.iter().any(|stand| waiting(stand) >= WAITING_BYTES_MAX)
    }

    /// Commits to the group what the tables have, for tools that show lag. Failures do not matter.
    fn commit_landed(&self) {
        let mut list = TopicPartitionList::new();
        for range in self.landed.try_iter().flatten() {
            let _ = list.add_partition_offset(&range.of.topic, range.of.partition, Offset::Offset(range.end));
        }
        if self.commits_offsets && list.count() > 0 {
            let _ = self.consumer.commit(&list, CommitMode::Async);
        }
    }
}

impl Stand {
    fn is_due(&self) -> bool {
        !self.chunk.is_empty()
            && (self.chunk.len() >= CHUNK_RECORDS_MAX
                || self.chunk.size_bytes() >= CHUNK_BYTES_MAX
                || self.since.is_some_and(|since| since.elapsed() >= CHUNK_AGE_MAX))
    }
}

/// What became of a polled message.
enum Taken {
    /// There is room for more.
    More,
    /// The stream's chunk is full.
    Full,
    /// It was not taken: offsets before it are missing.
    Gap { expected: i64 },
}

/// Copies a message into its stream's chunk, if it is the next of its partition.
fn take(stands: &mut [Stand], message: &BorrowedMessage<'_>) -> Taken {
    let Some(stand) = stands.iter_mut().find(|stand| stand.feed.topic.as_ref() == message.topic()) else {
        return Taken::More;
    };
    let (partition, offset) = (message.partition(), message.offset());
    let expected = stand.partitions.get(&partition).copied().unwrap_or(offset);
    if offset < expected {
        return Taken::More;
    }
    if offset > expected && stand.asked_again.insert(partition, expected) != Some(expected) {
        return Taken::Gap { expected };
    }
    stand.partitions.insert(partition, offset + 1);
    let headers = message.headers();
    let headers = (0..headers.map_or(0, Headers::count)).filter_map(|i| {
        let header = headers?.get(i);
        Some((header.key, header.value.unwrap_or_default()))
    });
    let timestamp = message.timestamp().to_millis().filter(|ms| *ms > 0).map(|ms| ms * 1000);
    stand.chunk.push(partition, offset, timestamp, message.key(), message.payload(), headers);
    stand.chunk.taken_at = timestamp.unwrap_or_else(time::now);
    stand.since.get_or_insert_with(Instant::now);
    if stand.chunk.len() >= CHUNK_RECORDS_MAX || stand.chunk.size_bytes() >= CHUNK_BYTES_MAX {
        Taken::Full
    } else {
        Taken::More
    }
}
