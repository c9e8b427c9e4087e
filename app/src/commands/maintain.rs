//! `tidemark maintain`: compaction and vacuum by hand; a running instance compacts on its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tidemark_lake::compact::{Tiers, merge};
use tidemark_lake::maintain::{checkpoint, orphans, vacuum};
use tidemark_lake::{Store, Table, TableWriter};

use crate::cli::Maintain;
use crate::service::open_tables;

/// Tidies every table of a lake.
pub(crate) async fn run(command: Maintain) -> Result<()> {
    match command {
        Maintain::Compact { place, dry_run } => {
            for table in open_tables(&Store::open(&place.dir, &HashMap::new())?).await? {
                compact(table, dry_run).await?;
            }
        }
        Maintain::Vacuum { place, dry_run, retention_hours } => {
            let retention = Duration::from_secs(retention_hours * 3600);
            for table in open_tables(&Store::open(&place.dir, &HashMap::new())?).await? {
                let found = orphans(&table, retention).await?;
                let bytes: u64 = found.iter().map(|orphan| orphan.size).sum();
                let verb = if dry_run { "would delete" } else { "deleted" };
                if !dry_run {
                    vacuum(&table, &found).await?;
                }
                println!("{}: {verb} {} files, {} KiB", table.spec().name, found.len(), bytes >> 10);
            }
        }
    }
    Ok(())
}

async fn compact(table: Arc<Table>, dry_run: bool) -> Result<()> {
    let name = table.spec().name;
    let (tiers, before) = (Tiers::default(), table.view().state.files.len());
    if dry_run {
        let files = tiers.plan(&table.view().state).map_or(0, |files| files.len());
        println!("{name}: {before} files; the next merge would take {files} of them");
        return Ok(());
    }
    let writer = TableWriter::new(Arc::clone(&table));
    while let Some(files) = tiers.plan(&table.view().state) {
        writer.replace(merge(&table, files).await?).await?;
    }
    checkpoint(&table).await?;
    println!("{name}: {before} files before, {} after", table.view().state.files.len());
    Ok(())
}
