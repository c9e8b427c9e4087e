//! What a statement sees: the live tail or not, and one view throughout.

use std::sync::Arc;

use super::support::{ask, engine, filled, segment, session};

#[tokio::test]
async fn the_live_tail_is_seen_live_and_not_when_committed() {
    let lake = filled().await;
    lake.table.publish(&segment(3, &["HKG"]));
    let session = session(&engine(&lake).await).await;
    assert_eq!(ask(&session, "SELECT count(*) FROM invoice_events").await, "4");
    assert_eq!(ask(&session, "SELECT city, count(*) FROM invoice_events GROUP BY 1 ORDER BY 1").await, "HKG 3; SZX 1");
    ask(&session, "SET freshness = committed").await;
    assert_eq!(ask(&session, "SELECT count(*) FROM invoice_events").await, "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_statement_sees_one_view() {
    let lake = filled().await;
    let table = Arc::clone(&lake.table);
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let publisher = std::thread::spawn(move || {
        let mut offset = 3;
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) && offset < 500 {
            table.publish(&segment(offset, &["HKG"]));
            offset += 1;
        }
    });
    let session = session(&engine(&lake).await).await;
    for _ in 0..10 {
        let sql = "SELECT (SELECT count(*) FROM invoice_events) = (SELECT count(*) FROM invoice_events a \
                   JOIN invoice_events b ON a.event_id = b.event_id) AND (SELECT sum(num_rows + tail_rows) FROM tables \
                   WHERE table_name = 'invoice_events') = (SELECT count(*) FROM invoice_events)";
        assert_eq!(ask(&session, sql).await, "true");
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    publisher.join().unwrap();
}

#[tokio::test]
async fn a_reader_beside_a_writer_sees_its_commits() {
    use std::collections::HashMap;
    use tidemark_lake::{Append, Store, Table, TableWriter, table::TableSpec};
    use tidemark_model::stream::Stream;

    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().to_str().unwrap(), &HashMap::new()).unwrap();
    let spec = || TableSpec::events(Stream::Invoices);
    let writer = TableWriter::new(Table::open_or_create(&store, spec()).await.unwrap());
    let reader = Table::open(&store, spec()).await.unwrap().unwrap();
    let config = crate::EngineConfig { refresh_before_query: true, ..super::support::config() };
    let engine = crate::Engine::new(vec![reader], crate::OwnRelations::default(), super::support::library(), config)
        .await
        .unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, "SELECT count(*) FROM invoice_events").await, "0");
    writer.append(Append { segments: vec![segment(0, &["HKG", "SZX"])], stream: None }).await.unwrap();
    assert_eq!(ask(&session, "SELECT count(*) FROM invoice_events").await, "2");
}
