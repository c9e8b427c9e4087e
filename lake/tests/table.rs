//! A table's life: created, appended, seen live, committed, compacted, checkpointed, opened again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use tidemark_lake::compact::{Tiers, merge};
use tidemark_lake::log::Taken;
use tidemark_lake::maintain::{checkpoint, orphans, vacuum};
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::stream::Stream;

fn partition() -> TopicPartition {
    TopicPartition { topic: "usage".into(), partition: 0 }
}

fn segment(spec: &TableSpec, start: i64, end: i64, id_of: impl Fn(i64) -> i64) -> Arc<Segment> {
    let lines = (start..end).map(|offset| {
        format!(
            r#"{{"event_id":"{}","source":"/s","type":"usage.recorded","time":"2026-03-01T00:00:0{}Z","city":"HKG","_topic":"usage","_partition":0,"_offset":{offset},"_ingested_at":"2026-03-09T00:00:00Z","_month":"2026-03"}}"#,
            id_of(offset),
            offset % 10
        )
    });
    let mut decoder = arrow::json::ReaderBuilder::new(Arc::clone(&spec.schema)).build_decoder().unwrap();
    decoder.decode(lines.collect::<Vec<_>>().join("\n").as_bytes()).unwrap();
    let rows = decoder.flush().unwrap().unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&spec.schema)));
    Arc::new(Segment::new(rows, vec![OffsetRange { of: partition(), start, end }], Skipped::new(), 0, "time"))
}

async fn local() -> (tempfile::TempDir, Store, TableSpec) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().to_str().unwrap(), &HashMap::new()).unwrap();
    (folder, store, TableSpec::events(Stream::Usage))
}

fn of(segment: &Arc<Segment>) -> Append {
    Append { segments: vec![Arc::clone(segment)], stream: None }
}

