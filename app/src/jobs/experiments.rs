//! How variants compare, looked at every hour.

use std::sync::Arc;
use std::time::Duration;

use tidemark_engine::Engine;
use tidemark_insight::experiment::{experiments, rows};
use tidemark_model::time;

use super::{Job, JobError};
use crate::numbered::Numbered;

/// Looks at experiments.
#[derive(Debug)]
pub(super) struct Experiments {
    /// Where it is asked how they stand.
    pub(super) engine: Arc<Engine>,
    /// Where it is written down.
    pub(super) table: Arc<Numbered>,
}

impl Job for Experiments {
    const NAME: &'static str = "experiments";
    const REST: Duration = Duration::from_secs(3_600);

    /// Looks at all of them once.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows.
    async fn round(&self) -> Result<(), JobError> {
        self.table.refresh().await?;
        let number = self.table.last() + 1;
        let now = time::now();
        let judged = experiments(self.engine.live().await?.as_ref(), now).await?;
        if !judged.is_empty() {
            // Where another process has looked at the same moment, its look stands.
            self.table.land(number, rows(&judged, now)?, now).await?;
        }
        Ok(())
    }
}
