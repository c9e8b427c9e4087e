//! The engine: tables, threads and memory behind [`QueryService`].

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use tidemark_lake::Table;
use tidemark_model::error::ServiceError;
use tidemark_model::port::{QueryService, QuerySession};
use tidemark_model::principal::Principal;
use tidemark_sql::Library;

use crate::catalog::Relations;
use crate::config::EngineConfig;
use crate::error::translate;
use crate::kpis;
use crate::pool::Pool;
use crate::session::Session;
use crate::system::SystemTable;
use crate::template::Template;

/// Answers SQL over the lake's tables.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What the engine's sessions share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) template: Arc<Template>,
    pub(crate) pool: Pool,
    pub(crate) config: EngineConfig,
}

impl Engine {
    /// An engine over the tables that there are; a table that is missing is unknown to queries, with a hint.
    /// `system` are the application's own relations, such as `ingest_partitions`; `library` its views and KPIs.
    ///
    /// # Errors
    /// Where its threads cannot be started, a folder for spilled data cannot be used, or a view cannot be planned.
    pub async fn new(
        tables: Vec<Arc<Table>>,
        system: Vec<Arc<dyn SystemTable>>,
        library: Arc<Library>,
        config: EngineConfig,
    ) -> Result<Self, ServiceError> {
        let relations = Relations::new(tables, system, library);
        let template = Template::new(relations, &config).await.map_err(|error| translate(&error, &[]))?;
        let pool = Pool::new(config.worker_threads)?;
        Ok(Self { shared: Arc::new(Shared { template: Arc::new(template), pool, config }) })
    }

    /// Makes sure that every KPI can be asked for: a file with a wrong column must not break the relation for all.
    ///
    /// # Errors
    /// The KPI that cannot be planned, and why.
    pub async fn check_kpis(&self) -> Result<(), ServiceError> {
        let names = self.shared.template.relations().names();
        let pinned = self.shared.template.pinned().map_err(|error| translate(&error, names))?;
        kpis::check(&pinned).await.map_err(|(kpi, error)| {
            let error = translate(&error, names);
            ServiceError {
                message: format!("the KPI {kpi} ({kpi}.sql) cannot be asked for: {}", error.message),
                ..error
            }
        })
    }

    /// Queries that are planned, run or wait for their client now.
    #[must_use]
    pub fn num_running(&self) -> usize {
        self.shared.pool.num_running()
    }
}

#[async_trait]
impl QueryService for Engine {
    async fn session(&self, principal: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
        Ok(Arc::new(Session::new(Arc::clone(&self.shared), principal.clone())))
    }
}
