//! Finance's files on their way into the lake: read as a whole or refused as a whole, and landed in one commit.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{AsArray, RecordBatch};
use async_trait::async_trait;
use tidemark_insight::allocation::entries::{ImportFacts, ReadFile, entries};
use tidemark_lake::read::read_file;
use tidemark_lake::table::TableSpec;
use tidemark_lake::view::Skipped;
use tidemark_lake::{Append, LakeError, Segment, Store, Table, TableWriter};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::finance::{FINANCE_ENTRIES, FileKind, Imported, KIND, RefusedRow, SubmittedFile};
use tidemark_model::port::FinanceImports;
use tidemark_model::position::{OffsetRange, TopicPartition};
use tidemark_model::principal::Principal;
use tidemark_model::time;
use tokio_util::sync::CancellationToken;

/// Time between two looks for imports of other processes.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// The writer of the table of imports.
#[derive(Debug)]
pub(crate) struct Imports {
    writer: TableWriter,
}

impl Imports {
    /// Opens the table, which is made where it is not there.
    ///
    /// # Errors
    /// As [`Table::open_or_create`].
    pub(crate) async fn open(store: &Store) -> Result<Self, LakeError> {
        Ok(Self { writer: TableWriter::new(Table::open_or_create(store, TableSpec::finance()).await?) })
    }

    /// The same for a service. None where the store refuses: the service does without, and says so.
    pub(crate) async fn of_service(store: &Store) -> Option<Arc<Self>> {
        match Self::open(store).await {
            Ok(imports) => Some(Arc::new(imports)),
            Err(error) => {
                tracing::warn!("imports of finance are not taken: {}", error.chain());
                None
            }
        }
    }

    /// The table.
    pub(crate) const fn table(&self) -> &Arc<Table> {
        self.writer.table()
    }

    /// Sees what other processes import, every now and then, until stopped.
    pub(crate) async fn follow(&self, stop: CancellationToken) {
        loop {
            match stop.run_until_cancelled(self.writer.refresh()).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::warn!(error = error.chain(), "imports of finance could not be looked for"),
            }
            if stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await.is_none() {
                return;
            }
        }
    }

    /// Commits files as the next import. Where another import comes first, theirs is looked at and ours tried again.
    async fn land(&self, files: &[ReadFile], by: &Principal) -> Result<Imported, LakeError> {
        let of = TopicPartition { topic: "imports".into(), partition: 0 };
        loop {
            self.writer.refresh().await?;
            if let Some(refused) = self.changed_policy(files).await? {
                return Ok(Imported::Refused(vec![refused]));
            }
            let before = self.table().view().state.watermark(FINANCE_ENTRIES, &of).unwrap_or(0);
            let import = ImportFacts { number: before + 1, at: time::now(), by: by.name().to_owned() };
            let ranges = vec![OffsetRange { of: of.clone(), start: before, end: import.number }];
            let segment = Segment::new(entries(files, &import)?, ranges, Skipped::new(), import.at, "imported_at");
            match self.writer.append(Append { segments: vec![Arc::new(segment)], stream: None }).await {
                Ok(_) => {
                    let files = files.iter().map(ReadFile::landed).collect();
                    return Ok(Imported::Landed { number: import.number, files });
                }
                Err(LakeError::Fenced { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A version of the policy is never changed: a month that was allocated by it must stay explained.
    async fn changed_policy(&self, files: &[ReadFile]) -> Result<Option<RefusedRow>, LakeError> {
        let policy = files.iter().find_map(|file| file.policy().map(|(version, document)| (file, version, document)));
        let Some((given, version, document)) = policy else { return Ok(None) };
        let view = self.table().view();
        let of_policies = Some(Some(FileKind::Policy.name().to_owned()));
        for file in view.state.files.iter().filter(|file| file.partition.get(KIND) == of_policies.as_ref()) {
            for rows in read_file(self.table(), file, Some(&["version", "document"])).await? {
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
