//! A running instance: who gets what, in the order in which it starts; stopped in the opposite order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use prometheus::Registry;
use tidemark_alerts::Gauges;
use tidemark_engine::{Engine, EngineConfig, OwnRelations};
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::kafka::publish::KafkaSink;
use tidemark_ingest::pipeline::{Pipeline, SOURCE, Writers, maintain};
use tidemark_ingest::status::Status;
use tidemark_insight::close::CostAllocation;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Store, Table, TableWriter};
use tidemark_model::insight::ANOMALY_MARKS;
use tidemark_model::port::{AnomalyMarks, EventSink, FinanceImports, QueryService, Reports};
use tidemark_model::schema::is_numbered;
use tidemark_serve::{Door, Services};
use tidemark_sql::Library;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::audit::Audits;
use crate::cli::Role;
use crate::config::Config;
use crate::health::PlatformHealth;
use crate::imports::Imports;
use crate::jobs::Jobs;
use crate::marks::Marks;
use crate::metered::QuerySeconds;
use crate::minutes::{self, Ingest, Looker, Record};
use crate::numbered_tables::NumberedTables;
use crate::partitions::IngestPartitions;
use crate::principals::Principals;
use crate::reporter::Reporter;
use crate::schedule::Schedule;

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
        let numbered = if asks { NumberedTables::open(&store).await } else { NumberedTables::default() };
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
        let mut events: Option<Arc<dyn EventSink>> = None;
        let mut tables = if roles.contains(&Role::Ingest) {
            let pipeline = pipeline(config, &store, &registry, &status).await?;
            let tables: Vec<_> = pipeline.writers.all().map(|writer| Arc::clone(writer.table())).collect();
            events = Some(Arc::new(KafkaSink::new(&pipeline.kafka)?));
            looker.ingest = Some(Ingest::new(Arc::clone(&status), pipeline.metrics.clone()));
            service.ingest(pipeline, minutes.as_ref());
            tables
        } else {
            open_tables(&store).await?
        };
        // What this process writes is read through the same handle.
        let written = minutes.iter().map(|writer| writer.table()).chain(numbered.tables());
        let written: Vec<_> = written.map(Arc::clone).collect();
        tables.retain(|table| written.iter().all(|other| other.spec().name != table.spec().name));
        tables.extend(written);
        if asks {
            numbered.follow(&mut service.doors, &service.stop_doors);
            let refresh_before_query = service.pipeline.is_none();
            let engine =
                engine(config, tables, EngineConfig { refresh_before_query, ..config.engine_config() }).await?;
            service.follow_kpis(config, &registry, &engine)?;
            if roles.contains(&Role::Jobs) {
                Jobs::new(config, &engine, &numbered)?.spawn(&mut service.doors, &service.stop_doors);
            }
            if let Some(doors) = doors {
                looker.queries = Some(Arc::clone(&engine) as Arc<dyn QueryService>);
                let health = Arc::new(PlatformHealth::new(registry.clone(), status, store.local_folder())?);
                let imports = numbered.imports().map(|table| Arc::new(Imports::of(Arc::clone(table))) as _);
                let marks = numbered.of(&ANOMALY_MARKS);
                let marks = marks.map(|table| Arc::new(Marks::new(Arc::clone(&engine), Arc::clone(table))) as _);
                service.answer(doors, config, &registry, engine, Beside { events, imports, marks, health })?;
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

    /// Opens the doors over an engine, and writes the reports that are due.
    fn answer(
        &mut self,
        doors: Doors,
        config: &Config,
        registry: &Registry,
        engine: Arc<Engine>,
        beside: Beside,
    ) -> Result<()> {
        let principals = Principals::read(config.reports.principals.as_deref())?;
        let reports: Arc<dyn Reports> = Arc::new(Reporter::new(Arc::clone(&engine), principals));
        if let Some(schedule) = Schedule::of(&config.reports) {
            self.doors.spawn(schedule.run(Arc::clone(&reports), self.stop_doors.clone()));
        }
        let seconds = QuerySeconds::register(registry)?;
        let postgres = seconds.through("postgres", Arc::clone(&engine) as Arc<dyn QueryService>);
        let queries = seconds.through("http", engine);
        let Beside { events, imports, marks, health } = beside;
        doors.open(Services { queries, events, imports, marks, reports, health }, postgres, self);
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
        let queries = Arc::clone(engine) as Arc<dyn QueryService>;
        let gauges = Gauges::register(registry, queries, config.gauge_options())?;
        let stop = self.stop_doors.clone();
        self.doors.spawn(async move { gauges.run(stop).await });
        Ok(())
    }

    /// Closes the doors, then commits what has been taken in.
    pub(crate) async fn stop(mut self) {
        self.stop_doors.cancel();
        while self.doors.join_next().await.is_some() {}
        self.stop_ingest.cancel();
        while self.ingest.join_next().await.is_some() {}
    }
}

/// What the doors ask beside the engine.
struct Beside {
    events: Option<Arc<dyn EventSink>>,
    imports: Option<Arc<dyn FinanceImports>>,
    marks: Option<Arc<dyn AnomalyMarks>>,
    health: Arc<PlatformHealth>,
}

/// Listeners that are bound and not answered yet: an address in use must be known before anything else starts.
struct Doors {
    http: tokio::net::TcpListener,
    http_address: SocketAddr,
    postgres: tokio::net::TcpListener,
    postgres_address: SocketAddr,
}

impl Doors {
    async fn bind(config: &Config, roles: &[Role]) -> Result<Option<Self>> {
        if !roles.contains(&Role::Query) {
            return Ok(None);
        }
        let http = bind(Door::Http, &config.http.listen).await?;
        let postgres = bind(Door::Postgres, &config.postgres.listen).await?;
        let (http_address, postgres_address) = (http.local_addr()?, postgres.local_addr()?);
        Ok(Some(Self { http, http_address, postgres, postgres_address }))
    }

    fn open(self, services: Services, queries: Arc<dyn QueryService>, service: &mut Service) {
        let stop = service.stop_doors.clone();
        let (listener, stop_postgres) = (self.postgres, stop.clone());
        service.doors.spawn(async move {
            if let Err(error) = tidemark_serve::serve_postgres(listener, queries, stop_postgres).await {
                tracing::error!("the PostgreSQL door ended: {error}");
            }
        });
        service.doors.spawn(async move {
            if let Err(error) = tidemark_serve::serve_http(self.http, services, stop).await {
                tracing::error!("the HTTP door ended: {error}");
            }
        });
    }
}

/// What people call this instance: its machine, and the port of its HTTP door where it has one.
fn instance(http: Option<SocketAddr>) -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "unnamed".to_owned());
    let port = http.map(|address| format!(":{}", address.port()));
    format!("{}{}", machine.trim(), port.unwrap_or_default())
}

