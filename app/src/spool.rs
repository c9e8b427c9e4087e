//! Sends generated events to Kafka: topics made, records produced in order, each one acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ProducerContext, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext};
use tidemark_generator::Record;
use tidemark_ingest::kafka::KafkaOptions;
use tidemark_model::position::TopicPartition;
use tidemark_model::stream::Stream;

/// What has been acknowledged: the offset after the last record of each partition, and failures.
#[derive(Debug, Default)]
struct Acknowledged {
    ends: HashMap<TopicPartition, i64>,
    records: u64,
    failure: Option<String>,
}

struct Deliveries(Arc<Mutex<Acknowledged>>);

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let Ok(mut acknowledged) = self.0.lock() else { return };
        match result {
            Ok(message) => {
                let of = TopicPartition { topic: message.topic().into(), partition: message.partition() };
                let end = acknowledged.ends.entry(of).or_default();
                *end = (*end).max(message.offset() + 1);
                acknowledged.records += 1;
            }
            Err((error, _)) => acknowledged.failure = Some(error.to_string()),
        }
    }
}

/// A producer for generated records.
pub(crate) struct Spool {
    producer: ThreadedProducer<Deliveries>,
    acknowledged: Arc<Mutex<Acknowledged>>,
    topics: [String; 3],
}

const SETTINGS: [(&str, &str); 8] = [
    ("acks", "all"),
    ("enable.idempotence", "true"),
    ("linger.ms", "5"),
    ("batch.size", "1000000"),
    ("compression.type", "lz4"),
    ("queue.buffering.max.messages", "200000"),
    ("queue.buffering.max.kbytes", "131072"),
    // A too large record must reach the topic to become a dead letter.
    ("message.max.bytes", "8388608"),
];

impl Spool {
    /// Makes the topics where they do not exist, and the producer.
    pub(crate) async fn open(options: &KafkaOptions, partitions: i32) -> Result<Self> {
        let topics = Stream::ALL.map(|stream| options.topic_of(stream));
        create_topics(options, &topics, partitions).await?;
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &options.brokers);
        for (key, value) in SETTINGS {
            config.set(key, value);
        }
        for (key, value) in &options.properties {
            config.set(key, value);
        }
        let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
        let producer = config
            .create_with_context(Deliveries(Arc::clone(&acknowledged)))
            .context("could not set up the producer")?;
        Ok(Self { producer, acknowledged, topics })
    }

    /// Sends a record, waiting for room. Blocking: call it on a thread of its own.
    pub(crate) fn send(&self, record: &Record) -> Result<()> {
        let topic = &self.topics[record.topic as usize];
        let mut message = BaseRecord::<[u8], [u8]>::to(topic).payload(&record.value);
        if let Some(key) = &record.key {
            message = message.key(key.as_bytes());
        }
        if !record.headers.is_empty() {
            let headers = record.headers.iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
                headers.insert(Header { key, value: Some(value.as_bytes()) })
            });
            message = message.headers(headers);
        }
        loop {
            match self.producer.send(message) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), returned)) => {
                    message = returned;
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err((error, _)) => bail!("could not send to topic \"{topic}\": {error}"),
            }
        }
    }

    /// Waits until everything sent is acknowledged. Blocking.
    pub(crate) fn flush(&self) -> Result<()> {
        self.producer.flush(Duration::from_secs(120)).context("the broker did not acknowledge all events in time")?;
        match self.acknowledged.lock().map_err(|_| anyhow::anyhow!("a delivery callback failed"))?.failure.take() {
            Some(failure) => bail!("the broker refused events: {failure}"),
            None => Ok(()),
        }
    }

    /// Records acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.lock().map_or(0, |acknowledged| acknowledged.records)
    }

    /// The offset after the last acknowledged record of each partition.
    pub(crate) fn ends(&self) -> HashMap<TopicPartition, i64> {
        self.acknowledged.lock().map(|acknowledged| acknowledged.ends.clone()).unwrap_or_default()
    }
}

/// Makes topics where they do not exist.
///
/// # Errors
/// Where the broker does not answer or refuses.
pub(crate) async fn create_topics(options: &KafkaOptions, topics: &[String], partitions: i32) -> Result<()> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &options.brokers);
    for (key, value) in &options.properties {
        config.set(key, value);
    }
    let admin: AdminClient<DefaultClientContext> = config.create().context("could not set up the Kafka client")?;
    let new = |topic| NewTopic::new(topic, partitions, TopicReplication::Fixed(1)).set("max.message.bytes", "8388608");
    let topics: Vec<_> = topics.iter().map(|topic| new(topic.as_str())).collect();
    let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(15)));
    let created = admin.create_topics(&topics, &options).await.with_context(|| {
        format!("could not create topics at {}: is the broker running?", config.get("bootstrap.servers").unwrap_or(""))
    })?;
    for outcome in created {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, error)) => bail!("could not create topic \"{topic}\": {error}"),
        }
    }
    Ok(())
}
