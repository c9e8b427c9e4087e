//! The Arrow schema of each table, made from the contract.
//!
//! Every event table starts with the same columns (identity, time, place, where in Kafka it stood), then has one
//! typed column per member of its event types. All data columns are nullable, for each event type fills its own.
//! A column's meaning travels with it as the field metadata [`COMMENT`], which Delta stores and readers can show.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

use crate::amount::{AMOUNT_PRECISION, AMOUNT_SCALE};
use crate::close::FINANCE_CLOSES;
use crate::contract::{Kind, Member, event_types};
use crate::finance::FINANCE_ENTRIES;
use crate::insight::RESULT_TABLES;
use crate::stream::Stream;

/// The key of a column's description in its field metadata, as Delta readers expect it.
pub const COMMENT: &str = "comment";

/// The key in a column's field metadata that says whose id it holds: `invoice`. Columns of one entity join.
pub const ENTITY: &str = "entity";

/// The partition column that holds the month of the event time in UTC, `YYYY-MM`.
pub const MONTH: &str = "_month";

/// The columns by which tables are partitioned, in order: a principal's cities and a query's months select files.
pub const PARTITION_COLUMNS: [&str; 2] = ["city", MONTH];

/// The dead letters' table.
pub const DEAD_LETTERS: &str = "dead_letters";

/// The table of the minutes in which instances of the platform looked after themselves.
pub const PLATFORM_MINUTES: &str = "platform_minutes";

/// What one row of a table is, in a sentence; empty where there is no such table.
#[must_use]
pub fn meaning_of(table: &str) -> &'static str {
    match table {
        "session_events" => "Events of remote-support sessions, devices, tickets and users, each once.",
        "invoice_events" => {
            "Events of invoices from receipt to export, of corrections and of mapping rules, each once."
        }
        "usage_events" => "What was used of each service, and what it cost, each measurement once.",
        DEAD_LETTERS => "Records that were refused, as they were, with the reason.",
        PLATFORM_MINUTES => {
            "Minutes in which instances of the platform looked after themselves, and whether all was well."
        }
        FINANCE_ENTRIES => {
            "What finance stated, row by row: pools, rates, budgets, prices and policies of every import."
        }
        FINANCE_CLOSES => "Steps of closing months, with the bytes that each froze.",
        "forecasts" => "What was foretold of each series, by every run.",
        "capacity_advice" => "What capacity and budgets will need, by every run.",
        "anomaly_findings" => "What was found to be unusual, by every look; the view anomalies says what holds.",
        "anomaly_marks" => "What people said of anomalies.",
        "experiment_results" => "How variants of experiments compared, by every run.",
        "feedback_messages" => "What the rule engine is to be told, each message once.",
        "report_steps" => "How runs of saved reports went; the view report_runs says how each stands.",
        "budget_crossings" => "Which steps of budgets (50, 80, 100 percent) were passed, each once and when noticed.",
        "rule_states" => "How rules and patterns of corrections stood; rules_watched and rule_patterns say what holds.",
        "feedback_deliveries" => "Which messages Kafka took for the rule engine, and where.",
        _ => "",
    }
}

/// Whether the one watermark of a table counts its commits: it holds what finance stated or what the platform worked
/// out. Its rows are no events, and each commit is made from what the ones before it say.
#[must_use]
pub fn is_numbered(table: &str) -> bool {
    [FINANCE_ENTRIES, FINANCE_CLOSES].contains(&table) || RESULT_TABLES.iter().any(|result| result.name == table)
}

/// Timestamps are microseconds in UTC, the finest that Delta keeps.
#[must_use]
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The Arrow type of amounts and quantities.
#[must_use]
pub const fn decimal() -> DataType {
    DataType::Decimal128(AMOUNT_PRECISION, AMOUNT_SCALE)
}

/// The columns that every event has: name, type, nullable, meaning.
fn common_columns() -> Vec<Field> {
    vec![
        column("event_id", DataType::Utf8, false, "CloudEvents id; with source it identifies the event"),
        column("source", DataType::Utf8, false, "CloudEvents source: URI reference of the producer"),
        column("type", DataType::Utf8, false, "event type, such as invoice.received"),
        column("time", timestamp(), false, "when it happened, microseconds UTC, rounded down"),
        column("city", DataType::Utf8, true, "city code; null where the event is shared by all cities"),
        column("tenant", DataType::Utf8, true, "customer of the remote-support product; null where none is concerned"),
        column("subject", DataType::Utf8, true, "CloudEvents subject, usually the entity id; null where not sent"),
        column("_topic", DataType::Utf8, false, "Kafka topic, or the file or door it came by"),
        column("_partition", DataType::Int32, false, "partition of that topic"),
        column("_offset", DataType::Int64, false, "offset in that partition"),
        column("_ingested_at", timestamp(), false, "when this platform took it in, microseconds UTC"),
        column(
            "_extra",
            DataType::Utf8,
            true,
            "members that the contract does not name, as JSON text; null where none",
        ),
        column(MONTH, DataType::Utf8, false, "month of time in UTC, YYYY-MM; the table's partition"),
    ]
}

