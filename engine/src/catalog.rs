//! The tables as one statement sees them: all are pinned at its start, so that it is consistent with itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider,
    SchemaProvider, TableProvider,
};
use datafusion::common::Result;
use datafusion::datasource::empty::EmptyTable;
use tidemark_lake::Table;
use tidemark_lake::scan::LakeScan;
use tidemark_model::port::Freshness;

use crate::system::{SystemScan, SystemTable, Tables};

/// The database that clients connect to.
pub(crate) const CATALOG: &str = "tidemark";
/// The schema of all relations.
pub(crate) const SCHEMA: &str = "public";
/// The schema that PostgreSQL's clients read.
pub(crate) const PG_CATALOG: &str = "pg_catalog";

/// Everything that can be queried, whoever asks.
#[derive(Debug)]
pub(crate) struct Relations {
    lake: Vec<Arc<Table>>,
    system: Vec<Arc<dyn SystemTable>>,
    names: Vec<String>,
}

impl Relations {
    pub(crate) fn new(lake: Vec<Arc<Table>>, system: Vec<Arc<dyn SystemTable>>) -> Self {
        let lake_names = lake.iter().map(|table| table.spec().name);
        let names = lake_names.chain(["tables"]).chain(system.iter().map(|table| table.name()));
        let names = names.map(str::to_owned).collect();
        Self { lake, system, names }
    }

    /// The lake tables.
    pub(crate) fn lake(&self) -> &[Arc<Table>] {
        &self.lake
    }

    /// The names of all relations, for hints.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Pins every table and lists them for one statement.
    pub(crate) fn pin(&self, freshness: Freshness) -> Result<BTreeMap<String, Arc<dyn TableProvider>>> {
        let pin = |table: &Arc<Table>| {
            LakeScan::pin(Arc::clone(table), freshness).map(|scan| (table.spec().name, Arc::new(scan)))
        };
        let scans = self.lake.iter().map(pin).collect::<Result<Vec<_>>>()?;
        let mut relations: BTreeMap<String, Arc<dyn TableProvider>> = BTreeMap::new();
        for (name, scan) in &scans {
            relations.insert((*name).to_owned(), Arc::clone(scan) as _);
        }
        let system_names = self.system.iter().map(|table| table.name().to_owned());
        let tables = Tables::new(scans, ["tables".to_owned()].into_iter().chain(system_names).collect());
        relations.insert("tables".to_owned(), Arc::new(SystemScan::new(Arc::new(tables))));
        for table in &self.system {
            relations.insert(table.name().to_owned(), Arc::new(SystemScan::new(Arc::clone(table))));
        }
        Ok(relations)
    }

    /// The relations' columns alone: what `pg_catalog` describes. It never changes while the engine runs.
    pub(crate) fn shapes(&self) -> Result<BTreeMap<String, Arc<dyn TableProvider>>> {
        let empty = |table: Arc<dyn TableProvider>| Arc::new(EmptyTable::new(table.schema())) as _;
        Ok(self.pin(Freshness::Committed)?.into_iter().map(|(name, table)| (name, empty(table))).collect())
    }
}

/// A catalog list of one database with these relations.
pub(crate) fn list(
    relations: BTreeMap<String, Arc<dyn TableProvider>>,
    pg_catalog: Option<Arc<dyn SchemaProvider>>,
) -> Result<Arc<dyn CatalogProviderList>> {
    let schema = MemorySchemaProvider::new();
    for (name, table) in relations {
        schema.register_table(name, table)?;
    }
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(SCHEMA, Arc::new(schema))?;
    if let Some(pg_catalog) = pg_catalog {
        catalog.register_schema(PG_CATALOG, pg_catalog)?;
    }
    let list = MemoryCatalogProviderList::new();
    list.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
    Ok(Arc::new(list))
}
