//! The outbox of the rules' feedback: what was made is published, and what Kafka has acknowledged is written down.
//!
//! A process that dies between the two publishes the same message again, under the same id. One rule's messages go one
//! after the other, and none of them before an earlier one is safe: readers that pass over repeated ids see each message
//! once, and each rule's in order.
//!
//! Without a broker a round is over as soon as one message has waited its time in vain, however many rules there are to
//! tell of: what waited through an outage goes out as soon as the broker is back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arrow::array::{Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use futures::{StreamExt, stream};
use tidemark_engine::Engine;
use tidemark_insight::learning::outbox::{Waiting, waiting};
use tidemark_lake::faults;
use tidemark_model::insight::FEEDBACK_DELIVERIES;
use tidemark_model::port::{Delivered, FeedbackSink, PinnedQueries};
use tidemark_model::time::{self, Micros};

use super::{Job, JobError};
use crate::numbered::{Landed, Numbered};

/// Messages of one round, and so of one commit.
const ROUND_MAX: usize = 2_000;
/// Rules whose messages are on their way at once.
const RULES_AT_ONCE: usize = 64;

/// Publishes what waits.
#[derive(Debug)]
pub(super) struct Outbox {
    /// Where it is asked what waits.
    pub(super) engine: Arc<Engine>,
    /// Where deliveries are written down.
    pub(super) deliveries: Arc<Numbered>,
    /// Where messages go.
    pub(super) sink: Arc<dyn FeedbackSink>,
}

impl Job for Outbox {
    const NAME: &'static str = "outbox";
    const REST: Duration = Duration::from_millis(500);
    // A round that takes long waits for Kafka and costs nobody anything.
    const RESTS_BY_COST: u32 = 0;
    const LEARNS: bool = false;

    /// Publishes what waits, and writes down what Kafka took of it.
    ///
    /// # Errors
    /// Where the lake does not answer; what was published is then published again, under the same ids. Where Kafka took
    /// a message not; it waits, and so do that rule's later ones.
    async fn round(&self) -> Result<(), JobError> {
        let queries = self.engine.committed().await?;
        publish(queries.as_ref(), &self.deliveries, self.sink.as_ref()).await
    }
}

async fn publish(queries: &dyn PinnedQueries, deliveries: &Numbered, sink: &dyn FeedbackSink) -> Result<(), JobError> {
    let by_rule = by_rule(waiting(queries, ROUND_MAX).await?);
    let in_vain = AtomicBool::new(false);
    let sent = stream::iter(by_rule).map(|messages| publish_in_order(sink, messages, &in_vain));
    let sent = sent.buffer_unordered(RULES_AT_ONCE);
    let (delivered, refused): (Vec<_>, Vec<_>) = sent.map(|sent| (sent.delivered, sent.refused)).unzip().await;
    let delivered: Vec<_> = delivered.into_iter().flatten().collect();
    if !delivered.is_empty() {
        faults::crash_point("feedback.published");
        record(deliveries, &delivered).await?;
        faults::crash_point("feedback.recorded");
    }
    match refused.into_iter().flatten().next() {
        Some(refused) => Err(JobError::Kafka(refused)),
        None => Ok(()),
    }
}

/// Each rule's messages, in their order.
fn by_rule(waiting: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let mut rules: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
    for message in waiting {
        rules.entry(message.rule_id.clone()).or_default().push(message);
    }
    rules.into_values().collect()
}

#[derive(Debug, Default)]
struct Sent {
    delivered: Vec<(String, Delivered, Micros)>,
    refused: Option<String>,
}

/// Sends a rule's messages one after the other. Once one was not taken, of this rule or another, all that was not sent
/// waits for the next round. One that Kafka never takes stops no other rule for long: so many are on their way at once.
async fn publish_in_order(sink: &dyn FeedbackSink, messages: Vec<Waiting>, in_vain: &AtomicBool) -> Sent {
    let mut sent = Sent::default();
    for message in messages {
        if in_vain.load(Ordering::Relaxed) {
            break;
        }
        match sink.publish(&message.rule_id, &message.event).await {
            Ok(delivered) => sent.delivered.push((message.message_id, delivered, time::now())),
            Err(error) => {
                in_vain.store(true, Ordering::Relaxed);
                sent.refused = Some(error);
            }
        }
    }
    sent
}

/// Writes deliveries down; where another process wrote some first, after those.
async fn record(table: &Numbered, delivered: &[(String, Delivered, Micros)]) -> Result<(), JobError> {
    let rows = rows(delivered)?;
    loop {
        if table.land(table.last() + 1, rows.clone(), time::now()).await? == Landed::Taken {
            return Ok(());
        }
        table.refresh().await?;
    }
}

fn rows(delivered: &[(String, Delivered, Micros)]) -> Result<RecordBatch, ArrowError> {
    let at = delivered.iter().map(|(_, _, at)| *at);
    FEEDBACK_DELIVERIES.rows(vec![
        Arc::new(TimestampMicrosecondArray::from_iter_values(at).with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(delivered.iter().map(|(id, ..)| id))),
        Arc::new(StringArray::from_iter_values(delivered.iter().map(|(_, delivered, _)| &delivered.topic))),
        Arc::new(Int32Array::from_iter_values(delivered.iter().map(|(_, delivered, _)| delivered.partition))),
        Arc::new(Int64Array::from_iter_values(delivered.iter().map(|(_, delivered, _)| delivered.offset))),
    ])
}
