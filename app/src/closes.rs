//! Steps towards closes on their way into the lake: each is made from what is committed, and lands in one commit. Where
//! another step comes first, all is looked at again.

use std::sync::Arc;

use async_trait::async_trait;
use tidemark_engine::Engine;
use tidemark_insight::close::{self, Closed, NextStep, PackHash, Prepared, Status};
use tidemark_lake::LakeError;
use tidemark_model::close::MonthState;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::{MonthCloses, PinnedQueries};
use tidemark_model::principal::Principal;
use tidemark_model::time;

use crate::numbered::{Landed, Numbered};

/// The word for steps in the log.
pub(crate) const STEPS: &str = "steps";

/// Steps that may come first before one gives up.
pub(crate) const TRIES_MAX: usize = 20;

/// Closes months over an engine that reads the table of steps.
#[derive(Debug)]
pub(crate) struct Closes {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
}

impl Closes {
    /// Over the table as it is open.
    pub(crate) const fn of(engine: Arc<Engine>, table: Arc<Numbered>) -> Self {
        Self { engine, table }
    }

    /// Makes a step and lands it: the month is prepared, or a pack of it approved.
    ///
    /// # Errors
    /// As the making; where the lake does not answer, the month may have changed all the same.
    async fn take(&self, month: Month, pack: Option<PackHash>, by: &Principal) -> Result<NextStep, ServiceError> {
        for _ in 0..TRIES_MAX {
            let step = make(self.engine.committed().await?.as_ref(), month, pack, by).await?;
            if self.land(&step).await? == Landed::Taken {
                return Ok(step);
            }
        }
        let error = ServiceError::new(ErrorCode::Unavailable, "others close months all the time");
        Err(error.with_hint(format!("see how {month} stands, and try again")))
    }

    async fn land(&self, step: &NextStep) -> Result<Landed, ServiceError> {
        let landed = async {
            self.table.refresh().await?;
            land(&self.table, step).await
        };
        landed.await.map_err(|error| {
            let message = format!("the step could not be written: {}", error.chain());
            let hint = format!("{} may have changed all the same: see how it stands", step.month);
            ServiceError::new(ErrorCode::Unavailable, message).with_hint(hint)
        })
    }
}

/// Makes the step that prepares a month, or approves a pack of it.
///
/// # Errors
/// As [`close::prepare`] and [`close::approve`].
pub(crate) async fn make(
    queries: &dyn PinnedQueries,
    month: Month,
    pack: Option<PackHash>,
    by: &Principal,
) -> Result<NextStep, ServiceError> {
    match pack {
        None => close::prepare(queries, month, by.name(), chrono::Utc::now()).await,
        Some(pack) => close::approve(queries, month, pack, by.name()).await,
    }
}

/// Commits a step as the one of its number.
///
/// # Errors
/// As [`Numbered::land`].
pub(crate) async fn land(table: &Numbered, step: &NextStep) -> Result<Landed, LakeError> {
    let at = time::now();
    table.land(step.number, step.rows(at)?, at).await
}

#[async_trait]
impl MonthCloses for Closes {
    async fn show(&self, month: Month) -> Result<MonthState, ServiceError> {
        let queries = self.engine.committed().await?;
        let (status, files) = close::show(queries.as_ref(), month).await?;
        let obstacles = match status {
            Status::Closed(_) => Vec::new(),
            _ => close::preview(queries.as_ref(), month, chrono::Utc::now()).await?,
        };
        let obstacles = obstacles.iter().map(ToString::to_string).collect();
        let state = |status, pack: Option<PackHash>, prepared_by, approved_by| MonthState {
            status,
            pack: pack.map(|pack| pack.to_string()),
            prepared_by,
            approved_by,
            obstacles,
            files,
        };
        Ok(match status {
            Status::Open => state("open", None, None, None),
            Status::Prepared(Prepared { pack, by }) => state("prepared", Some(pack), Some(by), None),
            Status::Closed(Closed { pack, prepared_by, approved_by }) => {
                state("closed", Some(pack), Some(prepared_by), Some(approved_by))
            }
        })
    }

    async fn prepare(&self, month: Month, by: &Principal) -> Result<String, ServiceError> {
        Ok(self.take(month, None, by).await?.pack.to_string())
    }

    async fn approve(&self, month: Month, pack: &str, by: &Principal) -> Result<(), ServiceError> {
        let pack: PackHash = pack.parse().map_err(|_| {
            ServiceError::new(ErrorCode::InvalidValue, format!("\"{pack}\" is the hash of no pack"))
                .with_hint("whoever prepared the month was told it")
        })?;
        self.take(month, Some(pack), by).await.map(|_| ())
    }
}
