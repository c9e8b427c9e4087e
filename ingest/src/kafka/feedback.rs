//! What the rule engine is told, into its topic: one record after the other, so that a rule's messages keep their order.

use async_trait::async_trait;
use tidemark_model::port::{Delivered, FeedbackSink};

use super::KafkaOptions;
use super::producer::{EventProducer, outcome};
use crate::error::IngestError;

/// Produces to the topic of feedback.
pub struct FeedbackTopic {
    producer: EventProducer,
    topic: String,
}

impl std::fmt::Debug for FeedbackTopic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeedbackTopic").field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl FeedbackTopic {
    /// Makes the producer; it connects in the background.
    ///
    /// # Errors
    /// [`IngestError::Kafka`] where a setting is not understood.
    pub fn new(options: &KafkaOptions, topic: &str) -> Result<Self, IngestError> {
        Ok(Self { producer: EventProducer::new(options)?, topic: topic.to_owned() })
    }
}

#[async_trait]
impl FeedbackSink for FeedbackTopic {
    async fn publish(&self, key: &str, event: &str) -> Result<Delivered, String> {
        outcome(self.producer.send(&self.topic, Some(key), event.as_bytes())?).await
    }
}
