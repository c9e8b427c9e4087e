//! What answers look like: types, parameters, settings, functions, sums.

use std::sync::{Arc, Mutex};

use arrow::datatypes::DataType;
use tidemark_model::error::ErrorCode;
use tidemark_model::port::Freshness;
use tidemark_model::principal::Principal;

use crate::settings::Settings;

use super::support::{ask, batches, engine, filled, segment, session, text, with};

#[tokio::test]
async fn texts_leave_as_plain_texts() {
    let session = session(&engine(&filled().await).await).await;
    let answer = session.run("SELECT city, event_id FROM invoice_events", &[]).await.unwrap();
    assert!(answer.schema.fields().iter().all(|field| field.data_type() == &DataType::Utf8));
    let described = session.describe("SELECT city, event_id FROM invoice_events", &[]).await.unwrap();
    assert_eq!(described.columns.fields(), answer.schema.fields());
}

#[tokio::test]
async fn parameters_are_read_as_their_places_ask() {
    let session = session(&engine(&filled().await).await).await;
    let sql = "SELECT count(*) FROM invoice_events WHERE city = $1 AND _offset >= $2 AND time < $3";
    let described = session.describe(sql, &[]).await.unwrap();
    assert_eq!(described.parameters.len(), 3);
    let parameters = [Some("HKG"), Some("1"), Some("2026-03-02 00:00:00")];
    assert_eq!(text(&with(&session, sql, &parameters).await.unwrap()), "1");
    assert_eq!(text(&with(&session, sql, &[None, Some("1"), Some("2026-03-02")]).await.unwrap()), "0");
    assert_eq!(
        text(&with(&session, "SELECT _offset FROM invoice_events ORDER BY 1 LIMIT $1", &[Some("1")]).await.unwrap()),
        "0"
    );
    let error = with(&session, sql, &[Some("HKG"), Some("many"), Some("2026-03-02")]).await.unwrap_err();
    assert_eq!((error.code, error.message.contains("$2")), (ErrorCode::InvalidValue, true));
    let error = with(&session, sql, &[Some("HKG")]).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidSql);
}

#[tokio::test]
async fn settings_are_shown_as_set_and_reset_by_discard() {
    let session = session(&engine(&filled().await).await).await;
    assert_eq!(ask(&session, "SHOW freshness").await, "live");
    ask(&session, "SET freshness TO 'committed'").await;
    assert_eq!(ask(&session, "SHOW freshness").await, "committed");
    assert_eq!(ask(&session, "SELECT current_setting('freshness')").await, "committed");
    ask(&session, "SET TIME ZONE 'Asia/Hong_Kong'").await;
    assert_eq!(ask(&session, "SHOW timezone").await, "Asia/Hong_Kong");
    ask(&session, "DISCARD ALL").await;
    assert_eq!(ask(&session, "SHOW freshness").await, "live");
    ask(&session, "BEGIN").await;
    ask(&session, "COMMIT").await;
    assert!(ask(&session, "SHOW ALL").await.contains("server_version 16.6"));
}

#[tokio::test]
async fn functions_answer_as_postgres_clients_expect() {
    let session = session(&engine(&filled().await).await).await;
    assert!(ask(&session, "SELECT version()").await.starts_with("PostgreSQL 16.6 (Tidemark "));
    assert_eq!(ask(&session, "SELECT current_database(), current_schema()").await, "tidemark public");
    assert_eq!(ask(&session, "SELECT current_user AS a, session_user AS b, user AS c").await, "ada ada ada");
    let sql = "SELECT time_bucket(INTERVAL '2 minutes', time) AS t, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "2026-03-01T00:00:00Z 2; 2026-03-01T00:02:00Z 1");
    assert_eq!(ask(&session, "SELECT current_setting('nothing', true) IS NULL").await, "true");
}

