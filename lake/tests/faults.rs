//! Commits over a store that fails before, after, and instead of what it was asked to do.
//!
//! Two writers with views of different age append the same partitions and compact, while puts and reads fail by a
//! seeded dice. Whatever happens, each offset below the watermark must be in the table once, and none above.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tidemark_lake::compact::{Tiers, merge};
use tidemark_lake::read::read_file;
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::stream::Stream;

/// A small generator of reproducible dice (SplitMix64; Steele, Lea, Flood 2014).
#[derive(Debug)]
struct Dice(AtomicU64);

impl Dice {
    fn roll(&self, sides: u64) -> u64 {
        let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// Memory that fails by the dice while it is told to.
#[derive(Debug, Clone)]
struct FaultStore {
    inner: Arc<InMemory>,
    dice: Arc<Dice>,
    failing: Arc<AtomicBool>,
}

impl fmt::Display for FaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultStore")
    }
}

fn failure(what: &str) -> Error {
    Error::Generic { store: "FaultStore", source: what.to_owned().into() }
}

#[async_trait]
impl ObjectStore for FaultStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let fault = if self.failing.load(Ordering::Relaxed) { self.dice.roll(40) } else { u64::MAX };
        let path = location.to_string();
        match fault {
            0 => Err(failure("error before the put")),
            1 => {
                self.inner.put_opts(location, payload, opts).await?;
                Err(failure("lost acknowledgement"))
            }
            // A retried put meets itself: it has landed, and the answer says that it exists.
            2 => {
                self.inner.put_opts(location, payload, opts).await?;
                Err(Error::AlreadyExists { path, source: "409".into() })
            }
            // S3 answers 409 to two puts at once; nothing has landed.
            3 => Err(Error::AlreadyExists { path, source: "409, nothing landed".into() }),
            4 => Err(Error::Precondition { path, source: "412, nothing landed".into() }),
            5 => {
                tokio::task::yield_now().await;
                self.inner.put_opts(location, payload, opts).await
            }
            _ => self.inner.put_opts(location, payload, opts).await,
        }
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if self.failing.load(Ordering::Relaxed) && self.dice.roll(60) == 0 {
            return Err(failure("error of a read"));
        }
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

/// One row for each offset of the range, with the columns of the usage table.
fn rows(spec: &TableSpec, range: &OffsetRange) -> RecordBatch {
    let lines = (range.start..range.end).map(|offset| {
        let (partition, id) = (range.of.partition, format!("{}-{offset}", range.of.partition));
        format!(
            r#"{{"event_id":"{id}","source":"/s","type":"usage.recorded","time":"2026-03-0{}T00:00:00Z","city":"{}","_topic":"usage","_partition":{partition},"_offset":{offset},"_ingested_at":"2026-03-09T00:00:00Z","_month":"2026-03","meter":"m"}}"#,
            1 + offset % 9,
            ["HKG", "SIN"][(offset % 2) as usize],
        )
    });
    let mut decoder = arrow::json::ReaderBuilder::new(Arc::clone(&spec.schema)).build_decoder().unwrap();
    decoder.decode(lines.collect::<Vec<_>>().join("\n").as_bytes()).unwrap();
    decoder.flush().unwrap().unwrap()
}

fn partition(number: i32) -> TopicPartition {
    TopicPartition { topic: "usage".into(), partition: number }
}

/// Appends the next offsets of a partition as this writer's view has it.
async fn append_next(writer: &TableWriter, number: i32, dice: &Dice) -> std::result::Result<(), LakeError> {
    let spec = writer.table().spec();
    let start = writer.table().view().state.watermark("usage", &partition(number)).unwrap_or(0);
    let range = OffsetRange { of: partition(number), start, end: start + 1 + dice.roll(3) as i64 };
    let segment = Segment::new(rows(spec, &range), vec![range], Skipped::new(), 0, "time");
    let segment = Arc::new(segment);
    writer.table().publish(&segment);
    loop {
        match writer.append(Append { segments: vec![Arc::clone(&segment)], stream: None }).await {
            // Ids are made of offsets here, so no other writer's row is the same event.
            Err(LakeError::ForeignRows { .. }) => drop(writer.take_foreign()),
            outcome => return outcome.map(|_| ()),
        }
    }
}

/// Each offset below a partition's watermark once, none above; returns how many there are.
async fn check(table: &Table, partitions: i32) -> usize {
    let mut found: Vec<Vec<i64>> = vec![Vec::new(); partitions as usize];
    for file in table.view().state.files.iter() {
        for batch in read_file(table, file, Some(&["_partition", "_offset"])).await.unwrap() {
            let partitions = batch.column_by_name("_partition").unwrap().as_primitive::<Int32Type>().clone();
            let offsets = batch.column_by_name("_offset").unwrap().as_primitive::<Int64Type>().clone();
            for row in 0..batch.num_rows() {
                found[partitions.value(row) as usize].push(offsets.value(row));
            }
            assert_eq!(partitions.null_count() + offsets.null_count(), 0);
        }
    }
    for (number, offsets) in found.iter_mut().enumerate() {
        offsets.sort_unstable();
        let watermark = table.view().state.watermark("usage", &partition(number as i32)).unwrap_or(0);
        assert_eq!(*offsets, (0..watermark).collect::<Vec<_>>(), "partition {number}");
    }
    found.iter().map(Vec::len).sum()
}

async fn simulate(seed: u64, commits: usize) {
    println!("seed {seed}");
    let dice = Arc::new(Dice(AtomicU64::new(seed)));
    let failing = Arc::new(AtomicBool::new(false));
    let store = FaultStore { inner: Arc::new(InMemory::new()), dice: Arc::clone(&dice), failing: Arc::clone(&failing) };
    let store = Store::over(Arc::new(store));
    let spec = TableSpec::events(Stream::Usage);
    let mut writers = Vec::new();
    for _ in 0..2 {
        writers.push(TableWriter::new(Table::open_or_create(&store, spec.clone()).await.unwrap()));
    }
    failing.store(true, Ordering::Relaxed);
    let tiers = Tiers { files_min: 6, ..Tiers::default() };
    let (mut fences, mut failures) = (0, 0);
    for step in 0..commits {
        let writer = &writers[dice.roll(2) as usize];
        let outcome = append_next(writer, dice.roll(3) as i32, &dice).await;
        match &outcome {
            Ok(()) => {}
            Err(LakeError::Fenced { .. }) => fences += 1,
            Err(_) => failures += 1,
        }
        if outcome.is_err() {
            writer.table().discard_tail();
            let _ = writer.refresh().await;
        }
        if step % 25 == 0
            && let Some(files) = tiers.plan(&writer.table().view().state)
            && let Ok(replacement) = merge(writer.table(), files).await
        {
            let _ = writer.replace(replacement).await;
        }
    }
    failing.store(false, Ordering::Relaxed);
    let fresh = Table::open(&store, spec).await.unwrap().unwrap();
    let rows = check(&fresh, 3).await;
    println!(
        "{commits} commits tried, {fences} fenced, {failures} failed, {rows} rows, version {}",
        fresh.view().state.version
    );
    assert!(fences > 0 && failures > 0 && rows > commits, "the dice must have met each case");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_commits_lose_and_repeat_nothing() {
    let runs = (1..=4_u64).map(|seed| tokio::spawn(simulate(seed, 2_500)));
    for run in runs.collect::<Vec<_>>() {
        run.await.unwrap();
    }
}
