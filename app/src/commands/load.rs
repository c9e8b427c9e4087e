//! `tidemark load`: files of events into the lake.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use prometheus::Registry;
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::known::DedupOptions;
use tidemark_ingest::load::{Progress, load_file, stream_of};
use tidemark_ingest::pipeline::Writers;
use tidemark_lake::Store;

use crate::cli::Load;
use crate::minutes;
use crate::progress::{progress_bytes, waiting};

/// Loads each file and says what became of its records.
pub(crate) async fn run(arguments: Load) -> Result<()> {
    // Every file is looked at before the first one is loaded, so that a wrong name changes nothing.
    let mut files = Vec::new();
    for path in arguments.files {
        let stream = stream_of(&path, arguments.stream)?;
        let found = std::fs::metadata(&path).with_context(|| format!("could not read \"{}\"", path.display()))?;
        // A file is read twice, first for what it is called in the log: a pipe's other end would wait for ever.
        ensure!(
            found.is_file(),
            "\"{}\" is not a file: write pipes to a file first, name a folder's files one by one",
            path.display()
        );
        let size = found.len();
        files.push((path, stream, size));
    }
    let store = Store::open(&arguments.place.dir, &HashMap::new())?;
    let writers = waiting("the lake opens", open(&store)).await?;
    let metrics = IngestMetrics::register(&Registry::new())?;
    for (path, stream, size) in files {
        let bar = progress_bytes(&format!("{stream}"), size);
        let told = bar.clone();
        let progress: Progress = Arc::new(move |read| told.set_position(read));
        let loaded = load_file(&path, stream, &writers, DedupOptions::default(), &metrics, &progress);
        let loaded = loaded.await.with_context(|| format!("could not load \"{}\"", path.display()))?;
        bar.finish_and_clear();
        let before =
            if loaded.before > 0 { format!(", {} of them loaded before", loaded.before) } else { String::new() };
        eprintln!(
            "{}: {} records{before}: {} rows added to {}, {} repeats skipped, {} dead letters",
            path.display(),
            loaded.records,
            loaded.rows,
            stream.table(),
            loaded.repeats,
            loaded.dead_letters
        );
    }
    Ok(())
}

/// The lake's tables. It has all of them from the start, so that every relation is known.
async fn open(store: &Store) -> Result<Writers> {
    store.probe().await?;
    let writers = Writers::open(store).await?;
    minutes::writer(store).await;
    Ok(writers)
}
