//! The live tail in a plan: rows in memory whose bounds are known.
//!
//! DataFusion's own source of rows in memory states how many they are, and no bounds; beside it, what the log knows of
//! the files answers no `max(time)`.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::source::DataSource;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, Partitioning, PhysicalExpr};
use datafusion::physical_plan::DisplayFormatType;
use datafusion::physical_plan::execution_plan::SchedulingType;

use crate::statistics;

/// See the module. What is made of it by the optimizer is DataFusion's own source.
#[derive(Debug)]
pub(crate) struct TailSource {
    rows: MemorySourceConfig,
    statistics: Arc<Statistics>,
}

impl TailSource {
    /// # Errors
    /// Where the rows have another schema.
    pub(crate) fn new(batches: Vec<RecordBatch>, schema: SchemaRef) -> Result<Self> {
        let statistics = Arc::new(statistics::of_rows(&batches, &schema));
        Ok(Self { rows: MemorySourceConfig::try_new(&[batches], schema, None)?, statistics })
    }
}

impl DataSource for TailSource {
    fn open(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.rows.open(partition, context)
    }

    fn fmt_as(&self, form: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt_as(form, f)
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        file_size_min: usize,
        ordering: Option<LexOrdering>,
    ) -> Result<Option<Arc<dyn DataSource>>> {
        self.rows.repartitioned(target_partitions, file_size_min, ordering)
    }

    fn output_partitioning(&self) -> Partitioning {
        self.rows.output_partitioning()
    }

    fn eq_properties(&self) -> EquivalenceProperties {
        self.rows.eq_properties()
    }

    fn scheduling_type(&self) -> SchedulingType {
        self.rows.scheduling_type()
    }

    /// Of all rows and of the one partition: they are the same.
    fn partition_statistics(&self, _: Option<usize>) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&self.statistics))
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn DataSource>> {
        self.rows.with_fetch(limit)
    }

    fn fetch(&self) -> Option<usize> {
        self.rows.fetch()
    }

    fn try_swapping_with_projection(&self, projection: &ProjectionExprs) -> Result<Option<Arc<dyn DataSource>>> {
        self.rows.try_swapping_with_projection(projection)
    }

    fn apply_expressions(
        &self,
        apply: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.rows.apply_expressions(apply)
    }
}
