//! KPI cells that are kept: how new and how large they are. That they are right: `histories.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, new_null_array,
};
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Segment, Store, Table, TableWriter};
use tidemark_model::amount::{AMOUNT_PRECISION, AMOUNT_SCALE};
use tidemark_model::city::CITIES;
use tidemark_model::port::Freshness;
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::schema;
use tidemark_model::stream::Stream;
use tidemark_model::time::Micros;

use super::support::{ask, config, library, session};
use crate::{Engine, EngineConfig, OwnRelations};

pub(super) const HOUR_US: i64 = 3_600_000_000;
/// 2026-03-25T00:00:00Z: the month ends within the test, and Sydney's clocks change.
pub(super) const START_US: i64 = 1_774_396_800_000_000;

/// An event with what the KPIs read of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Event {
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) city: &'static str,
    pub(super) at: Micros,
    pub(super) text: &'static str,
}

/// Rows of events with consecutive offsets.
pub(super) fn segment(stream: Stream, first_offset: i64, events: &[Event]) -> Arc<Segment> {
    let of = TopicPartition { topic: stream.name().into(), partition: 0 };
    let end = first_offset + events.len() as i64;
    let schema = schema::events(stream);
    let columns = schema.fields().iter().map(|field| column(field.name(), field.data_type(), first_offset, events));
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap();
    Arc::new(Segment::new(rows, vec![OffsetRange { of, start: first_offset, end }], BTreeMap::new(), 0, "time"))
}

fn column(name: &str, data_type: &arrow::datatypes::DataType, first_offset: i64, events: &[Event]) -> ArrayRef {
    let texts =
        |of: &dyn Fn(&Event) -> Option<String>| Arc::new(events.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let is = |event: &Event, family: &str| event.kind.starts_with(family);
    let offsets = || first_offset..first_offset + events.len() as i64;
    match name {
        "event_id" => Arc::new(StringArray::from_iter_values(offsets().map(|offset| format!("e{offset}")))),
        "source" => texts(&|_| Some("/test".to_owned())),
        "type" => texts(&|event| Some(event.kind.to_owned())),
        "time" | "_ingested_at" => {
            let times = TimestampMicrosecondArray::from_iter_values(events.iter().map(|event| event.at));
            Arc::new(times.with_timezone("UTC"))
        }
        "city" => texts(&|event| Some(event.city.to_owned())),
        "_topic" => texts(&|event| Stream::of_type(event.kind).map(|stream| stream.name().to_owned())),
        "_partition" => Arc::new(Int32Array::from(vec![0; events.len()])),
        "_offset" => Arc::new(offsets().map(Some).collect::<Int64Array>()),
        schema::MONTH => texts(&|event| {
            let at = chrono::DateTime::from_timestamp_micros(event.at).unwrap();
            Some(at.format("%Y-%m").to_string())
        }),
        "invoice_id" => texts(&|event| is(event, "invoice.").then(|| event.id.clone())),
        "session_id" => texts(&|event| is(event, "session.").then(|| event.id.clone())),
        "ticket_id" => texts(&|event| is(event, "ticket.").then(|| event.id.clone())),
        "device_id" => texts(&|event| is(event, "device.").then(|| event.id.clone())),
        "user_id" => {
            texts(&|event| (is(event, "user.") || event.kind == "invoice.reviewed").then(|| format!("u{}", event.id)))
        }
        "route" => texts(&|event| (event.kind == "invoice.extracted").then(|| event.text.to_owned())),
        "forwarder" => texts(&|event| (event.kind == "invoice.classified").then(|| event.text.to_owned())),
        "supported" => {
            let known = |event: &Event| (event.kind == "invoice.classified").then_some(event.text != "f3");
            Arc::new(events.iter().map(known).collect::<BooleanArray>())
        }
        "field" => texts(&|event| (event.kind == "invoice.field_corrected").then(|| event.text.to_owned())),
        "feature" => texts(&|event| (event.kind == "user.activity").then(|| event.text.to_owned())),
        "meter" => texts(&|event| is(event, "usage.").then(|| event.text.to_owned())),
        "currency" => texts(&|event| is(event, "usage.").then(|| "USD".to_owned())),
        "quantity" | "cost" => {
            let figures = events.iter().map(|event| is(event, "usage.").then_some(i128::from(event.at % 1_000_003)));
            let decimal = figures.collect::<Decimal128Array>();
            Arc::new(decimal.with_precision_and_scale(AMOUNT_PRECISION, AMOUNT_SCALE).unwrap())
        }
        "priority" => texts(&|event| (event.kind == "ticket.opened").then(|| "high".to_owned())),
        "duration_ms" => {
            let millis = |event: &Event| (event.kind == "invoice.reviewed").then_some(event.at / 1_000 % 60_000);
            Arc::new(events.iter().map(millis).collect::<Int64Array>())
        }
        _ => new_null_array(data_type, events.len()),
    }
}

/// A small generator of numbers; the seed is printed with each failure.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number from 0 on that is smaller.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// The same items in another order.
    pub(super) fn shuffled<T, const N: usize>(&mut self, mut items: [T; N]) -> [T; N] {
        for last in (1..N).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
        items
    }
}

