//! What is unusual now: watches ask for what is new, and what they find becomes rows.

use std::sync::Arc;
use std::time::Duration;

use tidemark_engine::Engine;
use tidemark_insight::anomaly::watch::Watches;
use tidemark_insight::anomaly::watch::findings::{last_detected_at, rows};
use tidemark_model::time::{self, DAY, Micros};
use tokio::sync::Mutex;

use super::{Job, JobError};
use crate::numbered::{Landed, Numbered};

/// Watches figures, charges, invoices, sign-ins and what is read from documents.
#[derive(Debug)]
pub(super) struct Anomalies {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
    state: Mutex<State>,
}

/// What rounds know.
#[derive(Debug, Default)]
struct State {
    /// What ended before is not told; known from the first round on.
    since_at: Option<Micros>,
    watches: Watches,
}

impl Anomalies {
    /// Over an engine that reads the same table.
    pub(super) fn new(engine: Arc<Engine>, table: Arc<Numbered>) -> Self {
        Self { engine, table, state: Mutex::default() }
    }
}

impl Job for Anomalies {
    const NAME: &'static str = "anomalies";
    const REST: Duration = Duration::from_secs(5);

    /// Looks whatever is due to be looked at, and lands what was found.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows: the next round finds the same again.
    async fn round(&self) -> Result<(), JobError> {
        self.table.refresh().await?;
        // The number comes before the look: where another process lands in between, this round is outrun.
        let number = self.table.last() + 1;
        let now_at = time::now();
        let queries = self.engine.live().await?;
        let mut state = self.state.lock().await;
        let since_at = match state.since_at {
            Some(since_at) => since_at,
            // What happened on the day before the last finding may have come late. Before the first one, all that is
            // older than a day was before our time.
            None => last_detected_at(queries.as_ref()).await?.unwrap_or(now_at) - DAY,
        };
        state.since_at = Some(since_at);
        let found = state.watches.round(queries.as_ref(), since_at, now_at).await?;
        if found.is_empty() {
            state.watches.has_landed();
            return Ok(());
        }
        if self.table.land(number, rows(&found, now_at)?, now_at).await? == Landed::Taken {
            state.watches.has_landed();
            tracing::info!("{} anomalies are new or stand otherwise", found.len());
        }
        Ok(())
    }
}
