//! Files instead of a topic: the same decode, the same tables, the same guarantees.
//!
//! A file counts as a topic of one partition, named by its content, with record numbers as offsets. Loading it again
//! therefore finds its watermark at its end and changes nothing; an interrupted load goes on where it stopped.
//! [`lines`] reads JSON Lines, [`rows`] reads Parquet; both make records as a producer would send them.

mod lines;
mod rows;

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tidemark_lake::TableWriter;
use tidemark_model::position::TopicPartition;
use tidemark_model::stream::Stream;
use tidemark_model::time;
use tokio::sync::mpsc;
use xxhash_rust::xxh3::Xxh3;

use crate::dedup::Window;
use crate::error::IngestError;
use crate::kafka::consumer::Lag;
use crate::known::{DedupOptions, Others, rebuild_window};
use crate::land::{LandOptions, Lander};
use crate::lane::{Decoded, Lane};
use crate::metrics::IngestMetrics;
use crate::pipeline::{Writers, watermarks};
use crate::record::Chunk;

/// Records of one chunk.
const CHUNK_RECORDS: usize = 8_192;
const CHUNK_BYTES: usize = 8 << 20;

/// A file's records, a chunk at a time.
trait Source {
    /// Adds records to the chunk, offsets from `first` on, until it is large enough; none at the end of the file.
    fn fill(&mut self, chunk: &mut Chunk, first: i64) -> Result<(), IngestError>;

    /// Bytes of the file that have been read so far.
    fn bytes_read(&self) -> u64;
}

/// What a load did.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Records read from the file, those of an earlier load included.
    pub records: u64,
    /// Rows added.
    pub rows: u64,
    /// Records skipped as repeats of an event.
    pub repeats: u64,
    /// Records refused and kept as dead letters.
    pub dead_letters: u64,
    /// Records that an earlier load of the same file had taken.
    pub before: u64,
}

/// The stream of a file: as told, or by its stem.
///
/// # Errors
/// [`IngestError::NoStream`].
pub fn stream_of(path: &Path, told: Option<Stream>) -> Result<Stream, IngestError> {
    let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('.').next());
    told.or_else(|| stem?.parse().ok()).ok_or_else(|| IngestError::NoStream { path: path.to_owned() })
}

/// Told the bytes of a file that have been read so far.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// Loads a file of JSON Lines or, where it is called `.parquet`, of Parquet into its stream's table.
///
/// # Errors
/// [`IngestError::File`], [`IngestError::Columns`], [`IngestError::Lake`]: what was committed stays, and the same call
/// goes on from there.
pub async fn load_file(
    path: &Path,
    stream: Stream,
    writers: &Writers,
    dedup: DedupOptions,
    metrics: &IngestMetrics,
    progress: &Progress,
) -> Result<Loaded, IngestError> {
    let (topic, table) = (Arc::<str>::from(topic_of(path)?), writers.of(stream).table());
    let of = TopicPartition { topic: Arc::clone(&topic), partition: 0 };
    let stands_at = || watermarks(table, stream).get(&of).copied().unwrap_or(0);
    let mut loaded = Loaded { before: stands_at() as u64, ..Loaded::default() };
    loop {
        let (source, window) = (open(path)?, window(writers.of(stream), dedup).await?);
        let lane = Lane::new(stream, window, HashMap::from([(of.clone(), stands_at())]));
        let (decoded, to_land) = mpsc::channel(2);
        let landing = tokio::spawn(lander(stream, writers, metrics).run(to_land));
        let (reader_topic, told) = (Arc::clone(&topic), Arc::clone(progress));
        let reading = move || read(source, &reader_topic, lane, &decoded, told.as_ref());
        let chunks = tokio::task::spawn_blocking(reading).await.map_err(|_| IngestError::Ended("the reader"))??;
        let outcome = landing.await.map_err(|_| IngestError::Ended("the lander"))?;
        let landed_to = stands_at();
        chunks.iter().filter(|chunk| chunk.end <= landed_to).for_each(|chunk| loaded.add(chunk));
        match outcome {
            // Another writer landed one of these events meanwhile: the rest is read again with a window that knows it.
            Err(error) if error.is_fence() => {}
            outcome => return outcome.map(|()| loaded),
        }
    }
}

/// The window of what the table holds now.
async fn window(writer: &TableWriter, dedup: DedupOptions) -> Result<Window, IngestError> {
    writer.refresh().await?;
    let _ = writer.take_foreign();
    Ok(rebuild_window(writer.table(), dedup).await?)
}

fn open(path: &Path) -> Result<Box<dyn Source + Send>, IngestError> {
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    Ok(if is_parquet { Box::new(rows::Rows::open(path)?) } else { Box::new(lines::Lines::open(path)?) })
}

fn lander(stream: Stream, writers: &Writers, metrics: &IngestMetrics) -> Lander {
    // Nobody asks where a file's offsets stand.
    let (landed, _) = std::sync::mpsc::channel();
    let commit_interval = Duration::from_secs(5);
    Lander {
        stream,
        writer: Arc::clone(writers.of(stream)),
        dead_letters: Arc::clone(writers.dead_letters()),
        options: LandOptions { commit_interval, patient: false, ..LandOptions::default() },
        metrics: metrics.clone(),
        lag: Arc::new(Lag::default()),
        landed,
        others: Others::default(),
        status: Arc::default(),
    }
}

/// `file:<stem>-<hash of the content>`: the same content is the same topic, whatever the file is called.
fn topic_of(path: &Path) -> Result<String, IngestError> {
    let failed = |source| IngestError::File { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(format!("file:{:032x}", hasher.digest128())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// What a chunk came to.
struct ChunkFacts {
    /// The offset after its last record.
    end: i64,
    rows: u64,
    repeats: u64,
    dead_letters: u64,
}

impl Loaded {
    fn add(&mut self, chunk: &ChunkFacts) {
        self.records = chunk.end as u64;
        self.rows += chunk.rows;
        self.repeats += chunk.repeats;
        self.dead_letters += chunk.dead_letters;
    }
}

/// Reads and decodes until the file or the lander ends.
fn read(
    mut source: Box<dyn Source + Send>,
    topic: &Arc<str>,
    mut lane: Lane,
    decoded: &mpsc::Sender<Decoded>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Vec<ChunkFacts>, IngestError> {
    let mut chunks: Vec<ChunkFacts> = Vec::new();
    loop {
        let mut chunk = Chunk::new(Arc::clone(topic));
        let first = chunks.last().map_or(0, |chunk| chunk.end);
        source.fill(&mut chunk, first)?;
        if chunk.is_empty() {
            return Ok(chunks);
        }
        chunk.taken_at = time::now();
        let next = lane.decode(&chunk)?;
        chunks.push(ChunkFacts {
            end: first + chunk.len() as i64,
            rows: next.segment.rows.num_rows() as u64,
            repeats: next.segment.skipped.values().map(|offsets| offsets.len() as u64).sum(),
            dead_letters: next.dead_letters.as_ref().map_or(0, |rows| rows.num_rows() as u64),
        });
        progress(source.bytes_read());
        if decoded.blocking_send(next).is_err() {
            // The lander says why it ended.
            return Ok(chunks);
        }
    }
}
