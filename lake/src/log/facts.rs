//! What one entry did, for people who look at a table's history.

use deltalake_core::kernel::Action;
use serde_json::Value;

use super::{COMMIT_INFO, LiveFile};

/// One commit in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitFacts {
    /// What it was: `STREAMING UPDATE`, `OPTIMIZE`, ...
    pub operation: Option<String>,
    /// When, in milliseconds since 1970 UTC, by the writer's clock.
    pub timestamp_ms: Option<i64>,
    /// Files added.
    pub files_added: u64,
    /// Files removed.
    pub files_removed: u64,
    /// Rows of the files added.
    pub rows_added: u64,
    /// Offsets that its skip ledger names.
    pub offsets_skipped: u64,
}

/// Sums up an entry's actions.
#[must_use]
pub fn commit_facts(entry: &[Action]) -> CommitFacts {
    let mut facts = CommitFacts::default();
    for action in entry {
        match action {
            Action::Add(add) => {
                facts.files_added += 1;
                facts.rows_added += LiveFile::from_add("", add).ok().and_then(|file| file.num_rows).unwrap_or(0);
            }
            Action::Remove(_) => facts.files_removed += 1,
            Action::CommitInfo(info) => {
                facts.operation.clone_from(&info.operation);
                facts.timestamp_ms = info.timestamp;
                let ledger = info.info.get(COMMIT_INFO).and_then(|ours| ours["skipped"].as_object());
                let counts = ledger.into_iter().flat_map(|ledger| ledger.values()).filter_map(Value::as_array);
                facts.offsets_skipped = counts.map(|offsets| offsets.len() as u64).sum();
            }
            _ => {}
        }
    }
    facts
}
