//! What the platform does by itself, again and again: it foretells, looks for what is unusual, compares variants, learns
//! how its rules do, and tells the rule engine.
//!
//! Each job asks over one moment, lets `insight` work it out, and lands the outcome as the next commit of its table.
//! Where another process lands that one first, the job looks again: of several instances none repeats what another did.
//!
//! A job that learns reads weeks of events in its first round. After a start people wait for entities, too; so such jobs
//! begin when those are there, one after the other ([`Start`]).
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
use tokio::sync::{Mutex, MutexGuard};
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
    pub(crate) fn spawn(
        self,
        engine: &Arc<Engine>,
        states: &Arc<JobStates>,
        tasks: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) {
        let run = Run { start: Start::new(engine), states: Arc::clone(states), stop: stop.clone() };
        run.spawn(self.anomalies, tasks);
        run.spawn(self.budgets, tasks);
        run.spawn(self.forecasts, tasks);
        run.spawn(self.experiments, tasks);
        run.spawn(self.learner, tasks);
        run.spawn(self.outbox, tasks);
        run.spawn(self.reports, tasks);
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
    /// Whether the first round reads weeks of events.
    const LEARNS: bool = true;

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
    const LEARNS: bool = J::LEARNS;

    async fn round(&self) -> Result<(), JobError> {
        self.as_ref().round().await
    }
}

/// The turns of jobs that learn.
#[derive(Debug)]
struct Start {
    engine: Arc<Engine>,
    turn: Mutex<()>,
}

impl Start {
    fn new(engine: &Arc<Engine>) -> Arc<Self> {
        Arc::new(Self { engine: Arc::clone(engine), turn: Mutex::new(()) })
    }

    /// Waits until a job may learn; it is the next one's turn when what is answered is dropped.
    async fn turn(&self) -> MutexGuard<'_, ()> {
        self.engine.entities_were_read().await;
        self.turn.lock().await
    }
}

/// How jobs are run.
#[derive(Debug, Clone)]
struct Run {
    start: Arc<Start>,
    states: Arc<JobStates>,
    stop: CancellationToken,
}

impl Run {
    fn spawn<J: Job>(&self, job: Option<J>, tasks: &mut JoinSet<()>) {
        if let Some(job) = job {
            self.states.waits(J::NAME, J::REST);
            let (run, stop) = (self.clone(), self.stop.clone());
            tasks.spawn(async move {
                let _ = stop.run_until_cancelled(run.again(&job)).await;
            });
        }
    }

    /// Runs rounds with a rest between two.
    async fn again<J: Job>(&self, job: &J) {
        let mut turn = if J::LEARNS { Some(self.start.turn().await) } else { None };
        loop {
            let took = self.round(job).await;
            drop(turn.take());
            tokio::time::sleep(J::REST.max(took * J::RESTS_BY_COST)).await;
        }
    }

    /// Runs a round and answers what it took. What fails is logged when it is new, and tried again.
    async fn round<J: Job>(&self, job: &J) -> Duration {
        self.states.begins(J::NAME);
        let started = Instant::now();
        let outcome = job.round().await;
        let took = started.elapsed();
        let failed = outcome.err().map(|error| error.to_string());
        if self.states.ends(J::NAME, took, failed.as_deref()) {
            tracing::warn!("the job {} waits: {}", J::NAME, failed.unwrap_or_default());
        }
        took
    }
}
