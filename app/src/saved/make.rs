//! A definition becomes files: its statement is asked over what is committed at one moment, as of the instant at which the
//! run was due, within what its owner may see.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use chrono::{DateTime, Utc};
use tidemark_engine::Engine;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::PinnedQueries;
use tidemark_reports::Scope;
use tidemark_reports::saved::catalogue::Catalogue;
use tidemark_reports::saved::definition::Definition;
use tidemark_reports::saved::document;
use tidemark_reports::saved::edition::Edition;
use tidemark_reports::saved::files::{File, listing, message};
use tidemark_reports::saved::run::RunId;
use tidemark_reports::saved::sql::statement;

use super::editions;

/// A run that is made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) files: Vec<File>,
    /// The files, as JSON.
    pub(super) listing: String,
    /// What receivers are told.
    pub(super) message: Vec<u8>,
    pub(super) num_rows: usize,
}

/// Makes reports.
#[derive(Debug)]
pub(super) struct Maker {
    engine: Arc<Engine>,
}

impl Maker {
    pub(super) const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// What there is to ask.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    pub(super) async fn catalogue(&self) -> Result<Catalogue, ServiceError> {
        catalogue(self.engine.committed().await?.as_ref()).await
    }

    /// The rows of a definition as of an instant, at most one more than its limit.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; `InvalidValue` where the catalogue has changed so that it means nothing any more.
    pub(super) async fn rows(
        &self,
        definition: &Definition,
        scope: &Scope,
        at: DateTime<Utc>,
    ) -> Result<Vec<RecordBatch>, ServiceError> {
        let queries = self.engine.committed().await?;
        if definition.report.is_some() {
            // Of several cities the first stands for all.
            let edition = Edition::all(definition).into_iter().next().ok_or_else(|| failed(&"it has no edition"))?;
            return edition.rows(queries.as_ref(), scope, (definition, at)).await;
        }
        let catalogue = catalogue(queries.as_ref()).await?;
        queries.rows(&sql(definition, &catalogue, scope, at)?).await
    }

    /// Makes a run.
    ///
    /// # Errors
    /// As [`Self::rows`] and [`editions::make`]; `Internal` where a writer fails.
    pub(super) async fn make(
        &self,
        definition: &Definition,
        scope: &Scope,
        run: &RunId,
        due_at: DateTime<Utc>,
    ) -> Result<Made, ServiceError> {
        let queries = self.engine.committed().await?;
        if definition.report.is_some() {
            return editions::make(queries.as_ref(), scope, definition, (run, due_at)).await;
        }
        let catalogue = catalogue(queries.as_ref()).await?;
        let rows = queries.rows(&sql(definition, &catalogue, scope, due_at)?).await?;
        let as_of = newest(queries.as_ref()).await?.unwrap_or(due_at);
        let (definition, scope, run) = (definition.clone(), scope.clone(), run.clone());
        let written = tokio::task::spawn_blocking(move || {
            let relation = catalogue.find(&definition.source);
            let relation =
                relation.ok_or_else(|| failed(&format!("there is no relation \"{}\"", definition.source)))?;
            let answer = document::Answer { definition: &definition, relation, scope: &scope, due_at, as_of, rows };
            let report = answer.report().map_err(|error| failed(&error))?;
            let files = definition.formats.iter().map(|format| report.file(*format).map_err(|error| failed(&error)));
            let files = files.collect::<Result<Vec<_>, _>>()?;
            let message = message(&definition, &report.outcome(), &run, due_at, &files);
            Ok(Made { listing: listing(&files), message, num_rows: report.num_rows, files })
        });
        written.await.map_err(|error| failed(&error))?
    }
}

fn sql(
    definition: &Definition,
    catalogue: &Catalogue,
    scope: &Scope,
    at: DateTime<Utc>,
) -> Result<String, ServiceError> {
    statement(definition, catalogue, scope, at).map_err(|problems| {
        let told: Vec<_> = problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
        let message = format!("the report \"{}\" means nothing any more: {}", definition.name, told.join("; "));
        ServiceError::new(ErrorCode::InvalidValue, message).with_hint("open it, mend it and save it again")
    })
}

async fn catalogue(queries: &dyn PinnedQueries) -> Result<Catalogue, ServiceError> {
    let mut columns: Vec<(String, String, String)> = Vec::new();
    for rows in queries.rows("SELECT relation, name, type FROM relation_columns ORDER BY relation, position").await? {
        let text = |column: usize| cast(rows.column(column), &DataType::Utf8).map_err(|error| failed(&error));
        let (relations, names, types) = (text(0)?, text(1)?, text(2)?);
        let (relations, names, types) =
            (relations.as_string::<i32>(), names.as_string::<i32>(), types.as_string::<i32>());
        let values = (0..rows.num_rows()).map(|row| (relations.value(row), names.value(row), types.value(row)));
        columns.extend(values.map(|(relation, name, kind)| (relation.to_owned(), name.to_owned(), kind.to_owned())));
    }
    Ok(Catalogue::of(columns.iter().map(|(relation, name, kind)| (relation.as_str(), name.as_str(), kind.as_str()))))
}

/// The newest event that is committed.
async fn newest(queries: &dyn PinnedQueries) -> Result<Option<DateTime<Utc>>, ServiceError> {
    let sql = "SELECT greatest((SELECT max(time) FROM session_events), (SELECT max(time) FROM invoice_events), \
        (SELECT max(time) FROM usage_events)) AS newest";
    let rows = queries.rows(sql).await?;
    let newest = rows.first().filter(|rows| rows.num_rows() > 0 && rows.column(0).null_count() == 0);
    let micros = newest.and_then(|rows| Some(rows.column(0).as_primitive_opt::<TimestampMicrosecondType>()?.value(0)));
    Ok(micros.and_then(DateTime::from_timestamp_micros))
}

pub(super) fn failed(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("the report could not be made: {error}"))
}
