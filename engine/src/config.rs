//! The bounds of one engine: memory, disk, time and threads.

use std::path::PathBuf;
use std::time::Duration;

/// Memory for queries where the machine does not tell how much it has, in bytes.
const MEMORY_BYTES_FALLBACK: usize = 4 << 30;

/// Disk for spilled data, in bytes; DataFusion's own default of 100 GB would fill most machines (trap 12).
const SPILL_BYTES: u64 = 20 << 30;

/// Longest a query may take. Dashboards give up after a minute at most; exports fit in five.
const QUERY_TIMEOUT: Duration = Duration::from_secs(300);

/// Threads for each core: queries that compute for long leave some to those that do not.
const THREADS_PER_CORE: usize = 4;

/// What one engine may use.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Memory of all queries together, in bytes. Scans are not counted in it: leave a third of the machine free.
    pub memory_bytes: usize,
    /// Disk for spilled data of all queries together, in bytes.
    pub spill_bytes: u64,
    /// Where spilled data goes; `None` is the system's folder for temporary files.
    pub temp_dir: Option<PathBuf>,
    /// Memory for the footers and page indexes of Parquet files, in bytes.
    pub metadata_cache_bytes: usize,
    /// Longest a statement may take, its rows included; a session can only shorten it.
    pub query_timeout: Duration,
    /// In how many parts one query runs.
    pub target_partitions: usize,
    /// Threads that run queries, apart from those of the doors. More than there are cores: a query computes on
    /// `target_partitions` of them at a time, and the operating system lets the others have their turn meanwhile.
    pub worker_threads: usize,
    /// Memory for views whose rows are kept, in bytes; 0 keeps none. Worth it for a process that answers more than once.
    pub kept_bytes: usize,
    /// Memory for what the rows of files came to, kept for questions that are asked again, in bytes; 0 keeps nothing.
    pub file_states_bytes: usize,
    /// Events that are read at once when such rows are read for the first time: a day's, or about so many. Each takes
    /// about a kilobyte of memory meanwhile.
    pub kept_portion: usize,
    /// How old KPI cells may be: within this time of being brought up to date they are answered as they are.
    pub kpi_staleness: Duration,
    /// Whether each statement first reads what others have committed: for processes that do not write the tables.
    pub refresh_before_query: bool,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            memory_bytes: memory_of_machine().map_or(MEMORY_BYTES_FALLBACK, |bytes| bytes / 5 * 2),
            spill_bytes: SPILL_BYTES,
            temp_dir: None,
            metadata_cache_bytes: 512 << 20,
            query_timeout: QUERY_TIMEOUT,
            target_partitions: cores,
            worker_threads: THREADS_PER_CORE * cores,
            kept_bytes: 0,
            file_states_bytes: 0,
            kept_portion: 1_000_000,
            kpi_staleness: Duration::ZERO,
            refresh_before_query: false,
        }
    }
}

/// Memory of this machine in bytes. Source: proc(5), `MemTotal`.
fn memory_of_machine() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    kib.checked_mul(1024)
}
