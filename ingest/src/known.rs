//! What a table already holds of identities: the window at a start, and what other writers add later.
//!
//! A stream has one lane in this process, but a back-fill (`tidemark load`) or a second instance may write the same
//! table. Each append therefore first looks at the rows that others have added meanwhile; if one of them is an event
//! that waits here, everything is read again with a window that knows it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use tidemark_lake::log::{Bounds, LiveFile};
use tidemark_lake::{LakeError, Table, TableWriter};
use tidemark_model::time::{self, Micros};

use crate::dedup::{Identity, Window, identity};

/// How much to remember of identities.
#[derive(Debug, Clone, Copy)]
pub struct DedupOptions {
    /// Days since an event arrived.
    pub window_days: u32,
    /// Identities per stream at most; each takes about 40 bytes.
    pub entries_max: usize,
}

impl Default for DedupOptions {
    fn default() -> Self {
        Self { window_days: 30, entries_max: 3_000_000 }
    }
}

/// Reads the identities of recent events back from the table, so that a restart forgets none.
///
/// # Errors
/// [`LakeError`] where a file cannot be read.
pub async fn rebuild_window(table: &Table, options: DedupOptions) -> Result<Window, LakeError> {
    let oldest = time::now() - i64::from(options.window_days) * time::DAY;
    let state = Arc::clone(&table.view().state);
    let last_of =
        |file: &LiveFile| file.bounds.get("_ingested_at").and_then(Bounds::as_int).map_or(Micros::MAX, |b| b.1);
    let mut files: Vec<_> =
        state.files.iter().map(|file| (last_of(file), file)).filter(|(l, _)| *l >= oldest).collect();
    files.sort_unstable_by_key(|(last, _)| Reverse(*last));
    // The newest arrivals, the oldest of them on top; never more than the window takes.
    let mut newest = BinaryHeap::new();
    for (last, file) in files {
        let is_full = newest.len() >= options.entries_max;
        if is_full && newest.peek().is_none_or(|Reverse((kept, _))| last < *kept) {
            break;
        }
        for arrival in arrivals_of(table, file).await? {
            newest.push(Reverse(arrival));
            if newest.len() > options.entries_max {
                newest.pop();
            }
        }
    }
    let mut window = Window::new(options.window_days, options.entries_max);
    for Reverse((arrived_at, identity)) in newest.into_sorted_vec().into_iter().rev() {
        window.insert(identity, arrived_at);
    }
    Ok(window)
}

/// The events that other writers have added since the window was built.
#[derive(Debug, Default)]
pub struct Others(Mutex<HashSet<Identity>>);

impl Others {
    /// Learns the rows that have been added since the last call.
    ///
    /// # Errors
    /// [`LakeError`] where a file cannot be read. It is not asked for again: the caller builds its window anew.
    pub async fn learn(&self, writer: &TableWriter) -> Result<(), LakeError> {
        for file in writer.take_foreign() {
            let arrivals = arrivals_of(writer.table(), &file).await?;
            self.seen().extend(arrivals.into_iter().map(|(_, identity)| identity));
        }
        Ok(())
    }

    /// Whether one of these rows is an event that another writer has added.
    #[must_use]
    pub fn met(&self, rows: &RecordBatch) -> bool {
        let seen = self.seen();
        !seen.is_empty() && identities(rows).any(|identity| seen.contains(&identity))
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashSet<Identity>> {
        // A set is whole at every moment, whatever panicked beside it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When each row of a file arrived, and what event it is.
async fn arrivals_of(table: &Table, file: &LiveFile) -> Result<Vec<(Micros, Identity)>, LakeError> {
    let mut arrivals = Vec::new();
    for rows in tidemark_lake::read::read_file(table, file, Some(&["source", "event_id", "_ingested_at"])).await? {
        let times = rows.column_by_name("_ingested_at").map(|column| column.as_primitive::<TimestampMicrosecondType>());
        let Some(times) = times else { continue };
        arrivals.extend(times.values().iter().copied().zip(identities(&rows)));
    }
    Ok(arrivals)
}

fn identities(rows: &RecordBatch) -> impl Iterator<Item = Identity> + '_ {
    let text = |name| rows.column_by_name(name).map(|column| column.as_string::<i32>());
    let columns = text("source").zip(text("event_id"));
    let of = move |row| columns.map(|(sources, ids)| identity(sources.value(row), ids.value(row)));
    (0..rows.num_rows()).filter_map(of)
}
