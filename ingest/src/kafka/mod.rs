//! Kafka: the consumer thread with the search for its topics, and what produces: the HTTP door and the rules' feedback.
//! The only place that knows the client library.

pub mod consumer;
mod discovery;
pub mod feedback;
mod producer;
pub mod publish;

use std::collections::BTreeMap;

use rdkafka::ClientConfig;

/// Settings of librdkafka that may not be passed through: either they stand in a place of their own, or every event
/// once and none lost rests on the values that we give them (trap 7).
pub const FIXED_PROPERTIES: [&str; 7] = [
    "bootstrap.servers",
    "group.id",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "auto.offset.reset",
    "acks",
    "request.required.acks",
];

/// How to reach Kafka.
#[derive(Debug, Clone, Default)]
pub struct KafkaOptions {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    /// The group under which offsets are committed for lag tools; the tables never read them. `None` commits none.
    pub group_id: Option<String>,
    /// Further settings of librdkafka, as they are: `security.protocol`, `sasl.mechanisms`, `ssl.ca.location`, ...
    pub properties: BTreeMap<String, String>,
    /// Topic of each stream where it is not called as the stream.
    pub topics: BTreeMap<String, String>,
}

impl KafkaOptions {
    /// The topic of a stream.
    #[must_use]
    pub fn topic_of(&self, stream: tidemark_model::stream::Stream) -> String {
        self.topics.get(stream.name()).cloned().unwrap_or_else(|| stream.name().to_owned())
    }

    /// What every client is made with. The user's properties come last, so that they win.
    fn client(&self, ours: &[(&str, &str)]) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers).set("client.id", "tidemark");
        for (key, value) in ours {
            config.set(*key, *value);
        }
        for (key, value) in &self.properties {
            config.set(key, value);
        }
        config
    }
}