/// Binds a door's address as the configuration gives it.
pub(crate) async fn bind(door: Door, address: &str) -> Result<tokio::net::TcpListener> {
    let setting = door.setting();
    let address = address.parse().with_context(|| {
        format!("{setting} = \"{address}\" is no address: give an IP address and a port, such as 127.0.0.1:8080")
    })?;
    Ok(tidemark_serve::bind(door, address).await?)
}

/// Opens the lake of a configuration and proves that it can be relied on.
pub(crate) async fn open_store(config: &Config) -> Result<Store> {
    let store = Store::open(&config.lake.url, &config.store_options())?;
    let advice =
        || format!("the lake \"{}\" cannot be used: check that it can be written, and its settings", store.url());
    store.probe().await.with_context(advice)?;
    Ok(store)
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
pub(crate) fn own_relations(tables: &[Arc<Table>]) -> OwnRelations {
    let of_events = tables.iter().filter(|table| !is_numbered(table.spec().name));
    OwnRelations {
        system: vec![Arc::new(IngestPartitions::new(of_events.cloned().collect()))],
        derived: vec![Arc::new(CostAllocation)],
    }
}

/// An engine over the tables, with the library and every KPI that can be asked for.
async fn engine(config: &Config, tables: Vec<Arc<Table>>, options: EngineConfig) -> Result<Arc<Engine>> {
    let library = Arc::new(Library::open(config.kpis.folder.as_deref())?);
    let own = own_relations(&tables);
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
