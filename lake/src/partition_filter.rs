//! Filters that speak of partition columns alone. What they ask is known of each file as a whole, so that the scan
//! itself answers them, and nothing above it needs to look again: a limit and an order then reach the files.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringViewArray};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::{FieldRef, Fields, Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_expr::PhysicalExpr;

use crate::log::LiveFile;

/// Whether a filter speaks of these columns alone, and always answers the same.
pub(crate) fn is_of(filter: &Expr, partition_columns: &[&str]) -> bool {
    let columns = filter.column_refs();
    !columns.is_empty()
        && columns.iter().all(|column| partition_columns.contains(&column.name.as_str()))
        && !filter.is_volatile()
}

/// Such filters of one query, all of which must hold.
#[derive(Debug)]
pub(crate) struct PartitionFilter {
    /// The partition columns.
    schema: SchemaRef,
    predicate: Option<Arc<dyn PhysicalExpr>>,
}

impl PartitionFilter {
    /// Those among a query's filters.
    ///
    /// # Errors
    /// Where one cannot be planned.
    pub(crate) fn new(state: &dyn Session, filters: &[Expr], fields: &Fields) -> Result<Self> {
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let of_partitions = filters.iter().filter(|filter| is_of(filter, &names)).cloned();
        let filter = conjunction(of_partitions.collect::<Vec<_>>());
        let schema = Arc::new(Schema::new(fields.clone()));
        let columns = DFSchema::try_from(Arc::clone(&schema))?;
        let predicate = filter.map(|filter| state.create_physical_expr(filter, &columns)).transpose()?;
        Ok(Self { schema, predicate })
    }

    /// The files whose rows pass.
    ///
    /// # Errors
    /// Where the filter cannot be evaluated.
    pub(crate) fn files(&self, files: Vec<Arc<LiveFile>>) -> Result<Vec<Arc<LiveFile>>> {
        if self.predicate.is_none() || files.is_empty() {
            return Ok(files);
        }
        let values = |field: &FieldRef| {
            let values = files.iter().map(|file| file.partition.get(field.name()).and_then(Option::as_deref));
            Arc::new(values.collect::<StringViewArray>()) as ArrayRef
        };
        let values = self.schema.fields().iter().map(values).collect();
        let passing = self.passing(&RecordBatch::try_new(Arc::clone(&self.schema), values)?)?;
        Ok(files.into_iter().zip(passing.values()).filter_map(|(file, passes)| passes.then_some(file)).collect())
    }

    /// Which rows pass; `None` where all do. The rows have the partition columns.
    ///
    /// # Errors
    /// Where the filter cannot be evaluated, or a column is missing.
    pub(crate) fn rows(&self, columns: &RecordBatch) -> Result<Option<BooleanArray>> {
        self.predicate.as_ref().map(|_| self.passing(columns)).transpose()
    }

    /// Which rows pass; what is unknown does not.
    fn passing(&self, columns: &RecordBatch) -> Result<BooleanArray> {
        let Some(predicate) = &self.predicate else { return Ok(BooleanArray::from(vec![true; columns.num_rows()])) };
        let passing = predicate.evaluate(columns)?.into_array(columns.num_rows())?;
        let passing = passing
            .as_boolean_opt()
            .ok_or_else(|| DataFusionError::Internal(format!("the filter {predicate} is no condition")))?;
        Ok(if passing.null_count() > 0 { prep_null_mask_filter(passing) } else { passing.clone() })
    }
}
