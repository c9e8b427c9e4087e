//! The outbox: what the rule engine is to be told, as rows of the lake that are published from there.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::error::ArrowError;
use tidemark_model::error::ServiceError;
use tidemark_model::insight::{FEEDBACK_DELIVERIES, FEEDBACK_MESSAGES};
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use super::accuracy::Tally;
use super::facts::{Layer, Suggested};
use super::message::Feedback;
use crate::columns::{counts, instants, text, texts};
use crate::literal::list;

/// How far the outbox has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbox {
    /// The number of its last message; 0 where it is empty.
    pub last_number: i64,
    /// When its first message was made.
    pub first_at: Option<Micros>,
}

/// How far the outbox has come.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn outbox(queries: &dyn PinnedQueries) -> Result<Outbox, ServiceError> {
    let sql = format!("SELECT max(number), min(made_at) FROM {}", FEEDBACK_MESSAGES.name);
    let mut outbox = Outbox::default();
    for rows in queries.rows(&sql).await?.iter().filter(|rows| rows.num_rows() > 0) {
        let (numbers, times) = (counts(rows, 0)?, instants(rows, 1)?);
        if !numbers.is_null(0) {
            outbox = Outbox { last_number: numbers.value(0), first_at: (!times.is_null(0)).then(|| times.value(0)) };
        }
    }
    Ok(outbox)
}

/// The suggestions that are in the outbox.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn suggested(queries: &dyn PinnedQueries) -> Result<Vec<Suggested>, ServiceError> {
    let sql = format!(
        "SELECT message_id, forwarder, field, pattern, evidence_at FROM {} \
         WHERE type = 'rule.promotion_suggested' AND forwarder IS NOT NULL AND pattern IS NOT NULL",
        FEEDBACK_MESSAGES.name
    );
    let mut suggested = Vec::new();
    for rows in queries.rows(&sql).await? {
        let [ids, forwarders, fields, patterns] = texts(&rows)?;
        let at = instants(&rows, 4)?;
        suggested.extend((0..rows.num_rows()).map(|row| Suggested {
            message_id: ids.value(row).to_owned(),
            at: at.value(row),
            forwarder: forwarders.value(row).to_owned(),
            field: fields.value(row).to_owned(),
            pattern: patterns.value(row).to_owned(),
        }));
    }
    Ok(suggested)
}

/// Which of these messages are in the outbox.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn known(queries: &dyn PinnedQueries, ids: &[String]) -> Result<Vec<String>, ServiceError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!("SELECT message_id FROM {} WHERE message_id IN ({})", FEEDBACK_MESSAGES.name, list(ids));
    let mut known = Vec::new();
    for rows in queries.rows(&sql).await? {
        known.extend(text(&rows, 0)?.iter().flatten().map(str::to_owned));
    }
    Ok(known)
}

/// A message that is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub message_id: String,
    /// Its rule, the record's key.
    pub rule_id: String,
    /// The whole event, as JSON text.
    pub event: String,
}

/// The first messages that were not delivered, in the order of the outbox.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn waiting(queries: &dyn PinnedQueries, num_max: usize) -> Result<Vec<Waiting>, ServiceError> {
    let sql = format!(
        "SELECT m.message_id, m.rule_id, m.event FROM {} m LEFT ANTI JOIN {} d ON d.message_id = m.message_id \
         ORDER BY m.number LIMIT {num_max}",
        FEEDBACK_MESSAGES.name, FEEDBACK_DELIVERIES.name
    );
    let mut waiting = Vec::new();
    for rows in queries.rows(&sql).await? {
        let columns: [StringArray; 3] = texts(&rows)?;
        waiting.extend((0..rows.num_rows()).map(|row| {
            let [message_id, rule_id, event] = columns.each_ref().map(|column| column.value(row).to_owned());
            Waiting { message_id, rule_id, event }
        }));
    }
    Ok(waiting)
}

/// Messages as rows, numbered from `first` on.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(messages: &[Feedback], first: i64, made_at: Micros) -> Result<RecordBatch, ArrowError> {
    let text =
        |of: fn(&Feedback) -> Option<&str>| -> ArrayRef { Arc::new(messages.iter().map(of).collect::<StringArray>()) };
    let instant = |of: fn(&Feedback) -> Micros| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(messages.iter().map(of)).with_timezone("UTC"))
    };
    let count = |of: fn(&Feedback) -> Option<u64>| -> ArrayRef {
        Arc::new(messages.iter().map(|message| of(message).map(u64::cast_signed)).collect::<Int64Array>())
    };
    let number =
        |of: fn(&Feedback) -> Option<f64>| -> ArrayRef { Arc::new(messages.iter().map(of).collect::<Float64Array>()) };
    let events = messages.iter().map(|message| message.to_event().to_string());
    FEEDBACK_MESSAGES.rows(vec![
        Arc::new(TimestampMicrosecondArray::from(vec![made_at; messages.len()]).with_timezone("UTC")),
        Arc::new(Int64Array::from_iter_values((first..).take(messages.len()))),
        text(|message| Some(&message.message_id)),
        text(|message| Some(message.kind.name())),
        instant(|message| message.at),
        text(|message| Some(&message.rule.rule_id)),
        text(|message| Some(&message.rule.version)),
        text(|message| message.layer.map(Layer::name)),
        text(|message| message.forwarder.as_deref()),
        text(|message| message.field.as_deref()),
        instant(|message| message.window_start),
        instant(|message| message.window_end),
        count(|message| message.tally.map(|tally| tally.samples)),
        count(|message| message.tally.map(|tally| tally.correct)),
        number(|message| message.tally.and_then(Tally::accuracy)),
        number(|message| message.accuracy_before),
        number(|message| message.tally.and_then(Tally::interval).map(|(low, _)| low)),
        number(|message| message.tally.and_then(Tally::interval).map(|(_, high)| high)),
        count(|message| message.users),
        count(|message| message.impact_estimate),
        Arc::new(messages.iter().map(|message| message.needs_review).collect::<BooleanArray>()),
        text(|message| Some(message.advice.name())),
        text(|message| message.pattern.as_deref()),
        text(|message| message.to_version.as_deref()),
        text(|message| Some(&message.reason)),
        Arc::new(StringArray::from_iter_values(events)),
    ])
}
