//! Budgets that are passed, put on record once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use tidemark_engine::Engine;
use tidemark_insight::budgets::{Months, crossings, rows};
use tokio::sync::Mutex;

use super::{Job, JobError};
use crate::numbered::{Landed, Numbered};

/// After which time months that are over are looked at again: what arrives late may pass a budget of theirs.
const ALL_AFTER: Duration = Duration::from_secs(3_600);

/// Looks at budgets.
#[derive(Debug)]
pub(super) struct Budgets {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
    /// When all months were last looked at; never before the first round.
    all_at: Mutex<Option<Instant>>,
}

impl Budgets {
    /// Over an engine that reads the same table.
    pub(super) fn new(engine: Arc<Engine>, table: Arc<Numbered>) -> Self {
        Self { engine, table, all_at: Mutex::default() }
    }
}

impl Job for Budgets {
    const NAME: &'static str = "budgets";
    const REST: Duration = Duration::from_secs(60);

    /// Looks at what is committed, and lands the steps that are not on record.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows.
    async fn round(&self) -> Result<(), JobError> {
        self.table.refresh().await?;
        // The number comes before the look: where another process lands in between, this round is outrun.
        let number = self.table.last() + 1;
        let mut all_at = self.all_at.lock().await;
        let started = Instant::now();
        let is_all = all_at.is_none_or(|at| at.elapsed() >= ALL_AFTER);
        let months = if is_all { Months::All } else { Months::Running };
        let now = Utc::now();
        let passed = crossings(self.engine.committed().await?.as_ref(), months, now).await?;
        if !passed.is_empty() {
            let noticed_at = now.timestamp_micros();
            if self.table.land(number, rows(&passed, noticed_at)?, noticed_at).await? == Landed::Outrun {
                return Ok(());
            }
            for one in &passed {
                tracing::warn!(
                    "{} % of the budget of {} for {} in {} is spent",
                    one.threshold,
                    one.city,
                    one.category,
                    one.month
                );
            }
        }
        if is_all {
            *all_at = Some(started);
        }
        Ok(())
    }
}
