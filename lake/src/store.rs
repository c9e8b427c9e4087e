//! A URL becomes an object store: a local folder, S3, Azure, or memory for tests.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use url::Url;
use uuid::Uuid;

use crate::durable::DurableLocal;
use crate::error::{LakeError, said};

/// Where tables live: a store and the folder in it.
#[derive(Clone)]
pub struct Store {
    url: Url,
    root: Arc<dyn ObjectStore>,
    folder: Path,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a location: a local path, or a URL (`file://`, `s3://bucket/folder`, `az://container/folder`,
    /// `memory:///`). `options` are object_store's keys (`aws_endpoint`, `azure_storage_account_name`, ...); what they
    /// do not say is taken from the environment (`AWS_REGION`, `AZURE_STORAGE_ACCOUNT_NAME`, ...).
    ///
    /// # Errors
    /// [`LakeError::UnusableStore`] where the URL or an option is not understood, or a local folder cannot be made.
    pub fn open(location: &str, options: &HashMap<String, String>) -> Result<Self, LakeError> {
        let unusable = |why: String| LakeError::UnusableStore { url: location.to_owned(), why };
        let url = match Url::parse(location) {
            Ok(url) if url.scheme().len() > 1 => url,
            _ => local_url(location).map_err(|error| unusable(error.to_string()))?,
        };
        if url.scheme() == "file" {
            let folder = url.to_file_path().map_err(|()| unusable("not a local path".to_owned()))?;
            std::fs::create_dir_all(&folder)
                .map_err(|error| unusable(format!("{error}; give a folder that can be written, with --dir")))?;
            let folder = Path::from_absolute_path(&folder).map_err(|error| unusable(error.to_string()))?;
            return Ok(Self { url, root: Arc::new(DurableLocal::new()), folder });
        }
        let (root, folder) = object_store::parse_url_opts(&url, with_environment(options))
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self { url, root: Arc::from(root), folder })
    }

    /// A store over any implementation, for tests and decorators.
    #[must_use]
    pub fn over(root: Arc<dyn ObjectStore>) -> Self {
        let url = Url::parse("memory:///").unwrap_or_else(|_| unreachable!("a constant URL"));
        Self { url, root, folder: Path::default() }
    }

    /// The URL it was opened with.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The folder, where the location is one of this machine.
    #[must_use]
    pub fn local_folder(&self) -> Option<PathBuf> {
        (self.url.scheme() == "file").then(|| self.url.to_file_path().ok()).flatten()
    }

    /// The whole store, for paths that start at its root.
    #[must_use]
    pub fn root(&self) -> &Arc<dyn ObjectStore> {
        &self.root
    }

    /// The folder of this location from the root of the store.
    pub(crate) const fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a table from the root of the store.
    #[must_use]
    pub fn table_path(&self, table: &str) -> Path {
        self.folder.clone().join(table)
    }

    /// The store as one table sees it: paths start in the table's folder.
    #[must_use]
    pub fn of_table(&self, table: &str) -> Arc<dyn ObjectStore> {
        Arc::new(PrefixStore::new(Arc::clone(&self.root), self.table_path(table)))
    }

    /// The URL of a table, as delta-rs wants it.
    #[must_use]
    pub fn table_url(&self, table: &str) -> Url {
        let mut url = self.url.clone();
        let path = format!("{}/{table}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// Proves that the store refuses to create what exists; without that, two writers could overwrite each other's
    /// commits.
    ///
    /// # Errors
    /// [`LakeError::UnusableStore`] where it overwrites, or cannot be written at all.
    pub async fn probe(&self) -> Result<(), LakeError> {
        let path = self.folder.clone().join("_probe").join(Uuid::new_v4().to_string());
        let create = || PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.root.put_opts(&path, "1".into(), create()).await.map_err(|error| self.unusable(&error))?;
        let second = self.root.put_opts(&path, "2".into(), create()).await;
        let _ = self.root.delete(&path).await;
        match second {
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(()),
            Err(error) => Err(self.unusable(&error)),
            Ok(_) => Err(LakeError::UnusableStore {
                url: self.url.to_string(),
                why: "it overwrites an object that was to be created only (conditional put); \
                      use a store that supports If-None-Match"
                    .to_owned(),
            }),
        }
    }

    /// Proves that the store can be listed: where its bucket is missing, tables only seem to be.
    ///
    /// # Errors
    /// [`LakeError::UnusableStore`].
    pub async fn check_listable(&self) -> Result<(), LakeError> {
        let first = self.root.list(Some(&self.folder)).try_next().await;
        first.map(|_| ()).map_err(|error| self.unusable(&error))
    }

    /// What is wrong with the store, and what to do.
    fn unusable(&self, error: &Error) -> LakeError {
        let (place, access) = match self.url.scheme() {
            "file" => ("folder", "the folder's permissions"),
            "s3" | "s3a" => ("bucket", "aws_access_key_id and aws_secret_access_key"),
            _ => ("container", "azure_storage_account_name and azure_storage_account_key"),
        };
        let said = said(error);
        let why = match error {
            Error::NotFound { .. } => {
                format!("{said}; create the {place}, or correct the URL or the credentials ({access})")
            }
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => format!("{said}; check {access}"),
            Error::NotImplemented { .. } => {
                "conditional puts are turned off; remove the setting aws_conditional_put".to_owned()
            }
            _ => format!("{said}; check that it can be reached and written, and its settings"),
        };
        LakeError::UnusableStore { url: self.url.to_string(), why }
    }
}

/// The environment's settings for object stores, then ours, so that ours win.
fn with_environment(options: &HashMap<String, String>) -> Vec<(String, String)> {
    let of_store = |name: &str| name.starts_with("AWS_") || name.starts_with("AZURE_");
    let environment = std::env::vars().filter(|(name, _)| of_store(name));
    let environment = environment.map(|(name, value)| (name.to_lowercase(), value));
    environment.chain(options.clone()).collect()
}

fn local_url(path: &str) -> std::io::Result<Url> {
    let absolute = std::path::absolute(path)?;
    Url::from_file_path(&absolute).map_err(|()| std::io::Error::other("not a local path"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_local_folder_and_memory_pass_the_probe() {
        let folder = tempfile::tempdir().unwrap();
        let local = Store::open(folder.path().join("lake").to_str().unwrap(), &HashMap::new()).unwrap();
        local.probe().await.unwrap();
        Store::open("memory:///", &HashMap::new()).unwrap().probe().await.unwrap();
    }

    #[test]
    fn a_scheme_that_nobody_knows_is_refused() {
        let error = Store::open("gopher://x/y", &HashMap::new()).unwrap_err();
        assert!(matches!(error, LakeError::UnusableStore { .. }), "{error}");
    }
}
