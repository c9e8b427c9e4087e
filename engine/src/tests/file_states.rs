//! What the rows of files came to, kept for questions that are asked again. That answers stay right whatever happens to
//! a lake: `histories.rs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use object_store::ObjectStoreExt;
use tidemark_lake::Append;
use tidemark_model::port::QuerySession;

use super::support::{Lake, ask, batches, config, engine, lake, library, segment, session};
use crate::{Engine, EngineConfig, OwnRelations};

const BY_CITY: &str = "SELECT city, count(*), percentile(_offset, 0.5)::int FROM invoice_events GROUP BY 1 ORDER BY 1";

/// Commits of three events each, one event a minute from 2026-03-01T00:00Z on: minutes 0 to 2, 3 to 5 and so on. Each
/// city has a file of its own.
async fn with_commits(num: i64, cities: [&str; 3]) -> Lake {
    let lake = lake().await;
    for commit in 0..num {
        let segments = vec![segment(3 * commit, &cities)];
        lake.writer.append(Append { segments, stream: None }).await.unwrap();
    }
    lake
}

async fn keeping(lake: &Lake, file_states_bytes: usize) -> Engine {
    let config = EngineConfig { file_states_bytes, ..config() };
    Engine::new(vec![Arc::clone(&lake.table)], OwnRelations::default(), library(), config).await.unwrap()
}

