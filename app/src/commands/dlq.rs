//! `tidemark dlq`: records that were refused.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use prometheus::Registry;
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::decode::Decoder;
use tidemark_ingest::known::DedupOptions;
use tidemark_ingest::load::{Loaded, Progress, load_file};
use tidemark_ingest::pipeline::Writers;
use tidemark_ingest::record::Chunk;
use tidemark_lake::Store;
use tidemark_model::stream::Stream;
use tidemark_model::time;

use super::Asker;
use crate::cli::{Dlq, Place, Source};
use crate::output;

/// Lists, shows or replays dead letters.
pub(crate) async fn run(command: Dlq) -> Result<()> {
    let (source, output, query) = match command {
        Dlq::List { source, output } => (
            source,
            output,
            "SELECT stream, stage, reason, count(*) AS records, max(_ingested_at) AS newest \
             FROM dead_letters GROUP BY stream, stage, reason ORDER BY stream, records DESC, reason"
                .to_owned(),
        ),
        Dlq::Show { reason, stream, limit, source, output } => {
            let query = format!(
                "SELECT stream, topic, partition, \"offset\", reason, detail, payload FROM dead_letters{} \
                 ORDER BY _ingested_at DESC LIMIT {limit}",
                condition(reason.as_deref(), stream)
            );
            let (_, rows) = Asker::open(&source).await?.ask(&query).await?;
            let rows = rows.iter().map(readable).collect::<Result<Vec<_>>>()?;
            return output::write(&output, &shown_schema(), &rows);
        }
        Dlq::Replay { reason, stream, place } => return replay(reason.as_deref(), stream, place).await,
    };
    let (schema, rows) = Asker::open(&source).await?.ask(&query).await?;
    output::write(&output, &schema, &rows)
}

fn condition(reason: Option<&str>, stream: Option<Stream>) -> String {
    let reason = reason.map(|reason| format!("reason = '{}'", reason.replace('\'', "''")));
    let stream = stream.map(|stream| format!("stream = '{stream}'"));
    let terms: Vec<String> = reason.into_iter().chain(stream).collect();
    if terms.is_empty() { String::new() } else { format!(" WHERE {}", terms.join(" AND ")) }
}

/// Bytes of a payload that are shown; the relation `dead_letters` has it whole.
const SHOWN_BYTES: usize = 200;

fn shown_schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let number = |name, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        text("stream"),
        text("topic"),
        number("partition", DataType::Int32),
        number("offset", DataType::Int64),
        text("reason"),
        text("detail"),
        text("payload"),
    ]))
}

/// Payloads are whatever was sent, so they are shown as text as far as they are text.
fn readable(rows: &RecordBatch) -> Result<RecordBatch> {
    let last = rows.num_columns() - 1;
    let shown = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_BYTES)]).into_owned();
    let payloads = rows.column(last).as_binary::<i32>();
    let payloads: StringArray = payloads.iter().map(|payload| payload.map(shown)).collect();
    let mut columns = rows.columns().to_vec();
    columns[last] = Arc::new(payloads);
    Ok(RecordBatch::try_new(shown_schema(), columns)?)
}

/// Takes in, as a file of their stream, the payloads that this release accepts. They land under their own identity,
/// so doing it twice changes nothing; what is still refused stays as it is.
async fn replay(reason: Option<&str>, stream: Option<Stream>, place: Place) -> Result<()> {
    let asker = Asker::open(&Source { place: place.clone(), server: None }).await?;
    let writers = Writers::open(&Store::open(&place.dir, &HashMap::new())?).await?;
    let metrics = IngestMetrics::register(&Registry::new())?;
    let silent: Progress = Arc::new(|_| {});
    for stream in Stream::ALL.into_iter().filter(|one| stream.is_none_or(|wanted| wanted == *one)) {
        let query = format!(
            "SELECT payload FROM dead_letters{} AND payload IS NOT NULL \
             AND (headers IS NULL OR headers NOT LIKE '%ce_%') ORDER BY topic, partition, \"offset\"",
            condition(reason, Some(stream))
        );
        let (_, rows) = asker.ask(&query).await?;
        let payloads = rows.iter().flat_map(|batch| batch.column(0).as_binary::<i32>().iter().flatten());
        let payloads: Vec<&[u8]> = payloads.collect();
        let accepted: Vec<&[u8]> = payloads.iter().copied().filter(|payload| is_accepted(stream, payload)).collect();
        let mut loaded = Loaded::default();
        if !accepted.is_empty() {
            let folder = std::env::temp_dir().join(format!("tidemark-replay-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir(&folder).context("could not make a temporary folder")?;
            let path = folder.join(format!("{stream}.jsonl"));
            std::fs::write(&path, accepted.join(&b'\n')).context("could not write the temporary file")?;
            let outcome = load_file(&path, stream, &writers, DedupOptions::default(), &metrics, &silent).await;
            let _ = std::fs::remove_dir_all(&folder);
            loaded = outcome?;
        }
        println!(
            "{stream}: {} dead letters tried, {} still refused, {} rows added, {} there already",
            payloads.len(),
            payloads.len() - accepted.len(),
            loaded.rows,
            loaded.repeats + loaded.before
        );
    }
    Ok(())
}

/// Whether this release accepts a payload, which must fit on a line.
fn is_accepted(stream: Stream, payload: &[u8]) -> bool {
    let mut chunk = Chunk::new(stream.name().into());
    chunk.push(0, 0, None, None, Some(payload), std::iter::empty());
    let decoder = Decoder::new(stream);
    !payload.contains(&b'\n') && chunk.records().all(|record| decoder.decode(&record, time::now()).is_ok())
}
