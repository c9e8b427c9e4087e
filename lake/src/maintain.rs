//! Checkpoints and vacuum, outside the commit path.
//!
//! A failed checkpoint must not fail a commit that has landed (trap 3), so these run on their own, after commits.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use deltalake_core::logstore::{StorageConfig, default_logstore};
use deltalake_core::{DeltaTable, checkpoints};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::error::LakeError;
use crate::table::Table;

/// Entries between two checkpoints: a reader starts at the last checkpoint and reads the entries after it.
pub const CHECKPOINT_EVERY: u64 = 100;

/// Writes a checkpoint of the table's newest version.
///
/// # Errors
/// [`LakeError::Delta`]: the table is as it was, readers read its entries instead.
pub async fn checkpoint(table: &Table) -> Result<(), LakeError> {
    let name = table.spec().name;
    let action = || format!("write a checkpoint of table \"{name}\"");
    let location = table.location();
    // Not by delta-rs's builder, which knows only the schemes that are registered globally.
    let (store, root) = (Arc::clone(table.store()), Arc::clone(location.root()));
    let log = default_logstore(store, root, &location.table_url(name), &StorageConfig::default());
    let mut loaded = DeltaTable::new(log);
    loaded.load().await.map_err(LakeError::delta(action()))?;
    checkpoints::create_checkpoint(&loaded, None).await.map_err(LakeError::delta(action()))
}

/// A file that belongs to no version that may still be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Path relative to the table.
    pub path: String,
    /// Bytes.
    pub size: u64,
}

/// Lists data files that the table does not contain and that are older than `retention`: replaced by a compaction,
/// or left by a commit that was given up. `retention` must exceed the longest query and the longest commit.
///
/// # Errors
/// [`LakeError::Store`].
pub async fn orphans(table: &Table, retention: Duration) -> Result<Vec<Orphan>, LakeError> {
    let action = || format!("list the files of table \"{}\"", table.spec().name);
    let view = table.view();
    let active: std::collections::HashSet<&str> = view.state.files.iter().map(|file| file.path.as_str()).collect();
    let oldest = Utc::now() - TimeDelta::from_std(retention).unwrap_or(TimeDelta::MAX);
    let mut found = Vec::new();
    let mut listing = table.store().list(None);
    while let Some(object) = listing.try_next().await.map_err(LakeError::store(action()))? {
        let path = object.location.as_ref();
        if path.ends_with(".parquet")
            && !path.starts_with("_delta_log/")
            && object.last_modified < oldest
            && !active.contains(path)
        {
            found.push(Orphan { path: path.to_owned(), size: object.size });
        }
    }
    Ok(found)
}

/// Deletes orphans; returns the bytes freed.
///
/// # Errors
/// [`LakeError::Store`]: some may be deleted, the call may be repeated.
pub async fn vacuum(table: &Table, orphans: &[Orphan]) -> Result<u64, LakeError> {
    let deletions = futures::stream::iter(orphans).map(|orphan| async move {
        table
            .store()
            .delete(&Path::from(orphan.path.as_str()))
            .await
            .map_err(LakeError::store(format!("delete file \"{}\"", orphan.path)))?;
        Ok::<_, LakeError>(orphan.size)
    });
    deletions.buffer_unordered(8).try_fold(0, |sum, size| async move { Ok(sum + size) }).await
}