/// Of how many files a question would take what they came to, and of how many their rows: `2 of 3, 1 of 1`; nothing
/// where it reads all of them.
async fn known(session: &Arc<dyn QuerySession>, sql: &str) -> Option<String> {
    let plan = ask(session, &format!("EXPLAIN {sql}")).await;
    let of = |node: &str| Some(plan.split_once(node)?.1.split_once(" files are known")?.0.to_owned());
    let all = [of("FileStates: "), of("FileRows: ")];
    all[0].is_some().then(|| all.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

async fn delete_files(lake: &Lake) {
    for file in lake.table.view().state.files.iter() {
        lake.table.store().delete(&file.path.as_str().into()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_the_third_time_reads_no_file() {
    let lake = with_commits(3, ["HKG", "SZX", "HKG"]).await;
    let session = session(&keeping(&lake, 1 << 20).await).await;
    assert_eq!(ask(&session, BY_CITY).await, "HKG 6 4; SZX 3 4");
    assert_eq!(ask(&session, BY_CITY).await, "HKG 6 4; SZX 3 4");
    assert_eq!(known(&session, BY_CITY).await.as_deref(), Some("6 of 6"));
    delete_files(&lake).await;
    assert_eq!(ask(&session, BY_CITY).await, "HKG 6 4; SZX 3 4");
    // What came since is not in these files.
    lake.table.publish(&segment(9, &["HKG", "SIN"]));
    assert_eq!(ask(&session, BY_CITY).await, "HKG 7 5; SIN 1 10; SZX 3 4");
    let others = batches(&session, &BY_CITY.replace("0.5", "0.6")).await;
    assert!(others.is_err(), "no other question is answered without files: {others:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_asked_once_is_found_as_ever() {
    let lake = with_commits(3, ["HKG", "SZX", "HKG"]).await;
    let session = session(&keeping(&lake, 1 << 20).await).await;
    assert_eq!(known(&session, BY_CITY).await, None);
    assert_eq!(known(&session, BY_CITY).await.as_deref(), Some("0 of 6"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_moves_on_reads_only_files_that_it_cuts() {
    let lake = with_commits(4, ["HKG"; 3]).await;
    lake.table.publish(&segment(12, &["SIN", "HKG"]));
    let session = session(&keeping(&lake, 1 << 20).await).await;
    let within = |from: u32, operator: &str, to: u32| {
        let window = format!("time >= '2026-03-01T00:{from:02}:00Z' AND time {operator} '2026-03-01T00:{to:02}:00Z'");
        format!("SELECT count(*), sum(_offset) FROM invoice_events WHERE {window} AND type = 'invoice.received'")
    };
    for (from, operator, to, expected, from_files) in [
        (0, "<=", 30, "14 91", Some("0 of 4")),
        (0, "<=", 30, "14 91", Some("4 of 4")),
        (1, "<=", 30, "13 91", Some("3 of 3, 1 of 1")),
        (3, "<=", 30, "11 88", Some("3 of 3")),
        (4, "<=", 12, "9 72", Some("2 of 2, 1 of 1")),
        (0, "<", 11, "11 55", Some("3 of 3, 1 of 1")),
        (0, "<=", 11, "12 66", Some("4 of 4")),
        (1, "<", 2, "1 1", Some("0 of 0, 1 of 1")),
    ] {
        let sql = within(from, operator, to);
        assert_eq!(ask(&session, &sql).await, expected, "{sql}");
        assert_eq!(known(&session, &sql).await.as_deref(), from_files, "{sql}");
    }
    delete_files(&lake).await;
    assert_eq!(ask(&session, &within(2, "<=", 30)).await, "12 90");
    assert!(
        batches(&session, &within(0, "<", 2)).await.is_err(),
        "minute 0 of the first file was never among its rows"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_differ_in_one_thing_are_not_taken_for_each_other() {
    let lake = with_commits(3, ["HKG", "SZX", "HKG"]).await;
    let keeping = session(&keeping(&lake, 1 << 20).await).await;
    let plain = session(&engine(&lake).await).await;
    let asked = [
        "SELECT count(*) FROM invoice_events",
        "SELECT count(city) FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT count(city) FROM invoice_events WHERE type = 'invoice.received' AND city = 'SZX'",
        "SELECT count(city) FROM invoice_events WHERE type <> 'invoice.received'",
        "SELECT count(city) FILTER (WHERE _offset > 4) AS n FROM invoice_events",
        "SELECT count(city) FILTER (WHERE _offset > 5) AS n FROM invoice_events",
        "SELECT count(DISTINCT city) AS n FROM invoice_events WHERE _offset % 2 = 0",
        "SELECT count(city) AS n FROM invoice_events WHERE _offset % 2 = 0",
        "SELECT percentile(_offset, 0.5)::text FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT percentile(_offset, 0.9)::text FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT sum(_offset) FROM invoice_events WHERE event_id LIKE '%4'",
        "SELECT sum(_offset) FROM invoice_events WHERE event_id LIKE '%5'",
        "SELECT city, sum(_offset) FROM invoice_events WHERE city IN ('HKG', 'SIN') GROUP BY 1 ORDER BY 1",
        "SELECT city, sum(_offset) FROM invoice_events WHERE city IN ('SZX', 'SIN') GROUP BY 1 ORDER BY 1",
        "SELECT first_value(_offset ORDER BY time DESC) FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT first_value(_offset ORDER BY time) FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT min(event_id), max(event_id) FROM invoice_events WHERE type = 'invoice.received'",
        "SELECT date_trunc('hour', time)::text, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1",
        "SELECT date_trunc('day', time)::text, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1",
        "SELECT city, type, count(*) FROM invoice_events GROUP BY GROUPING SETS ((city), (type), ()) ORDER BY 1, 2",
        "SELECT city, type, count(*) FROM invoice_events GROUP BY GROUPING SETS ((city), (type)) ORDER BY 1, 2",
        "SELECT * FROM (SELECT type, city, count(*) n FROM invoice_events GROUP BY GROUPING SETS ((city), (type, city))) s
            WHERE city = 'SZX' ORDER BY 1, 2",
        "SELECT * FROM (SELECT event_id, count(*) n FROM invoice_events GROUP BY GROUPING SETS ((event_id), (event_id, city))) s
            WHERE event_id > 'event-number-4' ORDER BY 1",
        "SELECT * FROM (SELECT event_id, count(*) n FROM invoice_events GROUP BY GROUPING SETS ((event_id), (event_id, city))) s
            WHERE event_id > 'event-number-5' ORDER BY 1",
        "SELECT count(*), sum(n) FROM (SELECT event_id, count(*) n FROM invoice_events
            GROUP BY GROUPING SETS ((event_id), (event_id, city))) s",
        "SELECT type, city, count(*) n FROM invoice_events GROUP BY GROUPING SETS ((city), (type, city)) ORDER BY 1, 2",
        "SELECT time > now() - interval '1 hour', count(*) FROM invoice_events GROUP BY 1 ORDER BY 1",
        "SELECT count(*) FROM invoice_events WHERE _offset > (SELECT count(*) FROM invoice_events WHERE city = 'SZX')",
        "SELECT count(*) FROM invoice_events WHERE _offset > (SELECT count(*) FROM invoice_events WHERE city = 'HKG')",
        "SELECT count(*) FROM invoice_events a JOIN (SELECT 5 AS n) b ON a._offset = b.n",
        "SELECT count(*) FROM invoice_events a JOIN (SELECT 50 AS n) b ON a._offset = b.n",
        "SELECT max(n) FROM (SELECT _offset AS n FROM invoice_events ORDER BY time LIMIT 2) s",
        "SELECT count(*) FROM (SELECT time + interval '1 day' AS time FROM invoice_events) s WHERE time < '2026-03-01T12:00:00Z'",
        "SELECT count(*) FROM (SELECT time - interval '1 day' AS time FROM invoice_events) s WHERE time < '2026-03-01T12:00:00Z'",
    ];
    for turn in 0..3 {
        for sql in asked {
            assert_eq!(ask(&keeping, sql).await, ask(&plain, sql).await, "turn {turn}: {sql}");
        }
        ask(&keeping, &format!("SET TIME ZONE '{}'", ["Asia/Kathmandu", "UTC", "America/New_York"][turn])).await;
        ask(&plain, &format!("SET TIME ZONE '{}'", ["Asia/Kathmandu", "UTC", "America/New_York"][turn])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_in_the_background_use_what_is_known_in_one_step() {
    let lake = with_commits(3, ["HKG", "SZX", "HKG"]).await;
    let session = session(&keeping(&lake, 1 << 20).await.in_background()).await;
    for _ in 0..2 {
        assert_eq!(ask(&session, BY_CITY).await, "HKG 6 4; SZX 3 4");
    }
    delete_files(&lake).await;
    assert_eq!(ask(&session, BY_CITY).await, "HKG 6 4; SZX 3 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_that_are_as_many_as_rows_or_too_large_are_not_kept() {
    let lake = lake().await;
    let cities: Vec<&str> = std::iter::repeat_n("HKG", 12_000).collect();
    lake.writer.append(Append { segments: vec![segment(0, &cities)], stream: None }).await.unwrap();
    let plain = session(&engine(&lake).await).await;
    let by_event = "SELECT event_id, count(*) FROM invoice_events GROUP BY 1";
    let by_city = "SELECT city, count(*), sum(_offset) FROM invoice_events GROUP BY 1";
    for (bytes_max, sql, expected) in
        [(1 << 20, by_event, None), (10, by_city, None), (1 << 20, by_city, Some("1 of 1"))]
    {
        let keeping = session(&keeping(&lake, bytes_max).await).await;
        for _ in 0..3 {
            let sorted = |rows: String| rows.split("; ").map(str::to_owned).collect::<BTreeSet<_>>();
            assert_eq!(sorted(ask(&keeping, sql).await), sorted(ask(&plain, sql).await));
        }
        assert_eq!(known(&keeping, sql).await.as_deref(), expected, "{sql} in {bytes_max} bytes");
    }
}
