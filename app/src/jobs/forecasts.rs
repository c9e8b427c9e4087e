//! What comes next, made anew whenever a day is over in every city, and when somebody asks.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use async_trait::async_trait;
use tidemark_engine::Engine;
use tidemark_insight::capacity::{self, Limits};
use tidemark_insight::forecast::make::{Foretold, make, rows};
use tidemark_insight::forecast::past::{Series, series};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::insight::FORECASTS;
use tidemark_model::port::{Foretelling, PinnedQueries};
use tidemark_model::time::{self, DAY, Micros};

use super::{Job, JobError};
use crate::numbered::{Landed, Numbered};

/// A series that ended longer ago is none of now.
const CURRENT: Micros = 3 * DAY;

/// Makes forecasts.
#[derive(Debug)]
pub(crate) struct Forecasts {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
    advice: Arc<Numbered>,
    limits: Limits,
}

impl Forecasts {
    /// Over an engine that reads the same tables; what is foretold is held against limits.
    pub(crate) const fn new(engine: Arc<Engine>, table: Arc<Numbered>, advice: Arc<Numbered>, limits: Limits) -> Self {
        Self { engine, table, advice, limits }
    }

    /// Makes all of them now; answers how many series were foretold.
    ///
    /// # Errors
    /// Where a question is not answered, or the lake takes no rows.
    pub(crate) async fn make(&self) -> Result<usize, JobError> {
        self.table.refresh().await?;
        let number = self.table.last() + 1;
        let queries = self.engine.live().await?;
        let series = series(queries.as_ref()).await?;
        self.land(number, series).await
    }

    async fn land(&self, number: i64, series: Vec<Series>) -> Result<usize, JobError> {
        // Many models are fitted: nothing else waits for this thread.
        let foretold = tokio::task::spawn_blocking(move || make(series)).await;
        let foretold = foretold.map_err(|error| {
            JobError::Query(ServiceError::new(ErrorCode::Internal, format!("the forecasts broke off: {error}")))
        })?;
        if foretold.is_empty() {
            return Ok(0);
        }
        let made_at = time::now();
        match self.table.land(number, rows(&foretold, made_at)?, made_at).await? {
            Landed::Taken => {
                tracing::info!("{} series are foretold", foretold.len());
                self.advise(&foretold, made_at).await?;
            }
            Landed::Outrun => tracing::info!("another process has foretold the same"),
        }
        Ok(foretold.len())
    }

    /// Says what will not suffice, by what was just foretold.
    async fn advise(&self, foretold: &[Foretold], made_at: Micros) -> Result<(), JobError> {
        self.advice.refresh().await?;
        let number = self.advice.last() + 1;
        let queries = self.engine.live().await?;
        let advice = capacity::advise(queries.as_ref(), foretold, &self.limits, made_at).await?;
        if !advice.is_empty() {
            self.advice.land(number, capacity::rows(&advice, made_at)?, made_at).await?;
        }
        Ok(())
    }
}

impl Job for Forecasts {
    const NAME: &'static str = "forecasts";
    const REST: Duration = Duration::from_secs(60);

    /// Makes them where the newest day that is over came after the last ones were made.
    ///
    /// # Errors
    /// As [`Self::make`].
    async fn round(&self) -> Result<(), JobError> {
        let number = self.table.last() + 1;
        let queries = self.engine.live().await?;
        if is_due(queries.as_ref()).await? {
            let series = series(queries.as_ref()).await?;
            let now = time::now();
            // While a history is loaded, its last day is none to go on from.
            if series.iter().any(|series| now - series.end() < CURRENT) {
                self.land(number, series).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Foretelling for Forecasts {
    async fn foretell(&self) -> Result<usize, ServiceError> {
        self.make().await.map_err(|error| match error {
            JobError::Query(error) => error,
            other => ServiceError::new(ErrorCode::Unavailable, other.to_string()),
        })
    }
}

/// Whether a day is over that the last forecasts did not know.
async fn is_due(queries: &dyn PinnedQueries) -> Result<bool, ServiceError> {
    // The first day that was foretold is the one after the last that was known.
    let sql = format!(
        "SELECT count(*) FROM (SELECT min(horizon_at) AS first_at FROM {0} WHERE grain = 'day' \
           AND made_at = (SELECT max(made_at) FROM {0} WHERE grain = 'day')) f \
         WHERE f.first_at >= CAST((SELECT min(local_day(now(), city)) FROM cities) AS TIMESTAMP)",
        FORECASTS.name
    );
    let rows = queries.rows(&sql).await?;
    let is_made = rows.iter().any(|rows| {
        rows.column(0).as_primitive_opt::<Int64Type>().is_some_and(|counts| !counts.is_empty() && counts.value(0) > 0)
    });
    Ok(!is_made)
}
