//! Raw records in chunks: one allocation for the bytes of thousands of them.

use std::ops::Range;
use std::sync::Arc;

use tidemark_model::time::Micros;

/// A record as it came, borrowed from its chunk.
#[derive(Debug, Clone, Copy)]
pub struct RawRecord<'a> {
    /// The partition's number.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
    /// The broker's timestamp, where it has one.
    pub timestamp: Option<Micros>,
    /// The key, where it has one.
    pub key: Option<&'a [u8]>,
    /// The value; `None` for a record without one.
    pub value: Option<&'a [u8]>,
    headers: &'a [(Span, Span)],
    bytes: &'a [u8],
}

impl<'a> RawRecord<'a> {
    /// The headers, names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let bytes = self.bytes;
        self.headers.iter().map(move |(name, value)| (&bytes[name.range()], &bytes[value.range()]))
    }
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Debug)]
struct Entry {
    partition: i32,
    offset: i64,
    timestamp: Option<Micros>,
    key: Option<Span>,
    value: Option<Span>,
    headers: Range<usize>,
}

/// Records of one topic in the order in which they were taken.
#[derive(Debug)]
pub struct Chunk {
    /// The topic.
    pub topic: Arc<str>,
    /// When the last record was taken.
    pub taken_at: Micros,
    bytes: Vec<u8>,
    headers: Vec<(Span, Span)>,
    entries: Vec<Entry>,
}

impl Chunk {
    /// An empty chunk.
    #[must_use]
    pub const fn new(topic: Arc<str>) -> Self {
        Self { topic, taken_at: 0, bytes: Vec::new(), headers: Vec::new(), entries: Vec::new() }
    }

    /// Copies a record in. Headers without a value count as empty.
    pub fn push<'h>(
        &mut self,
        partition: i32,
        offset: i64,
        timestamp: Option<Micros>,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = (&'h str, &'h [u8])>,
    ) {
        let first_header = self.headers.len();
        for (name, header) in headers {
            let pair = (self.copy(name.as_bytes()), self.copy(header));
            self.headers.push(pair);
        }
        let key = key.map(|key| self.copy(key));
        let value = value.map(|value| self.copy(value));
        let headers = first_header..self.headers.len();
        self.entries.push(Entry { partition, offset, timestamp, key, value, headers });
    }

    fn copy(&mut self, bytes: &[u8]) -> Span {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        Span { start, end: self.bytes.len() as u32 }
    }

    /// How many records it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of keys, values and headers.
    #[must_use]
    pub const fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The records.
    pub fn records(&self) -> impl Iterator<Item = RawRecord<'_>> {
        self.entries.iter().map(|entry| RawRecord {
            partition: entry.partition,
            offset: entry.offset,
            timestamp: entry.timestamp,
            key: entry.key.map(|span| &self.bytes[span.range()]),
            value: entry.value.map(|span| &self.bytes[span.range()]),
            headers: &self.headers[entry.headers.clone()],
            bytes: &self.bytes,
        })
    }
}
