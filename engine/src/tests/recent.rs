//! Answers that are a moment old instead of waiting for many events.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tidemark_lake::{Append, TableWriter};
use tidemark_model::port::{Freshness, QuerySession};
use tidemark_model::stream::Stream;
use tidemark_sql::Library;

use super::kpis::{Event, segment, tables};
use super::support::{ask, config, filled, library, session};
use crate::{Engine, EngineConfig, OwnRelations};

/// Invoices as rows that follow their events, and the events themselves.
const BOTH: &str = "SELECT count(*), (SELECT count(*) FROM invoice_events) FROM invoices";
/// 2026-03-25T00:00:00Z.
const AT_US: i64 = 1_774_396_800_000_000;
/// So many new events an answer does not wait for.
const MANY: i64 = 1_001;

/// A KPI whose figure is never the same twice.
const CLOCK: &str = "-- title: Clock\n-- title_zh_hant: 時鐘\n-- title_zh_hans: 时钟\n-- meaning: What time it is.\n\
    -- meaning_zh_hant: 現在的時間。\n-- meaning_zh_hans: 现在的时间。\n-- unit: count\n-- direction: none\n-- owner: sre\n\
    -- topic: platform\n-- at: time\nSELECT max(micros_between(time, now())) AS numerator, 1 AS denominator\nFROM invoice_events";

/// A lake with five invoices, and an engine whose rows hold for them.
async fn with_five(kpi_staleness: Duration) -> (Vec<TableWriter>, Engine) {
    with_five_and(library(), kpi_staleness).await
}

async fn with_five_and(library: Arc<Library>, kpi_staleness: Duration) -> (Vec<TableWriter>, Engine) {
    let writers = tables().await;
    add(&writers, 0, 5).await;
    let tables = writers.iter().map(|writer| Arc::clone(writer.table())).collect();
    let keeping = EngineConfig { kept_bytes: 64 << 20, kpi_staleness, ..config() };
    let engine = Engine::new(tables, OwnRelations::default(), library, keeping).await.unwrap();
    engine.follow().await.unwrap();
    (writers, engine)
}

/// Adds invoices, one event each.
async fn add(writers: &[TableWriter], first: i64, num: i64) {
    let received = |number: i64| {
        let id = number.to_string();
        Event { kind: "invoice.received", id, city: "HKG", at: AT_US + number, text: "" }
    };
    let events: Vec<_> = (first..first + num).map(received).collect();
    let invoices = Stream::ALL.iter().position(|stream| *stream == Stream::Invoices).unwrap();
    let segments = vec![segment(Stream::Invoices, first, &events)];
    writers[invoices].append(Append { segments, stream: None }).await.unwrap();
}

