//! Rows, watermarks and skips become one log entry, or nothing does.
//!
//! The entry is put at the next version with "create only". Every failure of that put is ambiguous: it may have
//! landed, now or a little later (traps 2 and 3). So after a failure the entry at that version is read: if it carries
//! our commit id it is ours and the commit is done; if it is another's it is applied, checked against our claim, and
//! the next version is tried; if there is none, the same version is tried again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::{Action, Add, CommitInfo, MetadataExt, StructType, Transaction};
use futures::future::try_join_all;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde_json::{Value, json};
use tidemark_model::position::{OffsetRange, app_id};
use uuid::Uuid;

use crate::encode::{Effort, EncodedFile, encode};
use crate::error::LakeError;
use crate::faults::{self, Fault};
use crate::foreign::ForeignFiles;
use crate::ledger;
use crate::log::{COMMIT_INFO, LiveFile, TableState, entry_path, read_entry};
use crate::table::Table;
use crate::view::{Segment, Skipped};

/// How often a commit is tried before its failure is reported; with the pauses about ten seconds.
const ATTEMPTS_MAX: u32 = 12;
/// The pause after the first failed attempt; it doubles up to a second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// What one commit takes in.
#[derive(Debug, Default)]
pub struct Append {
    /// The segments, oldest first. Their ranges must follow on from the table's watermarks.
    pub segments: Vec<Arc<Segment>>,
    /// Overrides the prefix of the watermarks' application ids, for a table that several streams share.
    pub stream: Option<String>,
}

/// What a commit did.
#[derive(Debug, Clone, Copy)]
pub struct Committed {
    /// The table's version with it.
    pub version: u64,
    /// Rows added.
    pub num_rows: usize,
    /// Bytes of the files written.
    pub size_bytes: u64,
}

/// A compaction's outcome: files out, files in, and the rows that were found to be repeats.
#[derive(Debug)]
pub struct Replacement {
    /// The files that it read.
    pub removed: Vec<Arc<LiveFile>>,
    /// The files that it wrote (already stored).
    pub added: Vec<Add>,
    /// The offsets of rows that it dropped as repeats.
    pub skipped: Skipped,
}

/// The one writer of a table in this process.
#[derive(Debug)]
pub struct TableWriter {
    table: Arc<Table>,
    /// Held from choosing a version to installing it: an append and a compaction of this process never interleave,
    /// so that no view shows an append's rows in a file and in the tail at once.
    committing: tokio::sync::Mutex<()>,
    foreign: ForeignFiles,
}

