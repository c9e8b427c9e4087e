//! Events from the HTTP door into the log: checked first, then produced, acknowledged by all replicas.
//!
//! The door promises what Kafka promises, so an accepted event takes the same way as every other one.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;
use serde::Deserialize;
use tidemark_model::dead_letter::{Reason, Refusal, Stage};
use tidemark_model::port::{EventSink, Submitted, SubmittedEvent};
use tidemark_model::stream::Stream;
use tidemark_model::time;

use super::KafkaOptions;
use super::producer::{EventProducer, outcome};
use crate::decode::Decoder;
use crate::error::IngestError;
use crate::record::Chunk;

/// Produces submitted events to their streams' topics.
pub struct KafkaSink {
    producer: EventProducer,
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
        Ok(Self {
            producer: EventProducer::new(options)?,
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
}

#[async_trait]
impl EventSink for KafkaSink {
    async fn submit(&self, events: Vec<SubmittedEvent>) -> Vec<Submitted> {
        let answers = events.into_iter().map(|event| {
            let topic_of = |stream: Stream| &self.topics[stream as usize];
            let sent = self.check(&event.json);
            let sent = sent.map(|(stream, key)| self.producer.send(topic_of(stream), key.as_deref(), &event.json));
            async move {
                match sent {
                    Err(refusal) => Submitted::Refused(refusal),
                    Ok(Err(error)) => Submitted::Failed(error),
                    Ok(Ok(delivered)) => match outcome(delivered).await {
                        Ok(_) => Submitted::Accepted,
                        Err(error) => Submitted::Failed(error),
                    },
                }
            }
        });
        let answers: Vec<_> = answers.collect();
        join_all(answers).await
    }
}
