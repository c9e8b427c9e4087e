//! What the rule engine is to be told: evidence becomes messages, and messages rows of the outbox.

use std::sync::Arc;
use std::time::Duration;

use tidemark_engine::Engine;
use tidemark_insight::learning::follow::Follower;
use tidemark_insight::learning::outbox::{outbox, rows};
use tidemark_lake::faults;
use tidemark_model::time::{self, DAY};
use tokio::sync::Mutex;

use super::{Job, JobError};
use crate::numbered::{Landed, Numbered};

/// Follows the events that say how rules do.
#[derive(Debug)]
pub(super) struct Learner {
    engine: Arc<Engine>,
    messages: Arc<Numbered>,
    follower: Mutex<Follower>,
}

impl Learner {
    /// Over an engine that reads the same outbox.
    pub(super) fn new(engine: Arc<Engine>, messages: Arc<Numbered>) -> Self {
        Self { engine, messages, follower: Mutex::default() }
    }
}

impl Job for Learner {
    const NAME: &'static str = "learning";
    const REST: Duration = Duration::from_secs(2);

    /// Puts what is due into the outbox.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows: the next round finds the same messages again.
    async fn round(&self) -> Result<(), JobError> {
        self.messages.refresh().await?;
        // The number comes before the look: where another process tells in between, this round is outrun.
        let number = self.messages.last() + 1;
        let now_at = time::now();
        let queries = self.engine.live().await?;
        let outbox = outbox(queries.as_ref()).await?;
        // What happened on the day before the first message is told, too; all that is older was before our time.
        let since_at = outbox.first_at.unwrap_or(now_at) - DAY;
        let mut follower = self.follower.lock().await;
        let messages = follower.due(queries.as_ref(), since_at, now_at).await?;
        if messages.is_empty() {
            follower.has_told();
            return Ok(());
        }
        let rows = rows(&messages, outbox.last_number + 1, now_at)?;
        if self.messages.land(number, rows, now_at).await? == Landed::Taken {
            faults::crash_point("feedback.made");
            follower.has_told();
            tracing::info!("{} messages for the rule engine", messages.len());
        }
        Ok(())
    }
}
