//! People's marks as rows of the table that keeps them.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::insight::{ANOMALY_FINDINGS, ANOMALY_MARKS};
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use super::life::{Action, Life, Mark};
use crate::columns::{instants, texts, value};
use crate::literal::quoted;

/// The action of a name in tables and requests; a mute needs its end.
///
/// # Errors
/// What is wrong, and what is expected.
pub fn action(name: &str, muted_until: Option<Micros>) -> Result<Action, String> {
    match (name, muted_until) {
        ("mute", Some(until)) => Ok(Action::Mute { until }),
        ("mute", None) => Err("a mute says until when".to_owned()),
        (name, Some(_)) => Err(format!("\"{name}\" has no end: only a mute has")),
        ("acknowledge", None) => Ok(Action::Acknowledge),
        ("resolve", None) => Ok(Action::Resolve),
        ("false_alarm", None) => Ok(Action::MarkFalseAlarm),
        ("reopen", None) => Ok(Action::Reopen),
        (name, None) => {
            Err(format!("there is no mark \"{name}\": use acknowledge, mute, resolve, false_alarm or reopen"))
        }
    }
}

/// What people said of an anomaly so far; `None` where there is no such anomaly.
///
/// # Errors
/// As [`PinnedQueries::rows`]; `Internal` where the table says what no release writes.
pub async fn life(queries: &dyn PinnedQueries, anomaly_id: &str) -> Result<Option<Life>, ServiceError> {
    let id = quoted(anomaly_id);
    let known = format!("SELECT 1 FROM {} WHERE anomaly_id = {id} LIMIT 1", ANOMALY_FINDINGS.name);
    if queries.rows(&known).await?.iter().all(|rows| rows.num_rows() == 0) {
        return Ok(None);
    }
    let sql = format!(
        "SELECT mark, marked_by, why, marked_at, muted_until FROM {} WHERE anomaly_id = {id} ORDER BY marked_at",
        ANOMALY_MARKS.name
    );
    let mut marks = Vec::new();
    for rows in queries.rows(&sql).await? {
        marks.extend(read(&rows, anomaly_id)?);
    }
    // Two marks that landed at once from two processes: the later one may make no sense any more.
    let (life, _) = Life::replay(anomaly_id.to_owned(), marks);
    Ok(Some(life))
}

fn read(rows: &RecordBatch, anomaly_id: &str) -> Result<Vec<Mark>, ServiceError> {
    let [names, principals, reasons] = texts(rows)?;
    let (made, muted) = (instants(rows, 3)?, instants(rows, 4)?);
    let mark = |row: usize| {
        let action = action(names.value(row), (!muted.is_null(row)).then(|| muted.value(row))).map_err(damaged)?;
        let reason = value(&reasons, row).unwrap_or_default().to_owned();
        let (anomaly, by) = (anomaly_id.to_owned(), principals.value(row).to_owned());
        Ok(Mark { anomaly, by, at: made.value(row), action, reason })
    };
    (0..rows.num_rows()).map(mark).collect()
}

/// A mark as a row; `state` is how the anomaly stands since, but for a mute.
///
/// # Errors
/// Where the table has other columns.
pub fn row(mark: &Mark, state: &str) -> Result<RecordBatch, ArrowError> {
    let until = match mark.action {
        Action::Mute { until } => Some(until),
        _ => None,
    };
    let text = |text: &str| Arc::new(StringArray::from(vec![text]));
    ANOMALY_MARKS.rows(vec![
        Arc::new(TimestampMicrosecondArray::from(vec![mark.at]).with_timezone("UTC")),
        text(&mark.anomaly),
        text(mark.action.name()),
        text(state),
        Arc::new(TimestampMicrosecondArray::from(vec![until]).with_timezone("UTC")),
        text(&mark.by),
        text(&mark.reason),
    ])
}

/// The table says what no release writes.
fn damaged(problem: String) -> ServiceError {
    let error = ServiceError::new(ErrorCode::Internal, format!("the marks in anomaly_marks do not fit: {problem}"));
    error.with_hint("somebody else wrote into the table: `tidemark table history anomaly_marks` says when")
}
