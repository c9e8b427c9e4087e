//! The whole way for all streams: consumer thread, a lane each, a lander each; started again from the watermarks when
//! another writer has moved them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use tidemark_lake::compact::{Tiers, merge};
use tidemark_lake::maintain::{CHECKPOINT_EVERY, checkpoint};
use tidemark_lake::table::TableSpec;
use tidemark_lake::{LakeError, Store, Table, TableWriter};
use tidemark_model::position::{TopicPartition, parse_app_id};
use tidemark_model::stream::Stream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::error::IngestError;
use crate::kafka::KafkaOptions;
use crate::kafka::consumer::{ConsumerThread, Feed, Lag};
use crate::known::{DedupOptions, Others, rebuild_window};
use crate::land::{LandOptions, Lander};
use crate::lane::{Decoded, Lane};
use crate::metrics::IngestMetrics;
use crate::record::Chunk;
use crate::status::Status;

/// Chunks that wait for a lane, and decoded ones that wait for a lander: enough to keep both busy.
const WAITING_MAX: usize = 4;
/// The pause before a pipeline that failed starts again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);
/// The part of the status that the consumer and the pipeline itself report; each stream has its own.
pub const SOURCE: &str = "source";
/// How often tables are looked at for compaction and checkpoints.
const MAINTENANCE_INTERVAL: Duration = Duration::from_millis(500);

/// The writers of all tables; one set per process.
#[derive(Debug, Clone)]
pub struct Writers {
    events: [Arc<TableWriter>; 3],
    dead_letters: Arc<TableWriter>,
}

impl Writers {
    /// Opens the tables, creating those that do not exist.
    ///
    /// # Errors
    /// As [`Table::open_or_create`].
    pub async fn open(store: &Store) -> Result<Self, LakeError> {
        let open =
            async |spec| Ok::<_, LakeError>(Arc::new(TableWriter::new(Table::open_or_create(store, spec).await?)));
        Ok(Self {
            events: [
                open(TableSpec::events(Stream::Sessions)).await?,
                open(TableSpec::events(Stream::Invoices)).await?,
                open(TableSpec::events(Stream::Usage)).await?,
            ],
            dead_letters: open(TableSpec::dead_letters()).await?,
        })
    }

    /// The writer of a stream's table.
    #[must_use]
    pub const fn of(&self, stream: Stream) -> &Arc<TableWriter> {
        &self.events[stream as usize]
    }

    /// The writer of the dead letters.
    #[must_use]
    pub const fn dead_letters(&self) -> &Arc<TableWriter> {
        &self.dead_letters
    }

    /// All writers.
    pub fn all(&self) -> impl Iterator<Item = &Arc<TableWriter>> {
        self.events.iter().chain([&self.dead_letters])
    }
}

/// Everything that ingest needs to run.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// How to reach Kafka.
    pub kafka: KafkaOptions,
    /// The tables.
    pub writers: Writers,
    /// When to commit.
    pub land: LandOptions,
    /// What to remember of identities.
    pub dedup: DedupOptions,
    /// What to tell Prometheus.
    pub metrics: IngestMetrics,
    /// What ingest waits for.
    pub status: Arc<Status>,
    /// How far behind each stream is.
    pub lags: [Arc<Lag>; 3],
}

impl Pipeline {
    /// Runs until asked to stop, then drains: everything taken is committed.
    pub async fn run(&self, stop: CancellationToken) {
        let mut maintenance = JoinSet::new();
        for writer in self.writers.all() {
            maintenance.spawn(maintain(Arc::clone(writer), self.metrics.clone(), stop.clone()));
        }
        while !stop.is_cancelled() {
            match self.round(&stop).await {
                Ok(()) => {}
                Err(error) if error.is_fence() => {
                    self.metrics.fences.inc();
                    tracing::warn!("{error}; reading again from the watermarks");
                }
                Err(error) => {
                    let text = if let IngestError::Lake(error) = &error { error.chain() } else { error.to_string() };
                    tracing::error!("ingest stopped, will start again: {text}");
                    self.status.set(SOURCE, Some(text));
                    tokio::time::sleep(RESTART_PAUSE).await;
                }
            }
        }
        while maintenance.join_next().await.is_some() {}
    }

