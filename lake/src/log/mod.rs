//! The Delta log, read entry by entry into a [`TableState`].
//!
//! The platform applies each entry itself, for two reasons: a commit must cost the same at the first and the
//! ten-thousandth version (delta-rs re-reads all active files after each, see the design's section 4), and a scan
//! plans from the file list that is already here. The format is the Delta protocol, reader version 1; a table that
//! asks for more is refused.

mod bounds;
mod facts;
mod file;
mod replay;
mod state;

pub use bounds::Bounds;
pub use facts::{CommitFacts, commit_facts};
pub use file::LiveFile;
pub use replay::{load, read_entry};
pub use state::{TableState, Taken};

use object_store::path::Path;

/// The key of our own facts in an entry's `commitInfo`.
pub const COMMIT_INFO: &str = "tidemark";

/// The path of a log entry, relative to the table.
#[must_use]
pub fn entry_path(version: u64) -> Path {
    Path::from(format!("_delta_log/{version:020}.json"))
}
