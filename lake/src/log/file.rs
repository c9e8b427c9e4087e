//! A data file of a table, with what the log says about its rows.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use datafusion::common::Statistics;
use deltalake_core::kernel::{Add, Remove};
use serde_json::Value;

use super::Bounds;
use crate::error::LakeError;

/// One active file. Shared by every snapshot that contains it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveFile {
    /// Path relative to the table.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Rows; `None` where the writer did not say.
    pub num_rows: Option<u64>,
    /// Values of the partition columns by name.
    pub partition: HashMap<String, Option<String>>,
    /// Bounds of columns by name.
    pub bounds: HashMap<String, Bounds>,
    /// The same as a scan wants it, made by the first one: making it for each query costs more than a small query.
    statistics: OnceLock<Arc<Statistics>>,
    /// Whether it can be read in the schema of scans as it is; unknown until its footer was read.
    is_plain: OnceLock<bool>,
}

impl LiveFile {
    /// Reads an `add` action.
    ///
    /// # Errors
    /// [`LakeError::Unsupported`] for a deletion vector: its rows would be counted though deleted.
    pub fn from_add(table: &str, add: &Add) -> Result<Arc<Self>, LakeError> {
        if add.deletion_vector.is_some() {
            return Err(LakeError::Unsupported {
                table: table.to_owned(),
                why: format!("file \"{}\" has a deletion vector; rewrite the table without them", add.path),
            });
        }
        let stats: Value = add.stats.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Ok(Arc::new(Self {
            path: add.path.clone(),
            size: u64::try_from(add.size).unwrap_or(0),
            num_rows: stats["numRecords"].as_u64(),
            partition: add.partition_values.clone(),
            bounds: read_bounds(&stats),
            statistics: OnceLock::new(),
            is_plain: OnceLock::new(),
        }))
    }

    /// The file's statistics for a scan, made by `make` once.
    pub(crate) fn statistics(&self, make: impl FnOnce() -> Statistics) -> Arc<Statistics> {
        Arc::clone(self.statistics.get_or_init(|| Arc::new(make())))
    }

    /// Whether it is known to have just the columns that scans want, in their order and of their types. Others, such as
    /// those of an older release, are adapted at each opening.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain.get().copied().unwrap_or(false)
    }

    /// Remembers that, once.
    pub(crate) fn learn(&self, is_plain: impl FnOnce() -> bool) {
        self.is_plain.get_or_init(is_plain);
    }

    /// The `remove` action that takes it out of the table without changing the table's rows (a rewrite).
    #[must_use]
    pub fn to_remove(&self, now_ms: i64) -> Remove {
        Remove {
            path: self.path.clone(),
            data_change: false,
            deletion_timestamp: Some(now_ms),
            extended_file_metadata: Some(true),
            partition_values: Some(self.partition.clone()),
            size: i64::try_from(self.size).ok(),
            ..Remove::default()
        }
    }
}

fn read_bounds(stats: &Value) -> HashMap<String, Bounds> {
    let Some(minimums) = stats["minValues"].as_object() else { return HashMap::new() };
    let bounds = minimums.iter().map(|(name, min)| Some((name.clone(), Bounds::read(min, &stats["maxValues"][name])?)));
    bounds.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_read_by_column() {
        let stats = r#"{"numRecords":2,"minValues":{"n":-3,"x":1},"maxValues":{"n":7}}"#;
        let add = Add { path: "x.parquet".into(), size: 10, stats: Some(stats.into()), ..Add::default() };
        let file = LiveFile::from_add("t", &add).unwrap();
        assert_eq!(file.num_rows, Some(2));
        assert_eq!(file.bounds["n"].as_int(), Some((-3, 7)));
        assert!(!file.bounds.contains_key("x"));
    }
}