/// Events of a stream around an hour, some of them much earlier: late ones, and such that touch old entities.
pub(super) fn events(dice: &mut Dice, hour: u64, stream: Stream) -> Vec<Event> {
    let kinds: &[(&str, &[&str])] = match stream {
        Stream::Invoices => &[
            ("invoice.received", &[""]),
            ("invoice.classified", &["f1", "f2", "f3"]),
            ("invoice.extracted", &["auto", "quick_review", "full_review"]),
            ("invoice.completed", &[""]),
            ("invoice.completed", &[""]),
            ("invoice.failed", &[""]),
            ("invoice.reviewed", &[""]),
            ("invoice.field_corrected", &["total", "date", "voyage", "currency"]),
            ("feedback.nps", &[""]),
        ],
        Stream::Usage => &[("usage.recorded", &["llm.tokens_in", "di.pages", "storage.bytes"])],
        Stream::Sessions => &[
            ("session.requested", &[""]),
            ("session.started", &[""]),
            ("session.ended", &[""]),
            ("session.failed", &[""]),
            ("ticket.opened", &[""]),
            ("ticket.closed", &[""]),
            ("device.online", &[""]),
            ("device.offline", &[""]),
            ("user.enabled", &[""]),
            ("user.activity", &["search", "export"]),
        ],
    };
    (0..1 + dice.below(12))
        .map(|_| {
            let (kind, texts) = dice.pick(kinds);
            let back = if dice.below(4) == 0 { dice.below(hour + 1) } else { 0 };
            let number = (hour - back) * 2 + dice.below(6);
            let city = CITIES[(number % 4) as usize * 3].code;
            // Half of what concerns old entities happened then and comes late, the other half happens now.
            let happened = if dice.below(2) == 0 { hour } else { hour - back };
            let at = START_US + happened as i64 * HOUR_US + dice.below(HOUR_US as u64) as i64;
            Event { kind, id: number.to_string(), city, at, text: dice.pick(texts) }
        })
        .collect()
}

