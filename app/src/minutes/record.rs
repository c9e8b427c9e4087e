//! Minutes into the table.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use chrono::DateTime;
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::{schema, time};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::minute::Row;

/// Rows of one commit at most: all that wait after an outage.
const ROWS_MAX: usize = super::WAITING_MAX;

/// The writer of the minutes' table, which is made where it is not there. None where the store refuses that: the
/// service does without, and says so.
pub(crate) async fn writer(store: &Store) -> Option<Arc<TableWriter>> {
    match Table::open_or_create(store, TableSpec::platform_minutes()).await {
        Ok(table) => Some(Arc::new(TableWriter::new(table))),
        Err(error) => {
            tracing::warn!("the platform's minutes are not recorded: {}", error.chain());
            None
        }
    }
}

/// Records minutes under the name of this instance.
#[derive(Debug)]
pub(crate) struct Record {
    /// The table's writer.
    pub(crate) writer: Arc<TableWriter>,
    /// What people call this instance; nothing depends on it.
    pub(crate) instance: String,
}

impl Record {
    /// Commits rows as they come. What a commit failed to take goes with the next minute's.
    pub(super) async fn run(self, mut rows: mpsc::Receiver<Row>, stop: CancellationToken) {
        let mut waiting = Vec::new();
        while let Some(Some(row)) = stop.run_until_cancelled(rows.recv()).await {
            waiting.push(row);
            while let Ok(row) = rows.try_recv() {
                waiting.push(row);
            }
            waiting.drain(..waiting.len().saturating_sub(ROWS_MAX));
            match stop.run_until_cancelled(self.commit(&waiting)).await {
                None => return,
                Some(Ok(())) => waiting.clear(),
                Some(Err(error)) => tracing::warn!("{} minutes of the platform wait: {}", waiting.len(), error.chain()),
            }
        }
    }

    async fn commit(&self, rows: &[Row]) -> Result<(), LakeError> {
        let batch = self.batch(rows)?;
        // No source will bring these rows again, so there are no offsets to remember.
        let segment = Segment::new(batch, vec![], Skipped::new(), time::now(), "minute");
        self.writer.append(Append { segments: vec![Arc::new(segment)], stream: None }).await.map(|_| ())
    }

    fn batch(&self, rows: &[Row]) -> Result<RecordBatch, ArrowError> {
        let minutes = rows.iter().map(|row| row.start_s * 1_000_000);
        let minutes = TimestampMicrosecondArray::from_iter_values(minutes).with_timezone("UTC");
        let flags = |of: fn(&Row) -> Option<bool>| Arc::new(rows.iter().map(of).collect::<BooleanArray>());
        let months = rows
            .iter()
            .map(|row| Some(DateTime::from_timestamp(row.start_s, 0).unwrap_or_default().format("%Y-%m").to_string()));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(minutes),
            Arc::new(StringArray::from(vec![self.instance.as_str(); rows.len()])),
            flags(|row| row.answers),
            flags(|row| row.ingests),
            Arc::new(rows.iter().map(|row| row.reason.as_deref()).collect::<StringArray>()),
            Arc::new(months.collect::<StringArray>()),
        ];
        RecordBatch::try_new(schema::platform_minutes(), columns)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[tokio::test]
    async fn instances_record_their_minutes_beside_each_other() {
        let store = Store::open("memory:///lake", &HashMap::new()).unwrap();
        let stores = [store.clone(), store.clone()];
        let mut records = vec![];
        for (store, instance) in stores.iter().zip(["a", "b"]) {
            records.push(Record { writer: writer(store).await.unwrap(), instance: instance.to_owned() });
        }
        // 2026-11-30T23:59 and the minute after it: two months, two files.
        let row = |start_s| Row { start_s, answers: Some(true), ingests: None, reason: None };
        let rows = [1_796_083_140, 1_796_083_200].map(row);
        for record in &records {
            record.commit(&rows).await.unwrap();
        }
        let seen = Table::open(&store, TableSpec::platform_minutes()).await.unwrap().unwrap().view();
        assert_eq!((seen.state.version, seen.state.num_rows(), seen.state.files.len()), (2, Some(4), 4));
    }
}
