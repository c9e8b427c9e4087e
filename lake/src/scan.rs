//! A table as a DataFusion `TableProvider`: plain Parquet files, pruned, plus the live tail, from one view.
//!
//! The file list is already in the view, so planning a scan reads nothing. Each file carries its row count, its
//! bounds and its order by time, so that counts, time windows and `order by time` read only what they must; how many
//! events there are and which is the newest is answered without reading any.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, empty::EmptyExec};
use tidemark_model::port::Freshness;
use tidemark_model::position::TopicPartition;

use crate::encode::file_schema;
use crate::footers::Footers;
use crate::log::LiveFile;
use crate::partition_filter::{PartitionFilter, is_of};
use crate::prune::prune;
use crate::statistics;
use crate::table::{Table, TableSpec};
use crate::tail::TailSource;
use crate::view::{Segment, View};

/// One table, pinned: every scan of it reads the same view, so that a query is consistent with itself.
#[derive(Debug)]
pub struct LakeScan {
    table: Arc<Table>,
    view: Arc<View>,
    freshness: Freshness,
    shape: Arc<Shape>,
}

/// The columns in the orders that matter here.
#[derive(Debug)]
pub(crate) struct Shape {
    /// As users see them; texts as views, which filters and group-bys handle fastest.
    schema: SchemaRef,
    /// As files have them: file columns, then partition columns.
    scanned: TableSchema,
    /// For each user column its place in `scanned`.
    places: Vec<usize>,
}

impl Shape {
    pub(crate) fn new(spec: &TableSpec) -> Result<Self> {
        let schema = with_views(&spec.schema);
        let partition_fields: Vec<FieldRef> = spec
            .partition_columns
            .iter()
            .filter_map(|name| schema.field_with_name(name).ok().cloned())
            .map(Arc::new)
            .collect();
        let scanned =
            TableSchema::builder(with_views(&file_schema(spec))).with_table_partition_cols(partition_fields).build();
        let place = |field: &FieldRef| scanned.table_schema().index_of(field.name());
        let places = schema.fields().iter().map(place).collect::<std::result::Result<_, _>>()?;
        Ok(Self { schema, scanned, places })
    }

    /// The places of the partition columns among those that users see.
    fn partition_columns(&self) -> Result<Vec<usize>> {
        self.scanned.table_partition_cols().iter().map(|field| Ok(self.schema.index_of(field.name())?)).collect()
    }
}

fn with_views(schema: &Schema) -> SchemaRef {
    let view = |field: &FieldRef| match field.data_type() {
        DataType::Utf8 => Arc::new(Field::clone(field).with_data_type(DataType::Utf8View)),
        DataType::Binary => Arc::new(Field::clone(field).with_data_type(DataType::BinaryView)),
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(view).collect::<Vec<_>>()))
}

impl LakeScan {
    /// Pins the table's newest view.
    ///
    /// # Errors
    /// A schema error where the table's own columns contradict each other.
    pub fn pin(table: Arc<Table>, freshness: Freshness) -> Result<Self> {
        let view = table.view();
        let shape = table.shape()?;
        Ok(Self { table, view, freshness, shape })
    }

