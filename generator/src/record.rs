//! What the generator hands out: one record as a producer would send it to a topic.

use chrono::{DateTime, Utc};

/// A topic that producers write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Remote support, devices, tickets and users.
    Sessions,
    /// Invoices, rules, golden sets and feedback.
    Invoices,
    /// Metered use of services.
    Usage,
}

impl Topic {
    /// All topics, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Invoices, Self::Usage];

    /// The topic's name on the broker.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Invoices => "invoices",
            Self::Usage => "usage",
        }
    }
}

/// One record, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Topic it is sent to.
    pub topic: Topic,
    /// When its producer sends it; never decreases along a stream.
    pub arrival: DateTime<Utc>,
    /// Kafka key: the entity's id, rarely something else or nothing.
    pub key: Option<String>,
    /// Empty or the content type in structured mode; the `ce_` attributes in binary mode.
    pub headers: Vec<(&'static str, String)>,
    /// The event (structured), its data (binary), or something malformed.
    pub value: Vec<u8>,
}
