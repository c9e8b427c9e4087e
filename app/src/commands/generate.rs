//! `tidemark generate`: deterministic events as files or into Kafka, and the figures that must come out.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tidemark_generator::{History, Plan, Record, Truth};
use tidemark_ingest::kafka::KafkaOptions;
use tidemark_model::stream::Stream;

use crate::cli::{Generate, Year};
use crate::progress::{progress, waiting};
use crate::spool::Spool;

/// The plan of a year as typed.
pub(crate) fn plan(year: &Year) -> Plan {
    let end = year.end.unwrap_or_else(|| chrono::Utc::now().date_naive());
    Plan { scale: year.scale, ..Plan::new(year.seed, year.days, end) }
}

/// Generates to files or to brokers.
pub(crate) async fn run(arguments: Generate) -> Result<()> {
    let plan = plan(&arguments.year);
    let truth = match &arguments.brokers {
        Some(brokers) => {
            let options = KafkaOptions { brokers: brokers.clone(), ..KafkaOptions::default() };
            let spool = waiting("the topics are made", Spool::open(&options, arguments.partitions)).await?;
            let rate = arguments.rate;
            tokio::task::spawn_blocking(move || to_kafka(&plan, &spool, rate)).await??
        }
        None => {
            let out = arguments.out.clone().context("--out is needed without --brokers")?;
            tokio::task::spawn_blocking(move || to_files(&plan, &out)).await??
        }
    };
    if let Some(out) = &arguments.out {
        write_truth(out, &truth)?;
    }
    Ok(())
}

/// Writes `truth.json` into a folder.
pub(crate) fn write_truth(folder: &Path, truth: &Truth) -> Result<()> {
    let path = folder.join("truth.json");
    let write = || -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = BufWriter::new(File::create(&path)?);
        serde_json::to_writer_pretty(&mut file, truth)?;
        Ok(file.flush()?)
    };
    write().with_context(|| format!("could not write \"{}\"", path.display()))
}

fn to_kafka(plan: &Plan, spool: &Spool, rate: Option<f64>) -> Result<Truth> {
    let mut history = History::new(plan);
    let bar = progress("sending", history.len_hint());
    let started = Instant::now();
    for (number, record) in (1_u64..).zip(history.by_ref()) {
        spool.send(&record)?;
        if number.is_multiple_of(1024) {
            bar.set_position(number);
        }
        if let Some(rate) = rate {
            let due = Duration::from_secs_f64(number as f64 / rate);
            std::thread::sleep(due.saturating_sub(started.elapsed()));
        }
    }
    spool.flush()?;
    bar.finish_and_clear();
    eprintln!("sent {} events in {:.1} s", spool.acknowledged(), started.elapsed().as_secs_f64());
    Ok(history.truth())
}

/// Writes each stream's records to a file of JSON Lines, in structured mode; a record without a value cannot stand in
/// such a file and is left out, and the truth says so.
fn to_files(plan: &Plan, out: &Path) -> Result<Truth> {
    let failed = || format!("could not write to \"{}\"", out.display());
    std::fs::create_dir_all(out).with_context(failed)?;
    let open = |stream: Stream| File::create(out.join(format!("{stream}.jsonl"))).map(BufWriter::new);
    let mut files = Vec::new();
    for stream in Stream::ALL {
        files.push(open(stream).with_context(failed)?);
    }
    let mut history = History::for_files(plan);
    let bar = progress("writing", history.len_hint());
    for (number, record) in (1_u64..).zip(history.by_ref()) {
        write_line(&mut files[record.topic as usize], &record).with_context(failed)?;
        if number.is_multiple_of(1024) {
            bar.set_position(number);
        }
    }
    files.iter_mut().try_for_each(Write::flush).with_context(failed)?;
    bar.finish_and_clear();
    Ok(history.truth())
}

fn write_line(file: &mut impl Write, record: &Record) -> std::io::Result<()> {
    file.write_all(&record.value)?;
    file.write_all(b"\n")
}