    /// The view that it reads.
    #[must_use]
    pub const fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// The stream whose events the table holds; that of the table itself where it holds none.
    #[must_use]
    pub fn stream(&self) -> &'static str {
        self.table.spec().stream
    }

    /// What it sees that is not committed, oldest first.
    #[must_use]
    pub fn tail(&self) -> &[Arc<Segment>] {
        if self.freshness.sees_tail() { &self.view.tail } else { &[] }
    }

    /// The offset after the last that this scan sees, by partition.
    #[must_use]
    pub fn next_offsets(&self) -> BTreeMap<TopicPartition, i64> {
        self.view.next_offsets(self.freshness.sees_tail())
    }

    /// Rows with offsets from these on, and perhaps some before, where they are all in memory.
    ///
    /// # Errors
    /// Where a segment lacks a column of the table.
    pub fn since(&self, known: &BTreeMap<TopicPartition, i64>) -> Result<Option<Vec<RecordBatch>>> {
        let Some(segments) = self.view.since(known, self.freshness.sees_tail()) else { return Ok(None) };
        let all: Vec<usize> = (0..self.shape.schema.fields().len()).collect();
        segments.iter().map(|segment| self.as_views(&segment.rows, &all)).collect::<Result<_>>().map(Some)
    }

    fn partitioned_file(&self, file: &Arc<LiveFile>) -> PartitionedFile {
        let spec = self.table.spec();
        let mut partitioned = PartitionedFile::new(file.path.clone(), file.size);
        let value = |name: &&str| ScalarValue::Utf8View(file.partition.get(*name).cloned().flatten());
        partitioned.partition_values = spec.partition_columns.iter().map(value).collect();
        partitioned.statistics = Some(file.statistics(|| statistics::of_file(self.shape.scanned.table_schema(), file)));
        partitioned.arrow_schema = file.is_plain().then(|| Arc::clone(self.shape.scanned.file_schema()));
        partitioned.with_extension(Arc::clone(file))
    }

    fn files_plan(
        &self,
        state: &dyn Session,
        projection: &[usize],
        predicate: Option<&Arc<dyn PhysicalExpr>>,
        partitions: &PartitionFilter,
        limit: Option<usize>,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let schema = self.shape.scanned.table_schema();
        let files = partitions.files(prune(&self.view.state.files, schema, predicate))?;
        if files.is_empty() {
            return Ok(None);
        }
        let url = ObjectStoreUrl::parse(format!("lake://{}", self.table.spec().name.replace('_', "-")))?;
        state.runtime_env().register_object_store(url.as_ref(), Arc::clone(self.table.store()));
        let options = state.default_table_options().parquet;
        let footers = state.runtime_env().cache_manager.get_file_metadata_cache();
        let readers = CachedParquetFileReaderFactory::new(Arc::clone(self.table.store()), footers);
        let readers = Footers::new(readers, Arc::clone(self.shape.scanned.file_schema()));
        // The predicate reaches the files by the optimizer's own push-down.
        let source = ParquetSource::new(self.shape.scanned.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(readers));
        let files: Vec<_> = files.iter().map(|file| self.partitioned_file(file)).collect();
        let places: Vec<usize> = projection.iter().map(|i| self.shape.places[*i]).collect();
        let statistics = statistics::of_files(&files, schema, &places);
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let mut config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(places))?
            .with_limit(limit);
        if let Some(order) = self.order()? {
            config = config.with_output_ordering(vec![order]);
        }
        Ok(Some(DataSourceExec::from_data_source(config.build())))
    }

    /// Rows in a file are in order of time; DataFusion itself checks by the bounds whether files in a group are.
    fn order(&self) -> Result<Option<LexOrdering>> {
        let sorted_by = self.table.spec().sorted_by;
        let place = self.shape.scanned.table_schema().index_of(sorted_by)?;
        Ok(LexOrdering::new([PhysicalSortExpr::new_default(Arc::new(Column::new(sorted_by, place)))]))
    }

    fn tail_plan(
        &self,
        projection: &[usize],
        partitions: &PartitionFilter,
        window: Option<(i64, i64)>,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if !self.freshness.sees_tail() {
            return Ok(None);
        }
        let in_window = |segment: &&Arc<Segment>| match (window, segment.times) {
            (Some((from, to)), Some((first, last))) => first <= to && last >= from,
            _ => segment.rows.num_rows() > 0,
        };
        let partition_columns = self.shape.partition_columns()?;
        let passing = |segment: &Arc<Segment>| -> Result<RecordBatch> {
            let rows = self.as_views(&segment.rows, projection)?;
            Ok(match partitions.rows(&self.as_views(&segment.rows, &partition_columns)?)? {
                Some(passing) => filter_record_batch(&rows, &passing)?,
                None => rows,
            })
        };
        let batches = self.view.tail.iter().filter(in_window).map(passing).collect::<Result<Vec<_>>>()?;
        let batches: Vec<_> = batches.into_iter().filter(|rows| rows.num_rows() > 0).collect();
        if batches.is_empty() {
            return Ok(None);
        }
        let schema = Arc::new(self.shape.schema.project(projection)?);
        Ok(Some(DataSourceExec::from_data_source(TailSource::new(batches, schema)?)))
    }

    fn as_views(&self, rows: &RecordBatch, projection: &[usize]) -> Result<RecordBatch> {
        let cast = |i: &usize| {
            let field = self.shape.schema.field(*i);
            let column = rows
                .column_by_name(field.name())
                .ok_or_else(|| DataFusionError::Internal(format!("the tail lacks column \"{}\"", field.name())))?;
            Ok(arrow::compute::cast(column, field.data_type())?)
        };
        let columns = projection.iter().map(cast).collect::<Result<Vec<_>>>()?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        let schema = Arc::new(self.shape.schema.project(projection)?);
        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
    }
}

/// The event times that a query asks for, where its filters bound them; used to pass over tail segments.
fn time_window(filters: &[Expr], column: &str) -> Option<(i64, i64)> {
    use datafusion::logical_expr::{BinaryExpr, Operator};
    let mut window = (i64::MIN, i64::MAX);
    for filter in filters {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else { continue };
        let (Expr::Column(name), Expr::Literal(ScalarValue::TimestampMicrosecond(Some(at), _), _)) =
            (left.as_ref(), right.as_ref())
        else {
            continue;
        };
        match op {
            _ if name.name != column => {}
            Operator::Gt | Operator::GtEq => window.0 = window.0.max(*at),
            Operator::Lt | Operator::LtEq => window.1 = window.1.min(*at),
            _ => {}
        }
    }
    (window != (i64::MIN, i64::MAX)).then_some(window)
}

#[async_trait]
impl TableProvider for LakeScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.shape.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let partition_columns = self.table.spec().partition_columns;
        let of_filter = |filter: &&Expr| match is_of(filter, partition_columns) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(of_filter).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.shape.schema.fields().len()).collect();
        let projection = projection.unwrap_or(&all);
        let scanned = DFSchema::try_from(Arc::clone(self.shape.scanned.table_schema()))?;
        let predicate =
            conjunction(filters.to_vec()).map(|filter| state.create_physical_expr(filter, &scanned)).transpose()?;
        let partitions = PartitionFilter::new(state, filters, self.shape.scanned.table_partition_cols())?;
        // A limit below a filter that the files apply only inexactly would cut off rows that pass.
        let is_exact = filters.iter().all(|filter| is_of(filter, self.table.spec().partition_columns));
        let limit = if is_exact { limit } else { None };
        let window = time_window(filters, self.table.spec().sorted_by);
        let files = self.files_plan(state, projection, predicate.as_ref(), &partitions, limit)?;
        match (files, self.tail_plan(projection, &partitions, window)?) {
            (Some(files), Some(tail)) => UnionExec::try_new(vec![files, tail]),
            (Some(plan), None) | (None, Some(plan)) => Ok(plan),
            (None, None) => Ok(Arc::new(EmptyExec::new(Arc::new(self.shape.schema.project(projection)?)))),
        }
    }
}
