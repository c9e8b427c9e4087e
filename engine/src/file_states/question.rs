//! An aggregate over files as a question that may be asked again.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::{ProjectionExpr, ProjectionExprs};
use datafusion::physical_expr::{PhysicalExpr, split_conjunction};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, InputOrderMode};

use super::fixed::is_of_its_row;
use super::window::{self, Window};

/// What is asked of each file. Two that are equal come to the same of the same file.
#[derive(Debug, PartialEq)]
pub(super) struct Question {
    table: ObjectStoreUrl,
    columns: Option<ProjectionExprs>,
    /// From the file on.
    steps: Vec<Step>,
    group: PhysicalGroupBy,
    values: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// What files are pruned by besides bounds of the window: a condition from above the aggregate may be among it.
    Pruned(Vec<Arc<dyn PhysicalExpr>>),
    /// Conditions other than bounds of the window, and the columns that remain.
    Filter(Vec<Arc<dyn PhysicalExpr>>, Option<Vec<usize>>),
    Projection(Vec<ProjectionExpr>),
}

/// An aggregate function over its arguments. Those with an order are refused, see [`Asked::all`].
#[derive(Debug)]
struct Value(Arc<AggregateFunctionExpr>, Option<Arc<dyn PhysicalExpr>>);

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
            && self.0.is_distinct() == other.0.is_distinct()
            && self.0.ignore_nulls() == other.0.ignore_nulls()
            && self.1 == other.1
    }
}

/// A question as a plan asks it of one table.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: Arc<Question>,
    /// The node that reads the files.
    pub(super) leaf: Arc<dyn ExecutionPlan>,
    /// How it reads them; it has none itself.
    pub(super) scan: FileScanConfig,
    /// The files, by partition of the plan.
    pub(super) groups: Vec<FileGroup>,
    /// Filters and projections between the files and the aggregate, from the files on.
    pub(super) nodes: Vec<Arc<dyn ExecutionPlan>>,
    pub(super) window: Window,
    /// How rows are picked out of a file that the window cuts; `None` where no filter does.
    pub(super) picked: Option<Picked>,
}

/// A scan, of no files itself, and the filter right above it, both without upper ends of the window.
#[derive(Debug)]
pub(super) struct Picked {
    pub(super) scan: FileScanConfig,
    pub(super) filter: Arc<dyn PhysicalExpr>,
}

impl Asked {
    /// What an aggregate asks of files of each table. Nothing where its answer depends on more than rows one by one, or
    /// on their order.
    pub(super) fn all(step: &AggregateExec) -> Vec<Self> {
        let has_order = *step.input_order_mode() != InputOrderMode::Linear
            || step.required_input_ordering().iter().any(Option::is_some)
            || step.aggr_expr().iter().any(|value| !value.order_bys().is_empty());
        let group = step.group_expr();
        let is_one =
            *step.mode() == AggregateMode::Partial || step.input().output_partitioning().partition_count() == 1;
        let arguments = step.aggr_expr().iter().flat_map(|value| value.expressions());
        let groups = group.expr().iter().map(|(of, _)| Arc::clone(of));
        let filters = step.filter_expr().iter().flatten().map(Arc::clone);
        if !is_one
            || step.limit_options().is_some()
            || has_order
            || !arguments.chain(groups).chain(filters).all(|of| is_of_its_row(&of))
        {
            return vec![];
        }
        Way::all(step.input()).into_iter().map(|way| way.asked(step)).collect()
    }

    /// The files that are to be read, each whole.
    pub(super) fn files(&self) -> Vec<PartitionedFile> {
        let files = self.groups.iter().flat_map(FileGroup::iter);
        // Large ones are read in parts, side by side.
        let first = files.filter(|file| file.range.as_ref().is_none_or(|range| range.start == 0));
        first.map(|file| PartitionedFile { range: None, ..file.clone() }).collect()
    }
}

/// A way from an aggregate down to files on which rows stay by themselves.
struct Way {
    leaf: Arc<dyn ExecutionPlan>,
    scan: FileScanConfig,
    groups: Vec<FileGroup>,
    nodes: Vec<Arc<dyn ExecutionPlan>>,
    steps: Vec<Step>,
    picked: Option<Picked>,
    window: Window,
    /// For each column its name in the table, where it is one of the table's that is never null.
    columns: Vec<Option<String>>,
}

