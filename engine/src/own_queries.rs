//! The platform's own questions, all of one moment: what a close of a month or a forecast is made from.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use async_trait::async_trait;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;

use crate::catalog::Pinned;
use crate::pool::Haste;
use crate::service::Shared;

/// The tables as they were at one moment; queries run on the engine's own threads.
#[derive(Debug)]
pub(crate) struct OwnQueries {
    shared: Arc<Shared>,
    pinned: Pinned,
}

impl OwnQueries {
    pub(crate) const fn new(shared: Arc<Shared>, pinned: Pinned) -> Self {
        Self { shared, pinned }
    }
}

#[async_trait]
impl PinnedQueries for OwnQueries {
    async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, ServiceError> {
        let (pinned, sql) = (self.pinned.clone(), sql.to_owned());
        let asked = async move {
            let started = Instant::now();
            let rows = PinnedQueries::rows(&pinned, &sql).await;
            tracing::trace!(sql, "the platform asked itself in {:?}", started.elapsed());
            rows
        };
        self.shared.pools.of(Haste::Waited).start(asked)?.outcome().await?
    }
}
