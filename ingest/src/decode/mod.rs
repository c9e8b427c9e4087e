//! Bytes become typed rows, or a refusal with its stage and reason.
//!
//! Each record is parsed within its own bytes and touches the builders only when it has passed every check. So no
//! record can change its neighbours, whatever it holds; a property test says so. Formats with a schema registry
//! (Avro, Protobuf) will stand beside `envelope` and `value` here and fill the same [`RowBuilder`].

mod columns;
mod envelope;
mod json;
mod value;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder};
use arrow::error::ArrowError;
use tidemark_model::contract::{EventType, Member, event_types};
use tidemark_model::dead_letter::{Reason, Refusal, Stage};
use tidemark_model::schema::{self, timestamp};
use tidemark_model::stream::Stream;
use tidemark_model::time::{Micros, month_name, month_of};

use self::columns::Column;
use self::envelope::Envelope;
use self::value::Cell;
use crate::dedup::{Identity, identity};
use crate::record::RawRecord;

/// A record that passed every check, ready to become a row.
#[derive(Debug)]
pub struct Event<'a> {
    envelope: Envelope<'a>,
    cells: Vec<(usize, Cell<'a>)>,
    extra: Option<String>,
}

impl Event<'_> {
    /// The hash of its source and id.
    #[must_use]
    pub fn identity(&self) -> Identity {
        identity(&self.envelope.source, &self.envelope.id)
    }
}

/// Decodes the records of one stream.
#[derive(Debug)]
pub struct Decoder {
    stream: Stream,
    types: HashMap<&'static str, TypePlan>,
}

/// An event type's members and the data columns that they land in.
#[derive(Debug)]
struct TypePlan {
    members: &'static [Member],
    columns: Vec<usize>,
}

impl Decoder {
    /// A decoder by the contract of a stream.
    #[must_use]
    pub fn new(stream: Stream) -> Self {
        let data = data_columns(stream);
        let place = |member: &Member| data.iter().position(|column| column.column == member.column).unwrap_or_default();
        let plan = |event_type: &EventType| {
            let columns = event_type.members.iter().map(place).collect();
            (event_type.name, TypePlan { members: event_type.members, columns })
        };
        Self { stream, types: event_types(stream).iter().map(plan).collect() }
    }

    /// Decodes one record. `now` stands for the broker's clock where the record has no timestamp.
    ///
    /// # Errors
    /// The stage and reason for which it is refused.
    pub fn decode<'a>(&self, record: &RawRecord<'a>, now: Micros) -> Result<Event<'a>, Refusal> {
        let mut envelope = envelope::read(self.stream, record, now)?;
        let data = std::mem::take(&mut envelope.data);
        let extensions = std::mem::take(&mut envelope.extensions);
        let mut extra = Extra::default();
        for (name, json) in &extensions {
            extra.push(&format!("ce_{name}"), json);
        }
        let Some(plan) = self.types.get(envelope.event_type.as_ref()) else {
            data.iter().for_each(|(name, raw)| extra.push(name, raw));
            return Ok(Event { envelope, cells: Vec::new(), extra: extra.finish() });
        };
        let cells = plan.read(&data, &mut extra)?;
        Ok(Event { envelope, cells, extra: extra.finish() })
    }
}

impl TypePlan {
    fn read<'a>(&self, data: &[(Cow<'a, str>, &'a str)], extra: &mut Extra) -> Result<Vec<(usize, Cell<'a>)>, Refusal> {
        let mut cells: Vec<Option<Cell<'a>>> = self.members.iter().map(|_| None).collect();
        let mut expected = 0;
        for (name, raw) in data {
            // Producers write members in the contract's order, so the next one is tried first.
            let found = match self.members.get(expected) {
                Some(member) if member.name == name => Some(expected),
                _ => self.members.iter().position(|member| member.name == name),
            };
            match found {
                Some(place) => {
                    cells[place] = value::read(&self.members[place], raw)?;
                    expected = place + 1;
                }
                None => extra.push(name, raw),
            }
        }
        let lacks = |(member, cell): (&&Member, &Option<Cell<'a>>)| member.required && cell.is_none();
        if let Some((member, _)) = self.members.iter().collect::<Vec<_>>().iter().zip(&cells).find(|pair| lacks(*pair))
        {
            return Err(Refusal::new(Stage::Validate, Reason::Missing(member.name.into())));
        }
        Ok(self.columns.iter().copied().zip(cells).filter_map(|(column, cell)| Some((column, cell?))).collect())
    }
}

