//! Whether the instance is ready, and its metrics.

use std::path::PathBuf;
use std::sync::Arc;

use prometheus::{Encoder, IntGauge, Registry, TextEncoder};
use tidemark_ingest::status::Status;
use tidemark_model::port::Health;

/// The health of this process.
#[derive(Debug)]
pub(crate) struct PlatformHealth {
    registry: Registry,
    ingest: Arc<Status>,
    ready: IntGauge,
    disk: Option<Disk>,
}

/// The disk below a lake in a local folder.
#[derive(Debug)]
struct Disk {
    folder: PathBuf,
    size: IntGauge,
    free: IntGauge,
}

impl PlatformHealth {
    /// Reads what ingest waits for, the registry, and the disk of a lake in a local folder; registers
    /// `tidemark_ready`, on which an alert waits.
    pub(crate) fn new(
        registry: Registry,
        ingest: Arc<Status>,
        folder: Option<PathBuf>,
    ) -> Result<Self, prometheus::Error> {
        let ready = gauge(&registry, "tidemark_ready", "1 where queries and ingest are served, else 0: see /readyz")?;
        let disk = folder.map(|folder| Disk::register(&registry, folder)).transpose()?;
        Ok(Self { registry, ingest, ready, disk })
    }
}

impl Disk {
    fn register(registry: &Registry, folder: PathBuf) -> Result<Self, prometheus::Error> {
        let size = gauge(registry, "tidemark_store_size_bytes", "size of the disk that a local lake is on")?;
        let free = gauge(registry, "tidemark_store_free_bytes", "what is free of it for this process")?;
        Ok(Self { folder, size, free })
    }

    fn read(&self) {
        match rustix::fs::statvfs(&self.folder) {
            Ok(disk) => {
                let bytes = |blocks: u64| i64::try_from(blocks.saturating_mul(disk.f_frsize)).unwrap_or(i64::MAX);
                self.size.set(bytes(disk.f_blocks));
                self.free.set(bytes(disk.f_bavail));
            }
            Err(error) => tracing::warn!("the disk of {} cannot be asked: {error}", self.folder.display()),
        }
    }
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
    let gauge = IntGauge::new(name, help)?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

impl Health for PlatformHealth {
    fn ready(&self) -> Result<(), String> {
        self.ingest.waits_for().map_or(Ok(()), |what| Err(format!("ingest: {what}")))
    }

    fn metrics(&self) -> String {
        if let Some(disk) = &self.disk {
            disk.read();
        }
        self.ready.set(self.ready().is_ok().into());
        let mut text = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            Ok(()) => String::from_utf8_lossy(&text).into_owned(),
            Err(error) => format!("# metrics could not be written: {error}\n"),
        }
    }
}
