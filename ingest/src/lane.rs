//! A stream's lane: a chunk of raw records becomes a segment of rows and the dead letters among them.
//!
//! One thread per stream runs it, for it holds the stream's window of seen identities.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use tidemark_lake::view::{Segment, Skipped};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::stream::Stream;
use tidemark_model::time;

use crate::dead_letters::DeadLetters;
use crate::decode::{Decoder, RowBuilder};
use crate::dedup::Window;
use crate::error::IngestError;
use crate::record::Chunk;

/// A decoded chunk: rows to publish, and dead letters to commit before them.
#[derive(Debug)]
pub struct Decoded {
    /// The rows and the offsets that they, the skips and the dead letters account for.
    pub segment: Arc<Segment>,
    /// The refused records, where there are any.
    pub dead_letters: Option<RecordBatch>,
}

/// Decodes one stream's chunks in order.
#[derive(Debug)]
pub struct Lane {
    decoder: Decoder,
    rows: RowBuilder,
    dead: DeadLetters,
    window: Window,
    next: HashMap<TopicPartition, i64>,
}

impl Lane {
    /// A lane that has seen the identities in `window` and reads on from the offsets in `next`.
    #[must_use]
    pub fn new(stream: Stream, window: Window, next: HashMap<TopicPartition, i64>) -> Self {
        Self {
            decoder: Decoder::new(stream),
            rows: RowBuilder::new(stream),
            dead: DeadLetters::new(stream),
            window,
            next,
        }
    }

    /// The window of identities.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// Decodes a chunk. Records below an offset that was read already are passed over.
    ///
    /// # Errors
    /// [`IngestError::Arrow`]: our own mistake; no record can cause it.
    pub fn decode(&mut self, chunk: &Chunk) -> Result<Decoded, IngestError> {
        let now = time::now();
        let mut ranges: Vec<OffsetRange> = Vec::new();
        let mut skipped = Skipped::new();
        for record in chunk.records() {
            let range = range_of(&mut ranges, &self.next, chunk, record.partition, record.offset);
            if record.offset < range.end {
                continue;
            }
            note_gap(&mut skipped, range, record.offset);
            range.end = record.offset + 1;
            match self.decoder.decode(&record, now) {
                Ok(event) if self.window.insert(event.identity(), now) => {
                    self.rows.push(&event, &chunk.topic, record.partition, record.offset, now);
                }
                Ok(_) => skipped.entry(range.of.clone()).or_default().push(record.offset),
                Err(refusal) => self.dead.push(&record, &chunk.topic, &refusal, now),
            }
        }
        self.window.evict();
        ranges.retain(|range| range.start < range.end);
        for range in &ranges {
            self.next.insert(range.of.clone(), range.end);
        }
        let dead_letters = if self.dead.is_empty() { None } else { Some(self.dead.finish()?) };
        let segment = Segment::new(self.rows.finish()?, ranges, skipped, chunk.taken_at, "time");
        Ok(Decoded { segment: Arc::new(segment), dead_letters })
    }
}

/// The range of a partition in this chunk, begun where the partition's last chunk ended.
fn range_of<'r>(
    ranges: &'r mut Vec<OffsetRange>,
    next: &HashMap<TopicPartition, i64>,
    chunk: &Chunk,
    partition: i32,
    offset: i64,
) -> &'r mut OffsetRange {
    let place = ranges.iter().position(|range| range.of.partition == partition).unwrap_or_else(|| {
        let of = TopicPartition { topic: Arc::clone(&chunk.topic), partition };
        let start = next.get(&of).copied().unwrap_or(offset);
        ranges.push(OffsetRange { of, start, end: start });
        ranges.len() - 1
    });
    &mut ranges[place]
}

/// Offsets of a gap that the skip ledger names; a compacted topic can have gaps of millions.
const GAP_NAMED_MAX: i64 = 10_000;

/// Accounts for offsets that hold no record: transaction markers, or records that the topic has compacted away.
fn note_gap(skipped: &mut Skipped, range: &OffsetRange, offset: i64) {
    let gap = range.end..offset;
    if offset > range.end && offset - range.end <= GAP_NAMED_MAX {
        skipped.entry(range.of.clone()).or_default().extend(gap);
    } else if offset > range.end {
        tracing::warn!(partition = %range.of, ?gap, "the topic has no records at these offsets");
    }
}
