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
/// One question may take so much of all memory.
const PART_MAX: usize = 4;
/// So few states are always worth keeping; where there are more, they are if a file has this many rows for each.
const FEW_STATES: usize = 64;
const ROWS_A_STATE: usize = 4;

/// See the module.
#[derive(Debug)]
pub(super) struct Store {
    bytes_max: usize,
    /// Those that were asked last come last.
    kept: Mutex<Vec<Kept>>,
}

/// What is known for one question.
#[derive(Debug)]
struct Kept {
    question: Arc<Question>,
    /// What files came to that lie within the window, by path.
    states: HashMap<String, OfFile>,
    /// Rows of files that the window cuts.
    rows: HashMap<String, OfFile>,
    num_bytes: usize,
    /// Whether it is too much to be worth it.
    is_refused: bool,
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

    /// Remembers that a question is asked; `None` where it is for the first time, or not worth it.
    pub(super) fn ask(store: &Arc<Self>, question: &Arc<Question>) -> Option<Known> {
        let mut all = store.kept();
        let place = all.iter().position(|kept| kept.question == *question);
        let kept = place.map_or_else(|| Kept::nothing(question), |place| all.remove(place));
        let is_worth_it = place.is_some() && !kept.is_refused;
        let known = is_worth_it.then(|| Known { store: Arc::clone(store), question: Arc::clone(&kept.question) });
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
        let mut held: usize = all.iter().map(|kept| kept.num_bytes).sum();
        for kept in all {
            if held <= self.bytes_max {
                break;
            }
            held -= kept.num_bytes;
            kept.forget();
        }
    }
}

impl Kept {
    fn nothing(question: &Arc<Question>) -> Self {
        let question = Arc::clone(question);
        Self { question, states: HashMap::new(), rows: HashMap::new(), num_bytes: 0, is_refused: false }
    }

    fn of(&mut self, are_rows: bool) -> &mut HashMap<String, OfFile> {
        if are_rows { &mut self.rows } else { &mut self.states }
    }

    fn forget(&mut self) {
        (self.states, self.rows, self.num_bytes) = (HashMap::new(), HashMap::new(), 0);
    }

    fn forget_unused(&mut self) {
        for files in [&mut self.states, &mut self.rows] {
            files.retain(|_, of| of.used_at.elapsed() <= UNUSED_MAX);
        }
        let all = self.states.values().chain(self.rows.values());
        self.num_bytes = all.map(|of| of.batch.get_array_memory_size()).sum();
    }
}

impl Known {
    /// What is known of files, and the others: their states, or their rows within a window.
    pub(super) fn of_files(
        &self,
        files: Vec<PartitionedFile>,
        window: Option<&Window>,
    ) -> (Vec<RecordBatch>, Vec<PartitionedFile>) {
        let mut all = self.store.kept();
        let Some(kept) = all.iter_mut().find(|kept| Arc::ptr_eq(&kept.question, &self.question)) else {
            return (vec![], files);
        };
        let (now, mut known, mut unknown) = (Instant::now(), vec![], vec![]);
        for file in files {
            let of = kept.of(window.is_some()).get_mut(file.object_meta.location.as_ref());
            let holds = |of: &&mut OfFile| match (window, &of.window) {
                (Some(window), Some(known)) => window.is_in(known, &file),
                (window, known) => window.is_none() && known.is_none(),
            };
            match of.filter(holds) {
                Some(of) => {
                    of.used_at = now;
                    known.push(of.batch.clone());
                }
                None => unknown.push(file),
            }
        }
        kept.forget_unused();
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
        let batch = compact(found)?;
        let num_bytes = batch.get_array_memory_size();
        let num = batch.num_rows();
        let is_worth_it = window.is_some() || num <= FEW_STATES || num.saturating_mul(ROWS_A_STATE) <= num_rows;
        let mut all = self.store.kept();
        let Some(kept) = all.iter_mut().find(|kept| Arc::ptr_eq(&kept.question, &self.question)) else { return Ok(()) };
        if kept.is_refused || !is_worth_it || kept.num_bytes + num_bytes > self.store.bytes_max / PART_MAX {
            kept.is_refused = true;
            kept.forget();
            return Ok(());
        }
        let of = OfFile { batch, window: window.cloned(), used_at: Instant::now() };
        kept.num_bytes += num_bytes;
        if let Some(before) = kept.of(window.is_some()).insert(file.object_meta.location.to_string(), of) {
            kept.num_bytes -= before.batch.get_array_memory_size();
        }
        self.store.make_room(&mut all);
        Ok(())
    }
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