#[tokio::test]
async fn a_sum_that_does_not_fit_is_an_error() {
    let session = session(&engine(&filled().await).await).await;
    for sql in [
        "SELECT sum(x) FROM (VALUES (9223372036854775807), (1)) t(x)",
        "SELECT g, sum(x) FROM (VALUES (1, 9223372036854775807), (1, 1)) t(g, x) GROUP BY g",
        "SELECT sum(x::decimal(38, 0)) FROM (VALUES ('99999999999999999999999999999999999999'), ('1')) t(x)",
        "SELECT g, sum(x::decimal(38, 0)) FROM (VALUES (1, '99999999999999999999999999999999999999'), \
         (1, '99999999999999999999999999999999999999')) t(g, x) GROUP BY g",
        "SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) \
         FROM (VALUES (9223372036854775806), (9223372036854775807)) t(x)",
        "SELECT sum(DISTINCT x) FROM (VALUES (9223372036854775806), (9223372036854775807)) t(x)",
    ] {
        let error = batches(&session, sql).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidValue, "{sql}");
        assert!(error.message.starts_with("sum is out of the range"), "{error}");
    }
    let sql = "SELECT sum(_offset), sum(_offset) FILTER (WHERE city = 'HKG'), sum(DISTINCT _partition), \
               sum(nullif(_offset, 2)) FROM invoice_events";
    assert_eq!(ask(&session, sql).await, "3 1 0 1");
    assert_eq!(ask(&session, "SELECT sum(_offset::decimal(27, 9)) FROM invoice_events").await, "3.000000000");
    let sql = "SELECT city, sum(_offset), sum(_offset) FILTER (WHERE _offset > 1), avg(_offset), \
               sum(nullif(_offset, 0)) FROM invoice_events GROUP BY city ORDER BY city";
    assert_eq!(ask(&session, sql).await, "HKG 1 0.5 1; SZX 2 2 2.0 2");
    let sql = "SELECT _offset, sum(_offset) OVER (ORDER BY _offset) FROM invoice_events ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "0 0; 1 1; 2 3");
    let sql = "SELECT _offset, sum(nullif(_offset, 1)) OVER (ORDER BY _offset ROWS BETWEEN CURRENT ROW AND CURRENT ROW), \
               sum(_offset) OVER (ORDER BY _offset ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) \
               FROM invoice_events ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "0 0 0; 1 1; 2 2 3");
}

#[tokio::test]
async fn the_zone_of_the_session_is_that_of_now() {
    let session = session(&engine(&filled().await).await).await;
    assert_eq!(ask(&session, "SELECT arrow_typeof(now())").await, "Timestamp(ns, \"UTC\")");
    ask(&session, "SET timezone = 'Asia/Hong_Kong'").await;
    assert_eq!(ask(&session, "SELECT arrow_typeof(now())").await, "Timestamp(ns, \"Asia/Hong_Kong\")");
    let sql = "SELECT count(*) FROM invoice_events WHERE time < now() AND time >= '2026-03-01T00:01:00Z'";
    assert_eq!(ask(&session, sql).await, "2");
}

#[tokio::test]
async fn time_buckets_take_a_width_in_words() {
    let session = session(&engine(&filled().await).await).await;
    let sql = "SELECT time_bucket('2 minutes', time) AS t, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "2026-03-01T00:00:00Z 2; 2026-03-01T00:02:00Z 1");
    let sql =
        "SELECT floor(extract(epoch from time)/120)*120 AS time, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "1772323200.0 2; 1772323320.0 1");
}

#[tokio::test]
async fn plans_and_lists_are_answered() {
    let session = session(&engine(&filled().await).await).await;
    assert!(
        ask(&session, "EXPLAIN SELECT city FROM invoice_events WHERE city = 'HKG'").await.contains("DataSourceExec")
    );
    assert!(ask(&session, "EXPLAIN ANALYZE SELECT count(city) FROM invoice_events").await.contains("output_rows"));
    assert!(ask(&session, "SHOW TABLES").await.contains("invoice_events"));
    assert!(ask(&session, "DESCRIBE invoice_events").await.contains("event_id"));
    assert_eq!(session.describe("SHOW freshness", &[]).await.unwrap().columns.field(0).name(), "freshness");
    assert!(session.describe("BEGIN", &[]).await.unwrap().columns.fields().is_empty());
    assert_eq!(ask(&session, "SELECT city FROM invoice_events ORDER BY time DESC LIMIT 1").await, "SZX");
    assert_eq!(
        ask(
            &session,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n"
        )
        .await,
        "15"
    );
}

#[tokio::test]
async fn every_kind_of_column_leaves() {
    let session = session(&engine(&filled().await).await).await;
    let sql = "SELECT NULL AS n, ARRAY['a', NULL] AS l, named_struct('a', 'b') AS s, true AS t, INTERVAL '1 day' AS i, \
               '2026-01-01'::date AS d, 1.5::decimal(10, 2) AS m, arrow_cast('x', 'Dictionary(Int32, Utf8View)') AS k";
    let answer = batches(&session, sql).await.unwrap();
    assert_eq!(answer[0].column(7).data_type(), &DataType::Utf8);
    assert_eq!(text(&answer), "[a, ] {a: b} true 1 days 2026-01-01 1.50 x");
    let all = batches(&session, "SELECT * FROM invoice_events").await.unwrap();
    assert_eq!(all.iter().map(|batch| batch.num_rows()).sum::<usize>(), 3);
}

