//! What is known of files, by question, within bounded memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::compute::take_arrays;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::datasource::listing::PartitionedFile;

use super::question::Question;
use super::window::Window;

/// Most questions that are remembered.
const QUESTIONS_MAX: usize = 256;
/// What nobody asked for within this time is forgotten: its file was merged with others, or is too old for the windows
/// that are looked at.
const UNUSED_MAX: Duration = Duration::from_mins(10);
/// States of one question may take this part of all memory, and its rows, too.
const PART_MAX: usize = 4;
/// So few states are always worth keeping; where there are more, they are if a file has this many rows for each.
const FEW_STATES: usize = 64;
const ROWS_A_STATE: usize = 4;
/// That a file of fewer rows has more says nothing of others.
const SMALL_FILE: usize = 10_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Store {
    bytes_max: usize,
    /// Those that were asked last come last.
    kept: Mutex<Vec<Kept>>,
}

/// What may be known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What it came to, where it lies within the window.
    States,
    /// Its rows, where the window cuts it.
    Rows,
}

/// What is known for one question.
#[derive(Debug)]
struct Kept {
    question: Arc<Question>,
    states: Files,
    rows: Files,
}

/// What is known of files, by path.
#[derive(Debug, Default)]
struct Files {
    by_path: HashMap<String, OfFile>,
    num_bytes: usize,
    /// When it was found to be too much to be worth it; so it stays for a while.
    refused_at: Option<Instant>,
}

#[derive(Debug)]
struct OfFile {
    batch: RecordBatch,
    /// Where rows lie that are kept; nothing for states, which are of all rows.
    window: Option<Window>,
    used_at: Instant,
}

/// The key to what is known for a question.
#[derive(Debug, Clone)]
pub(super) struct Known {
    store: Arc<Store>,
    question: Arc<Question>,
}

impl Store {
    /// Room for so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, kept: Mutex::default() }
    }

    /// Remembers that a question is asked; `None` where it is for the first time.
    pub(super) fn ask(store: &Arc<Self>, question: &Arc<Question>) -> Option<Known> {
        let mut all = store.kept();
        let place = all.iter().position(|kept| kept.question == *question);
        let kept = place.map_or_else(|| Kept::nothing(question), |place| all.remove(place));
        let known = place.is_some().then(|| Known { store: Arc::clone(store), question: Arc::clone(&kept.question) });
        all.push(kept);
        let num_over = all.len().saturating_sub(QUESTIONS_MAX);
        all.drain(..num_over);
        known
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        // Every change leaves it whole, so a panic elsewhere does not spoil it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was asked for longest ago, as far as memory needs it.
    fn make_room(&self, all: &mut [Kept]) {
        let mut held: usize = all.iter().map(Kept::num_bytes).sum();
        for kept in all {
            if held <= self.bytes_max {
                break;
            }
            held -= kept.num_bytes();
            kept.states.forget();
            kept.rows.forget();
        }
    }
}

impl Kept {
    fn nothing(question: &Arc<Question>) -> Self {
        Self { question: Arc::clone(question), states: Files::default(), rows: Files::default() }
    }

    const fn of(&mut self, kind: Kind) -> &mut Files {
        match kind {
            Kind::States => &mut self.states,
            Kind::Rows => &mut self.rows,
        }
    }

    const fn num_bytes(&self) -> usize {
        self.states.num_bytes + self.rows.num_bytes
    }
}

impl Files {
    fn forget(&mut self) {
        (self.by_path, self.num_bytes) = (HashMap::new(), 0);
    }

    fn refuse(&mut self) {
        self.forget();
        self.refused_at = Some(Instant::now());
    }

    fn is_refused(&self) -> bool {
        self.refused_at.is_some_and(|at| at.elapsed() <= UNUSED_MAX)
    }

    fn forget_unused(&mut self) {
        self.by_path.retain(|_, of| of.used_at.elapsed() <= UNUSED_MAX);
        self.num_bytes = self.by_path.values().map(|of| of.batch.get_array_memory_size()).sum();
    }

