//! Events from the HTTP door into the log: checked first, then produced, acknowledged by all replicas.
//!
//! The door promises what Kafka promises, so an accepted event takes the same way as every other one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use serde::Deserialize;
use tidemark_model::dead_letter::{Reason, Refusal, Stage};
use tidemark_model::port::{EventSink, Submitted, SubmittedEvent};
use tidemark_model::stream::Stream;
use tidemark_model::time;
use tokio::sync::oneshot;

use super::KafkaOptions;
use crate::decode::Decoder;
use crate::error::IngestError;
use crate::record::Chunk;

const SETTINGS: [(&str, &str); 4] =
    [("acks", "all"), ("enable.idempotence", "true"), ("linger.ms", "5"), ("message.timeout.ms", "30000")];

type Delivery = oneshot::Sender<Result<(), String>>;

struct Context;

/// Broker trouble is told by the consumer thread, and by the answer to each event.
impl ClientContext for Context {
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(facility, "kafka: {message}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, "kafka: {reason}");
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<Delivery>;

    fn delivery(&self, result: &DeliveryResult<'_>, delivery: Self::DeliveryOpaque) {
        let _ = delivery.send(result.as_ref().map(|_| ()).map_err(|(error, _)| error.to_string()));
    }
}

/// Produces submitted events to their streams' topics.
pub struct KafkaSink {
    producer: ThreadedProducer<Context>,
    decoders: [Decoder; 3],
    topics: [Arc<str>; 3],
}

impl std::fmt::Debug for KafkaSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaSink").field("topics", &self.topics).finish_non_exhaustive()
    }
}

/// What must be known of an event to route it; everything else is checked by the decoder.
#[derive(Deserialize)]
struct Routing {
    #[serde(rename = "type")]
    event_type: Option<serde_json::Value>,
    subject: Option<serde_json::Value>,
}

impl KafkaSink {
    /// Makes the producer; it connects in the background.
    ///
    /// # Errors
    /// [`IngestError::Kafka`] where a setting is not understood.
    pub fn new(options: &KafkaOptions) -> Result<Self, IngestError> {
        let config = options.client(&SETTINGS);
        let producer = config.create_with_context(Context).map_err(IngestError::kafka("set up the producer"))?;
        Ok(Self {
            producer,
            decoders: Stream::ALL.map(Decoder::new),
            topics: Stream::ALL.map(|stream| options.topic_of(stream).into()),
        })
    }

    /// Checks an event as the pipeline will, and finds its stream and key.
    fn check(&self, json: &[u8]) -> Result<(Stream, Option<String>), Refusal> {
        let routing: Option<Routing> = serde_json::from_slice(json).ok();
        let event_type = routing.as_ref().and_then(|r| r.event_type.as_ref()).and_then(|t| t.as_str());
        // Without a type any stream's decoder finds the fault that stands first.
        let stream = match event_type {
            Some(name) => Stream::of_type(name).ok_or_else(|| {
                Refusal::new(Stage::Envelope, Reason::UnknownType).with_detail(format!("found {name}"))
            })?,
            None => Stream::Sessions,
        };
        let mut chunk = Chunk::new(Arc::clone(&self.topics[stream as usize]));
        chunk.push(0, 0, None, None, Some(json), std::iter::empty());
        for record in chunk.records() {
            self.decoders[stream as usize].decode(&record, time::now())?;
        }
        Ok((stream, routing.and_then(|r| r.subject).and_then(|s| s.as_str().map(str::to_owned))))
    }

    fn send(
        &self,
        stream: Stream,
        key: Option<&str>,
        json: &[u8],
    ) -> Result<oneshot::Receiver<Result<(), String>>, String> {
        let (delivery, delivered) = oneshot::channel();
        let content_type = Header { key: "content-type", value: Some("application/cloudevents+json") };
        let record = BaseRecord::with_opaque_to(&self.topics[stream as usize], Box::new(delivery))
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

#[async_trait]
impl EventSink for KafkaSink {
    async fn submit(&self, events: Vec<SubmittedEvent>) -> Vec<Submitted> {
        let answers = events.into_iter().map(|event| {
            let sent = self.check(&event.json).map(|(stream, key)| self.send(stream, key.as_deref(), &event.json));
            async move {
                match sent {
                    Err(refusal) => Submitted::Refused(refusal),
                    Ok(Err(error)) => Submitted::Failed(error),
                    Ok(Ok(delivered)) => match delivered.await {
                        Ok(Ok(())) => Submitted::Accepted,
                        Ok(Err(error)) => Submitted::Failed(error),
                        Err(_) => Submitted::Failed("the producer ended".to_owned()),
                    },
                }
            }
        });
        let answers: Vec<_> = answers.collect();
        join_all(answers).await
    }
}

impl Drop for KafkaSink {
    fn drop(&mut self) {
        let _ = self.producer.flush(Duration::from_secs(5));
    }
}