pub(crate) fn column(name: &str, data_type: DataType, nullable: bool, comment: &str) -> Field {
    Field::new(name, data_type, nullable).with_metadata(HashMap::from([(COMMENT.to_owned(), comment.to_owned())]))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Id(_) | Kind::Labels => DataType::Utf8,
        Kind::Flag => DataType::Boolean,
        Kind::Count | Kind::Millis => DataType::Int64,
        Kind::Score => DataType::Int32,
        Kind::Fraction => DataType::Float64,
        Kind::Decimal => decimal(),
        Kind::Rows(members) => DataType::List(Arc::new(Field::new("element", row_type(members), true))),
    }
}

/// The struct type of one object in a list of rows.
#[must_use]
pub fn row_type(members: &[Member]) -> DataType {
    DataType::Struct(members.iter().map(|m| Field::new(m.column, data_type(m.kind), true)).collect::<Fields>())
}

fn unit_of(kind: Kind) -> String {
    let unit = match kind {
        Kind::Id(entity) => return format!("{entity} id"),
        Kind::Text => "text",
        Kind::Flag => "true or false",
        Kind::Count => "whole number from 0",
        Kind::Millis => "milliseconds",
        Kind::Score => "whole number from 0 to 10",
        Kind::Fraction => "fraction from 0 to 1",
        Kind::Decimal => "exact decimal, 9 digits after the point",
        Kind::Labels => "JSON object of strings",
        Kind::Rows(_) => "list of rows",
    };
    unit.to_owned()
}

/// Describes a data column by its unit and the event types that fill it.
fn describe(stream: Stream, member: &Member) -> String {
    let fillers: Vec<&str> = event_types(stream)
        .iter()
        .filter(|event_type| event_type.members.iter().any(|other| other.column == member.column))
        .map(|event_type| event_type.name)
        .collect();
    format!("{}; {} of {}; null for other types", unit_of(member.kind), member.name, fillers.join(", "))
}

fn data_column(stream: Stream, member: &Member) -> Field {
    let mut field = column(member.column, data_type(member.kind), true, &describe(stream, member));
    if let Kind::Id(entity) = member.kind {
        field.metadata_mut().insert(ENTITY.to_owned(), entity.name().to_owned());
    }
    field
}

fn build(stream: Stream) -> SchemaRef {
    let mut fields = common_columns();
    for member in event_types(stream).iter().flat_map(|event_type| event_type.members) {
        if fields.iter().all(|field| field.name() != member.column) {
            fields.push(data_column(stream, member));
        }
    }
    Arc::new(Schema::new(fields))
}

static EVENTS: LazyLock<[SchemaRef; 3]> = LazyLock::new(|| Stream::ALL.map(build));

/// The schema of a stream's event table, partition columns included.
#[must_use]
pub fn events(stream: Stream) -> SchemaRef {
    Arc::clone(&EVENTS[stream as usize])
}

static DEAD_LETTER_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        column("stream", DataType::Utf8, false, "stream it was meant for: sessions, invoices or usage"),
        column("topic", DataType::Utf8, false, "Kafka topic, or the file or door it came by"),
        column("partition", DataType::Int32, false, "partition of that topic"),
        column("offset", DataType::Int64, false, "offset in that partition"),
        column("record_time", timestamp(), true, "the broker's timestamp of the record; null where it has none"),
        column("stage", DataType::Utf8, false, "where it failed: envelope, decode or validate"),
        column("reason", DataType::Utf8, false, "stable code, such as not_json or missing:invoice_id"),
        column("detail", DataType::Utf8, true, "what was found, in words; null where the code says it all"),
        column("key", DataType::Utf8, true, "record key; null where it has none or it is not UTF-8"),
        column("headers", DataType::Utf8, true, "record headers as a JSON object; null where it has none"),
        column("payload", DataType::Binary, true, "the record's value as it came; null where it was empty"),
        column("_ingested_at", timestamp(), false, "when this platform refused it, microseconds UTC"),
        column(MONTH, DataType::Utf8, false, "month of _ingested_at in UTC, YYYY-MM; the table's partition"),
    ]))
});

/// The schema of the platform's minutes.
#[must_use]
pub fn platform_minutes() -> SchemaRef {
    Arc::new(Schema::new(vec![
        column("minute", timestamp(), false, "the minute's start"),
        column("instance", DataType::Utf8, false, "instance that watched itself through the whole minute"),
        column("answers", DataType::Boolean, true, "whether it answered queries; null where that is not its role"),
        column("ingests", DataType::Boolean, true, "whether it took events in; null where that is not its role"),
        column("reason", DataType::Utf8, true, "what was wrong first; null where all was well"),
        column(MONTH, DataType::Utf8, false, "month of the minute in UTC, YYYY-MM; the table's partition"),
    ]))
}

/// The schema of the dead letters' table.
#[must_use]
pub fn dead_letters() -> SchemaRef {
    Arc::clone(&DEAD_LETTER_SCHEMA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_comment_and_a_name_of_its_own() {
        let tables = [dead_letters(), platform_minutes(), crate::finance::finance_entries()];
        for schema in Stream::ALL.map(events).into_iter().chain(tables) {
            for field in schema.fields() {
                assert!(field.metadata().contains_key(COMMENT), "{} has no comment", field.name());
                assert_eq!(schema.fields().iter().filter(|other| other.name() == field.name()).count(), 1);
            }
        }
    }
}