    fn insert(&mut self, path: String, of: OfFile) {
        self.num_bytes += of.batch.get_array_memory_size();
        if let Some(before) = self.by_path.insert(path, of) {
            self.num_bytes -= before.batch.get_array_memory_size();
        }
    }
}

impl Known {
    /// Whether something of this kind is kept at all.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        self.look(|kept| !kept.of(kind).is_refused()).unwrap_or(false)
    }

    /// Nothing of this kind is kept for a while: it is too much.
    pub(super) fn refuse(&self, kind: Kind) {
        self.look(|kept| kept.of(kind).refuse());
    }

    /// What is known of files, and the others: their states, or their rows within a window.
    pub(super) fn of_files(
        &self,
        files: Vec<PartitionedFile>,
        window: Option<&Window>,
    ) -> (Vec<RecordBatch>, Vec<PartitionedFile>) {
        let (now, mut known, mut unknown) = (Instant::now(), vec![], vec![]);
        let mut kept = self.store.kept();
        let mut kept = kept.iter_mut().find(|kept| Arc::ptr_eq(&kept.question, &self.question));
        for file in files {
            let of = kept.as_mut().map(|kept| kept.of(kind_of(window)));
            let of = of.and_then(|files| files.by_path.get_mut(file.object_meta.location.as_ref()));
            let holds = |of: &&mut OfFile| {
                window.is_none_or(|window| of.window.as_ref().is_some_and(|known| window.is_in(known, &file)))
            };
            match of.filter(holds) {
                Some(of) => {
                    of.used_at = now;
                    known.push(of.batch.clone());
                }
                None => unknown.push(file),
            }
        }
        if let Some(kept) = kept {
            kept.of(kind_of(window)).forget_unused();
        }
        (known, unknown)
    }

    /// Keeps what was found of a file of so many rows, where that is worth it and there is room.
    ///
    /// # Errors
    /// Where columns cannot be copied.
    pub(super) fn keep(
        &self,
        file: &PartitionedFile,
        num_rows: usize,
        found: &RecordBatch,
        window: Option<&Window>,
    ) -> Result<(), ArrowError> {
        let num = found.num_rows();
        let is_worth_it = window.is_some() || num <= FEW_STATES || num.saturating_mul(ROWS_A_STATE) <= num_rows;
        if !is_worth_it && num_rows < SMALL_FILE {
            return Ok(());
        }
        let batch = compact(found)?;
        let part = self.store.bytes_max / PART_MAX;
        let mut all = self.store.kept();
        let Some(kept) = all.iter_mut().find(|kept| Arc::ptr_eq(&kept.question, &self.question)) else { return Ok(()) };
        let files = kept.of(kind_of(window));
        if !is_worth_it || files.num_bytes + batch.get_array_memory_size() > part {
            files.refuse();
        } else if !files.is_refused() {
            let of = OfFile { batch, window: window.cloned(), used_at: Instant::now() };
            files.insert(file.object_meta.location.to_string(), of);
        }
        self.store.make_room(&mut all);
        Ok(())
    }

    fn look<T>(&self, what: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let mut all = self.store.kept();
        all.iter_mut().find(|kept| Arc::ptr_eq(&kept.question, &self.question)).map(what)
    }
}

const fn kind_of(window: Option<&Window>) -> Kind {
    if window.is_some() { Kind::Rows } else { Kind::States }
}

/// The same without bytes of other rows: texts hold on to those they were read with, and columns have room for a whole
/// batch.
fn compact(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let compact = |column: ArrayRef| match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()) as ArrayRef,
        DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
        _ => column,
    };
    let all: UInt64Array = (0..rows.num_rows() as u64).collect();
    let columns = take_arrays(rows.columns(), &all, None)?.into_iter().map(compact).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(rows.schema(), columns, &options)
}