#[tokio::test]
async fn an_answer_that_has_ended_keeps_saying_so() {
    use futures::StreamExt;
    let session = session(&engine(&filled().await).await).await;
    let mut answer = session.run("SELECT city FROM invoice_events WHERE city = 'NONE'", &[]).await.unwrap();
    while let Some(batch) = answer.rows.next().await {
        assert_eq!(batch.unwrap().num_rows(), 0);
    }
    assert!(answer.rows.next().await.is_none(), "doors look for the first row and then for the rest");
}

#[tokio::test]
async fn no_function_is_hidden_behind_the_alias_of_another() {
    let engine = engine(&filled().await).await;
    let (pinned, settings) = (engine.template().pinned(Freshness::Live).unwrap(), Settings::starting(Freshness::Live));
    let for_later = Arc::new(Mutex::new(settings.clone()));
    let state = engine.template().statement(pinned, &Principal::named("judge"), &settings, &for_later).unwrap();
    for (name, function) in state.scalar_functions() {
        let own = state.scalar_functions().get(function.name());
        assert_eq!(own, Some(function), "{name} is known under an alias only");
    }
    for (name, function) in state.aggregate_functions() {
        let own = state.aggregate_functions().get(function.name());
        assert_eq!(own, Some(function), "{name} is known under an alias only");
    }
    let year = "SELECT to_char(TIMESTAMP '2026-03-05', 'YYYY')";
    assert_eq!(ask(&session(&engine).await, year).await, "2026");
}

#[tokio::test]
async fn filters_on_partitions_hold_in_files_and_in_the_tail() {
    let lake = filled().await;
    lake.table.publish(&segment(3, &["SIN", "HKG"]));
    let session = session(&engine(&lake).await).await;
    let of = |filter: &str| format!("SELECT _offset FROM invoice_events WHERE {filter} ORDER BY time");
    for (filter, offsets) in [
        ("city = 'HKG'", "0; 1; 4"),
        ("city <> 'HKG'", "2; 3"),
        ("NOT city IN ('HKG', 'SZX')", "3"),
        ("lower(city) LIKE 's%' OR city IS NULL", "2; 3"),
        ("city = CAST(NULL AS VARCHAR)", ""),
        ("city IS DISTINCT FROM CAST(NULL AS VARCHAR) AND _offset > 3", "4"),
        ("city = 'HKG' OR _offset = 2", "0; 1; 2; 4"),
        ("city = 'HKG' AND time > TIMESTAMPTZ '2026-03-01T00:00:30Z'", "1; 4"),
        ("_month = '2026-03' AND city > 'HKG'", "2; 3"),
        ("_month < '2026-03'", ""),
    ] {
        assert_eq!(ask(&session, &of(filter)).await, offsets, "{filter}");
    }
    let newest = format!("{} DESC LIMIT 2", of("city = 'HKG'"));
    assert_eq!(ask(&session, &newest).await, "4; 1");
    assert_eq!(ask(&session, "SELECT count(*) FROM invoice_events WHERE city = 'SIN'").await, "1");
    assert!(!ask(&session, &format!("EXPLAIN {newest}")).await.contains("FilterExec"), "files and tail answer it");
}

/// Files are read from the newest on, whatever stands between them and the sort, and the answer is right all the same.
#[tokio::test]
async fn the_newest_rows_are_looked_for_where_they_lie() {
    let lake = filled().await;
    let engine = engine(&lake).await;
    let session = session(&engine).await;
    let newest = |filter: &str| format!("SELECT _offset FROM invoice_events WHERE {filter} ORDER BY time DESC LIMIT 2");
    let (all, by_type) = (newest("true"), newest("type = 'invoice.received'"));
    for (query, offsets) in [(&all, "2; 1"), (&by_type, "2; 1")] {
        assert_eq!(ask(&session, query).await, offsets);
        let plan = ask(&session, &format!("EXPLAIN {query}")).await;
        assert!(plan.contains("reverse_row_groups=true"), "{plan}");
    }
    lake.table.publish(&segment(3, &["SIN", "HKG"]));
    for (query, offsets) in [(&all, "4; 3"), (&by_type, "4; 3")] {
        assert_eq!(ask(&session, query).await, offsets);
        let plan = ask(&session, &format!("EXPLAIN {query}")).await;
        assert!(plan.contains("UnionExec") && plan.contains("reverse_row_groups=true"), "{plan}");
    }
    let first = "SELECT _offset FROM invoice_events WHERE type = 'invoice.received' ORDER BY time LIMIT 4 OFFSET 1";
    assert_eq!(ask(&session, first).await, "1; 2; 3; 4");
}
