//! Makes reports: asks the engine over what is committed at one moment, and writes what comes out.

use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tidemark_engine::Engine;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Reports};
use tidemark_model::principal::Principal;
use tidemark_model::report::{ReportFile, ReportFormat, ReportRequest};
use tidemark_reports::Asked;

use crate::principals::Principals;

/// See the module.
#[derive(Debug)]
pub(crate) struct Reporter {
    engine: Arc<Engine>,
    principals: Principals,
}

impl Reporter {
    pub(crate) const fn new(engine: Arc<Engine>, principals: Principals) -> Self {
        Self { engine, principals }
    }
}

#[async_trait]
impl Reports for Reporter {
    async fn file(
        &self,
        request: &ReportRequest,
        format: ReportFormat,
        by: &Principal,
    ) -> Result<ReportFile, ServiceError> {
        let scope = self.principals.scope(by)?;
        let queries = self.engine.committed().await?;
        let asked = Asked::of(queries.as_ref(), &scope, request, format).await?;
        let written = tokio::task::spawn_blocking(move || asked.write()).await;
        let broken = |error| ServiceError::new(ErrorCode::Internal, format!("the report was not written: {error}"));
        Ok(written.map_err(broken)??)
    }

    async fn rows(&self, request: &ReportRequest, by: &Principal) -> Result<Answer, ServiceError> {
        let scope = self.principals.scope(by)?;
        let queries = self.engine.committed().await?;
        let rows = tidemark_reports::rows(queries.as_ref(), &scope, request).await?;
        let Some(schema) = rows.first().map(arrow::array::RecordBatch::schema) else {
            return Err(ServiceError::new(ErrorCode::Internal, "a report without rows was not refused"));
        };
        Ok(Answer { schema, rows: stream::iter(rows.into_iter().map(Ok)).boxed() })
    }
}