impl TableWriter {
    /// Takes on the writing of a table.
    #[must_use]
    pub fn new(table: Arc<Table>) -> Self {
        Self { table, committing: tokio::sync::Mutex::const_new(()), foreign: ForeignFiles::default() }
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// Commits segments: their rows and the watermarks after them, in one version.
    ///
    /// # Errors
    /// [`LakeError::Fenced`] where the table's watermarks are not where the segments start: discard the tail and read
    /// again from the watermarks. [`LakeError::ForeignRows`] where others have added rows since they were last asked
    /// for, and events of this table have an identity. Any other error after the attempts: the segments are still in the tail, and the
    /// same call may be made again.
    pub async fn append(&self, append: Append) -> Result<Committed, LakeError> {
        let stream = append.stream.as_deref().unwrap_or(self.table.spec().stream);
        let ranges = merge_ranges(append.segments.iter().flat_map(|segment| &segment.ranges));
        let claim = Claim::Ranges { stream, ranges: &ranges };
        self.check_claim(&self.table.view().state, &claim)?;
        let files = self.store_rows(&append.segments).await?;
        faults::crash_point("rows.stored");
        let committed = Committed {
            version: 0,
            num_rows: append.segments.iter().map(|segment| segment.rows.num_rows()).sum(),
            size_bytes: files.iter().map(|add| add.size as u64).sum(),
        };
        let mut actions: Vec<Action> = files.into_iter().map(Action::Add).collect();
        let txn = |range: &OffsetRange| Action::Txn(Transaction::new(app_id(stream, &range.of), range.end));
        let watermarks: Vec<Action> = ranges.iter().map(txn).collect();
        if faults::has_bug("bug.watermarks_first") {
            self.commit(Change { actions: watermarks, ..Change::of(&[]) }, &claim).await?;
            self.commit(Change { actions, ..Change::of(&append.segments) }, &Claim::Files(&[])).await?;
            return Ok(committed);
        }
        if !faults::has_bug("bug.skip_txn") {
            actions.extend(watermarks);
        }
        let skipped = join(append.segments.iter().map(|segment| &segment.skipped));
        let change = Change { actions, skipped, ..Change::of(&append.segments) };
        let version = self.commit(change, &claim).await?;
        Ok(Committed { version, ..committed })
    }

    /// Commits a compaction, if every file it read is still in the table.
    ///
    /// # Errors
    /// [`LakeError::ReplacedMeanwhile`] where one is not: drop the outcome and plan again.
    pub async fn replace(&self, replacement: Replacement) -> Result<u64, LakeError> {
        faults::crash_point("compaction.stored");
        let now_ms = chrono::Utc::now().timestamp_millis();
        let removes = replacement.removed.iter().map(|file| Action::Remove(file.to_remove(now_ms)));
        let actions = removes.chain(replacement.added.into_iter().map(Action::Add)).collect();
        let change = Change { operation: "OPTIMIZE", actions, skipped: replacement.skipped, segments: &[] };
        self.commit(change, &Claim::Files(&replacement.removed)).await
    }

    /// Reads what others have committed, so that watermarks are the newest.
    ///
    /// # Errors
    /// As [`Table::refresh`].
    pub async fn refresh(&self) -> Result<(), LakeError> {
        let _committing = self.committing.lock().await;
        self.table.refresh_with(|entry| self.note_foreign(entry)).await
    }

    /// The files with rows that others have added since this was last asked. The caller knows them from now on.
    pub fn take_foreign(&self) -> Vec<Arc<LiveFile>> {
        self.foreign.take()
    }

    /// Where events have no identity, nobody asks for others' rows.
    fn note_foreign(&self, entry: &[Action]) -> Result<(), LakeError> {
        let spec = self.table.spec();
        if spec.identity.is_some() { self.foreign.note(spec.name, entry) } else { Ok(()) }
    }

    fn check_watermarks(&self, state: &TableState, stream: &str, ranges: &[OffsetRange]) -> Result<(), LakeError> {
        for range in ranges {
            let found = state.watermark(stream, &range.of).unwrap_or(range.start);
            if found != range.start {
                return Err(LakeError::Fenced {
                    table: self.table.spec().name.to_owned(),
                    partition: range.of.clone(),
                    expected: range.start,
                    found,
                });
            }
        }
        Ok(())
    }

    async fn store_rows(&self, segments: &[Arc<Segment>]) -> Result<Vec<Add>, LakeError> {
        let rows: Vec<_> = segments.iter().map(|segment| segment.rows.clone()).collect();
        let spec = self.table.spec().clone();
        let files = tokio::task::spawn_blocking(move || encode(&spec, &rows, Effort::Append, true)).await??;
        store_files(self.table.store().as_ref(), files).await
    }

    /// Puts an entry at the next version until it is there, or its claim fails.
    async fn commit(&self, change: Change<'_>, claim: &Claim<'_>) -> Result<u64, LakeError> {
        let Change { operation, mut actions, skipped, segments } = change;
        let id = Uuid::new_v4().to_string();
        let _committing = self.committing.lock().await;
        let mut state = Arc::clone(&self.table.view().state);
        actions.extend(self.added_columns(&state)?);
        actions.insert(0, Action::CommitInfo(commit_info(operation, &id, ledger::named(&skipped))));
        let (store, name) = (self.table.store().as_ref(), self.table.spec().name);
        self.check_claim(&state, claim)?;
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let version = state.version + 1;
            let entry = self.with_counts(&actions, &state, claim, &skipped);
            let failure = match put_entry(store, name, version, &entry).await {
                Ok(PutOutcome::Written) => {
                    faults::crash_point("commit.done");
                    self.table.install(&Arc::new(state.apply(version, &entry)?), segments);
                    return Ok(version);
                }
                Ok(PutOutcome::Exists) => None,
                Err(error) => Some(error),
            };
            match read_entry(store, name, version).await {
                Ok(Some(entry)) => {
                    let ours = commit_id(&entry) == Some(id.as_str());
                    state = Arc::new(state.apply(version, &entry)?);
                    self.table.install(&state, if ours { segments } else { &[] });
                    if ours {
                        return Ok(version);
                    }
                    self.note_foreign(&entry)?;
                    self.check_claim(&state, claim)?;
                    // The winner may have added the columns that we would have added; ours then repeats the same.
                    continue;
                }
                Ok(None) | Err(LakeError::Store { .. }) if attempt < ATTEMPTS_MAX => {}
                Ok(None) => return Err(failure.unwrap_or_else(|| vanished(name, version))),
                Err(error) => return Err(failure.unwrap_or(error)),
            }
            tracing::warn!(table = name, version, attempt, "commit not confirmed, trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
            attempt += 1;
        }
    }

    /// An entry's actions with the counts of skips after it, which depend on the entry before it.
    fn with_counts(&self, actions: &[Action], state: &TableState, claim: &Claim<'_>, skipped: &Skipped) -> Vec<Action> {
        let spec = self.table.spec();
        // Without an identity nothing repeats another.
        if spec.identity.is_none() {
            return actions.to_vec();
        }
        let (stream, ranges) = match claim {
            Claim::Ranges { stream, ranges } => (*stream, *ranges),
            Claim::Files(_) => (spec.stream, &[][..]),
        };
        actions.iter().cloned().chain(ledger::counts(state, stream, ranges, skipped)).collect()
    }

    fn check_claim(&self, state: &TableState, claim: &Claim<'_>) -> Result<(), LakeError> {
        match claim {
            Claim::Ranges { stream, ranges } => {
                self.check_watermarks(state, stream, ranges)?;
                if !self.foreign.is_empty() {
                    return Err(LakeError::ForeignRows { table: self.table.spec().name.to_owned() });
                }
                Ok(())
            }
            Claim::Files(files) => {
                let gone = files.iter().find(|file| !state.files.iter().any(|live| live.path == file.path));
                gone.map_or(Ok(()), |file| {
                    Err(LakeError::ReplacedMeanwhile {
                        table: self.table.spec().name.to_owned(),
                        path: file.path.clone(),
                    })
                })
            }
        }
    }

    /// The metadata action that adds the columns which this release writes and the table does not have yet.
    fn added_columns(&self, state: &TableState) -> Result<Option<Action>, LakeError> {
        let fields = self.table.spec().schema.fields();
        let missing: Vec<_> =
            fields.iter().filter(|field| state.schema.field_with_name(field.name()).is_err()).cloned().collect();
        if missing.is_empty() {
            return Ok(None);
        }
        let all = state.schema.fields().iter().cloned().chain(missing);
        let all = arrow::datatypes::Schema::new(all.collect::<Vec<_>>());
        let all: StructType = (&all).try_into_kernel()?;
        let metadata = state.metadata.as_ref().clone().with_schema(&all);
        Ok(Some(Action::Metadata(metadata.map_err(LakeError::delta("add columns"))?)))
    }
}

/// What a commit puts into the log.
struct Change<'a> {
    operation: &'static str,
    actions: Vec<Action>,
    /// Offsets that turn out to hold no row.
    skipped: Skipped,
    /// The part of the tail that becomes files.
    segments: &'a [Arc<Segment>],
}

