//! Everything that can be queried, whoever asks: tables of the lake, relations about the platform, the library's views
//! and KPIs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::Result;
use datafusion::execution::session_state::SessionState;
use tidemark_lake::Table;
use tidemark_lake::scan::LakeScan;
use tidemark_model::close::{FINANCE_CLOSES, finance_closes};
use tidemark_model::finance::{FINANCE_ENTRIES, finance_entries};
use tidemark_model::insight::RESULT_TABLES;
use tidemark_model::port::{DerivedRelation, Freshness};
use tidemark_model::schema::meaning_of;
use tidemark_sql::Library;

use super::pinned::{Moment, Pinned, SharedRelations};
use crate::config::EngineConfig;
use crate::dictionary::{Described, Dictionary};
use crate::kept::{Held, KeptViews};
use crate::kpis::{self, Catalogue, Store};
use crate::partitions::{IngestPartitions, PARTITIONS_MEANING};
use crate::reference::{Cities, DefaultRates, NotYet};
use crate::shape::Shape;
use crate::system::{SystemScan, SystemTable, TABLES_MEANING, Tables};

/// Relations about the tables as a statement has pinned them, and what they are.
const PINNED: [(&str, &str); 2] = [("tables", TABLES_MEANING), ("ingest_partitions", PARTITIONS_MEANING)];

/// The application's own relations.
#[derive(Debug, Default)]
pub struct OwnRelations {
    /// Relations about the platform, such as `ingest_partitions`.
    pub system: Vec<Arc<dyn SystemTable>>,
    /// Relations that are worked out from others, such as `cost_allocation`.
    pub derived: Vec<Arc<dyn DerivedRelation>>,
}

/// Everything that can be queried, whoever asks.
#[derive(Debug)]
pub(crate) struct Relations {
    lake: Vec<Arc<Table>>,
    system: Vec<Arc<dyn SystemTable>>,
    dictionary: Dictionary,
    shared: Arc<SharedRelations>,
    names: Vec<String>,
}

impl Relations {
    /// Tables of the lake, relations of the application, and views and KPIs of the library.
    pub(crate) fn new(lake: Vec<Arc<Table>>, own: OwnRelations, library: Arc<Library>, config: &EngineConfig) -> Self {
        let OwnRelations { mut system, derived } = own;
        let dictionary = Dictionary::default();
        system.extend(dictionary.tables());
        system.push(Arc::new(Cities));
        system.push(Arc::new(DefaultRates));
        let of_finance = [(FINANCE_ENTRIES, finance_entries()), (FINANCE_CLOSES, finance_closes())];
        let of_results = RESULT_TABLES.iter().map(|table| (table.name, table.schema()));
        for (name, schema) in of_finance.into_iter().chain(of_results) {
            if lake.iter().all(|table| table.spec().name != name) {
                system.push(Arc::new(NotYet { name, schema }));
            }
        }
        system.push(Arc::new(Catalogue::new(Arc::clone(&library))));
        let lake_names = lake.iter().map(|table| table.spec().name);
        let names =
            lake_names.chain(PINNED.iter().map(|(name, _)| *name)).chain(system.iter().map(|table| table.name()));
        let cells = kpis::RELATIONS.iter().map(|(name, ..)| *name);
        let derived_names = derived.iter().map(|relation| relation.name());
        let mut names: Vec<String> = names.chain(cells).chain(derived_names).map(str::to_owned).collect();
        let mut views = BTreeMap::new();
        for view in &library.views {
            // Views come after those that they read; one over a table that is not there is unknown, as the table is.
            if view.reads.iter().all(|read| names.contains(read)) {
                names.push(view.name.clone());
                views.insert(view.name.clone(), view.clone());
            }
        }
        let kept = KeptViews::new(views.values(), config);
        let store = Store::new(config.kpi_staleness);
        let shared = Arc::new(SharedRelations { library, derived, views, kept, store });
        Self { lake, system, dictionary, shared, names }
    }

    /// Since when KPI cells hold for the same events, where a query may rely on that.
    pub(crate) fn cells_hold_since(&self) -> Option<Instant> {
        self.shared.store.holds_since()
    }

    /// Whether somebody looked at an answer within this time.
    pub(crate) fn is_looked_at(&self, within: Duration) -> bool {
        self.shared.store.is_looked_at(within)
    }

    /// The lake tables.
    pub(crate) fn lake(&self) -> &[Arc<Table>] {
        &self.lake
    }

