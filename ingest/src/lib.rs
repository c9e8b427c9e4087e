//! Kafka, HTTP and files to lake: every event once, every bad record kept with its reason.
//!
//! # Layout (a record's way)
//! * [`kafka::consumer`]: one thread polls, at the offsets that the tables say; [`load`]: files instead
//! * [`record`]: chunks of raw records, one arena each
//! * [`decode`]: bytes become typed rows or a refusal, each record on its own
//! * [`dedup`]: a repeat of `(source, id)` is skipped; [`known`]: what the table already holds
//! * [`lane`]: a chunk becomes a segment and its dead letters
//! * [`land`]: segments become visible at once, and committed a little later
//! * [`pipeline`]: all of it for all streams, restarted from the watermarks when fenced
//! * [`status`]: what it waits for
//! * [`kafka::publish`]: events from the HTTP door into the log

pub mod dead_letters;
pub mod decode;
pub mod dedup;
pub mod error;
pub mod kafka;
pub mod known;
pub mod land;
pub mod lane;
pub mod load;
pub mod metrics;
pub mod pipeline;
pub mod record;
pub mod status;

pub use error::IngestError;
pub use metrics::IngestMetrics;
