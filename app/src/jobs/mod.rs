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
//! * [`budgets`]: which budgets are passed
//! * [`learning`]: what the rule engine is to be told; [`outbox`]: telling it
//! * [`reports`]: saved reports that are due
//! * [`states`]: how each of them stands, as a relation

mod anomalies;
mod budgets;
mod experiments;
mod forecasts;
mod learning;
mod outbox;
mod reports;
mod states;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use arrow::error::ArrowError;
use tidemark_engine::Engine;
use tidemark_ingest::kafka::feedback::FeedbackTopic;
use tidemark_lake::LakeError;
use tidemark_model::error::ServiceError;
use tidemark_model::insight::{
    ANOMALY_FINDINGS, BUDGET_CROSSINGS, CAPACITY_ADVICE, EXPERIMENT_RESULTS, FEEDBACK_DELIVERIES, FEEDBACK_MESSAGES,
    FORECASTS, RULE_STATES,
};
use tidemark_model::port::{FeedbackSink, Foretelling};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::anomalies::Anomalies;
use self::budgets::Budgets;
use self::experiments::Experiments;
pub(crate) use self::forecasts::Forecasts;
use self::learning::Learner;
use self::outbox::Outbox;
use self::reports::Reports;
pub(crate) use self::states::{JobStates, JobsTable};
use crate::config::Config;
use crate::numbered_tables::NumberedTables;
use crate::saved::Saved;

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
    budgets: Option<Budgets>,
    forecasts: Option<Arc<Forecasts>>,
    experiments: Option<Experiments>,
    learner: Option<Learner>,
    outbox: Option<Outbox>,
    reports: Option<Reports>,
}

impl Jobs {
    /// The jobs over an engine and the tables that they write.
    ///
    /// # Errors
    /// Where a setting of Kafka is not understood.
    pub(crate) fn new(
        config: &Config,
        engine: &Arc<Engine>,
        tables: &NumberedTables,
        saved: Option<Arc<Saved>>,
    ) -> Result<Self> {
        let anomalies = tables.of(&ANOMALY_FINDINGS);
        let anomalies = anomalies.map(|table| Anomalies::new(Arc::clone(engine), Arc::clone(table)));
        let budgets = tables.of(&BUDGET_CROSSINGS);
        let budgets = budgets.map(|table| Budgets::new(Arc::clone(engine), Arc::clone(table)));
        let forecasts = tables.of(&FORECASTS).zip(tables.of(&CAPACITY_ADVICE)).map(|(table, advice)| {
            let limits = config.capacity_limits();
            Arc::new(Forecasts::new(Arc::clone(engine), Arc::clone(table), Arc::clone(advice), limits))
        });
        let experiments = tables.of(&EXPERIMENT_RESULTS);
        let experiments = experiments.map(|table| Experiments { engine: Arc::clone(engine), table: Arc::clone(table) });
        let learner = tables.of(&FEEDBACK_MESSAGES);
        let states = tables.of(&RULE_STATES).cloned();
        let learner = learner.map(|messages| Learner::new(Arc::clone(engine), Arc::clone(messages), states));
        let outbox = match (tables.of(&FEEDBACK_DELIVERIES), config.jobs.feedback_topic.as_str()) {
            (None, _) | (_, "") => None,
            (Some(deliveries), topic) => {
                let sink: Arc<dyn FeedbackSink> = Arc::new(FeedbackTopic::new(&config.kafka_options(), topic)?);
                Some(Outbox { engine: Arc::clone(engine), deliveries: Arc::clone(deliveries), sink })
            }
        };
        Ok(Self { anomalies, budgets, forecasts, experiments, learner, outbox, reports: saved.map(Reports) })
    }

    /// Who foretells when somebody asks.
    pub(crate) fn foretelling(&self) -> Option<Arc<dyn Foretelling>> {
        self.forecasts.clone().map(|forecasts| forecasts as _)
    }

    /// Runs them until stopped, and tells how they stand.
    pub(crate) fn spawn(self, states: &Arc<JobStates>, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
        spawn(self.anomalies, states, tasks, stop);
        spawn(self.budgets, states, tasks, stop);
        spawn(self.forecasts, states, tasks, stop);
        spawn(self.experiments, states, tasks, stop);
        spawn(self.learner, states, tasks, stop);
        spawn(self.outbox, states, tasks, stop);
        spawn(self.reports, states, tasks, stop);
    }
}

/// Something that the platform does again and again.
trait Job: Send + Sync + 'static {
    /// What people call it.
    const NAME: &'static str;
    /// Rest between two rounds, at least.
    const REST: Duration;
    /// A job rests so many times as long as its round took, at least: on a small machine those who ask come first.
    const RESTS_BY_COST: u32 = 4;

    /// Does it once.
    ///
    /// # Errors
    /// Why it could not; the next round tries again.
    fn round(&self) -> impl Future<Output = Result<(), JobError>> + Send;
}

impl<J: Job> Job for Arc<J> {
    const NAME: &'static str = J::NAME;
    const REST: Duration = J::REST;
    const RESTS_BY_COST: u32 = J::RESTS_BY_COST;

    async fn round(&self) -> Result<(), JobError> {
        self.as_ref().round().await
    }
}

fn spawn<J: Job>(job: Option<J>, states: &Arc<JobStates>, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
    if let Some(job) = job {
        let (states, stop) = (Arc::clone(states), stop.clone());
        tasks.spawn(async move { again(&job, &states, &stop).await });
    }
}

/// Runs rounds until stopped, with a rest between two. What fails is logged when it is new, and tried again.
async fn again<J: Job>(job: &J, states: &JobStates, stop: &CancellationToken) {
    loop {
        states.begins(J::NAME, J::REST);
        let started = Instant::now();
        let Some(outcome) = stop.run_until_cancelled(job.round()).await else { return };
        let took = started.elapsed();
        let failed = outcome.err().map(|error| error.to_string());
        if states.ends(J::NAME, took, failed.as_deref()) {
            tracing::warn!("the job {} waits: {}", J::NAME, failed.unwrap_or_default());
        }
        if stop.run_until_cancelled(tokio::time::sleep(J::REST.max(took * J::RESTS_BY_COST))).await.is_none() {
            return;
        }
    }
}
