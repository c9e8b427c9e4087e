//! What the rule engine is to be told: evidence becomes messages, and messages rows of the outbox. And how the loop
//! stands, for people who look at it.

use std::sync::Arc;
use std::time::Duration;

use tidemark_engine::Engine;
use tidemark_insight::learning::follow::Follower;
use tidemark_insight::learning::outbox::{outbox, rows};
use tidemark_insight::learning::states;
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
    /// Where it is written down how rules stand; absent where that table cannot be opened, for messages matter more.
    states: Option<Arc<Numbered>>,
    follower: Mutex<Follower>,
}

impl Learner {
    /// Over an engine that reads the same tables.
    pub(super) fn new(engine: Arc<Engine>, messages: Arc<Numbered>, states: Option<Arc<Numbered>>) -> Self {
        Self { engine, messages, states, follower: Mutex::default() }
    }

    /// Puts what is due into the outbox.
    async fn tell(&self, follower: &mut Follower) -> Result<(), JobError> {
        self.messages.refresh().await?;
        // The number comes before the look: where another process tells in between, this round is outrun.
        let number = self.messages.last() + 1;
        let now_at = time::now();
        let queries = self.engine.live().await?;
        let outbox = outbox(queries.as_ref()).await?;
        // What happened on the day before the first message is told, too; all that is older was before our time.
        let since_at = outbox.first_at.unwrap_or(now_at) - DAY;
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

    /// Writes down how rules and patterns stand, where that has changed.
    async fn show(&self, follower: &mut Follower) -> Result<(), JobError> {
        let now_at = time::now();
        let Some(table) = self.states.as_ref().filter(|_| follower.states().is_due(now_at)) else { return Ok(()) };
        table.refresh().await?;
        let number = table.last() + 1;
        let queries = self.engine.live().await?;
        let due = follower.states().due(queries.as_ref(), number).await?;
        if !due.is_empty() && table.land(number, states::rows(&due)?, now_at).await? == Landed::Taken {
            follower.states().has_landed(due, number, now_at);
        }
        Ok(())
    }
}

impl Job for Learner {
    const NAME: &'static str = "learning";
    const REST: Duration = Duration::from_secs(2);

    /// Tells what is due, and shows how it stands.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows: the next round finds the same again.
    async fn round(&self) -> Result<(), JobError> {
        let mut follower = self.follower.lock().await;
        self.tell(&mut follower).await?;
        self.show(&mut follower).await
    }
}
