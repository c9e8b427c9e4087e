//! Statements that DataFusion's first plan does not hold together for.

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
