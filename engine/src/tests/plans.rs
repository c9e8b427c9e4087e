//! Statements that DataFusion's first plan does not hold together for, and some that need no rows.

use super::support::{ask, engine, filled, segment, session};
use tidemark_lake::Append;

#[tokio::test]
async fn rows_can_be_sorted_by_what_a_filter_fixed() {
    let lake = filled().await;
    for first_offset in [3, 6] {
        let segments = vec![segment(first_offset, &["SZX", "HKG", "HKG"])];
        lake.writer.append(Append { segments, stream: None }).await.unwrap();
    }
    let session = session(&engine(&lake).await).await;
    let newest = "SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, city, time,
        row_number() OVER (PARTITION BY city ORDER BY time DESC) AS place FROM invoice_events";
    let sql = format!("SELECT month, city FROM ({newest}) WHERE month = '2026-03' AND place < 3 ORDER BY month, city");
    assert_eq!(ask(&session, &sql).await, "2026-03 HKG; 2026-03 HKG; 2026-03 SZX; 2026-03 SZX");
}

#[tokio::test]
async fn how_many_events_there_are_and_which_is_the_newest_needs_no_rows() {
    let lake = filled().await;
    lake.writer.append(Append { segments: vec![segment(3, &["SZX", "HKG"])], stream: None }).await.unwrap();
    lake.table.publish(&segment(5, &["HKG", "SIN"]));
    let session = session(&engine(&lake).await).await;
    // The offset is the minute.
    let all = "SELECT count(*), min(time)::time, max(time)::time, max(_offset) FROM invoice_events";
    for (filter, expected, is_known) in [
        ("", "7 00:00:00 00:06:00 6", true),
        ("WHERE city = 'SZX'", "2 00:02:00 00:03:00 3", true),
        ("WHERE city = 'SIN'", "1 00:06:00 00:06:00 6", true),
        ("WHERE city = 'BER'", "0", true),
        ("WHERE time < '2026-03-01T00:05:00Z'", "5 00:00:00 00:04:00 4", false),
        ("WHERE time >= '2026-03-01T00:05:30Z' OR _offset = 1", "2 00:01:00 00:06:00 6", false),
        ("WHERE event_id = 'event-number-5'", "1 00:05:00 00:05:00 5", false),
    ] {
        let sql = format!("{all} {filter}");
        assert_eq!(ask(&session, &sql).await, expected, "{sql}");
        let plan = ask(&session, &format!("EXPLAIN {sql}")).await;
        assert_eq!(!plan.contains("DataSourceExec"), is_known, "{plan}");
    }
}
