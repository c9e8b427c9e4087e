//! The catalogs that PostgreSQL's clients read: `pg_catalog` and `information_schema`.
//!
//! `datafusion-pg-catalog` has PostgreSQL's own types, functions and operators. What tells of our relations, and what
//! it has not or otherwise than PostgreSQL, is here, made once when the engine starts: the relations' columns never
//! change while it runs. What tells of the session is made for each statement (`session`).
//!
//! # Layout
//! * `shape`: which relations and columns there are
//! * `relations/*.sql`: what PostgreSQL's catalogs say of them
//! * `empty`: relations without rows
//! * `objects`: names of ids and ids of names, with `procedures` and `identifiers`
//! * `functions`: functions that clients call over the catalogs
//! * `layers`: which schema is looked into after which
//! * `nothing`: queries as values over relations without rows, which the planner could not untie

mod build;
mod empty;
mod functions;
mod identifiers;
mod layers;
pub(crate) mod nothing;
mod objects;
mod procedures;
mod session;
mod shape;

use std::sync::Arc;

use datafusion::catalog::SchemaProvider;
use datafusion::catalog::information_schema::InformationSchemaProvider;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::SessionContext;
use datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_pg_catalog::setup_pg_catalog;

use crate::catalog::CATALOG;
use crate::settings::Settings;
use layers::Over;
pub(crate) use layers::Searched;

/// The schema that PostgreSQL's clients read.
pub(crate) const PG_CATALOG: &str = "pg_catalog";
/// The schema that standard SQL's clients read.
pub(crate) const INFORMATION_SCHEMA: &str = "information_schema";

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Catalogs {
    pg_catalog: Arc<dyn SchemaProvider>,
    information_schema: Arc<dyn SchemaProvider>,
}

impl Catalogs {
    /// Makes the catalogs for a state whose catalog list holds the relations' columns; the state gets their functions.
    pub(crate) async fn new(state: SessionState) -> Result<(Self, SessionState)> {
        let list = Arc::clone(state.catalog_list());
        let context = SessionContext::new_with_state(state);
        setup_pg_catalog(&context, CATALOG, EmptyContextProvider).map_err(|error| *error)?;
        let theirs = context.catalog(CATALOG).and_then(|catalog| catalog.schema(PG_CATALOG));
        let theirs = theirs.ok_or_else(|| DataFusionError::Internal("pg_catalog is missing".to_owned()))?;
        let mut state = context.state();
        let (pg_catalog, information_schema) = build::build(&mut state, theirs).await?;
        // DataFusion's has what its SHOW FUNCTIONS reads.
        let lower: Arc<dyn SchemaProvider> = Arc::new(InformationSchemaProvider::new(list));
        let information_schema = Arc::new(Over { upper: information_schema, lower });
        Ok((Self { pg_catalog, information_schema }, state))
    }

    /// The schemas for one statement.
    pub(crate) fn schemas(&self, user: &str, settings: &Settings) -> [(&'static str, Arc<dyn SchemaProvider>); 2] {
        let upper: Arc<dyn SchemaProvider> = Arc::new(session::SessionSchema::new(user, settings));
        let pg_catalog: Arc<dyn SchemaProvider> = Arc::new(Over { upper, lower: Arc::clone(&self.pg_catalog) });
        [(PG_CATALOG, pg_catalog), (INFORMATION_SCHEMA, Arc::clone(&self.information_schema))]
    }
}
