//! Refused records become rows of the `dead_letters` table, payload and reason included.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::error::ArrowError;
use serde_json::{Map, Value};
use tidemark_model::dead_letter::Refusal;
use tidemark_model::schema::{self, timestamp};
use tidemark_model::stream::Stream;
use tidemark_model::time::{Micros, month_name, month_of};

use crate::record::RawRecord;

/// Collects the dead letters of one stream.
#[derive(Debug)]
pub struct DeadLetters {
    stream: Stream,
    texts: [StringBuilder; 8],
    partition: Int32Builder,
    offset: Int64Builder,
    record_time: TimestampMicrosecondBuilder,
    payload: BinaryBuilder,
    ingested_at: TimestampMicrosecondBuilder,
    num_rows: usize,
}

impl DeadLetters {
    /// An empty collection.
    #[must_use]
    pub fn new(stream: Stream) -> Self {
        let timestamps = || TimestampMicrosecondBuilder::new().with_data_type(timestamp());
        Self {
            stream,
            texts: std::array::from_fn(|_| StringBuilder::new()),
            partition: Int32Builder::new(),
            offset: Int64Builder::new(),
            record_time: timestamps(),
            payload: BinaryBuilder::new(),
            ingested_at: timestamps(),
            num_rows: 0,
        }
    }

    /// How many it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.num_rows
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.num_rows == 0
    }

    /// Adds a refused record.
    pub fn push(&mut self, record: &RawRecord<'_>, topic: &str, refusal: &Refusal, now: Micros) {
        let reason = refusal.reason.to_string();
        let key = record.key.and_then(|key| std::str::from_utf8(key).ok());
        let headers = headers_json(record);
        let month = month_name(month_of(now));
        let texts = [
            Some(self.stream.name()),
            Some(topic),
            Some(refusal.stage.name()),
            Some(reason.as_str()),
            refusal.detail.as_deref(),
            key,
            headers.as_deref(),
            Some(month.as_str()),
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(text);
        }
        self.partition.append_value(record.partition);
        self.offset.append_value(record.offset);
        self.record_time.append_option(record.timestamp);
        self.payload.append_option(record.value);
        self.ingested_at.append_value(now);
        self.num_rows += 1;
    }

    /// The rows so far; the collection starts again.
    ///
    /// # Errors
    /// An Arrow error where the columns do not fit the schema: our own mistake.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let [stream, topic, stage, reason, detail, key, headers, month] =
            self.texts.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        self.num_rows = 0;
        let columns: Vec<ArrayRef> = vec![
            stream,
            topic,
            Arc::new(self.partition.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.record_time.finish()),
            stage,
            reason,
            detail,
            key,
            headers,
            Arc::new(self.payload.finish()),
            Arc::new(self.ingested_at.finish()),
            month,
        ];
        RecordBatch::try_new(schema::dead_letters(), columns)
    }
}

fn headers_json(record: &RawRecord<'_>) -> Option<String> {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let headers: Map<String, Value> =
        record.headers().map(|(name, value)| (text(name), Value::from(text(value)))).collect();
    (!headers.is_empty()).then(|| Value::from(headers).to_string())
}
