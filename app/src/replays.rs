//! Dead letters that are tried again: what this release accepts of them is taken in as a file of its stream. It lands
//! under its own identity, so doing it twice changes nothing; what is still refused stays as it is.

use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use async_trait::async_trait;
use prometheus::Registry;
use tidemark_engine::Engine;
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::decode::Decoder;
use tidemark_ingest::known::DedupOptions;
use tidemark_ingest::load::{Loaded, Progress, load_file};
use tidemark_ingest::pipeline::Writers;
use tidemark_ingest::record::Chunk;
use tidemark_lake::Store;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{DeadLetterReplay, PinnedQueries, Replayed};
use tidemark_model::stream::Stream;
use tidemark_model::time;

/// Tries dead letters again. It writes as another process would, so that ingest learns what it added.
#[derive(Debug)]
pub(crate) struct Replays {
    engine: Arc<Engine>,
    store: Store,
}

impl Replays {
    /// Over an engine and its lake.
    pub(crate) const fn new(engine: Arc<Engine>, store: Store) -> Self {
        Self { engine, store }
    }

    async fn replay_all(&self, stream: Option<Stream>, reason: Option<&str>) -> Result<Vec<Replayed>> {
        let queries = self.engine.committed().await?;
        let writers = Writers::open(&self.store).await?;
        let mut replayed = Vec::new();
        for stream in Stream::ALL.into_iter().filter(|one| stream.is_none_or(|wanted| wanted == *one)) {
            replayed.push(replay(queries.as_ref(), &writers, stream, reason).await?);
        }
        Ok(replayed)
    }
}

#[async_trait]
impl DeadLetterReplay for Replays {
    async fn replay(&self, stream: Option<Stream>, reason: Option<&str>) -> Result<Vec<Replayed>, ServiceError> {
        self.replay_all(stream, reason).await.map_err(|error| {
            let message = format!("dead letters could not all be tried again: {error:#}");
            ServiceError::new(ErrorCode::Unavailable, message).with_hint("do it again: what was taken in stays so")
        })
    }
}

/// What a condition on dead letters says in SQL, with its `WHERE`; empty where all are wanted.
pub(crate) fn condition(stream: Option<Stream>, reason: Option<&str>) -> String {
    let reason = reason.map(|reason| format!("reason = '{}'", reason.replace('\'', "''")));
    let stream = stream.map(|stream| format!("stream = '{stream}'"));
    let terms: Vec<String> = reason.into_iter().chain(stream).collect();
    if terms.is_empty() { String::new() } else { format!(" WHERE {}", terms.join(" AND ")) }
}

async fn replay(
    queries: &dyn PinnedQueries,
    writers: &Writers,
    stream: Stream,
    reason: Option<&str>,
) -> Result<Replayed> {
    let query = format!(
        "SELECT payload FROM dead_letters{} AND payload IS NOT NULL \
         AND (headers IS NULL OR headers NOT LIKE '%ce_%') ORDER BY topic, partition, \"offset\"",
        condition(Some(stream), reason)
    );
    let rows = queries.rows(&query).await?;
    let columns = rows.iter().map(|batch| cast(batch.column(0), &DataType::Binary)).collect::<Result<Vec<_>, _>>()?;
    let payloads = columns.iter().flat_map(|column| column.as_binary::<i32>().iter().flatten());
    let payloads: Vec<&[u8]> = payloads.collect();
    let accepted: Vec<&[u8]> = payloads.iter().copied().filter(|payload| is_accepted(stream, payload)).collect();
    let loaded = if accepted.is_empty() { Loaded::default() } else { take_in(stream, &accepted, writers).await? };
    Ok(Replayed {
        stream,
        num_tried: payloads.len(),
        num_refused: payloads.len() - accepted.len(),
        num_added: loaded.rows,
        num_known: loaded.repeats + loaded.before,
    })
}

async fn take_in(stream: Stream, payloads: &[&[u8]], writers: &Writers) -> Result<Loaded> {
    let folder = std::env::temp_dir().join(format!("tidemark-replay-{}", uuid::Uuid::new_v4()));
    tokio::fs::create_dir(&folder).await.context("could not make a temporary folder")?;
    let path = folder.join(format!("{stream}.jsonl"));
    let outcome = async {
        tokio::fs::write(&path, payloads.join(&b'\n')).await.context("could not write the temporary file")?;
        let (metrics, silent): (_, Progress) = (IngestMetrics::register(&Registry::new())?, Arc::new(|_| {}));
        Ok(load_file(&path, stream, writers, DedupOptions::default(), &metrics, &silent).await?)
    };
    let outcome = outcome.await;
    let _ = tokio::fs::remove_dir_all(&folder).await;
    outcome
}

/// Whether this release accepts a payload, which must fit on a line.
fn is_accepted(stream: Stream, payload: &[u8]) -> bool {
    let mut chunk = Chunk::new(stream.name().into());
    chunk.push(0, 0, None, None, Some(payload), std::iter::empty());
    let decoder = Decoder::new(stream);
    !payload.contains(&b'\n') && chunk.records().all(|record| decoder.decode(&record, time::now()).is_ok())
}
