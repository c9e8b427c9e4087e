//! A running instance: who gets what, in the order in which it starts; stopped in the opposite order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use prometheus::Registry;
use tidemark_alerts::Gauges;
use tidemark_dashboards::Console;
use tidemark_engine::{Engine, EngineConfig, OwnRelations};
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::kafka::publish::KafkaSink;
use tidemark_ingest::pipeline::{Pipeline, SOURCE, Writers, maintain};
use tidemark_ingest::status::Status;
use tidemark_insight::close::CostAllocation;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Store, Table, TableWriter};
use tidemark_model::insight::{ANOMALY_MARKS, REPORT_STEPS};
use tidemark_model::port::{Freshness, Pages, QueryService, Reports};
use tidemark_serve::{Services, Writes};
use tidemark_sql::Library;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::audit::Audits;
use crate::cli::Role;
use crate::closes::Closes;
use crate::config::Config;
use crate::doors::Doors;
use crate::health::PlatformHealth;
use crate::imports::Imports;
use crate::jobs::{JobStates, Jobs, JobsTable};
use crate::marks::Marks;
use crate::metered::QuerySeconds;
use crate::minutes::{self, Ingest, Looker, Record};
use crate::numbered_tables::NumberedTables;
use crate::principals::Principals;
use crate::replays::Replays;
use crate::reporter::Reporter;
use crate::saved::{Definitions, DefinitionsTable, Saved};

/// Shortest rest between two rounds that keep entities and KPI cells fresh.
const FRESH_REST: Duration = Duration::from_millis(100);

/// A running instance.
#[derive(Debug)]
pub(crate) struct Service {
    /// Where HTTP is answered.
    pub(crate) http: Option<SocketAddr>,
    /// Where PostgreSQL's protocol is answered.
    pub(crate) postgres: Option<SocketAddr>,
    /// The pipeline, where this instance ingests.
    pub(crate) pipeline: Option<Pipeline>,
    doors: JoinSet<()>,
    ingest: JoinSet<()>,
    stop_doors: CancellationToken,
    stop_ingest: CancellationToken,
}

impl Service {
    /// Starts what the roles ask for. Every address is open, and every table there, when this returns.
    pub(crate) async fn start(config: &Config, roles: &[Role]) -> Result<Self> {
        let doors = Doors::bind(config, roles).await?;
        let store = open_store(config).await?;
        let (registry, status) = (Registry::new(), Arc::new(Status::default()));
        let minutes = minutes::writer(&store).await;
        let asks = doors.is_some() || roles.contains(&Role::Jobs);
        let numbered = NumberedTables::open(&store).await;
        let mut looker = Looker::default();
        let mut service = Self {
            http: doors.as_ref().map(|doors| doors.http_address),
            postgres: doors.as_ref().map(|doors| doors.postgres_address),
            pipeline: None,
            doors: JoinSet::new(),
            ingest: JoinSet::new(),
            stop_doors: CancellationToken::new(),
            stop_ingest: CancellationToken::new(),
        };
        let mut writes = Writes::default();
        let mut tables = if roles.contains(&Role::Ingest) {
            let pipeline = pipeline(config, &store, &registry, &status).await?;
            let tables: Vec<_> = pipeline.writers.all().map(|writer| Arc::clone(writer.table())).collect();
            writes.events = Some(Arc::new(KafkaSink::new(&pipeline.kafka)?));
            looker.ingest = Some(Ingest::new(Arc::clone(&status), pipeline.metrics.clone()));
            numbered.maintain(&pipeline.metrics, &mut service.ingest, &service.stop_ingest);
            service.ingest(pipeline, minutes.as_ref());
            tables
        } else {
            make_tables(&store).await;
            open_tables(&store).await?
        };
        // What this process writes is read through the same handle.
        let written = minutes.iter().map(|writer| writer.table()).chain(numbered.tables());
        let written: Vec<_> = written.map(Arc::clone).collect();
        tables.retain(|table| written.iter().all(|other| other.spec().name != table.spec().name));
        tables.extend(written);
        numbered.follow(&mut service.doors, &service.stop_doors);
        if asks {
            let refresh_before_query = service.pipeline.is_none();
            let jobs = Arc::new(JobStates::default());
            let options = EngineConfig { refresh_before_query, ..config.engine_config() };
            let definitions = Arc::new(Definitions::of(config.reports.definitions.as_deref()));
            let engine = engine(config, tables, (&jobs, &definitions), options).await?;
            let saved = saved(config, &engine, &numbered, definitions)?;
            writes.saved = saved.clone().map(|saved| saved as _);
            service.follow_definitions(saved.as_ref());
            service.follow_kpis(config, &registry, &engine)?;
            if roles.contains(&Role::Jobs) {
                let own = Jobs::new(config, &engine, &numbered, saved)?;
                writes.foretelling = own.foretelling();
                own.spawn(&engine, &jobs, &mut service.doors, &service.stop_doors);
            }
            if let Some(doors) = doors {
                looker.queries = Some(Arc::clone(&engine) as Arc<dyn QueryService>);
                let health = Arc::new(PlatformHealth::new(registry.clone(), status, store.local_folder())?);
                if service.pipeline.is_some() {
                    writes.replays = Some(Arc::new(Replays::new(Arc::clone(&engine), store.clone())));
                }
                let writes = of_tables(writes, &engine, &numbered);
                service.answer(doors, config, &registry, engine, (health, writes))?;
            }
        }
        if let Some(writer) = minutes {
            let record = Record { writer, instance: instance(service.http) };
            minutes::spawn(&mut service.doors, looker, record, service.stop_doors.clone());
        }
        Ok(service)
    }

