//! The relations of one statement: tables as they were at one moment, and the views and KPIs over those.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::ViewTable;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;
use tidemark_lake::scan::LakeScan;
use tidemark_lake::table::TableSpec;
use tidemark_model::port::{DerivedRelation, Freshness};
use tidemark_model::schema::is_numbered;
use tidemark_sql::{Keep, Library, View};

use super::list;
use crate::derived::DerivedScan;
use crate::file_states;
use crate::kept::arrived::Arrived;
use crate::kept::positions::{self, Positions};
use crate::kept::{Held, KeptViews};
use crate::kpis::{self, KpiScan, Store};

/// The relations of one statement. Tables are pinned at once; a view is planned when the statement names it.
#[derive(Debug, Clone)]
pub(crate) struct Pinned {
    pub(super) moment: Arc<Moment>,
    pub(super) shared: Arc<SharedRelations>,
    /// Whether views that are kept may be used.
    pub(super) keeps: bool,
    /// Whether somebody looks at the answer: what it reads is then kept young for the next one.
    pub(super) is_looked_at: bool,
}

/// All tables as they were at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(super) relations: BTreeMap<String, Arc<dyn TableProvider>>,
    pub(super) scans: Vec<(&'static str, Arc<LakeScan>)>,
    pub(super) freshness: Freshness,
    pub(super) at: Instant,
    pub(super) state: SessionState,
    /// Rows of views that are kept which hold for it, where they are known.
    pub(super) held: Held,
}

impl Moment {
    /// When the tables were pinned.
    pub(crate) const fn at(&self) -> Instant {
        self.at
    }

    /// The same with these rows of views that are kept.
    pub(crate) fn holding(&self, held: Held) -> Self {
        Self { held, ..self.clone() }
    }
}

/// What a query reads in the end.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// Views that are kept.
    pub(crate) kept: BTreeSet<String>,
    /// Tables of events, besides those of the views that are kept.
    pub(crate) tables: BTreeSet<String>,
    /// Whether a row of it may come from events at other times.
    pub(crate) whole_history: bool,
    /// Tables of what finance stated or the platform worked out: it changes the meaning of events and is none.
    pub(crate) stated: BTreeSet<String>,
}

impl Pinned {
    /// A state that knows no relations yet; its queries run in as many parts as those over these relations do.
    pub(crate) fn bare_state(&self) -> SessionState {
        self.moment.state.clone()
    }

    /// A state in which queries of the platform's own are planned over these relations.
    pub(crate) fn state(&self) -> Result<SessionState> {
        let mut state = self.bare_state();
        state.register_catalog_list(list(Arc::new(self.clone()), [])?);
        Ok(state)
    }

    /// Such a query as a relation.
    pub(crate) async fn planned(&self, sql: &str) -> Result<Arc<dyn TableProvider>> {
        let plan = self.state()?.create_logical_plan(sql).await?;
        Ok(Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }

    /// Runs such a query.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        self.stream(sql).await?.try_collect().await
    }

    /// Runs such a query; its rows come as they are found.
    pub(crate) async fn stream(&self, sql: &str) -> Result<SendableRecordBatchStream> {
        run(&self.state()?, sql).await
    }

    /// Runs such a query that picks few rows of many: filters are applied before other columns are read.
    pub(crate) async fn picked(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        let mut state = self.state()?;
        state.config_mut().options_mut().execution.parquet.pushdown_filters = true;
        run(&state, sql).await?.try_collect().await
    }

    /// The same with other providers under some names; views read those.
    pub(crate) fn with(&self, replaced: HashMap<String, Arc<dyn TableProvider>>) -> Self {
        let mut moment = self.moment.as_ref().clone();
        moment.relations.extend(replaced);
        Self { moment: Arc::new(moment), ..self.clone() }
    }

    /// The same without views that are kept: each is what its SQL says of the tables.
    pub(crate) fn plain(&self) -> Self {
        Self { keeps: false, ..self.clone() }
    }

    /// The same for queries that read every row anew, whatever is known of files.
    pub(crate) fn anew(&self) -> Self {
        let moment = self.moment.as_ref().clone();
        let state = file_states::without(&moment.state);
        self.as_of(Arc::new(Moment { state, ..moment }))
    }

    /// The moment, for others to see the same.
    pub(crate) fn moment(&self) -> &Arc<Moment> {
        &self.moment
    }

