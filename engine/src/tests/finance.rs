//! What finance imports changes figures that are kept.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::datatypes::{Field, SchemaRef};
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Segment, Store, Table, TableWriter};
use tidemark_model::finance::finance_entries;
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::schema;
use tidemark_model::stream::Stream;

use super::support::{ask, config, library, session};
use crate::{Engine, EngineConfig, OwnRelations};

const ONE: i128 = 1_000_000_000;
/// 2026-03-10T00:00:00Z.
const AT_US: i64 = 1_773_100_800_000_000;
const COST: &str = "SELECT numerator FROM kpi_monthly WHERE kpi = 'ai_cost_hkd' AND bucket = DATE '2026-03-01'";

fn segment(topic: &str, start: i64, end: i64, rows: RecordBatch, time: &str) -> Arc<Segment> {
    let of = TopicPartition { topic: topic.into(), partition: 0 };
    Arc::new(Segment::new(rows, vec![OffsetRange { of, start, end }], BTreeMap::new(), 0, time))
}

fn times() -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(vec![AT_US]).with_timezone("UTC"))
}

fn text(text: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![text]))
}

fn amount(of: i128) -> ArrayRef {
    Arc::new(Decimal128Array::from(vec![of]).with_precision_and_scale(27, 9).unwrap())
}

/// A row of a table, of the columns that are given; the others are null.
fn row(schema: &SchemaRef, given: &[(&str, ArrayRef)]) -> RecordBatch {
    let column = |field: &Arc<Field>| {
        let found = given.iter().find(|(name, _)| name == field.name());
        found.map_or_else(|| new_null_array(field.data_type(), 1), |(_, column)| Arc::clone(column))
    };
    RecordBatch::try_new(Arc::clone(schema), schema.fields().iter().map(column).collect()).unwrap()
}

/// Usage of language models in Hong Kong that cost 10 USD.
fn usage() -> Arc<Segment> {
    let given = [
        ("event_id", text("e1")),
        ("source", text("/test")),
        ("type", text("usage.recorded")),
        ("time", times()),
        ("_ingested_at", times()),
        ("city", text("HKG")),
        ("meter", text("llm.tokens_in")),
        ("cost", amount(10 * ONE)),
        ("currency", text("USD")),
        ("_topic", text("usage")),
        ("_partition", Arc::new(Int32Array::from(vec![0])) as ArrayRef),
        ("_offset", Arc::new(Int64Array::from(vec![0])) as ArrayRef),
        (schema::MONTH, text("2026-03")),
    ];
    segment("usage", 0, 1, row(&schema::events(Stream::Usage), &given), "time")
}

/// An import of one rate of the US dollar for March.
fn rate(number: i64, hkd: i128) -> Append {
    let whole = |number| Arc::new(Int64Array::from(vec![number])) as ArrayRef;
    let given = [
        ("kind", text("rates")),
        ("import", whole(number)),
        ("place", whole(1)),
        ("month", text("2026-03")),
        ("amount", amount(hkd)),
        ("currency", text("USD")),
        ("file", text("rates.csv")),
        ("file_sha256", text("")),
        ("imported_at", times()),
        ("imported_by", text("ada")),
    ];
    let rows = row(&finance_entries(), &given);
    Append { segments: vec![segment("imports", number - 1, number, rows, "imported_at")], stream: None }
}

async fn writer(store: &Store, spec: TableSpec) -> TableWriter {
    TableWriter::new(Table::open_or_create(store, spec).await.unwrap())
}

/// A lake of events and imports: the usage is there, nothing is imported.
async fn lake() -> (Vec<Arc<Table>>, TableWriter) {
    let store = Store::open("memory:///lake", &Default::default()).unwrap();
    let mut tables = vec![];
    for stream in Stream::ALL {
        let writer = writer(&store, TableSpec::events(stream)).await;
        if stream == Stream::Usage {
            writer.append(Append { segments: vec![usage()], stream: None }).await.unwrap();
        }
        tables.push(Arc::clone(writer.table()));
    }
    let finance = writer(&store, TableSpec::finance()).await;
    tables.push(Arc::clone(finance.table()));
    (tables, finance)
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_figures_follow_the_rates_that_finance_imports() {
    let (tables, finance) = lake().await;
    let engine = Engine::new(tables, OwnRelations::default(), library(), config()).await.unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, COST).await, "78.000000000");
    finance.append(rate(1, 8 * ONE)).await.unwrap();
    assert_eq!(ask(&session, COST).await, "80.000000000");
    finance.append(rate(2, 81 * ONE / 10)).await.unwrap();
    assert_eq!(ask(&session, COST).await, "81.000000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_kept_over_an_import() {
    let (tables, finance) = lake().await;
    let patient = EngineConfig { kpi_staleness: Duration::from_secs(3600), ..config() };
    let engine = Engine::new(tables, OwnRelations::default(), library(), patient).await.unwrap();
    engine.follow().await.unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, COST).await, "78.000000000");
    assert_eq!(engine.num_answers(), 1);
    finance.append(rate(1, 8 * ONE)).await.unwrap();
    engine.follow().await.unwrap();
    engine.freshen().await.unwrap();
    assert_eq!(ask(&session, COST).await, "80.000000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_without_imports_has_the_rates_of_the_release() {
    let (mut tables, _) = lake().await;
    tables.pop();
    let engine = Engine::new(tables, OwnRelations::default(), library(), config()).await.unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, COST).await, "78.000000000");
    assert_eq!(ask(&session, "SELECT count(*) FROM cost_pools").await, "0");
    assert_eq!(ask(&session, "SELECT count(*) FROM finance_entries").await, "0");
}
