//! Whether the instance is ready, and its metrics.

use std::sync::Arc;

use prometheus::{Encoder, Registry, TextEncoder};
use tidemark_ingest::status::Status;
use tidemark_model::port::Health;

/// The health of this process.
#[derive(Debug)]
pub(crate) struct PlatformHealth {
    registry: Registry,
    ingest: Arc<Status>,
}

impl PlatformHealth {
    /// Reads what ingest waits for, and the registry.
    pub(crate) const fn new(registry: Registry, ingest: Arc<Status>) -> Self {
        Self { registry, ingest }
    }
}

impl Health for PlatformHealth {
    fn ready(&self) -> Result<(), String> {
        self.ingest.waits_for().map_or(Ok(()), |what| Err(format!("ingest: {what}")))
    }

    fn metrics(&self) -> String {
        let mut text = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            Ok(()) => String::from_utf8_lossy(&text).into_owned(),
            Err(error) => format!("# metrics could not be written: {error}\n"),
        }
    }
}
