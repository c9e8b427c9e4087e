//! Queries that are counted and timed, by the door that they came through.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use async_trait::async_trait;
use futures::{Stream, StreamExt};
use prometheus::{HistogramOpts, HistogramVec, Registry};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Description, Parameter, QueryService, QuerySession, RowStream};
use tidemark_model::principal::Principal;

/// Upper bounds of the buckets, in seconds: from a cached figure to the longest that a query may take.
const BUCKETS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0];

/// `tidemark_query_seconds{door,outcome}`: from the statement's arrival to its last row.
#[derive(Debug, Clone)]
pub(crate) struct QuerySeconds(HistogramVec);

impl QuerySeconds {
    /// Registers the histogram.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let help = "time of a query until its last row, by door and outcome: ok, refused (the sender's mistake), failed \
                    (the platform's), canceled";
        let options = HistogramOpts::new("tidemark_query_seconds", help).buckets(BUCKETS.to_vec());
        let seconds = HistogramVec::new(options, &["door", "outcome"])?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self(seconds))
    }

    /// The same queries, timed.
    pub(crate) fn through(&self, door: &'static str, queries: Arc<dyn QueryService>) -> Arc<dyn QueryService> {
        for outcome in [Outcome::Ok, Outcome::Refused, Outcome::Failed, Outcome::Canceled] {
            self.0.with_label_values(&[door, outcome.name()]);
        }
        Arc::new(Metered { queries, door, seconds: self.clone() })
    }
}

/// How a query ended.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    Ok,
    Refused,
    Failed,
    Canceled,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    const fn of(error: &ServiceError) -> Self {
        match error.code {
            ErrorCode::Cancelled => Self::Canceled,
            ErrorCode::ResourcesExhausted | ErrorCode::TimedOut | ErrorCode::Unavailable | ErrorCode::Internal => {
                Self::Failed
            }
            ErrorCode::InvalidSql
            | ErrorCode::UnknownRelation
            | ErrorCode::UnknownColumn
            | ErrorCode::UnknownFunction
            | ErrorCode::UnknownSetting
            | ErrorCode::UnknownCursor
            | ErrorCode::NotGrouped
            | ErrorCode::NotAllowed
            | ErrorCode::Unsupported
            | ErrorCode::InvalidValue
            | ErrorCode::NothingYet
            | ErrorCode::Malformed
            | ErrorCode::MalformedTime
            | ErrorCode::OutOfRange
            | ErrorCode::DivisionByZero
            | ErrorCode::ManyRows => Self::Refused,
        }
    }
}

#[derive(Debug)]
struct Metered {
    queries: Arc<dyn QueryService>,
    door: &'static str,
    seconds: QuerySeconds,
}

#[async_trait]
impl QueryService for Metered {
    async fn session(&self, principal: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
        let session = self.queries.session(principal).await?;
        Ok(Arc::new(MeteredSession { session, door: self.door, seconds: self.seconds.clone() }))
    }

    fn cancel(&self, query_id: u64) -> bool {
        self.queries.cancel(query_id)
    }
}

#[derive(Debug)]
struct MeteredSession {
    session: Arc<dyn QuerySession>,
    door: &'static str,
    seconds: QuerySeconds,
}

#[async_trait]
impl QuerySession for MeteredSession {
    fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError> {
        let started = Started::now(self);
        let statements = self.session.statements(sql);
        match &statements {
            Ok(_) => started.forget(),
            Err(error) => started.end(Outcome::of(error)),
        }
        statements
    }

    async fn describe(&self, statement: &str, types: &[Option<DataType>]) -> Result<Description, ServiceError> {
        self.session.describe(statement, types).await
    }

    async fn run(&self, statement: &str, parameters: &[Parameter]) -> Result<Answer, ServiceError> {
        let started = Started::now(self);
        match self.session.run(statement, parameters).await {
            Ok(Answer { schema, rows }) => {
                Ok(Answer { schema, rows: Box::pin(Timed { rows, started: Some(started) }.fuse()) })
            }
            Err(error) => {
                started.end(Outcome::of(&error));
                Err(error)
            }
        }
    }
}

/// A query under way; dropped, its client has gone.
struct Started {
    at: Instant,
    door: &'static str,
    seconds: Option<QuerySeconds>,
}

impl Started {
    fn now(session: &MeteredSession) -> Self {
        Self { at: Instant::now(), door: session.door, seconds: Some(session.seconds.clone()) }
    }

    fn end(mut self, outcome: Outcome) {
        self.observe(outcome);
    }

    /// Nothing was run.
    fn forget(mut self) {
        self.seconds = None;
    }

    fn observe(&mut self, outcome: Outcome) {
        if let Some(QuerySeconds(seconds)) = self.seconds.take() {
            seconds.with_label_values(&[self.door, outcome.name()]).observe(self.at.elapsed().as_secs_f64());
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.observe(Outcome::Canceled);
    }
}

/// Rows that tell when they end.
struct Timed {
    rows: RowStream,
    started: Option<Started>,
}

impl Stream for Timed {
    type Item = Result<RecordBatch, ServiceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.rows.poll_next_unpin(context);
        let outcome = match &next {
            Poll::Ready(None) => Some(Outcome::Ok),
            Poll::Ready(Some(Err(error))) => Some(Outcome::of(error)),
            _ => None,
        };
        if let Some((started, outcome)) = outcome.and_then(|outcome| Some((self.started.take()?, outcome))) {
            started.end(outcome);
        }
        next
    }
}
