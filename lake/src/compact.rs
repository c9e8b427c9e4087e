//! Small files become large ones: the rows of several files of one partition, sorted by time, without repeats.
//!
//! Files are immutable, so a compaction reads and writes beside the appends; only its outcome goes through the
//! table's one writer, as a commit that changes no rows. It is tiered: files are merged with others of their size
//! class, so that each row is rewritten once per class and not once per compaction.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{Int32Type, Int64Type};
use futures::future::try_join_all;
use tidemark_model::position::TopicPartition;

use crate::append::{Replacement, store_files};
use crate::background::in_background;
use crate::encode::{Effort, encode};
use crate::error::LakeError;
use crate::log::{LiveFile, TableState};
use crate::read::read_file;
use crate::table::{Table, TableSpec};
use crate::view::Skipped;

/// When files are worth merging.
#[derive(Debug, Clone, Copy)]
pub struct Tiers {
    /// Files of one partition and size class that are merged together.
    pub files_min: usize,
    /// Bytes of the files that are merged into one, at most. A file of half as many is sealed: it is left as it is.
    pub bytes_max: u64,
    /// Their rows, at most, and sealed likewise: a merge has all of them in memory, decompressed.
    pub rows_max: u64,
    /// The upper bound of the smallest class; each class above is `files_min` times larger.
    pub smallest_bytes: u64,
}

impl Default for Tiers {
    fn default() -> Self {
        Self { files_min: 8, bytes_max: 128 << 20, rows_max: 1 << 19, smallest_bytes: 1 << 20 }
    }
}

impl Tiers {
    /// The class of a file; `None` where it is sealed. Of those that are not, two are always within the bounds, so that
    /// a merge leaves fewer files than it takes.
    fn class_of(&self, file: &LiveFile) -> Option<u32> {
        if 2 * file.size >= self.bytes_max || 2 * file.num_rows.unwrap_or(0) >= self.rows_max {
            return None;
        }
        let mut class = 0;
        let mut bound = self.smallest_bytes;
        while file.size >= bound {
            bound = bound.saturating_mul(self.files_min as u64);
            class += 1;
        }
        Some(class)
    }

    /// Plans the merge that takes most files out of the table; `None` where none is worth it.
    #[must_use]
    pub fn plan(&self, state: &TableState) -> Option<Vec<Arc<LiveFile>>> {
        let mut groups: BTreeMap<_, Vec<Arc<LiveFile>>> = BTreeMap::new();
        for file in state.files.iter() {
            let Some(class) = self.class_of(file) else { continue };
            let mut partition: Vec<_> = file.partition.iter().collect();
            partition.sort();
            groups.entry((partition, class)).or_default().push(Arc::clone(file));
        }
        let largest = groups.into_values().max_by_key(Vec::len)?;
        (largest.len() >= self.files_min).then(|| self.within_bounds(largest))
    }

    /// Takes files up to the bounds, oldest first; memory stays bounded by them.
    fn within_bounds(&self, files: Vec<Arc<LiveFile>>) -> Vec<Arc<LiveFile>> {
        let (mut bytes, mut rows) = (0, 0);
        let fits = |file: &Arc<LiveFile>| {
            bytes += file.size;
            rows += file.num_rows.unwrap_or(0);
            bytes <= self.bytes_max && rows <= self.rows_max
        };
        files.into_iter().take_while(fits).collect()
    }
}

/// Reads the files, merges their rows, and stores the merged file; the table does not change yet. Other work comes first.
///
/// # Errors
/// [`LakeError::Store`], [`LakeError::Parquet`]: nothing has changed, it may be tried again.
pub async fn merge(table: &Arc<Table>, files: Vec<Arc<LiveFile>>) -> Result<Replacement, LakeError> {
    let table = Arc::clone(table);
    in_background(async move {
        let reads = files.iter().map(|file| read_file(&table, file, None));
        let rows: Vec<RecordBatch> = try_join_all(reads).await?.into_iter().flatten().collect();
        let spec = table.spec();
        let whole = concat_batches(&spec.schema, &rows)?;
        drop(rows);
        let (rows, skipped) = without_repeats(spec, whole)?;
        let added = store_files(table.store().as_ref(), encode(spec, &[rows], Effort::Seal, false)?).await?;
        Ok(Replacement { removed: files, added, skipped })
    })
    .await
}

/// Keeps the first row of each identity; the offsets of the others go to the skip ledger.
fn without_repeats(spec: &TableSpec, rows: RecordBatch) -> Result<(RecordBatch, Skipped), LakeError> {
    let mut skipped = Skipped::new();
    let Some(identity) = spec.identity else { return Ok((rows, skipped)) };
    let texts = |name| rows.column_by_name(name).map(|column| column.as_string::<i32>());
    let (Some(sources), Some(ids)) = (texts(identity[0]), texts(identity[1])) else { return Ok((rows, skipped)) };
    let mut seen = HashSet::with_capacity(rows.num_rows());
    let keep: BooleanArray =
        (0..rows.num_rows()).map(|row| Some(seen.insert((sources.value(row), ids.value(row))))).collect();
    if seen.len() == rows.num_rows() {
        return Ok((rows, skipped));
    }
    for row in (0..rows.num_rows()).filter(|row| !keep.value(*row)) {
        let (partition, offset) = position(&rows, row);
        skipped.entry(partition).or_default().push(offset);
    }
    Ok((filter_record_batch(&rows, &keep)?, skipped))
}

fn position(rows: &RecordBatch, row: usize) -> (TopicPartition, i64) {
    let column = |name| rows.column_by_name(name);
    let topic = column("_topic").map_or("", |c| c.as_string::<i32>().value(row));
    let partition = column("_partition").map_or(0, |c| c.as_primitive::<Int32Type>().value(row));
    let offset = column("_offset").map_or(0, |c| c.as_primitive::<Int64Type>().value(row));
    (TopicPartition { topic: topic.into(), partition }, offset)
}
