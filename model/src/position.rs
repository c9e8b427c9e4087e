//! Where a record stands: topic, partition, offset; and how far a table has come.

use std::fmt;
use std::sync::Arc;

/// A partition of a topic. Files and doors that are no Kafka topic count as topics of one partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The partition's number, from 0.
    pub partition: i32,
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.partition)
    }
}

/// Consecutive offsets of one partition: `start` is in, `end` is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetRange {
    /// Whose offsets.
    pub of: TopicPartition,
    /// The first offset.
    pub start: i64,
    /// The offset after the last: the watermark once the range has landed.
    pub end: i64,
}

/// The Delta application id under which a table keeps a partition's watermark (its `txn` action).
///
/// Source: Delta protocol, "Transaction Identifiers"; version = next offset to read.
#[must_use]
pub fn app_id(stream: &str, of: &TopicPartition) -> String {
    format!("kafka/{stream}/{}/{}", of.topic, of.partition)
}

/// The application id under which a table keeps the first offset that was ever taken from a partition.
#[must_use]
pub fn first_offset_id(stream: &str, of: &TopicPartition) -> String {
    format!("first/{stream}/{}/{}", of.topic, of.partition)
}

/// The application id under which a table keeps how many of a partition's offsets were skipped since the first.
#[must_use]
pub fn skips_id(stream: &str, of: &TopicPartition) -> String {
    format!("skips/{stream}/{}/{}", of.topic, of.partition)
}

/// Reads back what [`app_id`] wrote: the stream and the partition; `None` for ids of others.
#[must_use]
pub fn parse_app_id(app_id: &str) -> Option<(&str, TopicPartition)> {
    let (stream, rest) = app_id.strip_prefix("kafka/")?.split_once('/')?;
    let (topic, partition) = rest.rsplit_once('/')?;
    Some((stream, TopicPartition { topic: topic.into(), partition: partition.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_reads_back() {
        let of = TopicPartition { topic: "file:a/b".into(), partition: 3 };
        assert_eq!(parse_app_id(&app_id("invoices", &of)), Some(("invoices", of)));
        assert_eq!(parse_app_id("spark-query"), None);
    }
}
