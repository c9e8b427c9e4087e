//! The generator's traffic as chunks and segments: what the benchmarks work on.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tidemark_generator::{Live, Plan, Record};
use tidemark_ingest::dedup::Window;
use tidemark_ingest::lane::Lane;
use tidemark_ingest::record::Chunk;
use tidemark_lake::Segment;
use tidemark_model::stream::Stream;

/// Records of a chunk, as the consumer makes them.
const CHUNK: usize = 8_192;
const SEED: u64 = 1;

/// Traffic of one stream within one month, without end.
pub(crate) struct Traffic {
    live: Live,
    stream: Stream,
    now: DateTime<Utc>,
    step: TimeDelta,
    waiting: Vec<Record>,
}

impl Traffic {
    /// Traffic in which about `per_month` events of all streams arrive in March 2026.
    pub(crate) fn new(stream: Stream, per_month: usize) -> Result<Self> {
        let first = NaiveDate::from_ymd_opt(2026, 3, 1).context("a day")?;
        let now = first.and_hms_opt(6, 0, 0).context("an hour")?.and_utc();
        let rate = per_month as f64 / (30.0 * 86_400.0);
        let step = TimeDelta::seconds((CHUNK as f64 / rate).ceil().max(1.0) as i64);
        Ok(Self { live: Live::new(&Plan::new(SEED, 1, first), now, rate), stream, now, step, waiting: Vec::new() })
    }

    /// The next `n` records.
    pub(crate) fn take(&mut self, n: usize) -> Vec<Record> {
        while self.waiting.len() < n {
            self.now += self.step;
            let stream = self.stream;
            self.waiting.extend(self.live.take_until(self.now).into_iter().filter(|record| record.topic == stream));
        }
        self.waiting.drain(..n).collect()
    }
}

/// Records as chunks of one partition, offsets from `first` on.
pub(crate) fn chunks(records: &[Record], first: i64) -> Vec<Chunk> {
    let Some(topic) = records.first().map(|record| Arc::<str>::from(record.topic.name())) else { return Vec::new() };
    let mut offset = first;
    let chunk = |records: &[Record]| {
        let mut chunk = Chunk::new(Arc::clone(&topic));
        for record in records {
            let headers = record.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
            let key = record.key.as_ref().map(String::as_bytes);
            chunk.push(0, offset, Some(record.arrival.timestamp_micros()), key, Some(&record.value), headers);
            offset += 1;
        }
        chunk
    };
    records.chunks(CHUNK).map(chunk).collect()
}

/// A lane that has read nothing yet.
pub(crate) fn lane(stream: Stream) -> Lane {
    Lane::new(stream, Window::new(30, 3_000_000), HashMap::new())
}

/// Decodes `n` further records into segments.
pub(crate) fn segments(traffic: &mut Traffic, lane: &mut Lane, n: usize, first: i64) -> Result<Vec<Arc<Segment>>> {
    let chunks = chunks(&traffic.take(n), first);
    chunks.iter().map(|chunk| Ok(lane.decode(chunk)?.segment)).collect()
}
