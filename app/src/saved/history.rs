//! Steps of runs: each is the next numbered commit of `report_steps`, so that of two processes that claim a run one does.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, Utc};
use tidemark_engine::Engine;
use tidemark_lake::LakeError;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::insight::REPORT_STEPS;
use tidemark_reports::saved::definition::Definition;
use tidemark_reports::saved::run::{self, RunId, State};

use crate::numbered::{Landed, Numbered};

/// Steps that are older than this, in days, say nothing of what is due.
const KEPT_DAYS: u32 = 60;

/// How a run came to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) run_id: String,
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) due_at: DateTime<Utc>,
    pub(super) state: State,
    pub(super) num_rows: Option<usize>,
    pub(super) num_tries: usize,
    /// Destinations that have it, by their places in the definition.
    pub(super) delivered: Vec<usize>,
    pub(super) next_at: Option<DateTime<Utc>>,
    /// The files, as JSON.
    pub(super) files: Option<String>,
    pub(super) reason: Option<String>,
}

impl Step {
    /// A process begins the run.
    pub(super) fn claimed(definition: &Definition, run: &RunId, due_at: DateTime<Utc>) -> Self {
        Self {
            run_id: run.to_string(),
            name: definition.name.clone(),
            owner: definition.owner.clone(),
            due_at,
            state: State::Claimed,
            num_rows: None,
            num_tries: 0,
            delivered: Vec::new(),
            next_at: None,
            files: None,
            reason: None,
        }
    }
}

/// The steps that are known, in order, by run.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// The number of the last commit before the look: who claims by this lands as the next, or not at all.
    pub(super) number: i64,
    steps: BTreeMap<String, Vec<(DateTime<Utc>, Step)>>,
}

impl Runs {
    /// How a run stands.
    pub(super) fn last(&self, run_id: &str) -> Option<&Step> {
        self.steps.get(run_id)?.last().map(|(_, step)| step)
    }

    /// How every run stands.
    pub(super) fn lasts(&self) -> impl Iterator<Item = &Step> {
        self.steps.values().filter_map(|steps| steps.last().map(|(_, step)| step))
    }

    /// What may be done with a run.
    pub(super) fn next(&self, run_id: &str, now: DateTime<Utc>) -> run::Next {
        let steps: Vec<run::Step> = self.steps.get(run_id).map_or_else(Vec::new, |steps| {
            steps.iter().map(|(at, step)| run::Step { state: step.state, at: *at }).collect()
        });
        run::next(&steps, now)
    }

    /// The last time at which a run of a report was due by its timetable.
    pub(super) fn last_due(&self, name: &str) -> Option<DateTime<Utc>> {
        let due = |step: &&Step| step.name == name && RunId::due(name, step.due_at).as_str() == step.run_id;
        self.lasts().filter(due).map(|step| step.due_at).max()
    }

    /// Adds a step, for tests and readers.
    pub(super) fn push(&mut self, at: DateTime<Utc>, step: Step) {
        self.steps.entry(step.run_id.clone()).or_default().push((at, step));
    }
}

/// The table of steps.
#[derive(Debug)]
pub(super) struct History {
    engine: Arc<Engine>,
    table: Arc<Numbered>,
}

impl History {
    pub(super) const fn new(engine: Arc<Engine>, table: Arc<Numbered>) -> Self {
        Self { engine, table }
    }

    /// The steps of the last weeks.
    ///
    /// # Errors
    /// Where the lake does not answer.
    pub(super) async fn read(&self) -> Result<Runs, ServiceError> {
        // The number comes before the look: where another process claims in between, a claim by it is outrun.
        let number = self.number().await?;
        let queries = self.engine.committed().await?;
        let sql = format!(
            "SELECT at, run_id, name, owner, due_at, state, num_rows, num_tries, delivered, next_at, files, reason \
             FROM {} WHERE at > now() - INTERVAL '{KEPT_DAYS} days' ORDER BY at, num_tries",
            REPORT_STEPS.name
        );
        let mut runs = Runs { number, ..Runs::default() };
        for rows in queries.rows(&sql).await? {
            for (at, step) in steps(&rows) {
                runs.push(at, step);
            }
        }
        Ok(runs)
    }

    /// The number of the last commit, those of other processes included.
    ///
    /// # Errors
    /// Where the lake does not answer.
    pub(super) async fn number(&self) -> Result<i64, ServiceError> {
        self.table.refresh().await.map_err(|error| unwritten(&error))?;
        Ok(self.table.last())
    }

