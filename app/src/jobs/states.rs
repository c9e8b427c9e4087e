//! The relation `jobs`: what this process does by itself, and how the last rounds of it went.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_engine::SystemTable;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::schema::timestamp;
use tidemark_model::time::{self, Micros};

/// How each job stands, by its name.
#[derive(Debug, Default)]
pub(crate) struct JobStates(Mutex<BTreeMap<&'static str, JobState>>);

/// How a job stands.
#[derive(Debug, Default)]
struct JobState {
    rest: Duration,
    is_running: bool,
    started_at: Option<Micros>,
    finished_at: Option<Micros>,
    error: Option<String>,
    num_rounds: u64,
    num_failures: u64,
    busy: Duration,
}

impl JobStates {
    /// There is a job, which rests so long between two rounds.
    pub(super) fn waits(&self, job: &'static str, rest: Duration) {
        self.states().entry(job).or_default().rest = rest;
    }

    /// A round begins.
    pub(super) fn begins(&self, job: &'static str) {
        let mut states = self.states();
        let state = states.entry(job).or_default();
        (state.is_running, state.started_at) = (true, Some(time::now()));
    }

    /// A round ended; answers whether it failed otherwise than the one before.
    pub(super) fn ends(&self, job: &'static str, took: Duration, failed: Option<&str>) -> bool {
        let mut states = self.states();
        let state = states.entry(job).or_default();
        let is_news = failed.is_some() && state.error.as_deref() != failed;
        (state.is_running, state.finished_at) = (false, Some(time::now()));
        state.error = failed.map(str::to_owned);
        state.num_rounds += 1;
        state.num_failures += u64::from(failed.is_some());
        state.busy += took;
        is_news
    }

    fn states(&self) -> MutexGuard<'_, BTreeMap<&'static str, JobState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl JobState {
    /// What people are told: it waits for its first round, runs, failed at last, or rests.
    const fn word(&self) -> &'static str {
        match (self.is_running, &self.error) {
            (true, _) => "running",
            (false, Some(_)) => "failed",
            (false, None) if self.started_at.is_none() => "waiting",
            (false, None) => "resting",
        }
    }
}

/// The relation.
#[derive(Debug)]
pub(crate) struct JobsTable(pub(crate) Arc<JobStates>);

impl SystemTable for JobsTable {
    fn name(&self) -> &'static str {
        "jobs"
    }

    fn meaning(&self) -> &'static str {
        "What this process does by itself: when it last did, how it went, and how much time it has taken."
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("job", DataType::Utf8, false),
            Field::new("state", DataType::Utf8, false),
            Field::new("last_started_at", timestamp(), true),
            Field::new("last_finished_at", timestamp(), true),
            Field::new("last_error", DataType::Utf8, true),
            Field::new("num_runs", DataType::UInt64, false),
            Field::new("num_failures", DataType::UInt64, false),
            Field::new("busy_seconds", DataType::Float64, false),
            Field::new("every_seconds", DataType::Float64, false),
        ]))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let states = self.0.states();
        let all = || states.values();
        let times = |of: fn(&JobState) -> Option<Micros>| -> ArrayRef {
            Arc::new(all().map(of).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(states.keys())),
            Arc::new(StringArray::from_iter_values(all().map(JobState::word))),
            times(|state| state.started_at),
            times(|state| state.finished_at),
            Arc::new(all().map(|state| state.error.as_deref()).collect::<StringArray>()),
            Arc::new(all().map(|state| state.num_rounds).collect::<UInt64Array>()),
            Arc::new(all().map(|state| state.num_failures).collect::<UInt64Array>()),
            Arc::new(Float64Array::from_iter_values(all().map(|state| state.busy.as_secs_f64()))),
            Arc::new(Float64Array::from_iter_values(all().map(|state| state.rest.as_secs_f64()))),
        ];
        RecordBatch::try_new(self.schema(), columns)
            .map_err(|error| ServiceError::new(ErrorCode::Internal, format!("could not list the jobs: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;

    use super::*;

    #[test]
    fn a_job_is_listed_before_it_begins() {
        let states = Arc::new(JobStates::default());
        let word = || {
            let rows = JobsTable(Arc::clone(&states)).rows().unwrap();
            rows.column(1).as_string::<i32>().value(0).to_owned()
        };
        states.waits("learning", Duration::from_secs(2));
        assert_eq!(word(), "waiting");
        states.begins("learning");
        assert_eq!(word(), "running");
        states.ends("learning", Duration::ZERO, None);
        assert_eq!(word(), "resting");
    }

    #[test]
    fn what_fails_the_same_way_again_is_no_news() {
        let states = JobStates::default();
        states.begins("forecasts");
        assert!(states.ends("forecasts", Duration::ZERO, Some("no lake")));
        assert!(!states.ends("forecasts", Duration::ZERO, Some("no lake")));
        assert!(states.ends("forecasts", Duration::ZERO, Some("no memory")));
        assert!(!states.ends("forecasts", Duration::ZERO, None));
        assert!(states.ends("forecasts", Duration::ZERO, Some("no memory")), "it was well in between");
        let rows = JobsTable(Arc::new(states)).rows().unwrap();
        assert_eq!((rows.num_rows(), rows.num_columns()), (1, 9));
    }
}
