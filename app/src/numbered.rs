//! Tables whose commits are numbered, from 1. Each commit is made from what the ones before it say, and lands only as the
//! one after them: of two processes that make the same one, the second looks again.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::time::Micros;
use tokio_util::sync::CancellationToken;

/// Time between two looks for commits of other processes.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Whether a commit landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landed {
    /// It did.
    Taken,
    /// Another came first, so that this one was made from what holds no more.
    Outrun,
}

/// The writer of such a table.
#[derive(Debug)]
pub(crate) struct Numbered {
    writer: Arc<TableWriter>,
    commits: TopicPartition,
}

impl Numbered {
    /// Opens the table, which is made where it is not there. `commits` is the word for its commits in the log.
    ///
    /// # Errors
    /// As [`Table::open_or_create`].
    pub(crate) async fn open(store: &Store, spec: TableSpec, commits: &str) -> Result<Self, LakeError> {
        let writer = Arc::new(TableWriter::new(Table::open_or_create(store, spec).await?));
        Ok(Self { writer, commits: TopicPartition { topic: commits.into(), partition: 0 } })
    }

    /// The table.
    pub(crate) fn table(&self) -> &Arc<Table> {
        self.writer.table()
    }

    /// What writes it, for whoever keeps its files few.
    pub(crate) const fn writer(&self) -> &Arc<TableWriter> {
        &self.writer
    }

    /// The number of the last commit that is known; 0 before the first.
    pub(crate) fn last(&self) -> i64 {
        self.table().view().state.watermark(self.table().spec().stream, &self.commits).unwrap_or(0)
    }

    /// Looks for commits of other processes.
    ///
    /// # Errors
    /// Where the lake does not answer.
    pub(crate) async fn refresh(&self) -> Result<(), LakeError> {
        self.writer.refresh().await
    }

    /// Commits rows as the commit of a number, at an instant.
    ///
    /// # Errors
    /// As [`TableWriter::append`]; the rows may have landed all the same.
    pub(crate) async fn land(&self, number: i64, rows: RecordBatch, at: Micros) -> Result<Landed, LakeError> {
        // A table that was just made knows no number yet: the first commit is the one after none.
        if self.last() + 1 != number {
            return Ok(Landed::Outrun);
        }
        let ranges = vec![OffsetRange { of: self.commits.clone(), start: number - 1, end: number }];
        let segment = Segment::new(rows, ranges, Skipped::new(), at, self.table().spec().sorted_by);
        match self.writer.append(Append { segments: vec![Arc::new(segment)], stream: None }).await {
            Ok(_) => Ok(Landed::Taken),
            Err(LakeError::Fenced { .. }) => Ok(Landed::Outrun),
            Err(error) => Err(error),
        }
    }

    /// Sees the commits of other processes, every now and then, until stopped.
    pub(crate) async fn follow(&self, stop: CancellationToken) {
        loop {
            match stop.run_until_cancelled(self.refresh()).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    let table = self.table().spec().name;
                    tracing::warn!(error = error.chain(), "commits of others could not be looked for in {table}");
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await.is_none() {
                return;
            }
        }
    }
}
