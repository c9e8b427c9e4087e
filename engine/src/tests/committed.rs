//! What a close is made from: committed data of one moment.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use tidemark_lake::Append;
use tidemark_model::port::PinnedQueries;

use super::support::{engine, filled, segment, text};

async fn num_events(queries: &Arc<dyn PinnedQueries>) -> String {
    text(&queries.rows("SELECT count(*) FROM invoice_events").await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_committed_does_not_count_and_what_is_committed_later_neither() {
    let lake = filled().await;
    let engine = engine(&lake).await;
    let late = segment(3, &["SIN"]);
    lake.table.publish(&late);
    let queries = engine.committed().await.unwrap();
    assert_eq!(num_events(&queries).await, "3");
    lake.writer.append(Append { segments: vec![late], stream: None }).await.unwrap();
    assert_eq!(num_events(&queries).await, "3");
    let watermarks = "SELECT watermarks FROM tables WHERE table_name = 'invoice_events'";
    assert_eq!(text(&queries.rows(watermarks).await.unwrap()), "kafka/invoices/invoices/0: 3");
    assert_eq!(num_events(&engine.committed().await.unwrap()).await, "4");
}
