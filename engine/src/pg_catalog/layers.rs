//! Schemas over one another.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::Result;

/// A schema over another: what the upper has not is looked for in the lower.
#[derive(Debug)]
pub(super) struct Over {
    pub(super) upper: Arc<dyn SchemaProvider>,
    pub(super) lower: Arc<dyn SchemaProvider>,
}

/// A schema whose relations are found, besides its own, in another that is searched after it; only its own are listed.
#[derive(Debug)]
pub(crate) struct Searched(Over);

impl Searched {
    pub(crate) fn new(own: Arc<dyn SchemaProvider>, after: Arc<dyn SchemaProvider>) -> Self {
        Self(Over { upper: own, lower: after })
    }
}

#[async_trait]
impl SchemaProvider for Over {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.upper.table_names();
        names.extend(self.lower.table_names());
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        match self.upper.table(name).await? {
            Some(table) => Ok(Some(table)),
            None => self.lower.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.upper.table_exist(name) || self.lower.table_exist(name)
    }
}

#[async_trait]
impl SchemaProvider for Searched {
    fn table_names(&self) -> Vec<String> {
        self.0.upper.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.0.table(name).await
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.table_exist(name)
    }
}