    /// One life of the pipeline: from the tables' watermarks until it is stopped or fenced.
    async fn round(&self, stop: &CancellationToken) -> Result<(), IngestError> {
        let round = stop.child_token();
        let (landed, told) = std::sync::mpsc::channel();
        let mut landers = JoinSet::new();
        let mut lanes = Vec::new();
        let mut feeds = Vec::new();
        self.writers.dead_letters.refresh().await?;
        for stream in Stream::ALL {
            let writer = self.writers.of(stream);
            writer.table().discard_tail();
            // A commit that failed before belongs to a life that is over.
            self.status.set(stream.name(), None);
            writer.refresh().await?;
            // What others have added until now is in the window that is built next.
            let _ = writer.take_foreign();
            let watermarks = watermarks(writer.table(), stream);
            let window = rebuild_window(writer.table(), self.dedup).await?;
            let (chunks, received) = sync_channel(WAITING_MAX);
            let (decoded, to_land) = mpsc::channel(WAITING_MAX);
            let lane = Lane::new(stream, window, watermarks.clone());
            let metrics = self.metrics.clone();
            lanes.push(std::thread::spawn(move || run_lane(lane, stream, &received, &decoded, &metrics)));
            let lander = self.lander(stream, landed.clone());
            landers.spawn(lander.run(to_land));
            let topic = self.kafka.topic_of(stream).into();
            let lag = Arc::clone(&self.lags[stream as usize]);
            feeds.push(Feed { stream, topic, lane: chunks, watermarks, lag });
        }
        let status = Arc::clone(&self.status);
        let report = Box::new(move |text: Option<String>| {
            if status.set(SOURCE, text.clone()) {
                match text {
                    Some(text) => tracing::warn!("ingest is {text}"),
                    None => tracing::info!("ingest is running"),
                }
            }
        });
        let consumer = ConsumerThread::new(&self.kafka, feeds, told, report)?;
        let stop_consumer = round.clone();
        let consumer = tokio::task::spawn_blocking(move || consumer.run(&stop_consumer));
        let mut outcome = Ok(());
        while let Some(ended) = landers.join_next().await {
            let ended = ended.map_err(|_| IngestError::Ended("a lander")).and_then(|ended| ended);
            if outcome.is_ok() && (ended.is_err() || !stop.is_cancelled()) {
                outcome = ended;
                round.cancel();
            }
        }
        let consumed = consumer.await.map_err(|_| IngestError::Ended("the consumer thread"))?;
        for lane in lanes {
            lane.join().map_err(|_| IngestError::Ended("a decode lane"))??;
        }
        outcome.and(consumed)
    }

    fn lander(
        &self,
        stream: Stream,
        landed: std::sync::mpsc::Sender<Vec<tidemark_model::position::OffsetRange>>,
    ) -> Lander {
        Lander {
            stream,
            writer: Arc::clone(self.writers.of(stream)),
            dead_letters: Arc::clone(&self.writers.dead_letters),
            options: self.land,
            metrics: self.metrics.clone(),
            lag: Arc::clone(&self.lags[stream as usize]),
            landed,
            others: Others::default(),
            status: Arc::clone(&self.status),
        }
    }
}

/// Decodes until the consumer or the lander ends.
fn run_lane(
    mut lane: Lane,
    stream: Stream,
    chunks: &Receiver<Chunk>,
    decoded: &mpsc::Sender<Decoded>,
    metrics: &IngestMetrics,
) -> Result<(), IngestError> {
    for chunk in chunks {
        let timer = metrics.decode_seconds.start_timer();
        let next = lane.decode(&chunk)?;
        timer.observe_duration();
        metrics.window.with_label_values(&[stream.name()]).set(lane.window().len() as i64);
        if decoded.blocking_send(next).is_err() {
            break;
        }
    }
    Ok(())
}

/// Where a stream's table stands, by partition.
#[must_use]
pub fn watermarks(table: &Table, stream: Stream) -> HashMap<TopicPartition, i64> {
    let state = Arc::clone(&table.view().state);
    let ours = state.watermarks.iter().filter_map(|(id, offset)| {
        let (name, of) = parse_app_id(id)?;
        (name == stream.name()).then_some((of, *offset))
    });
    ours.collect()
}

/// Compacts a table and checkpoints it beside the appends, until asked to stop.
pub async fn maintain(writer: Arc<TableWriter>, metrics: IngestMetrics, stop: CancellationToken) {
    let table = Arc::clone(writer.table());
    let name = table.spec().name;
    let tiers = Tiers::default();
    let mut checkpointed = table.view().state.version;
    while stop.run_until_cancelled(tokio::time::sleep(MAINTENANCE_INTERVAL)).await.is_some() {
        let state = Arc::clone(&table.view().state);
        metrics.files.with_label_values(&[name]).set(state.files.len() as i64);
        if state.version >= checkpointed + CHECKPOINT_EVERY {
            checkpointed = state.version;
            if let Err(error) = checkpoint(&table).await {
                tracing::warn!(table = name, "{}", error.chain());
            }
        }
        let Some(files) = tiers.plan(&state) else { continue };
        let merged = async { writer.replace(merge(&table, files).await?).await };
        match merged.await {
            Ok(_) => metrics.compactions.with_label_values(&[name]).inc(),
            Err(error) => tracing::warn!(table = name, "compaction given up: {}", error.chain()),
        }
    }
}
