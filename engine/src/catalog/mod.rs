//! The tables as one statement sees them: all are pinned at its start, so that it is consistent with itself.
//!
//! * [`relations`]: everything that can be queried, whoever asks
//! * [`pinned`]: the same at one moment, for one statement

mod pinned;
mod relations;

use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, SchemaProvider,
};
use datafusion::common::Result;

pub(crate) use self::pinned::{Moment, Pinned, Reads};
pub use self::relations::OwnRelations;
pub(crate) use self::relations::Relations;

/// The database that clients connect to.
pub(crate) const CATALOG: &str = "tidemark";
/// The schema of all relations.
pub(crate) const SCHEMA: &str = "public";

/// A catalog list of one database with these relations, and other schemas.
pub(crate) fn list(
    relations: Arc<dyn SchemaProvider>,
    others: impl IntoIterator<Item = (&'static str, Arc<dyn SchemaProvider>)>,
) -> Result<Arc<dyn CatalogProviderList>> {
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(SCHEMA, relations)?;
    for (name, schema) in others {
        catalog.register_schema(name, schema)?;
    }
    let list = MemoryCatalogProviderList::new();
    list.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
    Ok(Arc::new(list))
}
