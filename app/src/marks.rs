//! What people say of anomalies, on its way into the lake: one mark, one commit, if the anomaly's state allows it.

use std::sync::Arc;

use async_trait::async_trait;
use tidemark_engine::Engine;
use tidemark_insight::anomaly::life::{Life, Mark, State};
use tidemark_insight::anomaly::marks::{action, life, row};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{AnomalyMarks, Marked, SubmittedMark};
use tidemark_model::principal::Principal;
use tidemark_model::time;

use crate::numbered::{Landed, Numbered};

/// Keeps marks in their table.
#[derive(Debug)]
pub(crate) struct Marks {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
}

impl Marks {
    /// Over an engine that reads the same table.
    pub(crate) const fn new(engine: Arc<Engine>, table: Arc<Numbered>) -> Self {
        Self { engine, table }
    }

    async fn life(&self, anomaly_id: &str) -> Result<Option<Life>, ServiceError> {
        life(self.engine.committed().await?.as_ref(), anomaly_id).await
    }
}

#[async_trait]
impl AnomalyMarks for Marks {
    async fn mark(&self, submitted: SubmittedMark, by: &Principal) -> Result<Marked, ServiceError> {
        let action = match action(&submitted.mark, submitted.muted_until) {
            Ok(action) => action,
            Err(problem) => return Ok(Marked::Refused(problem)),
        };
        loop {
            // The number comes before the look: what lands in between makes this one be outrun.
            let number = self.table.last() + 1;
            let Some(mut life) = self.life(&submitted.anomaly_id).await? else { return Ok(Marked::Unknown) };
            let mark = Mark {
                anomaly: submitted.anomaly_id.clone(),
                by: by.name().to_owned(),
                at: time::now(),
                action,
                reason: submitted.why.clone(),
            };
            if let Err(refusal) = life.take(mark.clone()) {
                return Ok(Marked::Refused(refusal.to_string()));
            }
            let state: State = life.state(mark.at);
            let rows = row(&mark, life.unmuted().name()).map_err(|error| unkept(&error.to_string()))?;
            match self.table.land(number, rows, mark.at).await {
                Ok(Landed::Taken) => return Ok(Marked::Taken { state: state.name().to_owned() }),
                Ok(Landed::Outrun) => self.table.refresh().await.map_err(|error| unkept(&error.chain()))?,
                Err(error) => return Err(unkept(&error.chain())),
            }
        }
    }
}

fn unkept(why: &str) -> ServiceError {
    let error = ServiceError::new(ErrorCode::Unavailable, format!("the mark was not kept: {why}"));
    error.with_hint("the relation anomalies says whether it landed all the same")
}
