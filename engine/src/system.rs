//! Relations about the platform itself: `tables` from the lake's views, and what the application adds.

use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use tidemark_lake::scan::LakeScan;
use tidemark_model::error::ServiceError;
use tidemark_model::position::parse_app_id;
use tidemark_model::schema::timestamp;

/// A small relation whose rows are made when a statement asks for them.
pub trait SystemTable: Debug + Send + Sync {
    /// Its name in the schema `public`.
    fn name(&self) -> &str;

    /// What one row is, in a sentence.
    fn meaning(&self) -> &str;

    /// Its columns.
    fn schema(&self) -> SchemaRef;

    /// All its rows as of now, with exactly the columns of [`Self::schema`]. Called at most once a statement.
    ///
    /// # Errors
    /// Whatever the client is to see.
    fn rows(&self) -> std::result::Result<RecordBatch, ServiceError>;
}

/// A system table as one statement sees it: however often it is scanned, its rows are the same.
#[derive(Debug)]
pub(crate) struct SystemScan {
    table: Arc<dyn SystemTable>,
    rows: OnceLock<std::result::Result<RecordBatch, ServiceError>>,
}

impl SystemScan {
    pub(crate) fn new(table: Arc<dyn SystemTable>) -> Self {
        Self { table, rows: OnceLock::new() }
    }
}

#[async_trait]
impl TableProvider for SystemScan {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.rows.get_or_init(|| self.table.rows()).clone();
        let rows = rows.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(MemorySourceConfig::try_new_exec(&[vec![rows]], self.table.schema(), projection.cloned())?)
    }
}

/// What the relation `tables` is.
pub(crate) const TABLES_MEANING: &str =
    "Every relation with its kind; of tables also version, files, rows and how far each partition has come.";

/// The columns of the relation `tables`.
pub(crate) fn tables_schema() -> SchemaRef {
    let column = |name: &str, data_type, nullable| Field::new(name, data_type, nullable);
    Arc::new(Schema::new(vec![
        column("table_name", DataType::Utf8, false),
        column("kind", DataType::Utf8, false),
        column("version", DataType::UInt64, true),
        column("num_files", DataType::UInt64, true),
        column("size_bytes", DataType::UInt64, true),
        column("num_rows", DataType::UInt64, true),
        column("tail_rows", DataType::UInt64, true),
        column("tail_bytes", DataType::UInt64, true),
        column("watermarks", DataType::Utf8, true),
        column("newest_taken_at", timestamp(), true),
    ]))
}

/// The relation `tables`: each lake table as this very statement sees it, then the other relations.
#[derive(Debug)]
pub(crate) struct Tables {
    scans: Vec<(&'static str, Arc<LakeScan>)>,
    others: Vec<(String, &'static str)>,
}

impl Tables {
    /// Tables of the lake, then other relations with their kinds.
    pub(crate) fn new(scans: Vec<(&'static str, Arc<LakeScan>)>, others: Vec<(String, &'static str)>) -> Self {
        Self { scans, others }
    }

    /// A number of each lake table, then nulls for the others.
    fn numbers(&self, of: impl Fn(&LakeScan) -> Option<u64>) -> ArrayRef {
        let ours = self.scans.iter().map(|(_, scan)| of(scan));
        Arc::new(ours.chain(self.others.iter().map(|_| None)).collect::<UInt64Array>())
    }
}

impl SystemTable for Tables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn meaning(&self) -> &'static str {
        TABLES_MEANING
    }

    fn schema(&self) -> SchemaRef {
        tables_schema()
    }

    fn rows(&self) -> std::result::Result<RecordBatch, ServiceError> {
        let names = self.scans.iter().map(|(name, _)| *name).chain(self.others.iter().map(|(name, _)| name.as_str()));
        let kinds = self.scans.iter().map(|_| "table").chain(self.others.iter().map(|(_, kind)| *kind));
        let watermarks = self.scans.iter().map(|(_, scan)| Some(watermarks(scan)));
        let newest = self.scans.iter().map(|(_, scan)| scan.view().tail.iter().map(|segment| segment.taken_at).max());
        let newest = newest.chain(self.others.iter().map(|_| None)).collect::<TimestampMicrosecondArray>();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(names)),
            Arc::new(StringArray::from_iter_values(kinds)),
            self.numbers(|scan| Some(scan.view().state.version)),
            self.numbers(|scan| Some(scan.view().state.files.len() as u64)),
            self.numbers(|scan| Some(scan.view().state.size_bytes())),
            self.numbers(|scan| scan.view().state.num_rows()),
            self.numbers(|scan| Some(scan.view().tail_rows() as u64)),
            self.numbers(|scan| Some(scan.view().tail_bytes() as u64)),
            Arc::new(watermarks.chain(self.others.iter().map(|_| None)).collect::<StringArray>()),
            Arc::new(newest.with_timezone("UTC")),
        ];
        RecordBatch::try_new(self.schema(), columns).map_err(|error| {
            ServiceError::new(tidemark_model::error::ErrorCode::Internal, format!("could not list the tables: {error}"))
        })
    }
}

/// Next offsets by application id, in order: `kafka/invoices/invoices/0: 1200, ...`.
fn watermarks(scan: &LakeScan) -> String {
    let ours = scan.view().state.watermarks.iter().filter(|(id, _)| parse_app_id(id).is_some());
    let mut all: Vec<_> = ours.map(|(id, next)| format!("{id}: {next}")).collect();
    all.sort();
    all.join(", ")
}