impl<'a> Change<'a> {
    /// One that takes in segments.
    const fn of(segments: &'a [Arc<Segment>]) -> Self {
        Self { operation: "STREAMING UPDATE", actions: Vec::new(), skipped: Skipped::new(), segments }
    }
}

/// What must still hold when another writer got the version that we wanted.
enum Claim<'a> {
    Ranges { stream: &'a str, ranges: &'a [OffsetRange] },
    Files(&'a [Arc<LiveFile>]),
}

/// What became of a put that was answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PutOutcome {
    Written,
    Exists,
}

/// Puts a log entry where none is.
pub(crate) async fn put_entry(
    store: &dyn ObjectStore,
    table: &str,
    version: u64,
    actions: &[Action],
) -> Result<PutOutcome, LakeError> {
    let mut entry = Vec::new();
    for action in actions {
        serde_json::to_writer(&mut entry, action).map_err(|error| LakeError::DamagedLog {
            table: table.to_owned(),
            version,
            why: error.to_string(),
        })?;
        entry.push(b'\n');
    }
    match put_new(store, &entry_path(version), entry.into()).await {
        Ok(()) => Ok(PutOutcome::Written),
        Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(PutOutcome::Exists),
        Err(_) if faults::has_bug("bug.swallow_error") => Ok(PutOutcome::Written),
        Err(error) => Err(LakeError::store(format!("commit version {version} of table \"{table}\""))(error)),
    }
}

