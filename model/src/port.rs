//! Ports: what the doors may ask of the platform. The engine and the ingest implement them; tests use fakes.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use crate::close::MonthState;
use crate::dead_letter::Refusal;
use crate::error::ServiceError;
use crate::finance::{Imported, SubmittedFile};
use crate::month::Month;
use crate::principal::Principal;
use crate::report::{ReportFile, ReportFormat, ReportRequest};
use crate::stream::Stream;
use crate::time::Micros;

/// Rows as they are made; dropping the stream cancels the query. Fused: after its end it keeps answering that it ended.
pub type RowStream = BoxStream<'static, Result<RecordBatch, ServiceError>>;

/// An answer: its columns at once, its rows as they come.
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub rows: RowStream,
}

impl Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Freshness {
    /// With the events that are taken in but not yet committed.
    #[default]
    Live,
    /// The same, or as of a moment ago where an answer would else wait for many events: what dashboards read.
    Recent,
    /// Only committed data: what exports and closes read.
    Committed,
}

impl Freshness {
    /// What a setting may be, for people.
    pub const NAMES: &str = "live, recent or committed";

    /// As a setting names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Recent => "recent",
            Self::Committed => "committed",
        }
    }

    /// The one of this name, in lower case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Live, Self::Recent, Self::Committed].into_iter().find(|freshness| freshness.name() == name)
    }

    /// Whether what is taken in but not yet committed is seen.
    #[must_use]
    pub const fn sees_tail(self) -> bool {
        !matches!(self, Self::Committed)
    }
}

/// Answers SQL.
#[async_trait]
pub trait QueryService: Debug + Send + Sync {
    /// Makes a session for a principal. Everything a statement can see or change hangs on the session.
    async fn session(&self, principal: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError>;

    /// Cancels a statement that runs, by its number in `running_queries`; whether there is one of that number.
    fn cancel(&self, query_id: u64) -> bool;
}

/// One principal's session: its settings and its statements.
#[async_trait]
pub trait QuerySession: Debug + Send + Sync {
    /// Splits a text into its statements, each passed by the gate.
    ///
    /// # Errors
    /// `InvalidSql` where it does not parse, `NotAllowed` where it is no read-only statement or exceeds a limit.
    fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError>;

    /// The columns of a statement's answer and its `$n` parameters, without running it. `types` are those that the
    /// client has said, in order.
    async fn describe(&self, statement: &str, types: &[Option<DataType>]) -> Result<Description, ServiceError>;

    /// Runs one statement with its parameters, in order.
    async fn run(&self, statement: &str, parameters: &[Parameter]) -> Result<Answer, ServiceError>;
}

/// The value of one `$n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Parameter {
    /// The value as PostgreSQL writes it; `None` is NULL.
    pub text: Option<String>,
    /// The type that the client gave it, if it did; else it is what its place asks for.
    pub data_type: Option<DataType>,
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self { text: Some(text.to_owned()), data_type: None }
    }
}

/// Asks over the tables as one statement sees them: every answer is of the same moment.
#[async_trait]
pub trait PinnedQueries: Debug + Send + Sync {
    /// All rows of a query of the platform's own; such queries pass no gate.
    ///
    /// # Errors
    /// As [`QuerySession::run`].
    async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, ServiceError>;
}