    /// Takes events in, until stopped.
    fn ingest(&mut self, pipeline: Pipeline, minutes: Option<&Arc<TableWriter>>) {
        if let Some(writer) = minutes {
            let kept = maintain(Arc::clone(writer), pipeline.metrics.clone(), self.stop_ingest.clone());
            self.ingest.spawn(kept);
        }
        let (running, stop) = (pipeline.clone(), self.stop_ingest.clone());
        self.ingest.spawn(async move { running.run(stop).await });
        self.pipeline = Some(pipeline);
    }

    /// Opens the doors over an engine.
    fn answer(
        &mut self,
        doors: Doors,
        config: &Config,
        registry: &Registry,
        engine: Arc<Engine>,
        (health, writes): (Arc<PlatformHealth>, Writes),
    ) -> Result<()> {
        let principals = Principals::read(config.reports.principals.as_deref())?;
        let reports: Arc<dyn Reports> = Arc::new(Reporter::new(Arc::clone(&engine), principals));
        let seconds = QuerySeconds::register(registry)?;
        // Dashboards ask there: they would rather be a moment old than wait.
        let postgres = seconds.through("postgres", Arc::new(engine.answering(Freshness::Recent)));
        let queries = seconds.through("http", engine);
        let console = Some(Arc::new(Console::new()) as Arc<dyn Pages>);
        let services = Services { queries, reports, health, console, writes };
        doors.open(services, postgres, (&mut self.doors, &self.stop_doors));
        Ok(())
    }

    /// Keeps entities fresh, audits KPI figures and shows them to Prometheus.
    fn follow_kpis(&mut self, config: &Config, registry: &Registry, engine: &Arc<Engine>) -> Result<()> {
        let (fresh, stop) = (Arc::clone(engine), self.stop_doors.clone());
        self.doors.spawn(async move { fresh.keep_fresh(FRESH_REST, stop).await });
        let audits = Audits::register(registry)?;
        if config.kpis.audit_interval_s > 0 {
            let interval = Duration::from_secs(config.kpis.audit_interval_s);
            self.doors.spawn(audits.run(Arc::clone(engine), interval, self.stop_doors.clone()));
        }
        let queries = Arc::new(engine.answering(Freshness::Recent));
        let background = Arc::new(engine.in_background());
        let gauges = Gauges::register(registry, queries, background, config.gauge_options())?;
        let (engine, stop) = (Arc::clone(engine), self.stop_doors.clone());
        self.doors.spawn(async move {
            // A first reading reads weeks of events, which those who wait for entities would wait for.
            if stop.run_until_cancelled(engine.entities_were_read()).await.is_some() {
                gauges.run(stop).await;
            }
        });
        Ok(())
    }

    /// Follows the definitions of saved reports.
    fn follow_definitions(&mut self, saved: Option<&Arc<Saved>>) {
        if let Some(saved) = saved.map(Arc::clone) {
            let stop = self.stop_doors.clone();
            self.doors.spawn(async move { saved.follow(stop).await });
        }
    }

