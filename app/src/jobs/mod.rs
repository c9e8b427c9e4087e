//! What the platform does by itself, again and again: it foretells, looks for what is unusual, compares variants, learns
//! how its rules do, and tells the rule engine.
//!
//! Each job asks over one moment, lets `insight` work it out, and lands the outcome as the next commit of its table.
//! Where another process lands that one first, the job looks again: of several instances none repeats what another did.
//!
//! # Layout
//! * [`forecasts`]: what comes next, made anew when a day is over; capacity with it
//! * [`anomalies`]: what is unusual now
//! * [`experiments`]: how variants compare
//! * [`learning`]: what the rule engine is to be told; [`outbox`]: telling it

mod anomalies;
mod experiments;
mod forecasts;
mod learning;
mod outbox;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use arrow::error::ArrowError;
use tidemark_engine::Engine;
use tidemark_ingest::kafka::feedback::FeedbackTopic;
use tidemark_lake::LakeError;
use tidemark_model::error::ServiceError;
use tidemark_model::insight::{
    ANOMALY_FINDINGS, CAPACITY_ADVICE, EXPERIMENT_RESULTS, FEEDBACK_DELIVERIES, FEEDBACK_MESSAGES, FORECASTS,
};
use tidemark_model::port::FeedbackSink;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::anomalies::Anomalies;
use self::experiments::Experiments;
pub(crate) use self::forecasts::Forecasts;
use self::learning::Learner;
use self::outbox::Outbox;
use crate::config::Config;
use crate::numbered_tables::NumberedTables;

/// Why a round was given up. The next one tries again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// A question was not answered.
    #[error("a question was not answered: {0}")]
    Query(#[from] ServiceError),
    /// The outcome could not be written down.
    #[error("the outcome could not be written down: {}", .0.chain())]
    Lake(#[from] LakeError),
    /// Kafka took a message not.
    #[error("Kafka took a message not: {0}; see that the topic exists and may be written to")]
    Kafka(String),
    /// The outcome could not be made into rows.
    #[error("the outcome could not be made into rows: {0}")]
    Rows(#[from] ArrowError),
}

/// The jobs of an instance.
#[derive(Debug)]
pub(crate) struct Jobs {
    anomalies: Option<Anomalies>,
    forecasts: Option<Forecasts>,
    experiments: Option<Experiments>,
    learner: Option<Learner>,
    outbox: Option<Outbox>,
}

impl Jobs {
    /// The jobs over an engine and the tables that they write.
    ///
    /// # Errors
    /// Where a setting of Kafka is not understood.
    pub(crate) fn new(config: &Config, engine: &Arc<Engine>, tables: &NumberedTables) -> Result<Self> {
        let anomalies = tables.of(&ANOMALY_FINDINGS);
        let anomalies = anomalies.map(|table| Anomalies::new(Arc::clone(engine), Arc::clone(table)));
        let forecasts = tables.of(&FORECASTS).zip(tables.of(&CAPACITY_ADVICE)).map(|(table, advice)| {
            Forecasts::new(Arc::clone(engine), Arc::clone(table), Arc::clone(advice), config.capacity_limits())
        });
        let experiments = tables.of(&EXPERIMENT_RESULTS);
        let experiments = experiments.map(|table| Experiments { engine: Arc::clone(engine), table: Arc::clone(table) });
        let learner = tables.of(&FEEDBACK_MESSAGES);
        let learner = learner.map(|messages| Learner::new(Arc::clone(engine), Arc::clone(messages)));
        let outbox = match (tables.of(&FEEDBACK_DELIVERIES), config.jobs.feedback_topic.as_str()) {
            (None, _) | (_, "") => None,
            (Some(deliveries), topic) => {
                let sink: Arc<dyn FeedbackSink> = Arc::new(FeedbackTopic::new(&config.kafka_options(), topic)?);
                Some(Outbox { engine: Arc::clone(engine), deliveries: Arc::clone(deliveries), sink })
            }
        };
        Ok(Self { anomalies, forecasts, experiments, learner, outbox })
    }

    /// Runs them until stopped.
    pub(crate) fn spawn(self, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
        if let Some(anomalies) = self.anomalies {
            let stop = stop.clone();
            tasks.spawn(async move { again("anomalies", anomalies::REST, &stop, || anomalies.round()).await });
        }
        if let Some(forecasts) = self.forecasts {
            let stop = stop.clone();
            tasks.spawn(async move { again("forecasts", forecasts::REST, &stop, || forecasts.round()).await });
        }
        if let Some(experiments) = self.experiments {
            let stop = stop.clone();
            tasks.spawn(async move { again("experiments", experiments::REST, &stop, || experiments.round()).await });
        }
        if let Some(learner) = self.learner {
            let stop = stop.clone();
            tasks.spawn(async move { again("what rules do", learning::REST, &stop, || learner.round()).await });
        }
        if let Some(outbox) = self.outbox {
            let stop = stop.clone();
            tasks.spawn(async move { again("the rules' feedback", outbox::REST, &stop, || outbox.round()).await });
        }
    }
}

/// Runs rounds until stopped, with a rest between two. What fails is logged when it is new, and tried again.
async fn again<F>(what: &str, rest: Duration, stop: &CancellationToken, mut round: impl FnMut() -> F)
where
    F: Future<Output = Result<(), JobError>>,
{
    let mut known = None;
    loop {
        let failed = match stop.run_until_cancelled(round()).await {
            None => return,
            Some(outcome) => outcome.err().map(|error| error.to_string()),
        };
        if let Some(failed) = failed.as_ref().filter(|failed| known.as_ref() != Some(*failed)) {
            tracing::warn!("{what} wait: {failed}");
        }
        known = failed;
        if stop.run_until_cancelled(tokio::time::sleep(rest)).await.is_none() {
            return;
        }
    }
}