#[tokio::test]
async fn a_published_segment_leaves_the_tail_when_it_is_committed() {
    let (_folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    let rows = segment(&spec, 0, 5, |offset| offset);
    writer.table().publish(&rows);
    assert_eq!(writer.table().view().tail_rows(), 5);
    writer.append(of(&rows)).await.unwrap();
    let view = writer.table().view();
    assert_eq!((view.tail_rows(), view.state.num_rows()), (0, Some(5)));
    assert_eq!(view.state.watermark("usage", &partition()), Some(5));
}

#[tokio::test]
async fn a_writer_behind_the_watermark_is_fenced() {
    let (_folder, store, spec) = local().await;
    let first = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    let second = TableWriter::new(Table::open(&store, spec.clone()).await.unwrap().unwrap());
    first.append(of(&segment(&spec, 0, 5, |offset| offset))).await.unwrap();
    let late = second.append(of(&segment(&spec, 0, 3, |offset| offset))).await;
    assert!(matches!(late, Err(LakeError::Fenced { found: 5, .. })), "{late:?}");
    assert_eq!(second.table().view().state.num_rows(), Some(5), "it has seen what fenced it");
}

#[tokio::test]
async fn compaction_keeps_rows_and_drops_repeats_that_slipped_past() {
    let (_folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    for n in 0..8 {
        // Every segment ends with the same event.
        let id_of = |offset: i64| if offset % 5 == 4 { 999 } else { offset };
        writer.append(of(&segment(&spec, n * 5, n * 5 + 5, id_of))).await.unwrap();
    }
    let files = Tiers::default().plan(&writer.table().view().state).unwrap();
    let replacement = merge(writer.table(), files).await.unwrap();
    assert_eq!(replacement.skipped[&partition()].len(), 7);
    writer.replace(replacement).await.unwrap();
    let state = Arc::clone(&writer.table().view().state);
    assert_eq!((state.files.len(), state.num_rows()), (1, Some(33)));
    assert_eq!(orphans(writer.table(), std::time::Duration::ZERO).await.unwrap().len(), 8);
    let taken = writer.table().view().state.taken("usage", &partition());
    assert_eq!(taken, Some(Taken { first: 0, num_skipped: 7 }), "they are counted for as long as the table lives");
}

#[tokio::test]
async fn compaction_ends_where_files_are_too_large_to_be_merged() {
    let (_folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    for n in 0..8 {
        writer.append(of(&segment(&spec, n * 5, n * 5 + 5, |offset| offset))).await.unwrap();
    }
    let largest = writer.table().view().state.files.iter().map(|file| file.size).max().unwrap();
    let by_bytes = Tiers { bytes_max: largest * 3 / 2, ..Tiers::default() };
    let by_rows = Tiers { rows_max: 9, ..Tiers::default() };
    assert!(by_bytes.plan(&writer.table().view().state).is_none());
    assert!(by_rows.plan(&writer.table().view().state).is_none());
    // Three files of five rows are merged, and are then as many as is allowed.
    let tiers = Tiers { files_min: 2, rows_max: 17, ..Tiers::default() };
    while let Some(files) = tiers.plan(&writer.table().view().state) {
        assert!(files.len() > 1, "a file is rewritten for nothing");
        writer.replace(merge(writer.table(), files).await.unwrap()).await.unwrap();
    }
    let state = Arc::clone(&writer.table().view().state);
    let mut rows: Vec<_> = state.files.iter().map(|file| file.num_rows.unwrap()).collect();
    rows.sort_unstable();
    assert_eq!(rows, [10, 15, 15]);
}

#[tokio::test]
async fn skips_are_counted_from_the_first_offset_of_a_partition_on() {
    let (_folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    for (start, skipped) in [(40, vec![41, 42]), (45, vec![]), (50, vec![53])] {
        let rows = segment(&spec, start, start + 5, |offset| offset);
        let skipped = Skipped::from([(partition(), skipped)]);
        let segment = Segment::new(rows.rows.clone(), rows.ranges.clone(), skipped, 0, "time");
        writer.append(of(&Arc::new(segment))).await.unwrap();
    }
    let taken = writer.table().view().state.taken("usage", &partition());
    assert_eq!(taken, Some(Taken { first: 40, num_skipped: 3 }));
    checkpoint(writer.table()).await.unwrap();
    let opened = Table::open(&store, spec.clone()).await.unwrap().unwrap();
    assert_eq!(opened.view().state.taken("usage", &partition()), taken);
}

#[tokio::test]
async fn a_checkpoint_opens_as_the_entries_do_and_a_damaged_one_is_passed_over() {
    let (folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    for n in 0..5 {
        writer.append(of(&segment(&spec, n * 5, n * 5 + 5, |offset| offset))).await.unwrap();
    }
    checkpoint(writer.table()).await.unwrap();
    writer.append(of(&segment(&spec, 25, 30, |offset| offset))).await.unwrap();
    let expected = Arc::clone(&writer.table().view().state);
    let opened = async || Arc::clone(&Table::open(&store, spec.clone()).await.unwrap().unwrap().view().state);
    let same = |state: &tidemark_lake::log::TableState| {
        assert_eq!(state.version, expected.version);
        assert_eq!(state.watermarks, expected.watermarks);
        let paths = |s: &tidemark_lake::log::TableState| {
            let mut paths: Vec<_> = s.files.iter().map(|file| (file.path.clone(), file.num_rows)).collect();
            paths.sort();
            paths
        };
        assert_eq!(paths(state), paths(&expected));
    };
    same(opened().await.as_ref());
    let log = folder.path().join("usage_events/_delta_log");
    let written = std::fs::read_dir(&log).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        path.to_string_lossy().ends_with(".checkpoint.parquet").then_some(path)
    });
    std::fs::write(written.unwrap(), b"").unwrap();
    same(opened().await.as_ref());
}

#[tokio::test]
async fn vacuum_deletes_only_what_no_version_needs() {
    let (_folder, store, spec) = local().await;
    let writer = TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap());
    for n in 0..8 {
        writer.append(of(&segment(&spec, n, n + 1, |offset| offset))).await.unwrap();
    }
    let files = Tiers::default().plan(&writer.table().view().state).unwrap();
    writer.replace(merge(writer.table(), files).await.unwrap()).await.unwrap();
    let young = orphans(writer.table(), std::time::Duration::from_secs(3600)).await.unwrap();
    assert!(young.is_empty(), "files younger than the retention stay");
    let found = orphans(writer.table(), std::time::Duration::ZERO).await.unwrap();
    vacuum(writer.table(), &found).await.unwrap();
    assert!(orphans(writer.table(), std::time::Duration::ZERO).await.unwrap().is_empty());
    let view = writer.table().view();
    tidemark_lake::read::read_file(writer.table(), &view.state.files[0], None).await.unwrap();
}

#[tokio::test]
async fn columns_that_a_release_adds_are_added_by_its_first_commit() {
    let (_folder, store, spec) = local().await;
    let older: Vec<_> = spec.schema.fields().iter().filter(|field| field.name() != "variant").cloned().collect();
    let older = TableSpec { schema: Arc::new(arrow::datatypes::Schema::new(older)), ..spec.clone() };
    let writer = TableWriter::new(Table::open_or_create(&store, older.clone()).await.unwrap());
    writer.append(of(&segment(&older, 0, 2, |offset| offset))).await.unwrap();
    let newer = TableWriter::new(Table::open(&store, spec.clone()).await.unwrap().unwrap());
    assert!(newer.table().view().state.schema.field_with_name("variant").is_err());
    newer.append(of(&segment(&spec, 2, 4, |offset| offset))).await.unwrap();
    let state = Arc::clone(&newer.table().view().state);
    assert!(state.schema.field_with_name("variant").is_ok());
    assert_eq!(state.num_rows(), Some(4));
}
