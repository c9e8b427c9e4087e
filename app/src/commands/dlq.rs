//! `tidemark dlq`: records that were refused.

use std::collections::HashMap;
use std::io::Write;

use anyhow::{Context, Result};
use arrow::array::AsArray;
use prometheus::Registry;
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::load::load_file;
use tidemark_ingest::pipeline::{DedupOptions, Writers};
use tidemark_lake::Store;
use tidemark_model::stream::Stream;

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
                "SELECT stream, topic, partition, \"offset\", reason, detail, \
                 arrow_cast(substr(arrow_cast(payload, 'Utf8View'), 1, 200), 'Utf8') AS payload FROM dead_letters{} \
                 ORDER BY _ingested_at DESC LIMIT {limit}",
                condition(reason.as_deref(), stream)
            );
            (source, output, query)
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

/// Takes payloads in again as a file of their stream: what decodes now lands under its own identity, what does not
/// becomes a dead letter of that file, and doing it twice changes nothing.
async fn replay(reason: Option<&str>, stream: Option<Stream>, place: Place) -> Result<()> {
    let asker = Asker::open(&Source { place: place.clone(), server: None }).await?;
    let store = Store::open(&place.dir, &HashMap::new())?;
    let writers = Writers::open(&store).await?;
    let metrics = IngestMetrics::register(&Registry::new())?;
    for stream in Stream::ALL.into_iter().filter(|one| stream.is_none_or(|wanted| wanted == *one)) {
        let query = format!(
            "SELECT payload FROM dead_letters{} AND payload IS NOT NULL AND topic NOT LIKE 'file:%' \
             AND (headers IS NULL OR headers NOT LIKE '%ce_%') ORDER BY topic, partition, \"offset\"",
            condition(reason, Some(stream))
        );
        let (_, rows) = asker.ask(&query).await?;
        let folder = std::env::temp_dir().join(format!("tidemark-replay-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).context("could not make a temporary folder")?;
        let path = folder.join(format!("{stream}.jsonl"));
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
        for payloads in rows.iter().map(|batch| batch.column(0).as_binary::<i32>()) {
            for payload in payloads.iter().flatten().filter(|payload| !payload.contains(&b'\n')) {
                file.write_all(payload)?;
                file.write_all(b"\n")?;
            }
        }
        file.flush()?;
        let loaded = load_file(path, stream, &writers, DedupOptions::default(), &metrics, |_| {}).await;
        let _ = std::fs::remove_dir_all(&folder);
        let loaded = loaded?;
        println!(
            "{stream}: {} dead letters tried, {} rows added, {} repeats, {} still refused",
            loaded.records, loaded.rows, loaded.repeats, loaded.dead_letters
        );
    }
    Ok(())
}
