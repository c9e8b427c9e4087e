//! Records into Kafka, acknowledged by all replicas, in the order in which they are sent.

use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use tidemark_model::port::Delivered;
use tokio::sync::oneshot;

use super::KafkaOptions;
use crate::error::IngestError;

const SETTINGS: [(&str, &str); 4] =
    [("acks", "all"), ("enable.idempotence", "true"), ("linger.ms", "5"), ("message.timeout.ms", "30000")];

/// What becomes of a record.
pub(super) type Outcome = Result<Delivered, String>;

struct Context;

/// Broker trouble is told by the consumer thread, and by the answer to each record.
impl ClientContext for Context {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(facility, "kafka: {message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, "kafka: {reason}");
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<oneshot::Sender<Outcome>>;

    fn delivery(&self, result: &DeliveryResult<'_>, outcome: Self::DeliveryOpaque) {
        let delivered = |record: &rdkafka::message::BorrowedMessage<'_>| Delivered {
            topic: record.topic().to_owned(),
            partition: record.partition(),
            offset: record.offset(),
        };
        let _ = outcome.send(result.as_ref().map(delivered).map_err(|(error, _)| error.to_string()));
    }
}

/// The client.
pub(super) struct EventProducer {
    producer: ThreadedProducer<Context>,
}

impl EventProducer {
    /// Makes the client; it connects in the background.
    pub(super) fn new(options: &KafkaOptions) -> Result<Self, IngestError> {
        let producer = options.client(&SETTINGS).create_with_context(Context);
        Ok(Self { producer: producer.map_err(IngestError::kafka("set up the producer"))? })
    }

    /// Sends an event in CloudEvents' structured mode.
    ///
    /// # Errors
    /// Where the client takes no more; what becomes of a record that it took comes later.
    pub(super) fn send(
        &self,
        topic: &str,
        key: Option<&str>,
        json: &[u8],
    ) -> Result<oneshot::Receiver<Outcome>, String> {
        let (outcome, delivered) = oneshot::channel();
        let content_type = Header { key: "content-type", value: Some("application/cloudevents+json") };
        let record = BaseRecord::with_opaque_to(topic, Box::new(outcome))
            .payload(json)
            .headers(OwnedHeaders::new().insert(content_type));
        let record = match key {
            Some(key) => record.key(key.as_bytes()),
            None => record,
        };
        self.producer.send(record).map_err(|(error, _)| error.to_string())?;
        Ok(delivered)
    }
}

impl Drop for EventProducer {
    fn drop(&mut self) {
        let _ = self.producer.flush(Duration::from_secs(5));
    }
}

/// Waits for what becomes of a record.
pub(super) async fn outcome(delivered: oneshot::Receiver<Outcome>) -> Outcome {
    delivered.await.unwrap_or_else(|_| Err("the producer ended".to_owned()))
}
