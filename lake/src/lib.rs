//! Delta tables on object storage: rows and offsets in one commit, consistent snapshots with a live tail,
//! scans with pruning, compaction. The only importer of `deltalake` and `object_store`.
//!
//! # Layout (a row's way)
//! * [`store`]: a URL becomes an object store; [`durable`] makes the local one survive a power cut
//! * [`log`]: the Delta log read into a [`log::TableState`], entry by entry
//! * [`table`]: open or create; the [`view::View`] that readers load
//! * [`encode`]: rows become sorted Parquet files with statistics
//! * [`append`]: rows, watermarks and skips become one log entry, or nothing does; `ledger`: what the entry says of skips;
//!   `foreign`: what others appended
//! * [`view`]: snapshot plus live tail behind one atomic swap
//! * [`scan`]: the table as a DataFusion `TableProvider`; [`prune`] selects its files, `partition_filter` answers filters
//!   on their partitions
//! * [`compact`]: small files become large ones, in the `background`; [`maintain`]: checkpoints and vacuum
//! * [`faults`]: faults that the suites plant, in development builds only

pub mod append;
mod background;
pub mod compact;
pub mod durable;
pub mod encode;
pub mod error;
pub mod faults;
mod files;
mod footers;
mod foreign;
mod ledger;
pub mod log;
pub mod maintain;
mod partition_filter;
pub mod prune;
pub mod read;
pub mod scan;
mod statistics;
pub mod store;
pub mod table;
mod tail;
pub mod view;

pub use append::{Append, TableWriter};
pub use background::give_way;
pub use error::LakeError;
pub use store::Store;
pub use table::Table;
pub use view::{Segment, View};
