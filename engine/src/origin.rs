//! A leaf of a plan that says what its rows are and how old, so that `EXPLAIN` shows what an answer was made of.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions};

/// Rows in memory, with the words for them.
#[derive(Debug)]
pub(crate) struct Origin {
    name: &'static str,
    words: String,
    /// The moment that KPI cells hold for, where all of them are kept.
    cells_as_of: Option<Instant>,
    rows: Arc<dyn ExecutionPlan>,
}

impl Origin {
    /// A view's rows.
    pub(crate) fn view(words: String, rows: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        Arc::new(Self { name: "KeptRows", words, cells_as_of: None, rows })
    }

    /// KPI cells, and the moment that they hold for where all of them are kept.
    pub(crate) fn cells(words: String, as_of: Option<Instant>, rows: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        Arc::new(Self { name: "KpiCells", words, cells_as_of: as_of, rows })
    }

    /// Whether these are KPI cells, all of which are kept and hold for this moment or a later one.
    pub(crate) fn is_of_cells_since(&self, moment: Instant) -> bool {
        self.cells_as_of.is_some_and(|as_of| as_of >= moment)
    }
}

impl DisplayAs for Origin {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.words)
    }
}

impl ExecutionPlan for Origin {
    fn name(&self) -> &str {
        self.name
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.rows.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.rows.execute(partition, context)
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        self.rows.statistics_from_inputs(inputs, args)
    }
}