/// The unknown members of an event, as one JSON object.
#[derive(Debug, Default)]
struct Extra(String);

impl Extra {
    fn push(&mut self, name: &str, raw: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&serde_json::Value::from(name).to_string());
        self.0.push(':');
        self.0.push_str(raw);
    }

    fn finish(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(self.0)
    }
}

/// The data columns of a stream, one member standing for each.
fn data_columns(stream: Stream) -> Vec<&'static Member> {
    let mut columns: Vec<&'static Member> = Vec::new();
    for member in event_types(stream).iter().flat_map(|event_type| event_type.members) {
        if columns.iter().all(|other| other.column != member.column) {
            columns.push(member);
        }
    }
    columns
}

/// Collects events into a batch with the columns of the stream's table.
#[derive(Debug)]
pub struct RowBuilder {
    stream: Stream,
    num_rows: usize,
    texts: [StringBuilder; 7],
    time: TimestampMicrosecondBuilder,
    topic: StringBuilder,
    partition: Int32Builder,
    offset: Int64Builder,
    ingested_at: TimestampMicrosecondBuilder,
    month: StringBuilder,
    last_month: (i32, String),
    data: Vec<Column>,
}

impl RowBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new(stream: Stream) -> Self {
        let timestamps = || TimestampMicrosecondBuilder::new().with_data_type(timestamp());
        Self {
            stream,
            num_rows: 0,
            texts: std::array::from_fn(|_| StringBuilder::new()),
            time: timestamps(),
            topic: StringBuilder::new(),
            partition: Int32Builder::new(),
            offset: Int64Builder::new(),
            ingested_at: timestamps(),
            month: StringBuilder::new(),
            last_month: (0, month_name(0)),
            data: data_columns(stream).iter().map(|member| Column::new(member.kind)).collect(),
        }
    }

    /// Adds an event and where it stood.
    pub fn push(&mut self, event: &Event<'_>, topic: &str, partition: i32, offset: i64, ingested_at: Micros) {
        let envelope = &event.envelope;
        let optional = [&envelope.city, &envelope.tenant, &envelope.subject];
        let texts = [Some(envelope.id.as_ref()), Some(envelope.source.as_ref()), Some(envelope.event_type.as_ref())]
            .into_iter()
            .chain(optional.map(Option::as_deref))
            .chain([event.extra.as_deref()]);
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_option(text);
        }
        self.time.append_value(envelope.time);
        self.topic.append_value(topic);
        self.partition.append_value(partition);
        self.offset.append_value(offset);
        self.ingested_at.append_value(ingested_at);
        let month = month_of(envelope.time);
        if month != self.last_month.0 {
            self.last_month = (month, month_name(month));
        }
        self.month.append_value(&self.last_month.1);
        for (column, cell) in &event.cells {
            self.data[*column].set(self.num_rows, cell);
        }
        self.num_rows += 1;
    }

    /// The rows so far as a batch; the builder starts again.
    ///
    /// # Errors
    /// An Arrow error where the columns do not fit the schema: our own mistake.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let [id, source, event_type, city, tenant, subject, extra] =
            self.texts.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let mut columns: Vec<ArrayRef> = vec![
            id,
            source,
            event_type,
            Arc::new(self.time.finish()),
            city,
            tenant,
            subject,
            Arc::new(self.topic.finish()),
            Arc::new(self.partition.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.ingested_at.finish()),
            extra,
            Arc::new(self.month.finish()),
        ];
        for column in &mut self.data {
            columns.push(column.finish(self.num_rows)?);
        }
        self.num_rows = 0;
        RecordBatch::try_new(schema::events(self.stream), columns)
    }
}

#[cfg(test)]
mod tests;
