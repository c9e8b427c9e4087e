//! What a close is made from: committed data of one moment.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::Arc;

use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Store, Table, TableWriter};
use tidemark_model::port::PinnedQueries;
use tidemark_model::stream::Stream;

use super::support::{config, engine, filled, library, segment, text};
use crate::{Engine, OwnRelations};

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

#[tokio::test(flavor = "multi_thread")]
async fn what_others_commit_to_a_table_that_this_process_writes_is_left_to_its_writer() {
    let store = Store::open("memory:///lake", &HashMap::new()).unwrap();
    let spec = || TableSpec::events(Stream::Invoices);
    let table = Table::open_or_create(&store, spec()).await.unwrap();
    let writer = TableWriter::new(Arc::clone(&table));
    let engine = Engine::new(vec![table], OwnRelations::default(), library(), config()).await.unwrap();
    let other = TableWriter::new(Table::open(&store, spec()).await.unwrap().unwrap());
    other.append(Append { segments: vec![segment(0, &["HKG"])], stream: None }).await.unwrap();
    engine.committed().await.unwrap();
    // Had the engine read the entry, the writer would not look at it again, and its events could come in twice.
    writer.refresh().await.unwrap();
    assert_eq!(writer.take_foreign().len(), 1);
    assert_eq!(num_events(&engine.committed().await.unwrap()).await, "1");
}
