//! Append commits of 1,000 rows on local disk with fsync: does their time stay flat while the table grows?
//!
//! Nothing compacts meanwhile, so that the number of active files grows with the commits: the hardest case.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use clap::Args;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Segment, Store, Table, TableWriter};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::schema::MONTH;
use tidemark_model::stream::Stream;

use crate::measure::{ms, print, quantile};
use crate::records::{Traffic, lane, segments};

/// How many commits.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Commits in all
    #[arg(long, default_value_t = 10_000)]
    commits: usize,
    /// Rows of each
    #[arg(long, default_value_t = 1_000)]
    rows: usize,
    /// Folder to write to, on the disk to measure; a temporary one if not given
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Prints the time of a commit by the number of commits before it, and the bare time of the disk's syncs.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let folder = match &options.dir {
        Some(dir) => tempfile::tempdir_in(dir)?,
        None => tempfile::tempdir()?,
    };
    let store = Store::open(folder.path().to_str().context("a path in UTF-8")?, &HashMap::new())?;
    let writer = TableWriter::new(Table::open_or_create(&store, TableSpec::events(Stream::Invoices)).await?);
    let rows = rows_of_one_city(options.rows)?;
    let mut times = Vec::with_capacity(options.commits);
    for commit in 0..options.commits {
        let segment = segment(&rows, commit);
        let began = Instant::now();
        writer.append(Append { segments: vec![segment], stream: None }).await?;
        times.push(began.elapsed());
    }
    let first = median(&times, 0..100.min(times.len()));
    let sync = sync_time(folder.path())?;
    let marks = [100, 300, 1_000, 3_000, 10_000].into_iter().filter(|mark| *mark <= options.commits);
    let row = |mark: usize| {
        let window = mark - 100..mark;
        let mut sorted = times[window.clone()].to_vec();
        let p99 = quantile(&mut sorted, 0.99);
        let p50 = median(&times, window);
        let ratio = format!("{:.2}", p50.as_secs_f64() / first.as_secs_f64());
        let syncs = format!("{:.1}", p50.as_secs_f64() / sync.as_secs_f64());
        vec![mark.to_string(), ms(p50), ms(p99), ratio, syncs]
    };
    let header = ["commits", "p50 ms", "p99 ms", "x the first 100", "x one write + fsync"];
    print(&header, marks.map(row).collect());
    println!("rows a commit: {}; one write of 4 KiB with fsync: {} ms", rows.num_rows(), ms(sync));
    Ok(())
}

/// Rows of one city and month, so that a commit is one file, as in the study of delta-rs.
fn rows_of_one_city(n: usize) -> Result<RecordBatch> {
    let (mut traffic, mut lane) = (Traffic::new(Stream::Invoices, 10_000_000)?, lane(Stream::Invoices));
    let segments = segments(&mut traffic, &mut lane, n * 8, 0)?;
    let batches: Vec<_> = segments.iter().map(|segment| segment.rows.clone()).collect();
    let rows = concat_batches(&batches.first().context("rows")?.schema(), &batches)?;
    let cities = rows.column_by_name("city").context("a city")?.as_string::<i32>();
    let months = rows.column_by_name(MONTH).context("a month")?.as_string::<i32>();
    let keep = |row: usize| cities.value(row) == "HKG" && months.value(row) == "2026-03";
    let keep: BooleanArray = (0..rows.num_rows()).map(|row| Some(keep(row))).collect();
    let rows = filter_record_batch(&rows, &keep)?;
    anyhow::ensure!(rows.num_rows() >= n, "only {} rows of one city", rows.num_rows());
    Ok(rows.slice(0, n))
}

fn segment(rows: &RecordBatch, number: usize) -> Arc<Segment> {
    let of = TopicPartition { topic: "invoices".into(), partition: 0 };
    let start = (number * rows.num_rows()) as i64;
    let ranges = vec![OffsetRange { of, start, end: start + rows.num_rows() as i64 }];
    Arc::new(Segment::new(rows.clone(), ranges, std::collections::BTreeMap::new(), 0, "time"))
}

fn median(times: &[Duration], window: std::ops::Range<usize>) -> Duration {
    quantile(&mut times[window].to_vec(), 0.5)
}

/// The disk's own share: the median time to write 4 KiB to a new file and sync it.
fn sync_time(folder: &std::path::Path) -> Result<Duration> {
    let mut times = Vec::new();
    for number in 0..50 {
        let began = Instant::now();
        let mut file = std::fs::File::create(folder.join(format!("sync-{number}")))?;
        std::io::Write::write_all(&mut file, &[7; 4096])?;
        file.sync_all()?;
        times.push(began.elapsed());
    }
    Ok(quantile(&mut times, 0.5))
}
