//! The tables with numbered commits, opened together, so that whoever reads sees what whoever writes has committed: what
//! finance stated and closed, and what jobs worked out.

use std::sync::Arc;

use tidemark_ingest::IngestMetrics;
use tidemark_ingest::pipeline::maintain;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Store, Table};
use tidemark_model::close::FINANCE_CLOSES;
use tidemark_model::finance::FINANCE_ENTRIES;
use tidemark_model::insight::{RESULT_TABLES, ResultTable};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::imports::IMPORTS;
use crate::numbered::Numbered;

/// The word in the log for commits of results.
const RUNS: &str = "runs";

/// The tables that this process could open.
#[derive(Debug, Default)]
pub(crate) struct NumberedTables {
    tables: Vec<Arc<Numbered>>,
}

impl NumberedTables {
    /// Opens the tables, which are made where they are not there. What the store refuses is left out: the service does
    /// without, and says so.
    pub(crate) async fn open(store: &Store) -> Self {
        let of_finance = [(TableSpec::finance(), IMPORTS), (TableSpec::closes(), crate::closes::STEPS)];
        let of_results = RESULT_TABLES.into_iter().map(|table| (TableSpec::result(table), RUNS));
        let mut tables = Vec::new();
        for (spec, commits) in of_finance.into_iter().chain(of_results) {
            let name = spec.name;
            match Numbered::open(store, spec, commits).await {
                Ok(table) => tables.push(Arc::new(table)),
                Err(error) => tracing::warn!(error = error.chain(), "{name} can be neither read nor written"),
            }
        }
        Self { tables }
    }

    /// Opens the one table of some results, for a command.
    ///
    /// # Errors
    /// As [`Numbered::open`].
    pub(crate) async fn result(store: &Store, of: &'static ResultTable) -> Result<Numbered, tidemark_lake::LakeError> {
        Numbered::open(store, TableSpec::result(of), RUNS).await
    }

    /// The table of imports.
    pub(crate) fn imports(&self) -> Option<&Arc<Numbered>> {
        self.named(FINANCE_ENTRIES)
    }

    /// The table of steps towards closes.
    pub(crate) fn closes(&self) -> Option<&Arc<Numbered>> {
        self.named(FINANCE_CLOSES)
    }

    /// The table of some results.
    pub(crate) fn of(&self, results: &ResultTable) -> Option<&Arc<Numbered>> {
        self.named(results.name)
    }

    fn named(&self, name: &str) -> Option<&Arc<Numbered>> {
        self.tables.iter().find(|table| table.table().spec().name == name)
    }

    /// Every table, for readers.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.tables.iter().map(|table| table.table())
    }

    /// Merges their files and writes checkpoints, until stopped. One process of a lake does.
    pub(crate) fn maintain(&self, metrics: &IngestMetrics, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
        for table in &self.tables {
            tasks.spawn(maintain(Arc::clone(table.writer()), metrics.clone(), stop.clone()));
        }
    }

    /// Sees what other processes commit, until stopped.
    pub(crate) fn follow(&self, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
        for table in &self.tables {
            let (table, stop) = (Arc::clone(table), stop.clone());
            tasks.spawn(async move { table.follow(stop).await });
        }
    }
}