async fn recent(engine: &Engine) -> Arc<dyn QuerySession> {
    session(&engine.answering(Freshness::Recent)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_of_the_moment_before_many_new_events() {
    let (writers, engine) = with_five(Duration::from_secs(3600)).await;
    add(&writers, 5, MANY).await;
    let dashboard = recent(&engine).await;
    assert_eq!(ask(&dashboard, BOTH).await, "5 5", "all of it is of one moment");
    let plan = ask(&dashboard, "EXPLAIN SELECT invoice_id FROM invoices").await;
    assert!(plan.contains("KeptRows: invoice_lives, 1 of 1 chunks, ") && plan.contains(" ms old"), "{plan}");
    assert_eq!(ask(&dashboard, "SELECT count(*) FROM invoice_events").await, "1006", "this has nothing to wait for");
    let live = session(&engine).await;
    assert_eq!(ask(&live, BOTH).await, "1006 1006");
    assert_eq!(ask(&dashboard, BOTH).await, "5 5", "newer rows of one view do not mix with older ones of another");
    engine.follow().await.unwrap();
    assert_eq!(ask(&dashboard, BOTH).await, "1006 1006");
}

#[tokio::test(flavor = "multi_thread")]
async fn few_new_events_are_waited_for() {
    let (writers, engine) = with_five(Duration::from_secs(3600)).await;
    add(&writers, 5, MANY - 1).await;
    let dashboard = recent(&engine).await;
    assert_eq!(ask(&dashboard, BOTH).await, "1005 1005");
    add(&writers, 1_005, 2).await;
    assert_eq!(ask(&dashboard, BOTH).await, "1007 1007", "what a session has seen it sees again");
    assert_eq!(ask(&recent(&engine).await, BOTH).await, "5 5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_is_too_old_is_not_seen() {
    for staleness in [Duration::ZERO, Duration::from_nanos(1)] {
        let (writers, engine) = with_five(staleness).await;
        add(&writers, 5, MANY).await;
        assert_eq!(ask(&recent(&engine).await, BOTH).await, "1006 1006", "{staleness:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_freshness_sees_everything() {
    let (writers, engine) = with_five(Duration::from_secs(3600)).await;
    add(&writers, 5, MANY).await;
    for freshness in ["committed", "live"] {
        let dashboard = recent(&engine).await;
        ask(&dashboard, &format!("SET freshness = '{freshness}'")).await;
        assert_eq!(ask(&dashboard, BOTH).await, "1006 1006", "{freshness}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_back_to_the_freshness_of_its_door() {
    let (_, engine) = with_five(Duration::ZERO).await;
    for (of_door, session) in [("recent", recent(&engine).await), ("live", session(&engine).await)] {
        for reset in ["RESET freshness", "RESET ALL", "DISCARD ALL", "SET freshness TO DEFAULT"] {
            ask(&session, "SET freshness = 'committed'").await;
            ask(&session, reset).await;
            assert_eq!(ask(&session, "SHOW freshness").await, of_door, "{reset}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_gets_the_same_answer_by_one_thread() {
    let (writers, engine) = with_five(Duration::ZERO).await;
    add(&writers, 5, MANY).await;
    let background = session(&engine.in_background()).await;
    assert_eq!(ask(&background, "SELECT count(*) FROM invoice_events").await, "1006");
    for of_entities in [BOTH, "SELECT count(*) FROM kpi_daily"] {
        let refused = background.run(of_entities, &[]).await.unwrap_err();
        assert!(refused.to_string().contains("only relations of events"), "{refused}");
    }
    let parts = "EXPLAIN SELECT type, count(*) FROM invoice_events GROUP BY 1";
    let [background, waited] = [ask(&background, parts).await, ask(&session(&engine).await, parts).await];
    assert!(!background.contains("Repartition"), "{background}");
    assert!(waited.contains("Repartition"), "{waited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_at_the_clock_is_found_once_for_those_who_ask_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clock.sql"), CLOCK).unwrap();
    let library = || Arc::new(Library::open(Some(folder.path())).unwrap());
    const CLOCKS: &str = "SELECT value FROM kpi_daily WHERE kpi = 'clock'";
    let (writers, keeping) = with_five_and(library(), Duration::from_secs(3600)).await;
    // Those who ask in the same second; a slow machine has more than one try.
    let mut is_same = false;
    for _ in 0..100 {
        is_same |= ask(&session(&keeping).await, CLOCKS).await == ask(&recent(&keeping).await, CLOCKS).await;
    }
    assert!(is_same, "every answer was found anew");
    let before = ask(&session(&keeping).await, CLOCKS).await;
    add(&writers, 5, 1).await;
    assert_ne!(ask(&session(&keeping).await, CLOCKS).await, before, "an event has come since");
    let (_, exact) = with_five_and(library(), Duration::ZERO).await;
    assert_ne!(ask(&session(&exact).await, CLOCKS).await, ask(&session(&exact).await, CLOCKS).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_own_questions_are_of_the_moment_in_which_they_are_asked() {
    let (_, engine) = with_five(Duration::ZERO).await;
    let now = async || engine.live().await.unwrap().rows("SELECT now() AS at").await.unwrap();
    assert_ne!(now().await, now().await, "not of when the engine started");
}

#[tokio::test]
async fn who_waits_until_entities_were_read_goes_on_after_the_first_round() {
    let lake = filled().await;
    let keeping = EngineConfig { kept_bytes: 64 << 20, ..config() };
    let tables = vec![Arc::clone(&lake.table)];
    let engine = Engine::new(tables, OwnRelations::default(), library(), keeping).await.unwrap();
    assert!(engine.entities_were_read().now_or_never().is_none());
    engine.follow().await.unwrap();
    assert!(engine.entities_were_read().now_or_never().is_some());
}
