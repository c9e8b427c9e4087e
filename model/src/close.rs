//! The table of steps towards the close of months. One step is one commit, so that all of it is there or nothing.
//!
//! Rows are never changed or removed. A step that prepares a month carries its whole pack, a row a file; one that
//! approves a pack is one row.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Schema, SchemaRef};

use crate::schema::{column, timestamp};

/// The table.
pub const FINANCE_CLOSES: &str = "finance_closes";

/// The column by which the table is partitioned: the month that a step is of.
pub const CLOSE_MONTH: &str = "month";

/// The kind of a step that prepares a month.
pub const PREPARE: &str = "prepare";

/// The kind of a step that approves a pack.
pub const APPROVE: &str = "approve";

/// The file of a pack that names all others; its SHA-256 names the pack.
pub const MANIFEST: &str = "manifest";

static CLOSES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        column(CLOSE_MONTH, DataType::Utf8, false, "month that the step is of, YYYY-MM"),
        column("step", DataType::Int64, false, "number of the step, from 1, over all months"),
        column(
            "kind",
            DataType::Utf8,
            false,
            "prepare, with the files of the pack, or approve, which closes the month",
        ),
        column("pack", DataType::Utf8, false, "the pack: SHA-256 of its manifest, in hexadecimal"),
        column("taken_at", timestamp(), false, "when the step was taken, microseconds UTC"),
        column("taken_by", DataType::Utf8, false, "principal who took it"),
        column("file", DataType::Utf8, true, "name of a file of the pack; null for an approval"),
        column("content", DataType::Utf8, true, "its text, to the byte; null for an approval"),
    ]))
});

/// The columns of the table.
#[must_use]
pub fn finance_closes() -> SchemaRef {
    Arc::clone(&CLOSES)
}

/// How a month stands on its way to be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthState {
    /// `open`, `prepared` or `closed`.
    pub status: &'static str,
    /// The hash of the pack that waits for approval, or that the month was closed with.
    pub pack: Option<String>,
    /// Who prepared it.
    pub prepared_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// What stands in the way of preparing it, a sentence each.
    pub obstacles: Vec<String>,
    /// The files of the pack by name, the manifest among them.
    pub files: BTreeMap<String, String>,
}