/// Whether a statement wants a month, `YYYY-MM`.
pub type MonthFilter<'f> = dyn for<'a> Fn(&'a str) -> bool + Send + Sync + 'f;

/// A relation whose rows are worked out from others when a statement reads it.
#[async_trait]
pub trait DerivedRelation: Debug + Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// What one row is, in a sentence.
    fn meaning(&self) -> &str;

    /// Its columns. The first is `month`, a text `YYYY-MM`.
    fn schema(&self) -> SchemaRef;

    /// Its rows of the months that are wanted, with exactly the columns of [`Self::schema`]. The same tables give the
    /// same rows in the same order.
    ///
    /// # Errors
    /// Whatever the client is to see.
    async fn rows(&self, queries: &dyn PinnedQueries, is_wanted: &MonthFilter<'_>)
    -> Result<RecordBatch, ServiceError>;
}

/// What a statement will answer.
#[derive(Debug, Clone)]
pub struct Description {
    /// The columns of the answer.
    pub columns: SchemaRef,
    /// The type of each parameter, `$1` to `$n`.
    pub parameters: Vec<DataType>,
}

/// One event as a door received it: a CloudEvents object in structured mode.
#[derive(Debug, Clone)]
pub struct SubmittedEvent {
    /// The JSON text of the whole event.
    pub json: Vec<u8>,
}

/// What became of one submitted event.
#[derive(Debug, Clone)]
pub enum Submitted {
    /// It is in the log; it will be in the table, once.
    Accepted,
    /// It was refused and is stored nowhere: the sender must mend it.
    Refused(Refusal),
    /// The log could not take it now; the sender should send it again.
    Failed(String),
}

/// Takes events from a door into the log.
#[async_trait]
pub trait EventSink: Debug + Send + Sync {
    /// Checks and appends events; one answer for each, in order.
    async fn submit(&self, events: Vec<SubmittedEvent>) -> Vec<Submitted>;
}

/// Where a record lies in the log, acknowledged by all replicas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The topic.
    pub topic: String,
    /// Its partition.
    pub partition: i32,
    /// The record's offset in it.
    pub offset: i64,
}

/// Tells the rule engine.
#[async_trait]
pub trait FeedbackSink: Debug + Send + Sync {
    /// Publishes one event under a rule's id, and waits until it is safe. A caller that sends a rule's next event only
    /// then keeps them in order.
    ///
    /// # Errors
    /// What the log says. The event may be there all the same: its id makes a repeat harmless.
    async fn publish(&self, key: &str, event: &str) -> Result<Delivered, String>;
}

/// What somebody says of an anomaly.
#[derive(Debug, Clone)]
pub struct SubmittedMark {
    /// Of which one.
    pub anomaly_id: String,
    /// `acknowledge`, `mute`, `resolve`, `false_alarm` or `reopen`.
    pub mark: String,
    /// Until when it is muted, microseconds UTC; only of a mute.
    pub muted_until: Option<Micros>,
    /// Why; may be empty for `acknowledge` and `resolve`.
    pub why: String,
}

/// What became of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// It is kept; the anomaly now stands so.
    Taken {
        /// The state.
        state: String,
    },
    /// It makes no sense as the anomaly stands, or says too little: why, and what to do.
    Refused(String),
    /// There is no such anomaly.
    Unknown,
}

/// Keeps what people say of anomalies.
#[async_trait]
pub trait AnomalyMarks: Debug + Send + Sync {
    /// Keeps one mark, if the anomaly's state allows it.
    ///
    /// # Errors
    /// Where the lake does not answer; the mark may have landed all the same, as `anomalies` says.
    async fn mark(&self, mark: SubmittedMark, by: &Principal) -> Result<Marked, ServiceError>;
}

/// A document that was sent to be saved or tried, and what came of it.
#[derive(Debug)]
pub enum Checked<T> {
    /// It is in order.
    Taken(T),
    /// It has problems: a JSON array of objects with `place`, `message`, `cure` and `near`.
    Refused(String),
}

/// Reports of people's own: kept, tried and run.
#[async_trait]
pub trait SavedReports: Debug + Send + Sync {
    /// A definition as JSON; `None` where there is none of this name.
    ///
    /// # Errors
    /// Where the folder of definitions cannot be read.
    async fn definition(&self, name: &str) -> Result<Option<String>, ServiceError>;

    /// Checks a definition and keeps it under its name.
    ///
    /// # Errors
    /// `NotAllowed` where there is no folder for them, or the principal may not see what its owner may; where it cannot
    /// be written.
    async fn save(&self, name: &str, document: &[u8], by: &Principal) -> Result<Checked<()>, ServiceError>;

    /// Forgets a definition; whether there was one. Its runs stay in the history.
    ///
    /// # Errors
    /// As [`Self::save`].
    async fn delete(&self, name: &str, by: &Principal) -> Result<bool, ServiceError>;

    /// The rows that a definition gives now; nothing is kept.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    async fn preview(&self, document: &[u8], by: &Principal) -> Result<Checked<Answer>, ServiceError>;

    /// Runs a definition now; answers the run's id, or `None` where there is no such definition.
    ///
    /// # Errors
    /// Where the run could not be written down. A run that fails says so in the history.
    async fn run(&self, name: &str, by: &Principal) -> Result<Option<String>, ServiceError>;

