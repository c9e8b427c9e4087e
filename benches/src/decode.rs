//! Decode: bytes to rows, one thread, by CPU time; beside a parser that builds a tree and Arrow's own reader.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use arrow::json::ReaderBuilder;
use arrow::json::reader::infer_json_schema;
use clap::Args;
use serde_json::Value;
use tidemark_generator::Record;
use tidemark_ingest::record::Chunk;
use tidemark_model::stream::Stream;

use crate::measure::{print, thread_cpu};
use crate::records::{Traffic, chunks, lane};

/// What to decode.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Records of each stream
    #[arg(long, default_value_t = 200_000)]
    records: usize,
    /// Rounds, of which the fastest counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Prints events a second per core for each stream.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut rows = Vec::new();
    for stream in Stream::ALL {
        let records = Traffic::new(stream, 10_000_000)?.take(options.records);
        // Arrow's reader takes structured, well-formed records only; everybody is measured on those.
        let records: Vec<Record> = records.into_iter().filter(is_structured).collect();
        let bytes: usize = records.iter().map(|record| record.value.len()).sum();
        let (mut ours, mut tree, mut arrow) = (Duration::MAX, Duration::MAX, Duration::MAX);
        for _ in 0..options.rounds {
            ours = ours.min(decode_ours(stream, &records)?);
            tree = tree.min(decode_tree(&records)?);
            arrow = arrow.min(decode_arrow(&records)?);
        }
        let rate = |took: Duration| format!("{:.0}", records.len() as f64 / took.as_secs_f64());
        let ratio = |took: Duration| format!("{:.2}", took.as_secs_f64() / ours.as_secs_f64());
        rows.push(vec![
            stream.name().to_owned(),
            format!("{}", bytes / records.len().max(1)),
            rate(ours),
            format!("{:.0}", bytes as f64 / 1e6 / ours.as_secs_f64()),
            rate(tree),
            rate(arrow),
            ratio(tree),
            ratio(arrow),
        ]);
    }
    let header = [
        "stream",
        "bytes a record",
        "decode, validate, de-duplicate: events/s/core",
        "MB/s/core",
        "serde_json::Value only",
        "arrow-json only",
        "ours is x times serde_json::Value",
        "ours is x times arrow-json",
    ];
    print(&header, rows);
    Ok(())
}

/// Malformed records are out, and binary ones, whose envelope is not in their JSON.
fn is_structured(record: &Record) -> bool {
    let mut lane = lane(record.topic);
    let accepted = |chunk: &Chunk| lane.decode(chunk).is_ok_and(|decoded| decoded.segment.rows.num_rows() == 1);
    let has_envelope = |value: Value| value.get("specversion").is_some();
    serde_json::from_slice(&record.value).is_ok_and(has_envelope)
        && chunks(std::slice::from_ref(record), 0).first().is_some_and(accepted)
}

fn decode_ours(stream: Stream, records: &[Record]) -> Result<Duration> {
    let (chunks, mut lane) = (chunks(records, 0), lane(stream));
    let began = thread_cpu()?;
    for chunk in &chunks {
        std::hint::black_box(lane.decode(chunk)?);
    }
    Ok(thread_cpu()? - began)
}

fn decode_tree(records: &[Record]) -> Result<Duration> {
    let began = thread_cpu()?;
    for record in records {
        std::hint::black_box(serde_json::from_slice::<Value>(&record.value)?);
    }
    Ok(thread_cpu()? - began)
}

/// Arrow's reader with the schema that it infers from the same records; no validation, no typing of texts.
fn decode_arrow(records: &[Record]) -> Result<Duration> {
    let mut lines = Vec::new();
    for record in records {
        lines.extend_from_slice(&record.value);
        lines.push(b'\n');
    }
    let (schema, _) = infer_json_schema(lines.as_slice(), None)?;
    let began = thread_cpu()?;
    let reader = ReaderBuilder::new(Arc::new(schema)).with_batch_size(8_192).build(lines.as_slice())?;
    for batch in reader {
        std::hint::black_box(batch?);
    }
    Ok(thread_cpu()? - began)
}