    /// The names of all relations, for hints.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Pins every table for one statement, which will be planned in a state like this one.
    pub(crate) fn pin(&self, freshness: Freshness, state: &SessionState) -> Result<Pinned> {
        let pin = |table: &Arc<Table>| {
            LakeScan::pin(Arc::clone(table), freshness).map(|scan| (table.spec().name, Arc::new(scan)))
        };
        let scans = self.lake.iter().map(pin).collect::<Result<Vec<_>>>()?;
        let mut relations: BTreeMap<String, Arc<dyn TableProvider>> = BTreeMap::new();
        for (name, scan) in &scans {
            relations.insert((*name).to_owned(), Arc::clone(scan) as _);
        }
        let partitions = Arc::new(IngestPartitions::new(&scans));
        let tables = Arc::new(Tables::new(scans.clone(), self.without_files()));
        let of_pinned = [tables as Arc<dyn SystemTable>, partitions];
        for table in of_pinned.iter().chain(&self.system) {
            relations.insert(table.name().to_owned(), Arc::new(SystemScan::new(Arc::clone(table))));
        }
        let (at, mut state, held) = (Instant::now(), state.clone(), Held::default());
        // now() is of this moment.
        state.mark_start_execution();
        let moment = Moment { relations, scans, freshness, at, state, held };
        let keeps = freshness.sees_tail();
        Ok(Pinned { moment: Arc::new(moment), shared: Arc::clone(&self.shared), keeps, is_looked_at: false })
    }

    /// Relations that are no tables of the lake, with their kinds.
    fn without_files(&self) -> Vec<(String, &'static str)> {
        let system = self.system.iter().map(|table| (table.name().to_owned(), "system"));
        let views = self.shared.views.keys().map(|name| (name.clone(), "view"));
        let cells = kpis::RELATIONS.iter().map(|(name, ..)| ((*name).to_owned(), "view"));
        let derived = self.shared.derived.iter().map(|relation| (relation.name().to_owned(), "view"));
        let pinned = PINNED.iter().map(|(name, _)| ((*name).to_owned(), "system"));
        pinned.chain(system).chain(views).chain(cells).chain(derived).collect()
    }

    fn shape(&self, name: &str, schema: SchemaRef) -> Shape {
        let is_cells = kpis::RELATIONS.iter().any(|(cells, ..)| *cells == name);
        if is_cells || self.shared.derived.iter().any(|relation| relation.name() == name) {
            return Shape::of_view(schema, None);
        }
        match self.shared.views.get(name) {
            Some(view) => Shape::of_view(schema, Some(view.sql.clone())),
            None => Shape::of_table(schema),
        }
    }

    /// What a relation is, in a sentence, and its kind.
    fn described(&self, name: &str, columns: SchemaRef) -> Described {
        let of = |kind, meaning: &str| Described { name: name.to_owned(), kind, meaning: meaning.to_owned(), columns };
        if self.lake.iter().any(|table| table.spec().name == name) {
            return of("table", meaning_of(name));
        }
        if let Some(view) = self.shared.views.get(name) {
            return of("view", &view.meaning);
        }
        if let Some(relation) = self.shared.derived.iter().find(|relation| relation.name() == name) {
            return of("view", relation.meaning());
        }
        if kpis::RELATIONS.iter().any(|(cells, ..)| *cells == name) {
            return of("view", kpis::CELLS_MEANING);
        }
        let of_pinned = PINNED.iter().find(|(pinned, _)| *pinned == name).map(|(_, meaning)| *meaning);
        let system = self.system.iter().find(|table| table.name() == name).map(|table| table.meaning());
        of("system", of_pinned.or(system).unwrap_or_default())
    }

    /// The relations' columns alone: what `pg_catalog` describes. They never change while the engine runs, so the
    /// dictionary learns them here.
    pub(crate) async fn shapes(&self, state: &SessionState) -> Result<Arc<dyn SchemaProvider>> {
        let pinned = self.pin(Freshness::Committed, state)?;
        let shapes = datafusion::catalog::MemorySchemaProvider::new();
        let mut described = Vec::new();
        for name in pinned.table_names() {
            if let Some(table) = pinned.table(&name).await? {
                let shape = self.shape(&name, table.schema());
                described.push(self.described(&name, table.schema()));
                shapes.register_table(name, Arc::new(shape))?;
            }
        }
        self.dictionary.learn(described, &self.shared.library)?;
        Ok(Arc::new(shapes))
    }
}
