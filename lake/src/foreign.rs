//! Rows that other writers have added to a table since this process last asked.
//!
//! Offsets say that two writers never land the same record. They do not say that a record of one and another record
//! of the other are not the same event: for that the ids in the other's files must be looked at before the next
//! append.

use std::sync::{Arc, Mutex, PoisonError};

use deltalake_core::kernel::Action;

use crate::error::LakeError;
use crate::log::LiveFile;

/// The files, oldest first.
#[derive(Debug, Default)]
pub(crate) struct ForeignFiles(Mutex<Vec<Arc<LiveFile>>>);

impl ForeignFiles {
    /// Notes the files of an entry that another writer put; a rewrite of rows that were there adds none.
    pub(crate) fn note(&self, table: &str, entry: &[Action]) -> Result<(), LakeError> {
        let adds = entry.iter().filter_map(|action| match action {
            Action::Add(add) if add.data_change => Some(LiveFile::from_add(table, add)),
            _ => None,
        });
        let files = adds.collect::<Result<Vec<_>, _>>()?;
        self.files().extend(files);
        Ok(())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.files().is_empty()
    }

    /// Hands them over: whoever asks looks at them before it appends again.
    pub(crate) fn take(&self) -> Vec<Arc<LiveFile>> {
        std::mem::take(&mut self.files())
    }

    fn files(&self) -> std::sync::MutexGuard<'_, Vec<Arc<LiveFile>>> {
        // A list of files is whole at every moment, whatever panicked beside it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