    /// Closes the doors, then commits what has been taken in.
    pub(crate) async fn stop(mut self) {
        self.stop_doors.cancel();
        while self.doors.join_next().await.is_some() {}
        self.stop_ingest.cancel();
        while self.ingest.join_next().await.is_some() {}
    }
}

/// Who writes the tables that this process could open.
fn of_tables(writes: Writes, engine: &Arc<Engine>, tables: &NumberedTables) -> Writes {
    let shared = || Arc::clone(engine);
    let imports = tables.imports().map(|table| Arc::new(Imports::of(Arc::clone(table))) as _);
    let closes = tables.closes().map(|table| Arc::new(Closes::of(shared(), Arc::clone(table))) as _);
    let marks = tables.of(&ANOMALY_MARKS).map(|table| Arc::new(Marks::new(shared(), Arc::clone(table))) as _);
    Writes { imports, closes, marks, ..writes }
}

/// Saved reports, where the table of their runs could be opened.
fn saved(
    config: &Config,
    engine: &Arc<Engine>,
    tables: &NumberedTables,
    definitions: Arc<Definitions>,
) -> Result<Option<Arc<Saved>>> {
    let Some(steps) = tables.of(&REPORT_STEPS) else { return Ok(None) };
    let beside = || format!("{}/reports", config.lake.url.trim_end_matches('/'));
    let store = Store::open(&config.reports.store.clone().unwrap_or_else(beside), &config.store_options())?;
    let principals = Principals::read(config.reports.principals.as_deref())?;
    let rules = &config.reports;
    Ok(Some(Arc::new(Saved::new(engine, Arc::clone(steps), store, definitions, rules, principals))))
}

/// What people call this instance: its machine, and the port of its HTTP door where it has one.
fn instance(http: Option<SocketAddr>) -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "unnamed".to_owned());
    let port = http.map(|address| format!(":{}", address.port()));
    format!("{}{}", machine.trim(), port.unwrap_or_default())
}

/// Opens the lake of a configuration and proves that it can be relied on.
pub(crate) async fn open_store(config: &Config) -> Result<Store> {
    let store = Store::open(&config.lake.url, &config.store_options())?;
    let advice =
        || format!("the lake \"{}\" cannot be used: check that it can be written, and its settings", store.url());
    store.probe().await.with_context(advice)?;
    Ok(store)
}

/// Makes the tables of events that are not there, so that a process that answers before another one ingests for the first
/// time sees what lands later. One that may only read does without.
async fn make_tables(store: &Store) {
    if let Err(error) = Writers::open(store).await {
        tracing::warn!(error = error.chain(), "tables that are not there yet will be seen at the next start only");
    }
}

/// Opens the tables that exist.
pub(crate) async fn open_tables(store: &Store) -> Result<Vec<Arc<Table>>> {
    let mut tables = Vec::new();
    for spec in TableSpec::all() {
        tables.extend(Table::open(store, spec).await?);
    }
    Ok(tables)
}

/// The relations that are the application's own.
pub(crate) fn own_relations() -> OwnRelations {
    OwnRelations { system: Vec::new(), derived: vec![Arc::new(CostAllocation)] }
}

/// An engine over the tables, with the library and every KPI that can be asked for.
async fn engine(
    config: &Config,
    tables: Vec<Arc<Table>>,
    (jobs, definitions): (&Arc<JobStates>, &Arc<Definitions>),
    options: EngineConfig,
) -> Result<Arc<Engine>> {
    let library = Arc::new(Library::open(config.kpis.folder.as_deref())?);
    let mut own = own_relations();
    own.system.push(Arc::new(JobsTable(Arc::clone(jobs))));
    own.system.push(Arc::new(DefinitionsTable(Arc::clone(definitions))));
    let engine = Engine::new(tables, own, library, options).await?;
    engine.check_kpis().await?;
    Ok(Arc::new(engine))
}

async fn pipeline(config: &Config, store: &Store, registry: &Registry, status: &Arc<Status>) -> Result<Pipeline> {
    status.set(SOURCE, Some("starting".to_owned()));
    Ok(Pipeline {
        kafka: config.kafka_options(),
        writers: Writers::open(store).await?,
        land: config.land_options(),
        dedup: config.dedup_options(),
        metrics: IngestMetrics::register(registry)?,
        status: Arc::clone(status),
        lags: Default::default(),
    })
}
