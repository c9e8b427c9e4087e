//! What finance imports: its files, what becomes of them, and the one table that they land in. One import is one commit,
//! so that all of its files land or none does.
//!
//! Rows are never changed or removed: a later import of the same month stands beside the earlier one under a higher
//! number, and the library's views say which is in force. So what held when a month was closed can always be read.

use std::fmt;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Schema, SchemaRef};

use crate::schema::{column, decimal, timestamp};

/// The table.
pub const FINANCE_ENTRIES: &str = "finance_entries";

/// The column by which the table is partitioned: which file a row is of.
pub const KIND: &str = "kind";

static ENTRIES: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name, comment| column(name, DataType::Utf8, true, comment);
    Arc::new(Schema::new(vec![
        column(KIND, DataType::Utf8, false, "which file it is of: pools, rates, budgets, prices, plans or policy"),
        column("import", DataType::Int64, false, "number of the import, from 1; the higher one of a month is in force"),
        column("place", DataType::Int64, false, "number of the row in its file, from 1"),
        text("month", "month it is for, YYYY-MM; of a policy and of plans the first month; null for prices"),
        column("effective_from", DataType::Date32, true, "first day of a price; null for others"),
        text("pool", "cost pool; null for others"),
        text("driver", "driver of a cost pool; null for others"),
        text("city", "city of a budget; null for others"),
        text("category", "category of a budget; null for others"),
        text("service", "service of a price; null for others"),
        text("model", "model of a price; null where it is for all, and for others"),
        text("meter", "meter of a price or a plan; null for others"),
        column(
            "amount",
            decimal(),
            true,
            "amount, unit price, quantity that a plan includes, or HKD for one unit of the currency; null for a policy",
        ),
        text("currency", "currency of the amount, or whose rate it is"),
        text("version", "name of a policy's version; null for others"),
        text("document", "text of a policy's file; null for others"),
        column("file", DataType::Utf8, false, "name of the file"),
        column("file_sha256", DataType::Utf8, false, "SHA-256 of its bytes, in hexadecimal"),
        column("imported_at", timestamp(), false, "when it was imported, microseconds UTC"),
        column("imported_by", DataType::Utf8, false, "principal who imported it"),
        text("tenant", "customer of a plan; null where it is for all, and for others"),
        column(
            "quota",
            decimal(),
            true,
            "quantity that a plan allows in a month; null where it limits nothing, and for others",
        ),
    ]))
});

/// The columns of the table.
#[must_use]
pub fn finance_entries() -> SchemaRef {
    Arc::clone(&ENTRIES)
}

/// What a file of finance is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// Cost pools.
    Pools,
    /// Exchange rates.
    Rates,
    /// Budgets.
    Budgets,
    /// The price book.
    Prices,
    /// Customers' plans.
    Plans,
    /// A version of the policy.
    Policy,
}

impl FileKind {
    /// All of them, the policy last.
    pub const ALL: [Self; 6] = [Self::Pools, Self::Rates, Self::Budgets, Self::Prices, Self::Plans, Self::Policy];

    /// The kind of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name in commands, requests and the table: `pools`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pools => "pools",
            Self::Rates => "rates",
            Self::Budgets => "budgets",
            Self::Prices => "prices",
            Self::Plans => "plans",
            Self::Policy => "policy",
        }
    }
}

/// A file of finance as somebody gave it.
#[derive(Debug, Clone)]
pub struct SubmittedFile {
    /// What it is of.
    pub kind: FileKind,
    /// Its name, for the audit.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of the files of one import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// They landed together.
    Landed {
        /// Number of the import, from 1.
        number: i64,
        /// The files, in the order in which they were given.
        files: Vec<LandedFile>,
    },
    /// Something of them was refused, and nothing was taken: every problem of every file.
    Refused(Vec<RefusedRow>),
}

/// A file that landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedFile {
    /// What it is of.
    pub kind: FileKind,
    /// Its name.
    pub name: String,
    /// How many rows it had.
    pub num_rows: usize,
}

/// A problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// What the file is of.
    pub kind: FileKind,
    /// Its name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column or key, where the problem is of one.
    pub column: Option<String>,
    /// What is wrong, and what is expected.
    pub reason: String,
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, {column}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}
