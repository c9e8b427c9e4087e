//! Relations that other crates work out from what a statement pinned: the engine asks through the port in `model`.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use tidemark_model::error::ServiceError;
use tidemark_model::port::{DerivedRelation, PinnedQueries};

use crate::catalog::Pinned;
use crate::error::translate;
use crate::kpis::Passing;

/// Such a relation within one statement.
#[derive(Debug)]
pub(crate) struct DerivedScan {
    relation: Arc<dyn DerivedRelation>,
    pinned: Pinned,
}

impl DerivedScan {
    pub(crate) const fn new(relation: Arc<dyn DerivedRelation>, pinned: Pinned) -> Self {
        Self { relation, pinned }
    }
}

#[async_trait]
impl PinnedQueries for Pinned {
    async fn rows(&self, sql: &str) -> std::result::Result<Vec<RecordBatch>, ServiceError> {
        Self::rows(self, sql).await.map_err(|error| translate(&error, &[]))
    }
}

#[async_trait]
impl TableProvider for DerivedScan {
    fn schema(&self) -> SchemaRef {
        self.relation.schema()
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
        let month = Arc::new(Schema::new(vec![Field::new("month", DataType::Utf8, false)]));
        let passing = Passing::of(state, filters, &month)?;
        let is_wanted = |name: &str| {
            let one = RecordBatch::try_new(Arc::clone(&month), vec![Arc::new(StringArray::from(vec![name]))]);
            let passed = one.map_err(DataFusionError::from).and_then(|one| passing.rows(&one));
            // Where a filter cannot be judged here, the plan judges it over the rows.
            passed.map_or(true, |passed| passed.iter().next().flatten().unwrap_or(false))
        };
        let rows = self.relation.rows(&self.pinned, &is_wanted).await;
        let rows = rows.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(MemorySourceConfig::try_new_exec(&[vec![rows]], self.schema(), projection.cloned())?)
    }
}
