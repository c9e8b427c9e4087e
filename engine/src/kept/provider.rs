//! Rows that are kept, as a relation.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use super::rows::Rows;

/// A view's rows at one moment.
#[derive(Debug)]
pub(super) struct KeptRows {
    schema: SchemaRef,
    chunks: Vec<RecordBatch>,
}

impl KeptRows {
    pub(super) fn new(rows: &Rows) -> Self {
        Self { schema: Arc::clone(rows.schema()), chunks: rows.chunks().cloned().collect() }
    }
}

#[async_trait]
impl TableProvider for KeptRows {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let num_parts = state.config().target_partitions().clamp(1, self.chunks.len().max(1));
        let mut parts = vec![Vec::new(); num_parts];
        for (index, chunk) in self.chunks.iter().enumerate() {
            parts[index % num_parts].push(chunk.clone());
        }
        Ok(MemorySourceConfig::try_new_exec(&parts, self.schema(), projection.cloned())?)
    }
}
