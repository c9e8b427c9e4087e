//! A table: created or opened, and the handle through which everybody reads it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::{Action, CommitInfo, Protocol, new_metadata};
use object_store::ObjectStore;
use tidemark_model::close::{CLOSE_MONTH, FINANCE_CLOSES, finance_closes};
use tidemark_model::finance::{FINANCE_ENTRIES, KIND, finance_entries};
use tidemark_model::insight::{RESULT_TABLES, ResultTable};
use tidemark_model::schema::{self, MONTH, PARTITION_COLUMNS};
use tidemark_model::stream::Stream;

use crate::append::put_entry;
use crate::error::LakeError;
use crate::log::{self, TableState};
use crate::scan::Shape;
use crate::store::Store;
use crate::view::{Segment, View};

/// What a table is for: fixed per release, checked against the log at each start.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its name, which is its folder.
    pub name: &'static str,
    /// The prefix of its watermarks' application ids.
    pub stream: &'static str,
    /// Its columns, partition columns included.
    pub schema: SchemaRef,
    /// The columns whose values select files.
    pub partition_columns: &'static [&'static str],
    /// The column by which the rows of each file are sorted.
    pub sorted_by: &'static str,
    /// The columns whose bounds stand in the log.
    pub bounded_columns: &'static [&'static str],
    /// The columns that identify an event, where a repeat is one event.
    pub identity: Option<[&'static str; 2]>,
}

impl TableSpec {
    /// The event table of a stream.
    #[must_use]
    pub fn events(stream: Stream) -> Self {
        Self {
            name: stream.table(),
            stream: stream.name(),
            schema: schema::events(stream),
            partition_columns: &PARTITION_COLUMNS,
            sorted_by: "time",
            bounded_columns: bounded_columns(stream),
            identity: Some(["source", "event_id"]),
        }
    }

    /// The dead letters of one stream or of all; its watermarks are kept per stream.
    #[must_use]
    pub fn dead_letters() -> Self {
        Self {
            name: schema::DEAD_LETTERS,
            stream: schema::DEAD_LETTERS,
            schema: schema::dead_letters(),
            partition_columns: &[MONTH],
            sorted_by: "_ingested_at",
            bounded_columns: &["_ingested_at", "offset"],
            identity: None,
        }
    }

    /// The minutes in which instances looked after themselves. They come from no source, so there are no watermarks.
    #[must_use]
    pub fn platform_minutes() -> Self {
        Self {
            name: schema::PLATFORM_MINUTES,
            stream: schema::PLATFORM_MINUTES,
            schema: schema::platform_minutes(),
            partition_columns: &[MONTH],
            sorted_by: "minute",
            bounded_columns: &["minute"],
            identity: None,
        }
    }

    /// What finance imported. Its one watermark counts the imports.
    #[must_use]
    pub fn finance() -> Self {
        Self {
            name: FINANCE_ENTRIES,
            stream: FINANCE_ENTRIES,
            schema: finance_entries(),
            partition_columns: &[KIND],
            sorted_by: "import",
            bounded_columns: &["import"],
            identity: None,
        }
    }

    /// The steps by which finance closes months, with what they froze. Its one watermark counts the steps.
    #[must_use]
    pub fn closes() -> Self {
        Self {
            name: FINANCE_CLOSES,
            stream: FINANCE_CLOSES,
            schema: finance_closes(),
            partition_columns: &[CLOSE_MONTH],
            sorted_by: "step",
            bounded_columns: &["step"],
            identity: None,
        }
    }

    /// A table of results. Its one watermark counts its commits.
    #[must_use]
    pub fn result(table: &'static ResultTable) -> Self {
        Self {
            name: table.name,
            stream: table.name,
            schema: table.schema(),
            partition_columns: &[MONTH],
            sorted_by: table.bounded_columns[0],
            bounded_columns: table.bounded_columns,
            identity: None,
        }
    }

    /// Every table of the platform.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let others = [Self::dead_letters(), Self::platform_minutes(), Self::finance(), Self::closes()];
        let results = RESULT_TABLES.into_iter().map(Self::result);
        Stream::ALL.into_iter().map(Self::events).chain(others).chain(results).collect()
    }
}

/// What people and dashboards look for: a time, an event, the entity of a stream. Ids grow with time in most sources,
/// so their bounds select files as well as those of times do.
const fn bounded_columns(stream: Stream) -> &'static [&'static str] {
    match stream {
        Stream::Sessions => &["time", "_ingested_at", "_offset", "event_id", "session_id"],
        Stream::Invoices => &["time", "_ingested_at", "_offset", "event_id", "invoice_id"],
        Stream::Usage => &["time", "_ingested_at", "_offset", "event_id"],
    }
}

/// A table that can be read. Writing takes its [`crate::TableWriter`].
#[derive(Debug)]
pub struct Table {
    spec: TableSpec,
    store: Arc<dyn ObjectStore>,
    location: Store,
    view: ArcSwap<View>,
    /// What scans want to know of its columns, made by the first one: each statement pins every table.
    shape: OnceLock<Arc<Shape>>,
}

impl Table {
    /// Opens a table; `None` where there is none yet.
    ///
    /// # Errors
    /// As [`log::load`]; [`LakeError::Unsupported`] where a column has another type than this release writes.
    pub async fn open(location: &Store, spec: TableSpec) -> Result<Option<Arc<Self>>, LakeError> {
        let store = location.of_table(spec.name);
        let Some(state) = log::load(store.as_ref(), spec.name).await? else { return Ok(None) };
        check_columns(&spec, &state)?;
        let view = ArcSwap::from_pointee(View::committed(state));
        Ok(Some(Arc::new(Self { spec, store, location: location.clone(), view, shape: OnceLock::new() })))
    }

