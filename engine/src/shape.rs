//! A relation's columns without its rows: what the catalogs describe.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

/// See the module.
#[derive(Debug)]
pub(crate) struct Shape {
    schema: SchemaRef,
    is_view: bool,
    definition: Option<String>,
}

impl Shape {
    /// The shape of a table.
    pub(crate) const fn of_table(schema: SchemaRef) -> Self {
        Self { schema, is_view: false, definition: None }
    }

    /// The shape of a view, with its query where it is one.
    pub(crate) const fn of_view(schema: SchemaRef, definition: Option<String>) -> Self {
        Self { schema, is_view: true, definition }
    }
}

#[async_trait]
impl TableProvider for Shape {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        if self.is_view { TableType::View } else { TableType::Base }
    }

    fn get_table_definition(&self) -> Option<&str> {
        self.definition.as_deref()
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        Ok(Arc::new(EmptyExec::new(schema)))
    }
}
