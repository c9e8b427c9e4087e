//! Rows that are kept, as a relation.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;

use super::chunk::{Chunk, prune};
use super::rows::Rows;
use crate::origin::Origin;

/// A view's rows at one moment.
#[derive(Debug, Clone)]
pub(super) struct KeptRows {
    view: String,
    schema: SchemaRef,
    chunks: Vec<Arc<Chunk>>,
    /// That moment, where a statement sees it instead of waiting for newer rows.
    held_since: Option<Instant>,
}

impl KeptRows {
    pub(super) fn new(view: &str, rows: &Rows) -> Self {
        let (view, schema) = (view.to_owned(), Arc::clone(rows.schema()));
        Self { view, schema, chunks: rows.chunks().cloned().collect(), held_since: None }
    }

    /// The same for a statement that sees this moment.
    pub(super) fn held_since(&self, moment: Instant) -> Self {
        Self { held_since: Some(moment), ..self.clone() }
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

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let chunks = match conjunction(filters.to_vec()) {
            Some(filter) => {
                let columns = DFSchema::try_from(Arc::clone(&self.schema))?;
                prune(&self.chunks, &self.schema, &state.create_physical_expr(filter, &columns)?)
            }
            None => self.chunks.clone(),
        };
        let num_parts = state.config().target_partitions().clamp(1, chunks.len().max(1));
        let mut parts = vec![Vec::new(); num_parts];
        for (index, chunk) in chunks.iter().enumerate() {
            parts[index % num_parts].push(chunk.rows().clone());
        }
        let age = self.held_since.map(|moment| format!(", {} ms old", moment.elapsed().as_millis()));
        let words =
            format!("{}, {} of {} chunks{}", self.view, chunks.len(), self.chunks.len(), age.unwrap_or_default());
        Ok(Origin::view(words, MemorySourceConfig::try_new_exec(&parts, self.schema(), projection.cloned())?))
    }
}
