//! A report of the platform becomes the files of a run: an edition for each city that it is due for, or one for all.

use chrono::{DateTime, Utc};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::PinnedQueries;
use tidemark_reports::saved::definition::Definition;
use tidemark_reports::saved::edition::{Edition, Statement};
use tidemark_reports::saved::files::{File, Outcome, listing, message};
use tidemark_reports::saved::run::RunId;
use tidemark_reports::{Remembered, Scope};

use super::make::{Made, failed};

/// Makes a run of such a report. A city that has no part in the month is left out.
///
/// # Errors
/// `NothingYet` where no city has one; as [`Edition::ask`]; `Internal` where a writer fails.
pub(super) async fn make(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    definition: &Definition,
    (run, due_at): (&RunId, DateTime<Utc>),
) -> Result<Made, ServiceError> {
    let queries = Remembered::new(queries);
    let mut statements = Vec::new();
    let mut nothing = None;
    for edition in Edition::of_run(definition, due_at) {
        match edition.ask(&queries, scope, (definition, due_at)).await {
            Ok(statement) => statements.push(statement),
            Err(error) if error.code == ErrorCode::NothingYet => nothing = Some(error),
            Err(error) => return Err(error),
        }
    }
    if let Some(nothing) = nothing.filter(|_| statements.is_empty()) {
        return Err(nothing);
    }
    let (definition, run) = (definition.clone(), run.clone());
    let written = tokio::task::spawn_blocking(move || {
        let files = files(&definition, &statements)?;
        let num_rows = statements.iter().map(Statement::num_rows).sum();
        let title = definition.title.of(definition.language).unwrap_or(&definition.name).to_owned();
        let outcome = Outcome { title, num_rows, is_cut: false };
        let message = message(&definition, &outcome, &run, due_at, &files);
        Ok(Made { listing: listing(&files), message, num_rows, files })
    });
    written.await.map_err(|error| failed(&error))?
}

fn files(definition: &Definition, statements: &[Statement]) -> Result<Vec<File>, ServiceError> {
    let of = |statement: &Statement| -> Result<Vec<File>, ServiceError> {
        definition.formats.iter().map(|format| statement.file(*format).map_err(|error| failed(&error))).collect()
    };
    Ok(statements.iter().map(of).collect::<Result<Vec<_>, _>>()?.concat())
}
