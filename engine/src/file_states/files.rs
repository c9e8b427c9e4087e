//! What is to be known of files for a question: how it is found of one, and what of it is kept.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::{ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions};

use super::question::{Asked, Picked};
use super::store::{Kind, Known};
use super::window::{Window, live};

/// Whatever stands over other children has other properties.
pub(super) const RECOMPUTE: ReplaceChildrenOptions = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);

/// A file that the window cuts is kept as rows where so many at most lie within: more are not worth the memory.
const CUT_ROWS_MAX: u64 = 50_000;

/// See the module.
#[derive(Debug)]
pub(super) struct OfFiles {
    asked: Arc<Asked>,
    known: Known,
    what: What,
}

#[derive(Debug)]
enum What {
    /// What a first step makes of all rows of a file.
    States(Arc<AggregateExec>),
    /// The rows that pass a filter and lie within this window.
    Rows(Window),
}

/// The files of a question by what is to be known of them. All others are read as ever.
#[derive(Debug)]
pub(super) struct Parted {
    /// All their rows are within the window.
    pub(super) within: Vec<PartitionedFile>,
    /// Few of their rows are.
    pub(super) cut: Vec<PartitionedFile>,
}

impl Parted {
    pub(super) fn of(asked: &Asked, known: &Known) -> Self {
        let (mut within, mut cut): (Vec<_>, Vec<_>) =
            asked.files().into_iter().partition(|file| asked.window.holds(file));
        let (window, takes_rows) = (asked.window.open(), asked.picked.is_some() && known.takes(Kind::Rows));
        cut.retain(|file| takes_rows && window.num_rows(file).is_some_and(|num| num <= CUT_ROWS_MAX));
        within.retain(|_| known.takes(Kind::States));
        Self { within, cut }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.within.is_empty() && self.cut.is_empty()
    }

    /// A plan over the question's files in which only the others are read, below what stands in their leaf's place.
    pub(super) fn without(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        asked: &Asked,
        in_place: impl Fn(Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let known: HashSet<_> = self.within.iter().chain(&self.cut).map(|file| &file.object_meta.location).collect();
        let others = |group: &FileGroup| {
            let others = group.iter().filter(|file| !known.contains(&file.object_meta.location));
            FileGroup::new(others.cloned().collect())
        };
        // As many groups as before, some of them empty: the plan's partitions stay as they are.
        let others = source(&asked.scan, asked.groups.iter().map(others).collect());
        let replaced = plan.transform_down(|node| match Arc::ptr_eq(&node, &asked.leaf) {
            true => Ok(Transformed::new(in_place(Arc::clone(&others)), true, TreeNodeRecursion::Jump)),
            false => Ok(Transformed::no(node)),
        });
        replaced.data()
    }
}

impl OfFiles {
    /// The states that a first step makes of each file.
    pub(super) fn states(asked: &Arc<Asked>, known: &Known, step: Arc<AggregateExec>) -> Self {
        Self { asked: Arc::clone(asked), known: known.clone(), what: What::States(step) }
    }

    /// The rows of each file from where the window begins.
    pub(super) fn rows(asked: &Arc<Asked>, known: &Known) -> Self {
        Self { asked: Arc::clone(asked), known: known.clone(), what: What::Rows(asked.window.open()) }
    }

    /// What is known of files, and the others.
    pub(super) fn known(&self, files: Vec<PartitionedFile>) -> (Vec<RecordBatch>, Vec<PartitionedFile>) {
        self.known.of_files(files, self.window())
    }

    /// The plan that finds it of a file.
    pub(super) fn plan(&self, file: &PartitionedFile) -> Result<Arc<dyn ExecutionPlan>> {
        let file = vec![FileGroup::new(vec![file.clone()])];
        let mut input = source(&self.asked.scan, file.clone());
        let step = match (&self.what, &self.asked.picked) {
            (What::States(step), _) => step,
            (What::Rows(_), Some(Picked { scan, filter })) => {
                return Ok(Arc::new(FilterExec::try_new(Arc::clone(filter), source(scan, file))?));
            }
            (What::Rows(_), None) => return Ok(input),
        };
        for node in &self.asked.nodes {
            input = Arc::clone(node).replace_children(vec![input], RECOMPUTE)?;
        }
        Ok(first_over(step, input)?)
    }

    /// Keeps it, where that is worth it and there is room.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub(super) fn keep(&self, file: &PartitionedFile, found: &RecordBatch) -> Result<()> {
        let num_rows = live(file).and_then(|file| usize::try_from(file.num_rows?).ok()).unwrap_or_default();
        Ok(self.known.keep(file, num_rows, found, self.window())?)
    }

    /// It is too much to be kept.
    pub(super) fn refuse(&self) {
        self.known.refuse(if self.window().is_some() { Kind::Rows } else { Kind::States });
    }

    /// The window whose rows these are; states are of all rows.
    const fn window(&self) -> Option<&Window> {
        match &self.what {
            What::States(_) => None,
            What::Rows(window) => Some(window),
        }
    }
}

/// The first of two steps of an aggregate, over these rows.
pub(super) fn first_over(step: &AggregateExec, input: Arc<dyn ExecutionPlan>) -> Result<Arc<AggregateExec>> {
    let (group, values, filters) = (step.group_expr().clone(), step.aggr_expr().to_vec(), step.filter_expr().to_vec());
    let first = AggregateExec::try_new(AggregateMode::Partial, group, values, filters, input, step.input_schema())?;
    Ok(Arc::new(first))
}

/// The scan over files. What was known of all rows together does not hold for some of them.
fn source(scan: &FileScanConfig, groups: Vec<FileGroup>) -> Arc<dyn ExecutionPlan> {
    let unknown = Statistics::new_unknown(scan.file_source().table_schema().table_schema());
    let scan = FileScanConfigBuilder::from(scan.clone()).with_file_groups(groups).with_statistics(unknown).build();
    DataSourceExec::from_data_source(scan)
}