    /// The same for queries that nobody waits for: each takes one thread and leaves the others to those that somebody
    /// waits for.
    pub(crate) fn unhurried(&self) -> Self {
        let mut moment = self.moment.as_ref().clone();
        moment.state.config_mut().options_mut().execution.target_partitions = 1;
        self.as_of(Arc::new(moment))
    }

    /// The same for somebody who looks at the answer; this is remembered.
    pub(crate) fn looked_at(self) -> Self {
        self.store().looks_at(self.at());
        Self { is_looked_at: true, ..self }
    }

    /// Whether somebody looks at the answer.
    pub(crate) const fn is_looked_at(&self) -> bool {
        self.is_looked_at
    }

    /// The same relations as they were at another moment.
    pub(crate) fn as_of(&self, moment: Arc<Moment>) -> Self {
        Self { moment, ..self.clone() }
    }

    /// Whether a statement that names these relations may wait until rows have followed their events.
    pub(crate) fn may_wait(&self, names: &BTreeSet<String>) -> bool {
        let is_of_cells = |name: &String| kpis::RELATIONS.iter().any(|(cells, ..)| cells == name);
        let asks_others = |name: &String| is_of_cells(name) || self.derived(name).is_some();
        self.keeps && (names.iter().any(asks_others) || !self.reads(names).kept.is_empty())
    }

    /// The same as of the moment that all views which are kept hold for, where newer rows would take long; but neither as
    /// of one before `seen`, nor before what finance stated last of the relations that are named.
    pub(crate) fn recent(self, names: &BTreeSet<String>, seen: Option<Instant>) -> Self {
        let reads = self.reads(names);
        let is_stated = |table: &str| reads.stated.contains(table);
        let held = self.store().followed_before_many(&self).filter(|held| {
            seen.is_none_or(|seen| held.at() >= seen) && held.version_of(is_stated) == self.version_of(is_stated)
        });
        held.unwrap_or(self)
    }

    /// The same with one table as another statement pinned it.
    #[cfg(test)]
    pub(crate) fn with_table_of(&self, table: &str, other: &Self) -> Self {
        let mut mixed = self.moment.as_ref().clone();
        if let Some(found) = other.moment.scans.iter().find(|(name, _)| *name == table) {
            mixed.scans.retain(|(name, _)| *name != table);
            mixed.scans.push(found.clone());
            mixed.relations.insert(table.to_owned(), Arc::clone(&found.1) as _);
        }
        self.as_of(Arc::new(mixed))
    }

    /// Whether relations are all there; a view over a table that this lake lacks is not.
    pub(crate) fn has(&self, names: &BTreeSet<String>) -> bool {
        names.iter().all(|name| self.moment.relations.contains_key(name) || self.shared.views.contains_key(name))
    }

    /// The library.
    pub(crate) fn library(&self) -> &Library {
        &self.shared.library
    }

    /// The relation of this name that is worked out from others.
    pub(crate) fn derived(&self, name: &str) -> Option<&Arc<dyn DerivedRelation>> {
        self.shared.derived.iter().find(|relation| relation.name() == name)
    }

    /// Whether one of the names is a table that this lake has not yet, or a view of the library over such a table.
    pub(crate) fn lacks(&self, names: &BTreeSet<String>) -> bool {
        let is_view = |name: &str| self.shared.library.views.iter().any(|view| view.name == name);
        let is_table = |name: &str| TableSpec::all().iter().any(|spec| spec.name == name);
        let is_there = |name: &str| self.shared.views.contains_key(name) || self.moment.relations.contains_key(name);
        names.iter().any(|name| !is_there(name) && (is_view(name) || is_table(name)))
    }

    /// What is kept of KPIs.
    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Views that are kept.
    pub(crate) fn kept(&self) -> &KeptViews {
        &self.shared.kept
    }

    /// When the tables were pinned.
    pub(crate) fn at(&self) -> Instant {
        self.moment.at
    }

    /// Rows of views that are kept which hold for the moment, where they are known.
    pub(crate) fn held(&self) -> &Held {
        &self.moment.held
    }

    /// Whether the live tail is seen.
    pub(crate) fn freshness(&self) -> Freshness {
        self.moment.freshness
    }

    /// What relations read in the end, through views.
    pub(crate) fn reads(&self, names: &BTreeSet<String>) -> Reads {
        let mut reads = Reads::default();
        let mut open: Vec<&String> = names.iter().collect();
        while let Some(name) = open.pop() {
            if let Some(view) = self.shared.views.get(name) {
                if self.keeps && self.kept().is_kept(name) {
                    reads.kept.insert(name.clone());
                    continue;
                }
                // Rows that hang together by an id count at other times than that of a new event.
                reads.whole_history |= view.whole_history || matches!(view.keep, Some(Keep::Id(_)));
                open.extend(&view.reads);
            } else if is_numbered(name) {
                reads.stated.insert(name.clone());
            } else if self.moment.scans.iter().any(|(table, _)| table == name) {
                reads.tables.insert(name.clone());
            }
        }
        reads
    }

