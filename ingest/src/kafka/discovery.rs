//! Finds topics and partitions on a thread and a connection of its own.
//!
//! A question about metadata waits behind the long poll of its connection, and for seconds where a broker is down.
//! The consumer thread never asks one: it takes what was found here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError;
use tidemark_model::position::TopicPartition;
use tokio_util::sync::CancellationToken;

use super::KafkaOptions;
use crate::error::IngestError;

/// How often missing topics and new partitions are looked for.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long a question to the broker may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What the brokers said, all of it each time.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Partitions with the offsets that they held when they were first seen: the oldest, and the one after the newest.
    pub(super) partitions: BTreeMap<TopicPartition, (i64, i64)>,
    /// Topics that do not exist yet.
    pub(super) missing: Vec<Arc<str>>,
    /// Whether the brokers did not answer.
    pub(super) is_silent: bool,
}

/// Says nothing: the consumer tells of brokers that are down, and this thread may outlive an embedded one.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, _: RDKafkaLogLevel, _: &str, _: &str) {}

    fn error(&self, _: KafkaError, _: &str) {}
}

impl ConsumerContext for Quiet {}

/// The thread's state.
struct Scout {
    client: BaseConsumer<Quiet>,
    topics: Vec<Arc<str>>,
    found: Found,
}

/// Starts looking until stopped; what is found is told each time.
///
/// # Errors
/// [`IngestError::Kafka`] where a setting is not understood.
pub(super) fn start(
    options: &KafkaOptions,
    topics: Vec<Arc<str>>,
    stop: CancellationToken,
) -> Result<Receiver<Found>, IngestError> {
    let client =
        options.client(&[]).create_with_context(Quiet).map_err(IngestError::kafka("set up the search for topics"))?;
    let (tell, told) = channel();
    let scout = Scout { client, topics, found: Found::default() };
    std::thread::spawn(move || scout.run(&tell, &stop));
    Ok(told)
}

impl Scout {
    fn run(mut self, tell: &Sender<Found>, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            self.found.missing.clear();
            self.found.is_silent = self.look().is_err();
            if tell.send(self.found.clone()).is_err() {
                return;
            }
            // Serves the client's callbacks; it is assigned nothing, so no message comes.
            let _ = self.client.poll(INTERVAL);
        }
    }

    fn look(&mut self) -> Result<(), KafkaError> {
        for topic in &self.topics {
            let metadata = self.client.fetch_metadata(Some(topic), ANSWER_TIMEOUT)?;
            let partitions: Vec<i32> =
                metadata.topics().iter().flat_map(|topic| topic.partitions()).map(|found| found.id()).collect();
            if partitions.is_empty() {
                self.found.missing.push(Arc::clone(topic));
            }
            for partition in partitions {
                let of = TopicPartition { topic: Arc::clone(topic), partition };
                if !self.found.partitions.contains_key(&of) {
                    let bounds = self.client.fetch_watermarks(topic, partition, ANSWER_TIMEOUT)?;
                    self.found.partitions.insert(of, bounds);
                }
            }
        }
        Ok(())
    }
}
