//! What a table is at one version: its files, watermarks and schema. Immutable; an entry makes the next one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoArrow;
use deltalake_core::kernel::{Action, Metadata};
use serde_json::Value;
use tidemark_model::position::{TopicPartition, app_id, first_offset_id, skips_id};

use super::LiveFile;
use crate::error::LakeError;

/// A table at one version.
#[derive(Debug, Clone)]
pub struct TableState {
    /// The table's name, for messages.
    pub table: Arc<str>,
    /// The version of the last entry applied.
    pub version: u64,
    /// The table's columns, partition columns included.
    pub schema: SchemaRef,
    /// The metadata action in force.
    pub metadata: Arc<Metadata>,
    /// The active files, in the order in which they were added.
    pub files: Arc<Vec<Arc<LiveFile>>>,
    /// The `txn` versions by application id; ours are watermarks, and what [`Self::taken`] reads.
    pub watermarks: Arc<HashMap<String, i64>>,
}

/// What was taken in from a partition up to its watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The first offset.
    pub first: i64,
    /// Offsets since then that hold no row and are no dead letter either.
    pub num_skipped: i64,
}

impl TableState {
    /// The offset up to which a partition of a stream has landed; `None` where nothing of it has.
    #[must_use]
    pub fn watermark(&self, stream: &str, of: &TopicPartition) -> Option<i64> {
        self.watermarks.get(&app_id(stream, of)).copied()
    }

    /// From where on a partition was taken in, and how much of it was skipped; `None` where that was not counted from the
    /// beginning.
    #[must_use]
    pub fn taken(&self, stream: &str, of: &TopicPartition) -> Option<Taken> {
        let first = *self.watermarks.get(&first_offset_id(stream, of))?;
        let num_skipped = *self.watermarks.get(&skips_id(stream, of))?;
        Some(Taken { first, num_skipped })
    }

    /// Rows of all files, where every file says how many it has.
    #[must_use]
    pub fn num_rows(&self) -> Option<u64> {
        self.files.iter().map(|file| file.num_rows).sum()
    }

    /// Bytes of all files.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Applies the actions of the next entry.
    ///
    /// # Errors
    /// [`LakeError::Unsupported`] for a reader feature or column type that is not read here.
    pub fn apply(&self, version: u64, actions: &[Action]) -> Result<Self, LakeError> {
        let mut next = Builder::of(self);
        next.apply(actions)?;
        next.finish(version)
    }
}

/// Collects actions, from nothing (a load) or from a state (the next entry).
#[derive(Debug)]
pub(super) struct Builder {
    table: Arc<str>,
    metadata: Option<Arc<Metadata>>,
    schema: Option<SchemaRef>,
    files: Vec<Arc<LiveFile>>,
    removed: HashSet<String>,
    watermarks: Arc<HashMap<String, i64>>,
}

impl Builder {
    pub(super) fn new(table: &str) -> Self {
        Self {
            table: table.into(),
            metadata: None,
            schema: None,
            files: Vec::new(),
            removed: HashSet::new(),
            watermarks: Arc::default(),
        }
    }

    fn of(state: &TableState) -> Self {
        Self {
            table: Arc::clone(&state.table),
            metadata: Some(Arc::clone(&state.metadata)),
            schema: Some(Arc::clone(&state.schema)),
            files: state.files.as_ref().clone(),
            removed: HashSet::new(),
            watermarks: Arc::clone(&state.watermarks),
        }
    }

    /// Applies one entry's actions; removes of an entry concern files of earlier ones.
    pub(super) fn apply(&mut self, actions: &[Action]) -> Result<(), LakeError> {
        for action in actions {
            match action {
                Action::Remove(remove) => {
                    self.removed.insert(remove.path.clone());
                }
                Action::Txn(txn) => {
                    Arc::make_mut(&mut self.watermarks).insert(txn.app_id.clone(), txn.version);
                }
                Action::Metadata(metadata) => self.set_metadata(metadata)?,
                Action::Protocol(protocol) => {
                    self.check_protocol(&serde_json::to_value(protocol).unwrap_or_default())?
                }
                Action::Add(_) | Action::Cdc(_) | Action::CommitInfo(_) | Action::DomainMetadata(_) => {}
            }
        }
        if !self.removed.is_empty() {
            self.files.retain(|file| !self.removed.contains(&file.path));
            self.removed.clear();
        }
        for action in actions {
            if let Action::Add(add) = action {
                self.files.push(LiveFile::from_add(&self.table, add)?);
            }
        }
        Ok(())
    }

    fn set_metadata(&mut self, metadata: &Metadata) -> Result<(), LakeError> {
        let unsupported = |why: String| LakeError::Unsupported { table: self.table.to_string(), why };
        let schema = metadata.parse_schema().map_err(|error| unsupported(error.to_string()))?;
        let schema: Schema = (&schema).try_into_arrow().map_err(|error| unsupported(error.to_string()))?;
        if metadata.configuration().get("delta.columnMapping.mode").is_some_and(|mode| mode != "none") {
            return Err(unsupported("it maps column names".to_owned()));
        }
        self.schema = Some(Arc::new(schema));
        self.metadata = Some(Arc::new(metadata.clone()));
        Ok(())
    }

    fn check_protocol(&self, protocol: &Value) -> Result<(), LakeError> {
        match protocol["minReaderVersion"].as_i64() {
            Some(1) => Ok(()),
            other => Err(LakeError::Unsupported {
                table: self.table.to_string(),
                why: format!(
                    "it asks for reader version {} with features {}; version 1 is read here",
                    other.unwrap_or_default(),
                    protocol["readerFeatures"]
                ),
            }),
        }
    }

    pub(super) fn finish(self, version: u64) -> Result<TableState, LakeError> {
        let (Some(metadata), Some(schema)) = (self.metadata, self.schema) else {
            return Err(LakeError::DamagedLog {
                table: self.table.to_string(),
                version,
                why: "no metadata action up to this version".to_owned(),
            });
        };
        Ok(TableState {
            table: self.table,
            version,
            schema,
            metadata,
            files: Arc::new(self.files),
            watermarks: self.watermarks,
        })
    }
}
