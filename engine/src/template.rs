//! What all statements share, built once: runtime and memory, functions, optimizer rules, the shape of `pg_catalog`.
//!
//! A statement gets a copy of the template's state (functions and rules are shared, not copied) with its own catalog
//! and its session's functions. `pg_catalog` describes columns only, so one instance serves everybody, which also
//! keeps the object ids that psql and drivers carry from one statement to the next.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use datafusion::common::Result;
use datafusion::common::config::{ConfigOptions, Dialect, SpillCompression};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{GreedyMemoryPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SQLOptions, SessionConfig};
use datafusion::sql::parser::Statement;
use tidemark_model::port::Freshness;
use tidemark_model::principal::Principal;
use tidemark_sql::dialect;

use crate::catalog::{self, CATALOG, Pinned, Relations, SCHEMA};
use crate::config::EngineConfig;
use crate::file_states;
use crate::functions;
use crate::order_hint;
use crate::pg_catalog::{Catalogs, Searched, nothing};
use crate::settings::Settings;

/// Consumers that are named when memory runs out.
const CONSUMERS_NAMED: NonZeroUsize = NonZeroUsize::new(5).unwrap();

/// Deepest recursion of the parser; above the gate's, so that the gate is who refuses.
const PARSER_DEPTH: &str = "100";

/// Memory that filters of one Parquet reader may keep, in bytes; it multiplies by partitions and queries.
const PREDICATE_CACHE_BYTES: usize = 32 << 20;

/// See the module.
#[derive(Debug)]
pub(crate) struct Template {
    state: SessionState,
    catalogs: Catalogs,
    relations: Relations,
}

impl Template {
    pub(crate) async fn new(relations: Relations, config: &EngineConfig) -> Result<Self> {
        let mut state = SessionStateBuilder::new()
            .with_config(session_config(config)?)
            .with_runtime_env(Arc::new(runtime(config)?))
            .with_default_features()
            .with_physical_optimizer_rules(file_states::among(order_hint::rules(), config.file_states_bytes))
            .build();
        functions::register(&mut state)?;
        let shapes = relations.shapes(&state).await?;
        state.register_catalog_list(catalog::list(shapes, [])?);
        let (catalogs, state) = Catalogs::new(state).await?;
        Ok(Self { state, catalogs, relations })
    }

    pub(crate) const fn relations(&self) -> &Relations {
        &self.relations
    }

    /// The relations as they are now, for the platform's own questions.
    pub(crate) fn pinned(&self, freshness: Freshness) -> Result<Pinned> {
        self.relations.pin(freshness, &self.state)
    }

    /// A state for one statement over these relations, with the settings as they are now; the statement may set some for
    /// those after it.
    pub(crate) fn statement(
        &self,
        relations: Pinned,
        principal: &Principal,
        settings: &Settings,
        for_later: &Arc<Mutex<Settings>>,
    ) -> Result<SessionState> {
        let mut state = relations.bare_state();
        let relations = if principal.is_platform() { relations } else { relations.looked_at() };
        let user = principal.name();
        let schemas = self.catalogs.schemas(user, settings);
        let [(_, pg_catalog), _] = &schemas;
        // PostgreSQL looks into pg_catalog too where no schema is named.
        let searched = Searched::new(Arc::new(relations), Arc::clone(pg_catalog));
        state.register_catalog_list(catalog::list(Arc::new(searched), schemas)?);
        functions::register_for_session(&mut state, user, settings, for_later)?;
        if settings.time_zone() != "UTC" {
            set_time_zone(&mut state, settings.time_zone())?;
        }
        state.mark_start_execution();
        Ok(state)
    }

    /// Plans a statement that the gate has passed, and makes sure once more that it only reads.
    pub(crate) async fn plan(&self, state: &SessionState, text: &str) -> Result<LogicalPlan> {
        let mut statement = state.sql_to_statement(text, &Dialect::PostgreSQL)?;
        match &mut statement {
            Statement::Statement(statement) => dialect::postgres(statement),
            Statement::Explain(explain) => {
                if let Statement::Statement(statement) = explain.statement.as_mut() {
                    dialect::postgres(statement);
                }
            }
            _ => {}
        }
        let plan = nothing::replaced(state.statement_to_plan(statement).await?)?;
        let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        reads.verify_plan(&plan)?;
        Ok(plan)
    }
}

fn session_config(config: &EngineConfig) -> Result<SessionConfig> {
    let mut options = ConfigOptions::new();
    options.set("datafusion.sql_parser.recursion_limit", PARSER_DEPTH)?;
    options.sql_parser.dialect = Dialect::PostgreSQL;
    options.execution.time_zone = Some("UTC".to_owned());
    options.execution.spill_compression = SpillCompression::Lz4Frame;
    options.execution.parquet.max_predicate_cache_size = Some(PREDICATE_CACHE_BYTES);
    Ok(SessionConfig::from(options)
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false)
        .with_target_partitions(config.target_partitions.max(1)))
}

fn runtime(config: &EngineConfig) -> Result<RuntimeEnv> {
    let mode = match &config.temp_dir {
        Some(folder) => DiskManagerMode::Directories(vec![folder.clone()]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    let disk = DiskManagerBuilder::default().with_mode(mode).with_max_temp_directory_size(config.spill_bytes);
    // Greedy: a fair pool gives each consumer so little when there are many that queries fail with memory free.
    let memory = TrackConsumersPool::new(GreedyMemoryPool::new(config.memory_bytes), CONSUMERS_NAMED);
    RuntimeEnvBuilder::new()
        .with_disk_manager_builder(disk)
        .with_memory_pool(Arc::new(memory))
        .with_metadata_cache_limit(config.metadata_cache_bytes)
        .build()
}

/// Functions such as `now()` keep a copy of the zone, so they are made again.
fn set_time_zone(state: &mut SessionState, zone: &str) -> Result<()> {
    state.config_mut().options_mut().execution.time_zone = Some(zone.to_owned());
    let options = Arc::clone(state.config_options());
    let functions = state.scalar_functions().values();
    let changed: Vec<_> = functions.filter_map(|function| function.inner().with_updated_config(&options)).collect();
    for function in changed {
        state.register_udf(Arc::new(function))?;
    }
    Ok(())
}
