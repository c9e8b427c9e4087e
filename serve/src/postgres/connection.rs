//! One connection's state: its session, its deadline, and whatever may stop its query.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arrow::datatypes::DataType;
use futures::{StreamExt, stream};
use pgwire::api::{ConnectionGuard, ConnectionHandle};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Description, Parameter, QuerySession, RowStream};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::tag::Tag;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    session: OnceLock<Arc<dyn QuerySession>>,
    cancel: OnceLock<(Arc<ConnectionHandle>, ConnectionGuard)>,
    deadline: Mutex<Option<Duration>>,
    gone: CancellationToken,
    busy: watch::Sender<bool>,
}

/// While it lives, the connection counts as busy.
#[derive(Debug)]
pub(super) struct Busy<'a>(&'a watch::Sender<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

impl Connection {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            session: OnceLock::new(),
            cancel: OnceLock::new(),
            deadline: Mutex::new(None),
            gone: CancellationToken::new(),
            busy: watch::Sender::new(false),
        }
    }

    /// Keeps the session and the key by which others may cancel; once, at start-up.
    pub(super) fn open(&self, session: Arc<dyn QuerySession>, handle: Arc<ConnectionHandle>, guard: ConnectionGuard) {
        let _ = self.session.set(session);
        let _ = self.cancel.set((handle, guard));
    }

    pub(super) fn session(&self) -> Result<&Arc<dyn QuerySession>, ServiceError> {
        self.session.get().ok_or_else(|| ServiceError::new(ErrorCode::Internal, "the connection has no session yet"))
    }

    pub(super) fn busy(&self) -> Busy<'_> {
        self.busy.send_replace(true);
        Busy(&self.busy)
    }

    /// Waits until no query runs.
    pub(super) async fn idle(&self) {
        until(&mut self.busy.subscribe(), false).await;
    }

    /// Notices a client that goes away while its query runs, and stops the query. Never returns.
    pub(super) async fn watch(&self, socket: &TcpStream) {
        let mut busy = self.busy.subscribe();
        let mut byte = [0];
        loop {
            until(&mut busy, true).await;
            tokio::select! {
                () = until(&mut busy, false) => continue,
                peeked = socket.peek(&mut byte) => if matches!(peeked, Ok(0) | Err(_)) {
                    self.gone.cancel();
                    std::future::pending::<()>().await;
                },
            }
            // More messages wait behind the query, so the end of the stream cannot be seen before they are read.
            until(&mut busy, false).await;
        }
    }

    /// Sets the deadline of the statements to come; `None` is none.
    pub(super) fn set_deadline(&self, deadline: Option<Duration>) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }

    /// Runs a statement; the answer's rows stop at the deadline, at a cancel request and when the client has gone.
    pub(super) async fn run(&self, statement: &str, parameters: &[Parameter]) -> Result<Answer, ServiceError> {
        let session = Arc::clone(self.session()?);
        let mut stop = self.stop().await;
        let answer = tokio::select! {
            biased;
            reason = &mut stop => return Err(reason),
            answer = session.run(statement, parameters) => answer?,
        };
        if let Some(deadline) = Tag::of(statement).deadline(statement)? {
            self.set_deadline(deadline);
        }
        Ok(Answer { schema: answer.schema, rows: stoppable(answer.rows, stop) })
    }

    /// Describes a statement, under the same deadline and cancellation as running it.
    pub(super) async fn describe_text(
        &self,
        statement: &str,
        types: &[Option<DataType>],
    ) -> Result<Description, ServiceError> {
        let _busy = self.busy();
        let session = Arc::clone(self.session()?);
        let mut stop = self.stop().await;
        tokio::select! {
            biased;
            reason = &mut stop => Err(reason),
            description = session.describe(statement, types) => description,
        }
    }

    async fn stop(&self) -> Stop {
        let deadline = *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
        let cancelled = match self.cancel.get() {
            Some((handle, _)) => Some(handle.start_query().await),
            None => None,
        };
        let gone = self.gone.clone();
        Box::pin(async move {
            let cancelled = async {
                // A sender that is dropped belongs to a later query: then nobody can cancel this one any more.
                let Some(receiver) = cancelled else { return std::future::pending().await };
                if receiver.await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            let late = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = cancelled => ServiceError::new(ErrorCode::Cancelled, "canceling statement due to user request"),
                () = gone.cancelled() => ServiceError::new(ErrorCode::Cancelled, "the client has gone"),
                () = late => ServiceError::new(ErrorCode::TimedOut, "canceling statement due to statement timeout")
                    .with_hint("narrow the query, or raise statement_timeout"),
            }
        })
    }
}

/// Waits for the flag; its guard must not live on.
async fn until(busy: &mut watch::Receiver<bool>, wanted: bool) {
    let _ = busy.wait_for(|busy| *busy == wanted).await;
}

type Stop = Pin<Box<dyn Future<Output = ServiceError> + Send>>;

fn stoppable(rows: RowStream, stop: Stop) -> RowStream {
    stream::unfold(Some((rows, stop)), |state| async move {
        let (mut rows, mut stop) = state?;
        let next = tokio::select! {
            biased;
            reason = &mut stop => return Some((Err(reason), None)),
            next = rows.next() => next?,
        };
        let state = next.is_ok().then_some((rows, stop));
        Some((next, state))
    })
    .fuse()
    .boxed()
}