    /// Claims a run as the commit after a number, or not at all.
    ///
    /// # Errors
    /// Where the lake does not take it.
    pub(super) async fn claim(&self, step: &Step, number: i64, at: DateTime<Utc>) -> Result<Landed, ServiceError> {
        let landed = self.table.land(number + 1, rows(step, at)?, at.timestamp_micros()).await;
        landed.map_err(|error| unwritten(&error))
    }

    /// Writes down how a claimed run went: what is over is over, whoever else wrote something meanwhile.
    ///
    /// # Errors
    /// Where the lake does not take it.
    pub(super) async fn land(&self, step: &Step, at: DateTime<Utc>) -> Result<(), ServiceError> {
        while self.claim(step, self.number().await?, at).await? == Landed::Outrun {}
        Ok(())
    }
}

fn unwritten(error: &LakeError) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, format!("a report's step was not written: {}", error.chain()))
}

fn rows(step: &Step, at: DateTime<Utc>) -> Result<RecordBatch, ServiceError> {
    let text = |value: Option<&str>| Arc::new(StringArray::from(vec![value])) as _;
    let count = |value: Option<usize>| Arc::new(Int64Array::from(vec![value.map(|value| value as i64)])) as _;
    let instant = |value: Option<DateTime<Utc>>| {
        let micros = value.map(|value| value.timestamp_micros());
        Arc::new(TimestampMicrosecondArray::from(vec![micros]).with_timezone("UTC")) as _
    };
    let delivered: Vec<String> = step.delivered.iter().map(ToString::to_string).collect();
    let delivered = delivered.join(",");
    let rows = REPORT_STEPS.rows(vec![
        instant(Some(at)),
        text(Some(&step.run_id)),
        text(Some(&step.name)),
        text(Some(&step.owner)),
        instant(Some(step.due_at)),
        text(Some(step.state.name())),
        count(step.num_rows),
        count(Some(step.num_tries)),
        text(Some(delivered.as_str()).filter(|delivered| !delivered.is_empty())),
        instant(step.next_at),
        text(step.files.as_deref()),
        text(step.reason.as_deref()),
    ]);
    rows.map_err(|error| ServiceError::new(ErrorCode::Internal, error.to_string()))
}

/// The steps of a batch, as [`History::read`] asks for them; what another release wrote and this one does not know is
/// left out.
fn steps(rows: &RecordBatch) -> Vec<(DateTime<Utc>, Step)> {
    let text = |column: usize, row: usize| {
        let column = arrow::compute::cast(rows.column(column), &arrow::datatypes::DataType::Utf8).ok()?;
        let column = column.as_string_opt::<i32>()?;
        column.is_valid(row).then(|| column.value(row).to_owned())
    };
    let count = |column: usize, row: usize| {
        let column = rows.column(column).as_primitive_opt::<Int64Type>()?;
        column.is_valid(row).then(|| usize::try_from(column.value(row)).unwrap_or(0))
    };
    let instant = |column: usize, row: usize| {
        let column = rows.column(column).as_primitive_opt::<TimestampMicrosecondType>()?;
        column.is_valid(row).then(|| DateTime::from_timestamp_micros(column.value(row))).flatten()
    };
    let step = |row: usize| {
        let delivered = text(8, row).unwrap_or_default();
        let step = Step {
            run_id: text(1, row)?,
            name: text(2, row)?,
            owner: text(3, row)?,
            due_at: instant(4, row)?,
            state: State::find(&text(5, row)?)?,
            num_rows: count(6, row),
            num_tries: count(7, row).unwrap_or(0),
            delivered: delivered.split(',').filter_map(|place| place.parse().ok()).collect(),
            next_at: instant(9, row),
            files: text(10, row),
            reason: text(11, row),
        };
        Some((instant(0, row)?, step))
    };
    (0..rows.num_rows()).filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_was_written() {
        let at: DateTime<Utc> = "2026-03-01T00:30:05Z".parse().unwrap();
        let due_at: DateTime<Utc> = "2026-03-01T00:30:00Z".parse().unwrap();
        let step = Step {
            run_id: RunId::due("daily", due_at).to_string(),
            name: "daily".into(),
            owner: "ann".into(),
            due_at,
            state: State::Made,
            num_rows: Some(12),
            num_tries: 2,
            delivered: vec![0, 2],
            next_at: Some(at),
            files: Some("[]".into()),
            reason: None,
        };
        let read = steps(&rows(&step, at).unwrap());
        assert_eq!(read, [(at, step.clone())]);
        let mut runs = Runs::default();
        runs.push(at, step);
        assert_eq!(runs.last_due("daily"), Some(due_at));
        assert_eq!(runs.last_due("other"), None);
    }
}