/// Empty tables of events, in the order of streams.
pub(super) async fn tables() -> Vec<TableWriter> {
    let store = Store::open("memory:///lake", &Default::default()).unwrap();
    let mut writers = vec![];
    for stream in Stream::ALL {
        writers.push(TableWriter::new(Table::open_or_create(&store, TableSpec::events(stream)).await.unwrap()));
    }
    writers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_too_large_to_keep_is_read_as_it_is() {
    let mut dice = Dice(3);
    let writers = tables().await;
    let tables: Vec<_> = writers.iter().map(|writer| Arc::clone(writer.table())).collect();
    let of_invoices = segment(Stream::ALL[0], 0, &events(&mut dice, 3, Stream::ALL[0]));
    writers[0].append(Append { segments: vec![of_invoices], stream: None }).await.unwrap();
    let count = "SELECT count(*) FROM sessions UNION ALL SELECT count(*) FROM invoice_lives ORDER BY 1";
    let plain = Engine::new(tables.clone(), OwnRelations::default(), library(), config()).await.unwrap();
    let cramped = EngineConfig { kept_bytes: 1, ..config() };
    let cramped = Engine::new(tables, OwnRelations::default(), library(), cramped).await.unwrap();
    cramped.follow().await.unwrap();
    assert_eq!(ask(&session(&cramped).await, count).await, ask(&session(&plain).await, count).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_see_more_of_one_table_each_lose_nothing() {
    let writers = tables().await;
    let tables: Vec<_> = writers.iter().map(|writer| Arc::clone(writer.table())).collect();
    let keeping = EngineConfig { kept_bytes: 64 << 20, ..config() };
    let engine = Engine::new(tables.clone(), OwnRelations::default(), library(), keeping).await.unwrap();
    engine.follow().await.unwrap();
    let pin = || engine.template().pinned(Freshness::Live).unwrap();
    let old = pin();
    for (index, kind) in [(0, "user.activity"), (1, "invoice.reviewed")] {
        let event = Event { kind, id: index.to_string(), city: "HKG", at: START_US, text: "" };
        let segment = segment(Stream::ALL[index], 0, &[event]);
        writers[index].append(Append { segments: vec![segment], stream: None }).await.unwrap();
    }
    let new = pin();
    let [sessions, invoices] = [0, 1].map(|index| Stream::ALL[index].table());
    for seen in [old.with_table_of(sessions, &new), old.with_table_of(invoices, &new), new] {
        seen.kept().follow(&seen).await.unwrap();
    }
    let users = "SELECT count(*) FROM user_days";
    assert_eq!(ask(&session(&engine).await, users).await, "2");
}

/// Over these tables, content with what is an hour old.
async fn patient(writers: &[TableWriter]) -> Engine {
    let tables = writers.iter().map(|writer| Arc::clone(writer.table())).collect();
    let config = EngineConfig { kept_bytes: 64 << 20, kpi_staleness: Duration::from_secs(3600), ..config() };
    let engine = Engine::new(tables, OwnRelations::default(), library(), config).await.unwrap();
    engine.follow().await.unwrap();
    engine
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_at_the_clock_shows_at_once_what_came_since() {
    let writers = tables().await;
    let engine = patient(&writers).await;
    let session = session(&engine).await;
    for of in 0..3 {
        let event = Event { kind: "ticket.opened", id: of.to_string(), city: "HKG", at: START_US, text: "" };
        let segment = segment(Stream::Sessions, of, &[event]);
        writers[0].append(Append { segments: vec![segment], stream: None }).await.unwrap();
        for _ in 0..2 {
            let breaches = "SELECT sum(numerator) FROM kpi_daily WHERE kpi = 'ticket_sla_breaches'";
            assert_eq!(ask(&session, breaches).await, format!("{}.000000000", of + 1));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_that_somebody_asked_for_follow_in_the_background() {
    let writers = tables().await;
    let engine = patient(&writers).await;
    let session = session(&engine).await;
    let sessions = "SELECT sum(numerator) FROM kpi_daily WHERE kpi = 'sessions_requested'";
    for (found, of) in [("1.000000000", 0), ("2.000000000", 1)] {
        let kind = "session.requested";
        let event = Event { kind, id: of.to_string(), city: "HKG", at: START_US, text: "" };
        let segment = segment(Stream::Sessions, of, &[event]);
        writers[0].append(Append { segments: vec![segment], stream: None }).await.unwrap();
        if of > 0 {
            assert_eq!(ask(&session, sessions).await, "1.000000000", "it is young enough");
            engine.follow().await.unwrap();
            assert_eq!(ask(&session, sessions).await, "1.000000000", "it is still, but not to be kept");
            engine.freshen().await.unwrap();
        }
        assert_eq!(ask(&session, sessions).await, found);
    }
    assert_eq!(engine.num_answers(), 1, "the newest is kept, that of before is forgotten");
    assert_eq!(ask(&session, sessions).await, "2.000000000", "from what is kept");
    ask(&session, &format!("{sessions} AND bucket < now()")).await;
    ask(&session, "SELECT count(*) FROM sessions").await;
    assert_eq!(engine.num_answers(), 1, "what looks at the clock or at anything else is not");
    let plan = ask(&session, &format!("EXPLAIN {sessions}")).await;
    assert!(plan.contains("KpiCells: kpi_daily of sessions_requested: kept,"), "{plan}");
    let plan = ask(
        &session,
        "EXPLAIN SELECT session_id FROM sessions WHERE requested_at >= TIMESTAMPTZ '2100-01-01T00:00:00Z'",
    )
    .await;
    assert!(plan.contains("KeptRows: sessions, 0 of 1 chunks"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn kpis_over_tables_that_a_lake_lacks_are_left_out() {
    let writers = tables().await;
    let invoices = Arc::clone(writers[1].table());
    let engine = Engine::new(vec![invoices], OwnRelations::default(), library(), config()).await.unwrap();
    engine.check_kpis().await.unwrap();
    let event = Event { kind: "invoice.received", id: "i".into(), city: "HKG", at: START_US, text: "" };
    let segment = segment(Stream::Invoices, 0, &[event]);
    writers[1].append(Append { segments: vec![segment], stream: None }).await.unwrap();
    let all = "SELECT max(CASE kpi WHEN 'invoices_received' THEN numerator END) FROM kpi_hourly";
    assert_eq!(ask(&session(&engine).await, all).await, "1.000000000");
}
