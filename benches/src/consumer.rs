//! A consumer that lands nothing: the bound of what the client library can poll, and of polling plus decode.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::json;
use tidemark_ingest::dedup::Window;
use tidemark_ingest::lane::Lane;
use tidemark_ingest::record::Chunk;
use tidemark_model::stream::Stream;

use crate::measure::process_cpu;

const CHUNK: usize = 8_192;
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// host:port
    #[arg(long)]
    brokers: String,
    /// Topics, called as their streams
    #[arg(long, value_delimiter = ',', default_value = "sessions,invoices,usage")]
    topics: Vec<String>,
    /// Decode and de-duplicate what is read
    #[arg(long)]
    decode: bool,
}

/// Reads every partition from its start to its end of now.
pub(crate) fn run(options: &Options) -> Result<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &options.brokers)
        .set("group.id", "tidemark-bench")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "error")
        .set("queued.min.messages", "200000")
        .set("fetch.message.max.bytes", "8388608")
        .create()?;
    let mut due = assign(&consumer, &options.topics)?;
    let mut lanes: HashMap<String, (Lane, Chunk)> = HashMap::new();
    let (began, cpu, mut events, mut bytes) = (Instant::now(), process_cpu()?, 0_u64, 0_usize);
    while !due.is_empty() {
        let message = consumer.poll(ANSWER_WITHIN).context("the broker sent nothing for 30 seconds")??;
        events += 1;
        bytes += message.payload_len();
        if options.decode {
            decode(&mut lanes, &message)?;
        }
        let at = (message.topic().to_owned(), message.partition());
        if due.get(&at).is_some_and(|end| message.offset() + 1 >= *end) {
            due.remove(&at);
        }
    }
    for (lane, chunk) in lanes.values_mut() {
        std::hint::black_box(lane.decode(chunk)?);
    }
    let (wall, cpu) = (began.elapsed().as_secs_f64(), (process_cpu()? - cpu).as_secs_f64());
    println!("{}", json!({"events": events, "bytes": bytes, "wall_s": wall, "cpu_s": cpu}));
    Ok(())
}

/// Assigns all partitions that hold something; returns their ends.
fn assign(consumer: &BaseConsumer, topics: &[String]) -> Result<HashMap<(String, i32), i64>> {
    let (mut list, mut ends) = (TopicPartitionList::new(), HashMap::new());
    for topic in topics {
        let metadata = consumer.fetch_metadata(Some(topic), ANSWER_WITHIN)?;
        for partition in metadata.topics().iter().flat_map(rdkafka::metadata::MetadataTopic::partitions) {
            let (low, high) = consumer.fetch_watermarks(topic, partition.id(), ANSWER_WITHIN)?;
            if high > low {
                list.add_partition_offset(topic, partition.id(), Offset::Offset(low))?;
                ends.insert((topic.clone(), partition.id()), high);
            }
        }
    }
    consumer.assign(&list)?;
    Ok(ends)
}

fn decode(lanes: &mut HashMap<String, (Lane, Chunk)>, message: &BorrowedMessage<'_>) -> Result<()> {
    if !lanes.contains_key(message.topic()) {
        let stream: Stream = message.topic().parse()?;
        let lane = Lane::new(stream, Window::new(30, 3_000_000), HashMap::new());
        lanes.insert(message.topic().to_owned(), (lane, Chunk::new(message.topic().into())));
    }
    let (lane, chunk) = lanes.get_mut(message.topic()).context("a lane for each topic")?;
    let headers = message.headers();
    let headers = (0..headers.map_or(0, Headers::count)).filter_map(|i| {
        let header = headers?.get(i);
        Some((header.key, header.value.unwrap_or_default()))
    });
    chunk.push(message.partition(), message.offset(), None, message.key(), message.payload(), headers);
    if chunk.len() >= CHUNK {
        std::hint::black_box(lane.decode(chunk)?);
        *chunk = Chunk::new(Arc::clone(&chunk.topic));
    }
    Ok(())
}