    /// A file of a run; `None` where there is none.
    ///
    /// # Errors
    /// `NotAllowed` where the principal may not see what the run's owner may; where the store does not answer.
    async fn file(&self, run_id: &str, file: &str, by: &Principal) -> Result<Option<Bytes>, ServiceError>;
}

/// Foretells anew when somebody asks.
#[async_trait]
pub trait Foretelling: Debug + Send + Sync {
    /// Makes all forecasts now; answers how many series were foretold.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows.
    async fn foretell(&self) -> Result<usize, ServiceError>;
}

/// Takes in what finance decides.
#[async_trait]
pub trait FinanceImports: Debug + Send + Sync {
    /// Checks files and lands them together; one problem in one of them, and nothing is taken.
    ///
    /// # Errors
    /// Where the lake does not answer. The import may have landed all the same: `finance_imports` says so, and the
    /// same files again change nothing that is in force.
    async fn import(&self, files: Vec<SubmittedFile>, by: &Principal) -> Result<Imported, ServiceError>;
}

/// Closes months, by two principals.
#[async_trait]
pub trait MonthCloses: Debug + Send + Sync {
    /// How a month stands.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    async fn show(&self, month: Month) -> Result<MonthState, ServiceError>;

    /// Prepares a month; answers the hash of its pack.
    ///
    /// # Errors
    /// `NotAllowed` with everything that stands in the way; as [`Self::show`].
    async fn prepare(&self, month: Month, by: &Principal) -> Result<String, ServiceError>;

    /// Approves a pack, which closes the month.
    ///
    /// # Errors
    /// `NotAllowed` where the pack cannot be approved by this principal; `InvalidValue` where it is no pack's hash.
    async fn approve(&self, month: Month, pack: &str, by: &Principal) -> Result<(), ServiceError>;
}

/// Replays dead letters.
#[async_trait]
pub trait DeadLetterReplay: Debug + Send + Sync {
    /// Takes in what this release accepts of the dead letters of a stream, or of all, and of a reason, or of all.
    ///
    /// # Errors
    /// Where the lake does not answer; what was taken in until then stays so, and doing it again changes nothing.
    async fn replay(&self, stream: Option<Stream>, reason: Option<&str>) -> Result<Vec<Replayed>, ServiceError>;
}

/// What became of a stream's dead letters that were replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The stream.
    pub stream: Stream,
    /// Dead letters that were tried.
    pub num_tried: usize,
    /// Those of them that are still refused.
    pub num_refused: usize,
    /// Rows that were added.
    pub num_added: u64,
    /// Events that were there already.
    pub num_known: u64,
}

/// Makes reports of what is committed, each of one moment, with what the principal may see.
#[async_trait]
pub trait Reports: Debug + Send + Sync {
    /// A report as a file.
    ///
    /// # Errors
    /// `InvalidValue` where there is no such report, no such form of it, or nothing to report; `NotAllowed` where the
    /// principal may not see it; as [`PinnedQueries::rows`].
    async fn file(
        &self,
        request: &ReportRequest,
        format: ReportFormat,
        by: &Principal,
    ) -> Result<ReportFile, ServiceError>;

    /// A report's rows, with names and values as SQL has them.
    ///
    /// # Errors
    /// As [`Self::file`].
    async fn rows(&self, request: &ReportRequest, by: &Principal) -> Result<Answer, ServiceError>;
}

/// Whether the platform is alive and ready, and its metrics.
pub trait Health: Debug + Send + Sync {
    /// `Ok` when queries and ingest can be served; else what is missing.
    ///
    /// # Errors
    /// The reasons, one a line.
    fn ready(&self) -> Result<(), String>;

    /// All metrics in Prometheus's text format.
    fn metrics(&self) -> String;
}

/// A file for browsers.
#[derive(Debug, Clone)]
pub struct Page {
    /// What is in it.
    pub bytes: Bytes,
    /// The same, compressed by gzip.
    pub gzip: Bytes,
    /// Its media type.
    pub media_type: &'static str,
    /// A text that changes with what is in it.
    pub tag: String,
    /// Whether its name does, too, so that a browser never has to ask for it again.
    pub is_named_by_content: bool,
}

/// Files for browsers.
pub trait Pages: Debug + Send + Sync {
    /// The file of a path.
    fn page(&self, path: &str) -> Option<&Page>;
}
