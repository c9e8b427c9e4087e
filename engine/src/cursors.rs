//! A session's cursors: queries whose rows are taken in portions.
//!
//! A cursor's query runs like any other, within the deadline that it had when it was declared, and is a few batches
//! ahead of what was fetched, no more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, RowStream};

/// Cursors that one session may have open.
const CURSORS_MAX: usize = 16;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Cursors(Mutex<BTreeMap<String, Cursor>>);

#[derive(Debug)]
struct Cursor {
    schema: SchemaRef,
    outlives_transaction: bool,
    /// The lock's purpose is the wait: a portion is taken after the one before.
    rows: Arc<tokio::sync::Mutex<Rows>>,
}

/// What is left of an answer.
struct Rows {
    stream: RowStream,
    /// Rows of a batch of which some have been fetched.
    begun: Option<RecordBatch>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}

impl Cursors {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Cursor>> {
        // The map is valid after every single change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a cursor over an answer.
    pub(crate) fn open(&self, name: String, outlives_transaction: bool, answer: Answer) -> Result<(), ServiceError> {
        let mut all = self.all();
        if all.contains_key(&name) {
            return Err(ServiceError::new(ErrorCode::UnknownCursor, format!("there is a cursor \"{name}\" already"))
                .with_hint("close it first"));
        }
        if all.len() >= CURSORS_MAX {
            let message = format!("a session has no more than {CURSORS_MAX} cursors");
            return Err(ServiceError::new(ErrorCode::ResourcesExhausted, message).with_hint("close some of them"));
        }
        let rows = Arc::new(tokio::sync::Mutex::new(Rows { stream: answer.rows, begun: None }));
        all.insert(name, Cursor { schema: answer.schema, outlives_transaction, rows });
        Ok(())
    }

    /// The columns of a cursor.
    pub(crate) fn schema(&self, name: &str) -> Result<SchemaRef, ServiceError> {
        self.all().get(name).map(|cursor| Arc::clone(&cursor.schema)).ok_or_else(|| unknown(name))
    }

    /// The next rows of a cursor, or all that are left.
    pub(crate) fn fetch(&self, name: &str, count: Option<u64>) -> Result<Answer, ServiceError> {
        let all = self.all();
        let cursor = all.get(name).ok_or_else(|| unknown(name))?;
        let left = count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        let rows = futures::stream::unfold((Arc::clone(&cursor.rows), left), |(rows, left)| async move {
            if left == 0 {
                return None;
            }
            let next = rows.lock().await.next(left).await?;
            let left = next.as_ref().map_or(0, |batch| left - batch.num_rows());
            Some((next, (rows, left)))
        });
        Ok(Answer { schema: Arc::clone(&cursor.schema), rows: rows.fuse().boxed() })
    }

    /// Closes a cursor, or all.
    pub(crate) fn close(&self, name: Option<&str>) -> Result<(), ServiceError> {
        let mut all = self.all();
        match name {
            None => all.clear(),
            Some(name) => {
                all.remove(name).ok_or_else(|| unknown(name))?;
            }
        }
        Ok(())
    }

    /// Closes the cursors that live as long as their transaction.
    pub(crate) fn end_transaction(&self) {
        self.all().retain(|_, cursor| cursor.outlives_transaction);
    }
}

impl Rows {
    /// Up to so many rows, of one batch.
    async fn next(&mut self, count_max: usize) -> Option<Result<RecordBatch, ServiceError>> {
        let batch = match self.begun.take() {
            Some(batch) => batch,
            None => match self.stream.next().await? {
                Ok(batch) => batch,
                Err(error) => return Some(Err(error)),
            },
        };
        if batch.num_rows() <= count_max {
            return Some(Ok(batch));
        }
        self.begun = Some(batch.slice(count_max, batch.num_rows() - count_max));
        Some(Ok(batch.slice(0, count_max)))
    }
}

fn unknown(name: &str) -> ServiceError {
    ServiceError::new(ErrorCode::UnknownCursor, format!("there is no cursor \"{name}\""))
        .with_hint("a cursor ends with its transaction; declare it anew")
}