    /// The version of what finance stated and the platform worked out, which grows with each commit of it; 0 where
    /// there is nothing.
    pub(crate) fn stated_version(&self) -> u64 {
        self.version_of(is_numbered)
    }

    /// The same of some tables.
    pub(crate) fn version_of(&self, is_meant: impl Fn(&str) -> bool) -> u64 {
        let meant = self.moment.scans.iter().filter(|(table, _)| is_meant(table));
        meant.map(|(_, scan)| scan.view().state.version).sum()
    }

    /// The tables of events that relations read in the end.
    pub(crate) fn tables_of(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        self.plain().reads(names).tables
    }

    /// The events of tables beyond old positions: from memory where they are all there, else from files.
    pub(crate) async fn arrived(&self, old: &Positions, new: &Positions) -> Result<BTreeMap<String, Arrived>> {
        let mut arrived = BTreeMap::new();
        for (table, condition) in positions::arrived(old, new) {
            let none = BTreeMap::new();
            let known = old.get(&table).unwrap_or(&none);
            let scan = self.moment.scans.iter().find(|(name, _)| *name == table);
            let recent = scan.map(|(_, scan)| scan.since(known)).transpose()?.flatten();
            let in_memory = Arrived::in_memory(condition.clone(), recent.as_deref().unwrap_or_default(), known)?;
            let found = match in_memory {
                Some(found) => found,
                None => {
                    tracing::trace!("new events of {table} are looked for in files");
                    let events = self.planned(&format!("SELECT * FROM {table} WHERE {condition}")).await?;
                    Arrived::in_files(condition, events)
                }
            };
            arrived.insert(table, found);
        }
        Ok(arrived)
    }

    /// How far all tables of events have come.
    pub(crate) fn all_positions(&self) -> Positions {
        let of_events = self.moment.scans.iter().filter(|(table, _)| !is_numbered(table));
        of_events.map(|(table, scan)| ((*table).to_owned(), scan.next_offsets())).collect()
    }

    /// How far tables have come.
    pub(crate) fn positions(&self, tables: &BTreeSet<String>) -> Positions {
        let scans = self.moment.scans.iter().filter(|(table, _)| tables.contains(*table));
        scans.map(|(table, scan)| ((*table).to_owned(), scan.next_offsets())).collect()
    }
}

/// What outlives a statement: the library, and what is kept of its views and KPIs.
#[derive(Debug)]
pub(super) struct SharedRelations {
    pub(super) library: Arc<Library>,
    pub(super) derived: Vec<Arc<dyn DerivedRelation>>,
    /// The library's views whose tables are there.
    pub(super) views: BTreeMap<String, View>,
    pub(super) kept: KeptViews,
    pub(super) store: Store,
}

/// Plans and starts a query.
async fn run(state: &SessionState, sql: &str) -> Result<SendableRecordBatchStream> {
    let plan = state.create_logical_plan(sql).await?;
    execute_stream(state.create_physical_plan(&plan).await?, state.task_ctx())
}

#[async_trait]
impl SchemaProvider for Pinned {
    fn table_names(&self) -> Vec<String> {
        let cells = kpis::RELATIONS.iter().map(|(name, ..)| (*name).to_owned());
        let derived = self.shared.derived.iter().map(|relation| relation.name().to_owned());
        self.moment.relations.keys().chain(self.shared.views.keys()).cloned().chain(cells).chain(derived).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(table) = self.moment.relations.get(name) {
            return Ok(Some(Arc::clone(table)));
        }
        if let Some(cells) = KpiScan::named(name, self) {
            return Ok(Some(Arc::new(cells)));
        }
        if let Some(relation) = self.derived(name) {
            return Ok(Some(Arc::new(DerivedScan::new(Arc::clone(relation), self.clone()))));
        }
        let Some(view) = self.shared.views.get(name) else { return Ok(None) };
        if self.keeps
            && let Some(rows) = self.kept().provider(name, self).await?
        {
            return Ok(Some(rows));
        }
        let planned = self.planned(&view.sql).await;
        planned.map(Some).map_err(|error| error.context(format!("the view {name} cannot be planned")))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|known| known == name)
    }
}
