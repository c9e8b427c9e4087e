//! Reads the log from storage: the last checkpoint, then every entry after it.

use bytes::Bytes;
use deltalake_core::kernel::Action;
use deltalake_core::logstore::get_actions;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::state::Builder;
use super::{TableState, entry_path};
use crate::error::LakeError;

/// Entries that are asked for at once; a cold start over a remote store waits for each round trip otherwise.
const ENTRIES_AHEAD: usize = 16;

/// Loads a table's newest state; `None` where there is no table.
///
/// # Errors
/// [`LakeError::DamagedLog`] for an entry that cannot be read, [`LakeError::Unsupported`], [`LakeError::Store`].
pub async fn load(store: &dyn ObjectStore, table: &str) -> Result<Option<TableState>, LakeError> {
    let mut builder = Builder::new(table);
    let mut next = 0;
    if let Some((version, actions)) = read_checkpoint(store, table).await? {
        builder.apply(&actions)?;
        next = version + 1;
    }
    loop {
        let entries: Vec<_> = stream::iter(next..next + ENTRIES_AHEAD as u64)
            .map(|version| read_entry(store, table, version))
            .buffered(ENTRIES_AHEAD)
            .try_collect()
            .await?;
        for entry in entries {
            let Some(actions) = entry else {
                return if next == 0 { Ok(None) } else { builder.finish(next - 1).map(Some) };
            };
            builder.apply(&actions)?;
            next += 1;
        }
    }
}

/// Reads one entry; `None` where it does not exist (yet).
///
/// # Errors
/// [`LakeError::DamagedLog`] where it is no list of actions.
pub async fn read_entry(store: &dyn ObjectStore, table: &str, version: u64) -> Result<Option<Vec<Action>>, LakeError> {
    let Some(bytes) = get(store, &entry_path(version), table).await? else { return Ok(None) };
    let damaged = |why: String| LakeError::DamagedLog { table: table.to_owned(), version, why };
    if bytes.is_empty() {
        return Err(damaged("the entry is empty, as a power cut leaves it".to_owned()));
    }
    get_actions(version, &bytes).map(Some).map_err(|error| damaged(error.to_string()))
}

async fn get(store: &dyn ObjectStore, path: &Path, table: &str) -> Result<Option<Bytes>, LakeError> {
    let action = || format!("read \"{path}\" of table \"{table}\"");
    match store.get(path).await {
        Ok(found) => found.bytes().await.map(Some).map_err(LakeError::store(action())),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(LakeError::store(action())(error)),
    }
}

/// Reads the checkpoint that `_last_checkpoint` names; without one, or where it is unreadable, the entries are read
/// from the beginning, since the platform never removes them while a checkpoint is not proven.
async fn read_checkpoint(store: &dyn ObjectStore, table: &str) -> Result<Option<(u64, Vec<Action>)>, LakeError> {
    let Some(hint) = get(store, &Path::from("_delta_log/_last_checkpoint"), table).await? else { return Ok(None) };
    let hint: serde_json::Value = serde_json::from_slice(&hint).unwrap_or_default();
    let (Some(version), None) = (hint["version"].as_u64(), hint["parts"].as_u64().filter(|parts| *parts > 1)) else {
        return Ok(None);
    };
    let path = Path::from(format!("_delta_log/{version:020}.checkpoint.parquet"));
    let Some(bytes) = get(store, &path, table).await? else { return Ok(None) };
    match decode_checkpoint(version, bytes) {
        Ok(actions) => Ok(Some((version, actions))),
        Err(error) => {
            tracing::warn!(table, version, error = error.chain(), "checkpoint unreadable, reading every entry");
            Ok(None)
        }
    }
}

/// Turns each row into the JSON of its one action: the form in which the entries have it.
fn decode_checkpoint(version: u64, bytes: Bytes) -> Result<Vec<Action>, LakeError> {
    let mut json = arrow::json::LineDelimitedWriter::new(Vec::new());
    for batch in ParquetRecordBatchReaderBuilder::try_new(bytes)?.build()? {
        json.write(&batch?)?;
    }
    json.finish()?;
    get_actions(version, &Bytes::from(json.into_inner())).map_err(LakeError::delta("read a checkpoint"))
}
