//! The statements that run now: the relation `running_queries`, and how one of them is canceled.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::schema::timestamp;
use tidemark_model::time::{self, Micros};
use tokio_util::sync::CancellationToken;

use crate::system::SystemTable;

/// Statements under way, by a number that no other one of this process gets.
#[derive(Debug, Default)]
pub(crate) struct Running {
    last: AtomicU64,
    statements: Mutex<BTreeMap<u64, Statement>>,
}

#[derive(Debug)]
struct Statement {
    principal: String,
    text: String,
    started_at: Micros,
    cancel: CancellationToken,
}

/// A statement's place among those that run; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    running: Arc<Running>,
    number: u64,
    cancel: CancellationToken,
}

impl Running {
    /// Takes a statement in.
    pub(crate) fn enter(self: &Arc<Self>, principal: &str, text: &str) -> Place {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let cancel = CancellationToken::new();
        let statement = Statement {
            principal: principal.to_owned(),
            text: text.to_owned(),
            started_at: time::now(),
            cancel: cancel.clone(),
        };
        self.statements().insert(number, statement);
        Place { running: Arc::clone(self), number, cancel }
    }

    /// Cancels a statement; whether there is one of this number.
    pub(crate) fn cancel(&self, number: u64) -> bool {
        let statements = self.statements();
        let found = statements.get(&number);
        found.inspect(|statement| statement.cancel.cancel()).is_some()
    }

    fn statements(&self) -> MutexGuard<'_, BTreeMap<u64, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Fires when somebody cancels the statement.
    pub(crate) const fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.running.statements().remove(&self.number);
    }
}

/// The relation `running_queries`.
#[derive(Debug)]
pub(crate) struct RunningQueries(pub(crate) Arc<Running>);

impl SystemTable for RunningQueries {
    fn name(&self) -> &'static str {
        "running_queries"
    }

    fn meaning(&self) -> &'static str {
        "Statements that this process runs now, the one that asks included; DELETE /v1/queries/ID cancels one."
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("query_id", DataType::UInt64, false),
            Field::new("principal", DataType::Utf8, false),
            Field::new("started_at", timestamp(), false),
            Field::new("elapsed_ms", DataType::Int64, false),
            Field::new("sql", DataType::Utf8, false),
        ]))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let (now, statements) = (time::now(), self.0.statements());
        let started = statements.values().map(|statement| statement.started_at);
        let elapsed = started.clone().map(|started_at| (now - started_at).max(0) / 1_000);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(statements.keys().copied().collect::<UInt64Array>()),
            Arc::new(StringArray::from_iter_values(statements.values().map(|statement| &statement.principal))),
            Arc::new(TimestampMicrosecondArray::from_iter_values(started).with_timezone("UTC")),
            Arc::new(Int64Array::from_iter_values(elapsed)),
            Arc::new(StringArray::from_iter_values(statements.values().map(|statement| &statement.text))),
        ];
        RecordBatch::try_new(self.schema(), columns).map_err(|error| {
            ServiceError::new(ErrorCode::Internal, format!("could not list the running queries: {error}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_there_until_it_ends_and_can_be_canceled_meanwhile() {
        let running = Arc::new(Running::default());
        let (one, other) = (running.enter("ann", "SELECT 1"), running.enter("bob", "SELECT 2"));
        assert_eq!(RunningQueries(Arc::clone(&running)).rows().unwrap().num_rows(), 2);
        assert!(running.cancel(other.number));
        assert!(other.cancel().is_cancelled() && !one.cancel().is_cancelled());
        let number = one.number;
        drop(one);
        assert!(!running.cancel(number), "it has ended");
        assert_eq!(RunningQueries(running).rows().unwrap().num_rows(), 1);
    }
}
