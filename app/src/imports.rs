//! Finance's files on their way into the lake: read as a whole or refused as a whole, and landed in one commit.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use async_trait::async_trait;
use tidemark_insight::allocation::entries::{ImportFacts, ReadFile, entries};
use tidemark_lake::read::read_file;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{LakeError, Store};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::finance::{FileKind, Imported, KIND, RefusedRow, SubmittedFile};
use tidemark_model::port::FinanceImports;
use tidemark_model::principal::Principal;
use tidemark_model::time;

use crate::numbered::{Landed, Numbered};

/// The word for imports in the log.
pub(crate) const IMPORTS: &str = "imports";

/// The writer of the table of imports.
#[derive(Debug)]
pub(crate) struct Imports {
    table: Arc<Numbered>,
}

impl Imports {
    /// Opens the table, which is made where it is not there.
    ///
    /// # Errors
    /// As [`Numbered::open`].
    pub(crate) async fn open(store: &Store) -> Result<Self, LakeError> {
        Ok(Self::of(Arc::new(Numbered::open(store, TableSpec::finance(), IMPORTS).await?)))
    }

    /// Over the table as it is open.
    pub(crate) const fn of(table: Arc<Numbered>) -> Self {
        Self { table }
    }

    /// Commits files as the next import. Where another import comes first, theirs is looked at and ours tried again.
    async fn land(&self, files: &[ReadFile], by: &Principal) -> Result<Imported, LakeError> {
        loop {
            self.table.refresh().await?;
            if let Some(refused) = self.changed_policy(files).await? {
                return Ok(Imported::Refused(vec![refused]));
            }
            let import = ImportFacts { number: self.table.last() + 1, at: time::now(), by: by.name().to_owned() };
            let rows = entries(files, &import)?;
            if self.table.land(import.number, rows, import.at).await? == Landed::Taken {
                let files = files.iter().map(ReadFile::landed).collect();
                return Ok(Imported::Landed { number: import.number, files });
            }
        }
    }

    /// A version of the policy is never changed: a month that was allocated by it must stay explained.
    async fn changed_policy(&self, files: &[ReadFile]) -> Result<Option<RefusedRow>, LakeError> {
        let policy = files.iter().find_map(|file| file.policy().map(|(version, document)| (file, version, document)));
        let Some((given, version, document)) = policy else { return Ok(None) };
        let table = self.table.table();
        let view = table.view();
        let of_policies = Some(Some(FileKind::Policy.name().to_owned()));
        for file in view.state.files.iter().filter(|file| file.partition.get(KIND) == of_policies.as_ref()) {
            for rows in read_file(table, file, Some(&["version", "document"])).await? {
                if has_other_text(&rows, version, document) {
                    let reason =
                        format!("\"{version}\" is there with another text: give the change a version of its own");
                    return Ok(Some(given.refused("version", reason)));
                }
            }
        }
        Ok(None)
    }
}

#[async_trait]
impl FinanceImports for Imports {
    async fn import(&self, files: Vec<SubmittedFile>, by: &Principal) -> Result<Imported, ServiceError> {
        let (mut read, mut refused) = (Vec::new(), Vec::new());
        for file in &files {
            match ReadFile::read(file) {
                Ok(file) => read.push(file),
                Err(problems) => refused.extend(problems),
            }
        }
        if !refused.is_empty() {
            return Ok(Imported::Refused(refused));
        }
        self.land(&read, by).await.map_err(|error| {
            let error = ServiceError::new(ErrorCode::Unavailable, format!("the import failed: {}", error.chain()));
            error.with_hint("finance_imports says whether it landed all the same; the same files may be imported again")
        })
    }
}

fn has_other_text(rows: &RecordBatch, version: &str, document: &str) -> bool {
    let texts = |name| rows.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let (Some(versions), Some(documents)) = (texts("version"), texts("document")) else { return false };
    versions.iter().zip(documents).any(|(known, text)| known == Some(version) && text != Some(document))
}