impl Way {
    fn all(node: &Arc<dyn ExecutionPlan>) -> Vec<Self> {
        if let Some(source) = node.downcast_ref::<DataSourceExec>() {
            return Self::to_files(node, source).into_iter().collect();
        }
        if let Some(filter) = node.downcast_ref::<FilterExec>() {
            return Self::all(filter.input()).into_iter().filter_map(|way| way.filtered(node, filter)).collect();
        }
        if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
            let ways = Self::all(projection.input()).into_iter();
            return ways.filter_map(|way| way.projected(node, projection)).collect();
        }
        let lets_through = node.is::<UnionExec>()
            || node.is::<RepartitionExec>()
            || node.is::<CoalescePartitionsExec>()
            || node.is::<CooperativeExec>();
        match lets_through && node.fetch().is_none() {
            true => node.children().into_iter().flat_map(Self::all).collect(),
            false => vec![],
        }
    }

    fn to_files(leaf: &Arc<dyn ExecutionPlan>, source: &DataSourceExec) -> Option<Self> {
        let (scan, parquet) = source.downcast_to_file_source::<ParquetSource>()?;
        let table = scan.file_source().table_schema().table_schema();
        let names = names(table);
        let columns: Vec<Arc<dyn PhysicalExpr>> = match scan.file_source().projection() {
            Some(projection) => projection.iter().map(|column| Arc::clone(&column.expr)).collect(),
            None => (0..).zip(table.fields()).map(|(i, of)| Arc::new(Column::new(of.name(), i)) as _).collect(),
        };
        // A filter that grows while the plan runs leaves out rows that others will ask for.
        let leaves_out = scan
            .file_source()
            .filter()
            .is_some_and(|filter| !is_of_its_row(&filter) || parquet.table_parquet_options().global.pushdown_filters);
        if leaves_out || scan.limit.is_some() || !columns.iter().all(is_of_its_row) {
            return None;
        }
        let mut window = Window::default();
        let filter = scan.file_source().filter();
        let pruned = filter.iter().flat_map(split_conjunction).filter(|condition| !window.narrow(condition, &names));
        let steps = vec![Step::Pruned(pruned.cloned().collect())];
        let columns =
            columns.iter().map(|column| names.get(column.downcast_ref::<Column>()?.index()).cloned()?).collect();
        let (leaf, mut scan) = (Arc::clone(leaf), scan.clone());
        let groups = std::mem::take(&mut scan.file_groups);
        Some(Self { leaf, scan, groups, nodes: vec![], steps, picked: None, window, columns })
    }

    fn filtered(mut self, node: &Arc<dyn ExecutionPlan>, filter: &FilterExec) -> Option<Self> {
        let conditions = split_conjunction(filter.predicate()).into_iter();
        let others: Vec<_> =
            conditions.filter(|condition| !self.window.narrow(condition, &self.columns)).cloned().collect();
        if filter.fetch().is_some() || !others.iter().all(is_of_its_row) {
            return None;
        }
        if self.nodes.is_empty() {
            let filter = window::open(filter.predicate(), &self.columns);
            self.picked = Some(Picked { scan: open(&self.scan), filter });
        }
        let kept = filter.projection().as_ref().map(|kept| kept.to_vec());
        if let Some(kept) = &kept {
            self.columns = kept.iter().map(|column| self.columns.get(*column).cloned().flatten()).collect();
        }
        self.nodes.push(Arc::clone(node));
        self.steps.push(Step::Filter(others, kept));
        Some(self)
    }

    fn projected(mut self, node: &Arc<dyn ExecutionPlan>, projection: &ProjectionExec) -> Option<Self> {
        let of = |of: &ProjectionExpr| self.columns.get(of.expr.downcast_ref::<Column>()?.index()).cloned().flatten();
        self.columns = projection.expr().iter().map(of).collect();
        self.nodes.push(Arc::clone(node));
        self.steps.push(Step::Projection(projection.expr().to_vec()));
        projection.expr().iter().all(|of| is_of_its_row(&of.expr)).then_some(self)
    }

    fn asked(self, step: &AggregateExec) -> Asked {
        let values = step.aggr_expr().iter().zip(step.filter_expr());
        let question = Question {
            table: self.scan.object_store_url.clone(),
            columns: self.scan.file_source().projection().cloned(),
            steps: self.steps,
            group: step.group_expr().clone(),
            values: values.map(|(value, filter)| Value(Arc::clone(value), filter.clone())).collect(),
        };
        let Self { leaf, scan, groups, nodes, window, picked, .. } = self;
        Asked { question: Arc::new(question), leaf, scan, groups, nodes, window, picked }
    }
}

/// The scan without upper ends of the window among what it prunes by.
fn open(scan: &FileScanConfig) -> FileScanConfig {
    let source = scan.file_source();
    let Some((filter, parquet)) = source.filter().zip(source.downcast_ref::<ParquetSource>()) else {
        return scan.clone();
    };
    let filter = window::open(&filter, &names(source.table_schema().table_schema()));
    FileScanConfigBuilder::from(scan.clone()).with_source(Arc::new(parquet.with_predicate(filter))).build()
}

/// The names of a table's columns that are never null.
fn names(table: &Schema) -> Vec<Option<String>> {
    table.fields().iter().map(|field| (!field.is_nullable()).then(|| field.name().clone())).collect()
}
