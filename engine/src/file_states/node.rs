//! A node of a plan that reads only files of which nothing is known.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, ReplaceChildrenOptions,
    execute_stream,
};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use super::files::OfFiles;

/// Of one file so much at most is held in memory to be kept.
const FOUND_BYTES_MAX: usize = 16 << 20;

/// What is known of some files, what is found of others and then known, and after that all else.
#[derive(Debug)]
pub(super) struct FromFiles {
    name: &'static str,
    known: Vec<RecordBatch>,
    unknown: Vec<(PartitionedFile, Arc<OfFiles>)>,
    rest: Arc<dyn ExecutionPlan>,
    /// Those of the node in whose place this one stands.
    properties: Arc<PlanProperties>,
}

impl FromFiles {
    /// A node in the place of another, with the rest of what that one has and nothing of files yet.
    pub(super) fn new(name: &'static str, replaced: &dyn ExecutionPlan, rest: Arc<dyn ExecutionPlan>) -> Self {
        Self { name, known: vec![], unknown: vec![], rest, properties: Arc::clone(replaced.properties()) }
    }

    /// The same with what is to be known of these files.
    pub(super) fn with(mut self, files: Vec<PartitionedFile>, of_files: OfFiles) -> Self {
        let (known, unknown) = of_files.known(files);
        let of_files = Arc::new(of_files);
        self.known.extend(known);
        self.unknown.extend(unknown.into_iter().map(|file| (file, Arc::clone(&of_files))));
        self
    }

    /// What of a list a partition of the plan sees to.
    fn share<T: Clone>(&self, all: &[T], partition: usize) -> Vec<T> {
        all.iter().skip(partition).step_by(self.properties.partitioning.partition_count()).cloned().collect()
    }
}

/// What is known of a file from then on; where that is too much to be kept, it goes on as it is found.
async fn found(
    file: PartitionedFile,
    of_files: Arc<OfFiles>,
    context: Arc<TaskContext>,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let mut all = execute_stream(of_files.plan(&file)?, context)?;
    let (mut batches, mut num_bytes) = (vec![], 0);
    while let Some(rows) = all.try_next().await? {
        num_bytes += rows.get_array_memory_size();
        batches.push(rows);
        if num_bytes > FOUND_BYTES_MAX {
            of_files.refuse();
            return Ok(stream::iter(batches.into_iter().map(Ok)).chain(all).boxed());
        }
    }
    let rows = concat_batches(&all.schema(), &batches)?;
    of_files.keep(&file, &rows)?;
    Ok(stream::iter([Ok(rows)]).boxed())
}

impl DisplayAs for FromFiles {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (known, all) = (self.known.len(), self.known.len() + self.unknown.len());
        write!(f, "{}: {known} of {all} files are known", self.name)
    }
}

impl ExecutionPlan for FromFiles {
    fn name(&self) -> &'static str {
        self.name
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.rest]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Ok([rest]) = <[_; 1]>::try_from(children) else {
            return internal_err!("{} has one child", self.name);
        };
        if rest.output_partitioning().partition_count() != self.properties.partitioning.partition_count() {
            return internal_err!("{} has as many partitions as its child", self.name);
        }
        let (known, unknown) = (self.known.clone(), self.unknown.clone());
        Ok(Arc::new(Self { name: self.name, known, unknown, rest, properties: Arc::clone(&self.properties) }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, super::files::RECOMPUTE)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let known = self.share(&self.known, partition).into_iter().map(Ok);
        let of_files = Arc::clone(&context);
        let unknown = stream::iter(self.share(&self.unknown, partition))
            .then(move |(file, of)| found(file, of, Arc::clone(&of_files)))
            .try_flatten();
        let rest = self.rest.execute(partition, context)?;
        let all = stream::iter(known).chain(unknown).chain(rest);
        let all = all.try_filter(|rows| std::future::ready(rows.num_rows() > 0));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), all)))
    }
}
