//! `tidemark maintain`: compaction and vacuum by hand; a running instance compacts on its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tidemark_lake::compact::{Tiers, merge};
use tidemark_lake::maintain::{checkpoint, orphans, vacuum};
use tidemark_lake::{Store, Table, TableWriter};

use crate::cli::{Maintain, Place};
use crate::progress::waiting;
use crate::service::open_tables;

/// Tidies every table of a lake.
pub(crate) async fn run(command: Maintain) -> Result<()> {
    match command {
        Maintain::Compact { place, dry_run } => {
            for table in tables(&place).await? {
                let what = format!("{} is compacted", table.spec().name);
                let outcome = waiting(&what, compact(table, dry_run)).await?;
                println!("{outcome}");
            }
        }
        Maintain::Vacuum { place, dry_run, retention_hours } => {
            let retention = Duration::from_secs(retention_hours * 3600);
            for table in tables(&place).await? {
                let what = format!("{} is vacuumed", table.spec().name);
                let outcome = waiting(&what, sweep(&table, retention, dry_run)).await?;
                println!("{outcome}");
            }
        }
    }
    Ok(())
}

async fn tables(place: &Place) -> Result<Vec<Arc<Table>>> {
    let store = Store::open(&place.dir, &HashMap::new())?;
    waiting("the lake opens", open_tables(&store)).await
}

/// Merges a table's small files, and says what became of them.
async fn compact(table: Arc<Table>, dry_run: bool) -> Result<String> {
    let name = table.spec().name;
    let (tiers, before) = (Tiers::default(), table.view().state.files.len());
    if dry_run {
        let files = tiers.plan(&table.view().state).map_or(0, |files| files.len());
        return Ok(format!("{name}: {before} files; the next merge would take {files} of them"));
    }
    let writer = TableWriter::new(Arc::clone(&table));
    while let Some(files) = tiers.plan(&table.view().state) {
        writer.replace(merge(&table, files).await?).await?;
    }
    checkpoint(&table).await?;
    Ok(format!("{name}: {before} files before, {} after", table.view().state.files.len()))
}

/// Deletes a table's files that no version needs, and says how many there were.
async fn sweep(table: &Table, retention: Duration, dry_run: bool) -> Result<String> {
    let found = orphans(table, retention).await?;
    let bytes: u64 = found.iter().map(|orphan| orphan.size).sum();
    if !dry_run {
        vacuum(table, &found).await?;
    }
    let verb = if dry_run { "would delete" } else { "deleted" };
    Ok(format!("{}: {verb} {} files, {} KiB", table.spec().name, found.len(), bytes >> 10))
}
