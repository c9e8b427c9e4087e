//! One query: planned and run on the engine's own threads, streamed through a bounded channel, within its deadline.
//!
//! Dropping the answer's rows drops the task, and with it the plan, its memory and its files. A task that dies without
//! saying that it is done makes an error of the stream: an answer is never cut short silently.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream};
use futures::StreamExt;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Description, Parameter, RowStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::answers::Keeping;
use crate::error::translate;
use crate::output::{plain_rows, plain_schema};
use crate::parameters;
use crate::physical;
use crate::pool::{Pool, Task, ended_unexpectedly};
use crate::running::Place;
use crate::template::Template;

/// Batches that wait for the client; more would only hold memory.
const BATCHES_AHEAD: usize = 4;

/// When a statement must be done, after how long that is, and its place among those that run.
#[derive(Debug)]
pub(crate) struct Deadline {
    at: Instant,
    after: Duration,
    place: Place,
}

impl Deadline {
    pub(crate) fn from_now(after: Duration, place: Place) -> Self {
        Self { at: Instant::now() + after, after, place }
    }

    /// Waits for work, but not past the deadline, nor after somebody has canceled the statement.
    pub(crate) async fn bound<T>(&self, work: impl Future<Output = T>) -> std::result::Result<T, ServiceError> {
        let in_time = timeout_at(self.at, work);
        let Some(done) = self.place.cancel().run_until_cancelled(in_time).await else {
            return Err(ServiceError::new(ErrorCode::Cancelled, "the query was canceled on request"));
        };
        done.map_err(|_| {
            ServiceError::new(ErrorCode::TimedOut, format!("the query took longer than {:?}", self.after))
                .with_hint("ask for a shorter time window, or set statement_timeout higher where it was set")
        })
    }
}

/// A statement that is ready to run: its tables are pinned.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) template: Arc<Template>,
    pub(crate) state: SessionState,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) deadline: Arc<Deadline>,
    /// Where the answer goes, should somebody ask the same again.
    pub(crate) keeping: Option<Keeping>,
}

/// What the task tells the stream.
enum Message {
    Rows(RecordBatch),
    Failed(ServiceError),
    Done,
}

impl Query {
    /// Starts the query; answers when it is planned.
    pub(crate) async fn answer(self, pool: &Pool) -> std::result::Result<Answer, ServiceError> {
        let (schema_to, schema_from) = oneshot::channel();
        let (rows_to, rows_from) = mpsc::channel(BATCHES_AHEAD);
        let task = pool.start(self.run(schema_to, rows_to))?;
        let schema = match schema_from.await {
            Ok(schema) => schema?,
            Err(_) => return Err(task.outcome().await.err().unwrap_or_else(ended_unexpectedly)),
        };
        Ok(Answer { schema, rows: stream(rows_from, task) })
    }

    /// Plans the query only, for parameters of which the client has said some types.
    pub(crate) async fn describe(
        self,
        pool: &Pool,
        types: Vec<Option<DataType>>,
    ) -> std::result::Result<Description, ServiceError> {
        let task = pool.start(async move {
            let plan = self.deadline.bound(self.template.plan(&self.state, &self.text)).await?;
            let describe = |plan: LogicalPlan| {
                let parameters = parameters::types(&plan, &types)?;
                let plan = parameters::typed(plan, &parameters)?;
                Ok(Description { columns: plain_schema(plan.schema().as_arrow(), self.zone()), parameters })
            };
            plan.and_then(describe).map_err(|error| self.failure(&error))
        })?;
        task.outcome().await?
    }

    async fn run(
        mut self,
        schema_to: oneshot::Sender<std::result::Result<SchemaRef, ServiceError>>,
        rows_to: mpsc::Sender<Message>,
    ) {
        let deadline = Arc::clone(&self.deadline);
        let started = deadline.bound(self.start()).await;
        let started = started.and_then(|started| started.map_err(|error| self.failure(&error)));
        let (schema, rows) = match started {
            Ok(started) => started,
            Err(error) => {
                let _ = schema_to.send(Err(error));
                return;
            }
        };
        if schema_to.send(Ok(Arc::clone(&schema))).is_err() {
            return;
        }
        let last = match self.forward(rows, &schema, &rows_to).await {
            Ok(()) => Message::Done,
            Err(error) => Message::Failed(error),
        };
        let _ = rows_to.send(last).await;
    }

    async fn start(&mut self) -> Result<(SchemaRef, SendableRecordBatchStream)> {
        let plan = self.template.plan(&self.state, &self.text).await?;
        let plan = parameters::bind(plan, &self.parameters)?;
        let physical = physical::plan(&self.state, &plan).await?;
        if let Some(keeping) = self.keeping.take() {
            self.keeping = keeping.of(&plan, &physical)?;
        }
        let rows = execute_stream(physical, self.state.task_ctx())?;
        Ok((plain_schema(&rows.schema(), self.zone()), rows))
    }

    async fn forward(
        &mut self,
        mut rows: SendableRecordBatchStream,
        schema: &SchemaRef,
        to: &mpsc::Sender<Message>,
    ) -> std::result::Result<(), ServiceError> {
        while let Some(batch) = self.deadline.bound(rows.next()).await? {
            let plain = batch.and_then(|batch| Ok(plain_rows(&batch, schema)?));
            let plain = plain.map_err(|error| self.failure(&error))?;
            if plain.num_rows() == 0 {
                continue;
            }
            self.keeping = self.keeping.take().and_then(|keeping| keeping.with(&plain));
            if self.deadline.bound(to.send(Message::Rows(plain))).await?.is_err() {
                return Ok(());
            }
        }
        if let Some(keeping) = self.keeping.take() {
            keeping.done(Arc::clone(schema));
        }
        Ok(())
    }

    /// The session's zone.
    fn zone(&self) -> &str {
        self.state.config_options().execution.time_zone.as_deref().unwrap_or("UTC")
    }

    fn failure(&self, error: &DataFusionError) -> ServiceError {
        translate(error, self.template.relations().names())
    }
}

fn stream(from: mpsc::Receiver<Message>, task: Task<()>) -> RowStream {
    futures::stream::unfold(Some((from, task)), |running| async move {
        let (mut from, task) = running?;
        match from.recv().await {
            Some(Message::Rows(rows)) => Some((Ok(rows), Some((from, task)))),
            Some(Message::Failed(error)) => Some((Err(error), None)),
            Some(Message::Done) => None,
            None => Some((Err(ended_unexpectedly()), None)),
        }
    })
    .fuse()
    .boxed()
}
