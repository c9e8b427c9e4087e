//! What the generator hands out: one record as a producer would send it to a topic.

use chrono::{DateTime, Utc};
use tidemark_model::stream::Stream;

/// One record, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The stream to whose topic it is sent.
    pub topic: Stream,
    /// When its producer sends it; never decreases along a stream.
    pub arrival: DateTime<Utc>,
    /// Kafka key: the entity's id, rarely something else or nothing.
    pub key: Option<String>,
    /// Empty or the content type in structured mode; the `ce_` attributes in binary mode.
    pub headers: Vec<(&'static str, String)>,
    /// The event (structured), its data (binary), or something malformed.
    pub value: Vec<u8>,
}
