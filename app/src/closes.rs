//! Steps towards closes on their way into the lake: each is made from what is committed, and lands in one commit.

use std::sync::Arc;
use std::time::Duration;

use tidemark_insight::close::NextStep;
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::close::FINANCE_CLOSES;
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::time;
use tokio_util::sync::CancellationToken;

/// Time between two looks for steps of other processes.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Whether a step landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landed {
    /// It is taken.
    Taken,
    /// Another step came first, so that this one was made from what holds no more.
    Outrun,
}

/// Commits a step as the one of its number. The table is made by the first.
///
/// # Errors
/// As [`TableWriter::append`]; the step may have landed all the same.
pub(crate) async fn land(store: &Store, step: &NextStep) -> Result<Landed, LakeError> {
    let writer = TableWriter::new(Table::open_or_create(store, TableSpec::closes()).await?);
    let of = TopicPartition { topic: "steps".into(), partition: 0 };
    // A table that was just made knows no number yet: the first step is the one after none.
    let before = writer.table().view().state.watermark(FINANCE_CLOSES, &of).unwrap_or(0);
    if before + 1 != step.number {
        return Ok(Landed::Outrun);
    }
    let at = time::now();
    let ranges = vec![OffsetRange { of, start: before, end: step.number }];
    let segment = Segment::new(step.rows(at)?, ranges, Skipped::new(), at, "taken_at");
    match writer.append(Append { segments: vec![Arc::new(segment)], stream: None }).await {
        Ok(_) => Ok(Landed::Taken),
        Err(LakeError::Fenced { .. }) => Ok(Landed::Outrun),
        Err(error) => Err(error),
    }
}

/// The table of steps for a service, which sees every step of other processes. None where the store refuses: the
/// service does without, and says so.
pub(crate) async fn of_service(store: &Store) -> Option<Arc<Table>> {
    match Table::open_or_create(store, TableSpec::closes()).await {
        Ok(table) => Some(table),
        Err(error) => {
            tracing::warn!("closed months are not known: {}", error.chain());
            None
        }
    }
}

/// Sees the steps that other processes take, every now and then, until stopped.
pub(crate) async fn follow(table: Arc<Table>, stop: CancellationToken) {
    loop {
        match stop.run_until_cancelled(table.refresh()).await {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::warn!(error = error.chain(), "closes could not be looked for"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await.is_none() {
            return;
        }
    }
}
