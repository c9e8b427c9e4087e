//! A data file of a table, with what the log says about its rows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use deltalake_core::kernel::{Add, Remove};
use serde_json::Value;

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
    /// Inclusive bounds of integer and timestamp columns (microseconds) by name.
    pub bounds: HashMap<String, (i64, i64)>,
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
        }))
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

fn read_bounds(stats: &Value) -> HashMap<String, (i64, i64)> {
    let Some(minimums) = stats["minValues"].as_object() else { return HashMap::new() };
    minimums
        .iter()
        .filter_map(|(name, min)| {
            let bound = (read_bound(min, 0)?, read_bound(&stats["maxValues"][name], MILLISECOND_REST)?);
            Some((name.clone(), bound))
        })
        .collect()
}

/// Delta truncates timestamps in statistics to milliseconds, so a maximum may lie this much higher.
///
/// Source: Delta protocol, "Per-file Statistics".
const MILLISECOND_REST: i64 = 999;

fn read_bound(value: &Value, rest: i64) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros() + rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_maximum_still_covers_its_rows() {
        let add = Add {
            path: "x.parquet".into(),
            size: 10,
            stats: Some(
                r#"{"numRecords":2,"minValues":{"time":"1970-01-01T00:00:01.001Z","n":-3},
                    "maxValues":{"time":"1970-01-01T00:00:01.002Z","n":7}}"#
                    .into(),
            ),
            ..Add::default()
        };
        let file = LiveFile::from_add("t", &add).unwrap();
        assert_eq!(file.num_rows, Some(2));
        assert_eq!(file.bounds["time"], (1_001_000, 1_002_999));
        assert_eq!(file.bounds["n"], (-3, 7));
    }
}