/// Creates an object that must not exist; the one operation at which a commit happens, so faults are planted here.
async fn put_new(store: &dyn ObjectStore, path: &Path, payload: PutPayload) -> object_store::Result<()> {
    let failed = || Error::Generic { store: "planted", source: "a planted fault".into() };
    let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    match faults::strikes("commit.put") {
        Some(Fault::Crash) => std::process::abort(),
        Some(Fault::Error) => Err(failed()),
        Some(Fault::Lost) => store.put_opts(path, payload, create).await.and_then(|_| Err(failed())),
        Some(Fault::On) | None => store.put_opts(path, payload, create).await.map(|_| ()),
    }
}

/// Stores encoded files; they belong to the table only once an entry names them.
pub(crate) async fn store_files(store: &dyn ObjectStore, files: Vec<EncodedFile>) -> Result<Vec<Add>, LakeError> {
    try_join_all(files.into_iter().map(|EncodedFile { add, bytes }| async move {
        let put = store.put(&Path::from(add.path.as_str()), bytes.into()).await;
        put.map_err(LakeError::store(format!("write file \"{}\"", add.path)))?;
        Ok(add)
    }))
    .await
}

fn commit_info(operation: &str, id: &str, skipped: Option<Value>) -> CommitInfo {
    let mut ours = json!({"commit_id": id});
    if let Some(skipped) = skipped {
        ours["skipped"] = skipped;
    }
    CommitInfo {
        timestamp: Some(chrono::Utc::now().timestamp_millis()),
        operation: Some(operation.to_owned()),
        engine_info: Some(concat!("tidemark/", env!("CARGO_PKG_VERSION")).to_owned()),
        info: HashMap::from([(COMMIT_INFO.to_owned(), ours)]),
        ..CommitInfo::default()
    }
}

fn commit_id(entry: &[Action]) -> Option<&str> {
    entry.iter().find_map(|action| match action {
        Action::CommitInfo(info) => info.info.get(COMMIT_INFO)?["commit_id"].as_str(),
        _ => None,
    })
}

fn vanished(table: &str, version: u64) -> LakeError {
    let why = "the store says that the entry exists, but it cannot be read".to_owned();
    LakeError::DamagedLog { table: table.to_owned(), version, why }
}

/// The skips of several segments as one.
fn join<'a>(all: impl Iterator<Item = &'a Skipped>) -> Skipped {
    let mut joined = Skipped::new();
    for (partition, offsets) in all.flatten() {
        joined.entry(partition.clone()).or_default().extend(offsets);
    }
    joined
}

/// Joins ranges that follow on from one another, so that each partition has one.
fn merge_ranges<'a>(ranges: impl Iterator<Item = &'a OffsetRange>) -> Vec<OffsetRange> {
    let mut merged: Vec<OffsetRange> = Vec::new();
    for range in ranges {
        match merged.iter_mut().find(|other| other.of == range.of) {
            Some(other) if other.end == range.start => other.end = range.end,
            _ => merged.push(range.clone()),
        }
    }
    merged
}
