//! The background audit: are the KPI figures that are kept what the events say?

use std::sync::Arc;
use std::time::Duration;

use prometheus::{IntCounter, Registry};
use tidemark_engine::Engine;
use tokio_util::sync::CancellationToken;

/// What the audits found.
#[derive(Debug)]
pub(crate) struct Audits {
    compared: IntCounter,
    mismatches: IntCounter,
}

impl Audits {
    /// Registers the counters.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        Ok(Self {
            compared: counter("tidemark_kpi_audits_total", "comparisons of kept KPI figures with what all events say")?,
            mismatches: counter("tidemark_kpi_audit_mismatches_total", "rows of kept KPI figures that differed")?,
        })
    }

    /// Compares again and again until stopped.
    pub(crate) async fn run(self, engine: Arc<Engine>, interval: Duration, stop: CancellationToken) {
        for turn in 0.. {
            if stop.run_until_cancelled(tokio::time::sleep(interval)).await.is_none() {
                return;
            }
            match stop.run_until_cancelled(engine.audit(turn)).await {
                None => return,
                Some(Ok(None)) => {}
                Some(Ok(Some(audit))) => {
                    self.compared.inc();
                    if audit.differing > 0 {
                        self.mismatches.inc_by(audit.differing as u64);
                        tracing::error!("{} rows of {} differ from what the events say", audit.differing, audit.what);
                    }
                }
                Some(Err(error)) => tracing::warn!("KPI figures could not be compared with the events: {error}"),
            }
        }
    }
}
