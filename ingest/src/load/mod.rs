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
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tidemark_lake::TableWriter;
use tidemark_model::position::TopicPartition;
use tidemark_model::stream::Stream;
use tidemark_model::time;
use tokio::sync::mpsc;
use xxhash_rust::xxh3::Xxh3;

use crate::error::IngestError;
use crate::kafka::consumer::Lag;
use crate::land::{LandOptions, Lander};
use crate::lane::{Decoded, Lane};
use crate::metrics::IngestMetrics;
use crate::pipeline::{DedupOptions, Writers, rebuild_window, watermarks};
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

/// Loads a file of JSON Lines or, where it is called `.parquet`, of Parquet into its stream's table. `progress` is told
/// the bytes read so far.
///
/// # Errors
/// [`IngestError::File`], [`IngestError::Columns`], [`IngestError::Lake`].
pub async fn load_file(
    path: PathBuf,
    stream: Stream,
    writers: &Writers,
    dedup: DedupOptions,
    metrics: &IngestMetrics,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Loaded, IngestError> {
    let source = open(&path)?;
    let writer = writers.of(stream);
    let topic: Arc<str> = topic_of(&path)?.into();
    let of = TopicPartition { topic: Arc::clone(&topic), partition: 0 };
    let before = watermarks(writer.table(), stream).get(&of).copied().unwrap_or(0);
    let lane = Lane::new(stream, rebuild_window(writer.table(), dedup).await?, HashMap::from([(of, before)]));
    let (decoded, to_land) = mpsc::channel(2);
    let (landed, _told) = std::sync::mpsc::channel();
    let lander = lander(stream, writer, writers, metrics, landed);
    let landing = tokio::spawn(lander.run(to_land));
    let reading = tokio::task::spawn_blocking(move || read(source, &topic, before, lane, &decoded, &progress));
    let loaded = reading.await.map_err(|_| IngestError::Ended("the reader"))??;
    landing.await.map_err(|_| IngestError::Ended("the lander"))??;
    Ok(loaded)
}

fn open(path: &Path) -> Result<Box<dyn Source + Send>, IngestError> {
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    Ok(if is_parquet { Box::new(rows::Rows::open(path)?) } else { Box::new(lines::Lines::open(path)?) })
}

fn lander(
    stream: Stream,
    writer: &Arc<TableWriter>,
    writers: &Writers,
    metrics: &IngestMetrics,
    landed: std::sync::mpsc::Sender<Vec<tidemark_model::position::OffsetRange>>,
) -> Lander {
    Lander {
        stream,
        writer: Arc::clone(writer),
        dead_letters: Arc::clone(writers.dead_letters()),
        options: LandOptions { commit_interval: std::time::Duration::from_secs(5), ..LandOptions::default() },
        metrics: metrics.clone(),
        lag: Arc::new(Lag::default()),
        landed,
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

fn read(
    mut source: Box<dyn Source + Send>,
    topic: &Arc<str>,
    before: i64,
    mut lane: Lane,
    decoded: &mpsc::Sender<Decoded>,
    progress: &dyn Fn(u64),
) -> Result<Loaded, IngestError> {
    let mut loaded = Loaded { before: before as u64, ..Loaded::default() };
    loop {
        let mut chunk = Chunk::new(Arc::clone(topic));
        source.fill(&mut chunk, loaded.records as i64)?;
        if chunk.is_empty() {
            return Ok(loaded);
        }
        chunk.taken_at = time::now();
        loaded.records += chunk.len() as u64;
        let next = lane.decode(&chunk)?;
        loaded.rows += next.segment.rows.num_rows() as u64;
        loaded.repeats += next.segment.skipped.values().map(|offsets| offsets.len() as u64).sum::<u64>();
        loaded.dead_letters += next.dead_letters.as_ref().map_or(0, |rows| rows.num_rows() as u64);
        progress(source.bytes_read());
        if decoded.blocking_send(next).is_err() {
            // The lander says why it ended.
            return Ok(loaded);
        }
    }
}