    /// Opens a table, creating it where there is none.
    ///
    /// # Errors
    /// As [`Self::open`]; [`LakeError::Store`] where it cannot be written.
    pub async fn open_or_create(location: &Store, spec: TableSpec) -> Result<Arc<Self>, LakeError> {
        if let Some(table) = Self::open(location, spec.clone()).await? {
            return Ok(table);
        }
        let store = location.of_table(spec.name);
        // Another process may create it at the same moment: whoever comes second opens what the first made.
        put_entry(store.as_ref(), spec.name, 0, &creation(&spec)?).await?;
        Self::open(location, spec.clone()).await?.ok_or_else(|| LakeError::DamagedLog {
            table: spec.name.to_owned(),
            version: 0,
            why: "the entry that creates it is not there after it was written".to_owned(),
        })
    }

    /// What the table is for.
    #[must_use]
    pub const fn spec(&self) -> &TableSpec {
        &self.spec
    }

    /// The store with paths relative to this table.
    #[must_use]
    pub const fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// The store that the table is in.
    #[must_use]
    pub const fn location(&self) -> &Store {
        &self.location
    }

    /// The table's columns as scans have them.
    ///
    /// # Errors
    /// Where the columns contradict each other.
    pub(crate) fn shape(&self) -> Result<Arc<Shape>> {
        if let Some(shape) = self.shape.get() {
            return Ok(Arc::clone(shape));
        }
        let shape = Arc::new(Shape::new(&self.spec)?);
        Ok(Arc::clone(self.shape.get_or_init(|| shape)))
    }

    /// The newest view. Load it once for a query, and read everything from it.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Makes a decoded segment visible.
    pub fn publish(&self, segment: &Arc<Segment>) {
        self.view.rcu(|view| {
            let mut tail = Vec::with_capacity(view.tail.len() + 1);
            tail.extend(view.tail.iter().cloned());
            tail.push(Arc::clone(segment));
            View { state: Arc::clone(&view.state), tail, recent: view.recent.clone() }
        });
    }

    /// Makes a new snapshot visible and, in the same swap, takes the segments that it contains out of the tail.
    pub(crate) fn install(&self, state: &Arc<TableState>, committed: &[Arc<Segment>]) {
        self.view.rcu(|view| view.with_committed(state, committed));
    }

    /// Takes everything that is not committed out of sight; it will be read from its source again.
    pub fn discard_tail(&self) {
        self.view.rcu(|view| View { tail: Vec::new(), ..view.as_ref().clone() });
    }

    /// Reads entries that others have written since. For readers beside a writer in another process.
    ///
    /// # Errors
    /// As [`log::read_entry`].
    pub async fn refresh(&self) -> Result<(), LakeError> {
        self.refresh_with(|_| Ok(())).await
    }

    /// Reads what others have written, and shows each of their entries to `see`.
    pub(crate) async fn refresh_with(&self, see: impl Fn(&[Action]) -> Result<(), LakeError>) -> Result<(), LakeError> {
        let mut state = Arc::clone(&self.view().state);
        while let Some(actions) = log::read_entry(self.store.as_ref(), self.spec.name, state.version + 1).await? {
            see(&actions)?;
            state = Arc::new(state.apply(state.version + 1, &actions)?);
        }
        self.install(&state, &[]);
        Ok(())
    }
}

/// The properties that every table is created with. Retention is explicit, since the defaults would delete history
/// (trap 4); deletion vectors and column mapping stay off by staying at reader version 1.
const PROPERTIES: [(&str, &str); 5] = [
    ("delta.enableExpiredLogCleanup", "false"),
    ("delta.logRetentionDuration", "interval 2557 days"),
    ("delta.deletedFileRetentionDuration", "interval 1 days"),
    ("delta.checkpointInterval", "100"),
    ("delta.dataSkippingNumIndexedCols", "32"),
];

fn creation(spec: &TableSpec) -> Result<Vec<Action>, LakeError> {
    let action = || format!("describe table \"{}\"", spec.name);
    let columns: StructType =
        spec.schema.as_ref().try_into_kernel().map_err(|error: arrow::error::ArrowError| LakeError::Arrow(error))?;
    let metadata =
        new_metadata(&columns, spec.partition_columns.iter(), PROPERTIES).map_err(LakeError::delta(action()))?;
    let protocol = serde_json::json!({"minReaderVersion": 1, "minWriterVersion": 2});
    let protocol: Protocol = serde_json::from_value(protocol)
        .map_err(|error| LakeError::Unsupported { table: spec.name.to_owned(), why: error.to_string() })?;
    let info = CommitInfo {
        timestamp: Some(chrono::Utc::now().timestamp_millis()),
        operation: Some("CREATE TABLE".to_owned()),
        engine_info: Some(concat!("tidemark/", env!("CARGO_PKG_VERSION")).to_owned()),
        info: HashMap::new(),
        ..CommitInfo::default()
    };
    Ok(vec![Action::CommitInfo(info), Action::Protocol(protocol), Action::Metadata(metadata)])
}

/// A column of the log must have the type that this release writes; a column that the log lacks is added by the next
/// commit, and one that this release does not know stays readable.
fn check_columns(spec: &TableSpec, state: &TableState) -> Result<(), LakeError> {
    for field in spec.schema.fields() {
        if let Ok(stored) = state.schema.field_with_name(field.name())
            && !stored.data_type().equals_datatype(field.data_type())
        {
            return Err(LakeError::Unsupported {
                table: spec.name.to_owned(),
                why: format!(
                    "column \"{}\" is {} in the table and {} in this release; restore the table or use the release \
                     that wrote it",
                    field.name(),
                    stored.data_type(),
                    field.data_type()
                ),
            });
        }
    }
    Ok(())
}
