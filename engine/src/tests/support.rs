//! A lake in memory with one table of three invoices, and an engine over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::SchemaRef;
use arrow::util::pretty::pretty_format_batches;
use futures::TryStreamExt;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Segment, Store, Table, TableWriter};
use tidemark_model::error::ServiceError;
use tidemark_model::port::{Parameter, QueryService, QuerySession};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::principal::Principal;
use tidemark_model::schema;
use tidemark_model::stream::Stream;

use crate::{Engine, EngineConfig, OwnRelations};

pub(super) struct Lake {
    pub(super) table: Arc<Table>,
    pub(super) writer: TableWriter,
}

/// An empty table of invoice events.
pub(super) async fn lake() -> Lake {
    let store = Store::open("memory:///lake", &HashMap::new()).unwrap();
    let table = Table::open_or_create(&store, TableSpec::events(Stream::Invoices)).await.unwrap();
    Lake { writer: TableWriter::new(Arc::clone(&table)), table }
}

/// A lake with three committed invoices, in cities HKG, HKG and SZX.
pub(super) async fn filled() -> Lake {
    let lake = lake().await;
    lake.writer.append(Append { segments: vec![segment(0, &["HKG", "HKG", "SZX"])], stream: None }).await.unwrap();
    lake
}

pub(super) fn config() -> EngineConfig {
    EngineConfig { worker_threads: 2, target_partitions: 2, memory_bytes: 256 << 20, ..EngineConfig::default() }
}

/// The embedded views and KPIs.
pub(super) fn library() -> Arc<tidemark_sql::Library> {
    Arc::new(tidemark_sql::Library::open(None).unwrap())
}

pub(super) async fn engine(lake: &Lake) -> Engine {
    Engine::new(vec![Arc::clone(&lake.table)], OwnRelations::default(), library(), config()).await.unwrap()
}

pub(super) async fn session(engine: &Engine) -> Arc<dyn QuerySession> {
    engine.session(&Principal::named("ada")).await.unwrap()
}

/// One event a city, from this offset on.
pub(super) fn segment(first_offset: i64, cities: &[&str]) -> Arc<Segment> {
    let of = TopicPartition { topic: "invoices".into(), partition: 0 };
    let end = first_offset + cities.len() as i64;
    let rows = rows(&schema::events(Stream::Invoices), first_offset, cities);
    let ranges = vec![OffsetRange { of, start: first_offset, end }];
    Arc::new(Segment::new(rows, ranges, BTreeMap::new(), 0, "time"))
}

fn rows(schema: &SchemaRef, first_offset: i64, cities: &[&str]) -> RecordBatch {
    use arrow::array::{Int32Array, Int64Array, StringArray, TimestampMicrosecondArray};
    let len = cities.len();
    let offsets: Vec<i64> = (0..len as i64).map(|i| first_offset + i).collect();
    // 2026-03-01T00:00:00Z, a minute apart.
    let times = offsets.iter().map(|offset| 1_772_323_200_000_000 + offset * 60_000_000);
    let times = TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC");
    let text = |value: &str| Arc::new(StringArray::from(vec![value; len])) as ArrayRef;
    let column = |name: &str, data_type: &_| -> ArrayRef {
        match name {
            "event_id" => Arc::new(StringArray::from_iter_values(offsets.iter().map(|o| format!("event-number-{o}")))),
            "source" => text("/invoices"),
            "type" => text("invoice.received"),
            "time" | "_ingested_at" => Arc::new(times.clone()),
            "city" => Arc::new(StringArray::from(cities.to_vec())),
            "_topic" => text("invoices"),
            "_partition" => Arc::new(Int32Array::from(vec![0; len])),
            "_offset" => Arc::new(Int64Array::from(offsets.clone())),
            schema::MONTH => text("2026-03"),
            _ => new_null_array(data_type, len),
        }
    };
    let columns = schema.fields().iter().map(|field| column(field.name(), field.data_type())).collect();
    RecordBatch::try_new(Arc::clone(schema), columns).unwrap()
}

pub(super) async fn batches(session: &Arc<dyn QuerySession>, sql: &str) -> Result<Vec<RecordBatch>, ServiceError> {
    with(session, sql, &[]).await
}

pub(super) async fn with(
    session: &Arc<dyn QuerySession>,
    sql: &str,
    parameters: &[Option<&str>],
) -> Result<Vec<RecordBatch>, ServiceError> {
    let parameter = |text: &Option<&str>| Parameter { text: text.map(str::to_owned), data_type: None };
    let parameters: Vec<_> = parameters.iter().map(parameter).collect();
    session.run(sql, &parameters).await?.rows.try_collect().await
}

/// The rows as text, without the frame: `HKG 2; SZX 1`.
pub(super) async fn ask(session: &Arc<dyn QuerySession>, sql: &str) -> String {
    text(&batches(session, sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")))
}

pub(super) fn text(batches: &[RecordBatch]) -> String {
    let table = pretty_format_batches(batches).unwrap().to_string();
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(1);
    let cells = |line: &str| line.split_whitespace().filter(|cell| *cell != "|").collect::<Vec<_>>().join(" ");
    rows.map(cells).collect::<Vec<_>>().join("; ")
}
