//! What is refused, what is unknown, what takes too long.

use std::time::Duration;

use futures::StreamExt;
use tidemark_model::error::ErrorCode;

use super::support::{ask, batches, config, engine, filled, session};

#[tokio::test]
async fn what_is_unknown_is_named_with_a_hint() {
    let session = session(&engine(&filled().await).await).await;
    let error = batches(&session, "SELECT * FROM invoice_event").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownRelation);
    assert_eq!(error.message, "there is no table \"invoice_event\"");
    assert_eq!(error.hint.as_deref(), Some("did you mean \"invoice_events\"?"));
    let error = batches(&session, "SELECT * FROM usage_events").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownRelation);
    assert!(error.hint.unwrap().contains("ingest"));
    let error = batches(&session, "SELECT citty FROM invoice_events").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownColumn);
    assert_eq!(error.hint.as_deref(), Some("did you mean \"city\"?"));
    let error = batches(&session, "SELECT summ(_offset) FROM invoice_events").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownFunction);
    assert_eq!(error.message, "invalid function 'summ'");
}

#[tokio::test]
async fn the_gate_is_passed_first() {
    let session = session(&engine(&filled().await).await).await;
    let chain = format!("SELECT 1{}", "+1".repeat(5_000));
    assert!(session.statements(&chain).is_err());
    assert_eq!(session.run(&chain, &[]).await.unwrap_err().code, ErrorCode::NotAllowed);
    for sql in ["CREATE TABLE t AS SELECT 1", "COPY invoice_events TO 'x'", "DELETE FROM invoice_events"] {
        assert!(session.run(sql, &[]).await.is_err(), "{sql}");
    }
    let chain = format!("SELECT 1{}", "+1".repeat(900));
    assert_eq!(ask(&session, &chain).await, "901");
    assert_eq!(session.statements("SELECT 1; SELECT 2").unwrap().len(), 2);
}

#[tokio::test]
async fn a_query_past_its_deadline_is_stopped() {
    let session = session(&engine(&filled().await).await).await;
    ask(&session, "SET statement_timeout = '100ms'").await;
    let sql =
        "SELECT count(*) FROM generate_series(1, 100000000) a(x), generate_series(1, 100000) b(y) WHERE x % 7 = y";
    let error = batches(&session, sql).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TimedOut);
    assert_eq!(error.message, "the query took longer than 100ms");
}

#[tokio::test]
async fn dropping_the_rows_stops_the_query() {
    let lake = filled().await;
    let engine = engine(&lake).await;
    let session = session(&engine).await;
    let answer = session.run("SELECT * FROM generate_series(1, 100000000000)", &[]).await.unwrap();
    let mut rows = answer.rows;
    assert!(rows.next().await.unwrap().is_ok());
    let alive = || engine.num_running();
    assert_eq!(alive(), 1);
    drop(rows);
    for _ in 0..500 {
        if alive() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the query still runs");
}

#[tokio::test]
async fn memory_is_bounded() {
    let lake = filled().await;
    let config = crate::EngineConfig { memory_bytes: 2 << 20, spill_bytes: 1 << 20, ..config() };
    let engine =
        crate::Engine::new(vec![lake.table], crate::OwnRelations::default(), super::support::library(), config)
            .await
            .unwrap();
    let session = session(&engine).await;
    let sql = "SELECT n, count(*) FROM generate_series(1, 5000000) n GROUP BY n ORDER BY 2 DESC, 1 LIMIT 1";
    assert_eq!(batches(&session, sql).await.unwrap_err().code, ErrorCode::ResourcesExhausted);
    assert_eq!(ask(&session, "SELECT 1").await, "1");
}

#[tokio::test]
async fn what_cannot_be_computed_is_said_in_words() {
    let session = session(&engine(&filled().await).await).await;
    for (sql, code, message) in [
        ("SELECT 1 / (_offset - _offset) FROM invoice_events", ErrorCode::DivisionByZero, "division by zero"),
        ("SELECT 'x'::bigint", ErrorCode::Malformed, "cannot cast string 'x' to value of Int64 type"),
        ("SELECT city FROM invoice_events GROUP BY type", ErrorCode::NotGrouped, "city"),
        ("SELECT * FROM elsewhere.t", ErrorCode::UnknownRelation, "elsewhere"),
        (
            "SELECT a.city FROM invoice_events a JOIN invoice_events b ON city = city",
            ErrorCode::InvalidSql,
            "more than one",
        ),
        ("SELECT current_setting('nothing')", ErrorCode::UnknownSetting, "there is no setting \"nothing\""),
    ] {
        let error = batches(&session, sql).await.unwrap_err();
        assert_eq!(error.code, code, "{sql}: {error:?}");
        assert!(error.message.contains(message), "{sql}: {error:?}");
    }
}
