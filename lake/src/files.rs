//! Plain files beside tables: what reports leave in a store.

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

use crate::error::LakeError;
use crate::store::Store;

impl Store {
    /// Writes a file, whole or not at all; one of the same path is replaced.
    ///
    /// # Errors
    /// [`LakeError::Store`] where the store does not take it.
    pub async fn put_file(&self, path: &str, bytes: Vec<u8>) -> Result<(), LakeError> {
        let put = self.root().put(&self.file_path(path), bytes.into()).await;
        put.map(|_| ()).map_err(LakeError::store(format!("write the file \"{path}\"")))
    }

    /// A file's bytes; `None` where there is none.
    ///
    /// # Errors
    /// [`LakeError::Store`] where the store does not answer.
    pub async fn get_file(&self, path: &str) -> Result<Option<Bytes>, LakeError> {
        let read = async { self.root().get(&self.file_path(path)).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(LakeError::store(format!("read the file \"{path}\""))(error)),
        }
    }

    /// A path below this store's folder. Parts that would lead out of it are encoded, and so lead nowhere.
    fn file_path(&self, path: &str) -> Path {
        path.split('/').filter(|part| !part.is_empty()).fold(self.folder().clone(), Path::join)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[tokio::test]
    async fn a_file_is_read_as_it_was_written_and_none_leaves_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("reports");
        let store = Store::open(inner.to_str().unwrap(), &HashMap::new()).unwrap();
        store.put_file("runs/daily/one.csv", b"a,b\n".to_vec()).await.unwrap();
        assert_eq!(store.get_file("runs/daily/one.csv").await.unwrap().unwrap(), "a,b\n");
        assert_eq!(std::fs::read(inner.join("runs/daily/one.csv")).unwrap(), b"a,b\n");
        assert!(store.get_file("runs/daily/two.csv").await.unwrap().is_none());
        store.put_file("../outside.csv", b"x".to_vec()).await.unwrap();
        assert!(!folder.path().join("outside.csv").exists());
    }
}
