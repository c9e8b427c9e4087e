//! `/v1/report-definitions`: people's own reports, kept, tried and run; `/v1/report-runs`: their files.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;
use tidemark_model::port::{Checked, SavedReports};

use super::answer::{self, Format};
use super::error::HttpError;
use super::reports::{disposition, principal};
use super::{Services, json_body};

const EXAMPLE: &str = "docs/reports.md says what a definition is";

/// There is nothing to say with a run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(super) async fn definition(
    State(services): State<Services>,
    Path(name): Path<String>,
) -> Result<Response, HttpError> {
    let found = saved(&services)?.definition(&name).await?;
    let document = found.ok_or_else(|| unknown(&name))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}

pub(super) async fn save(
    State(services): State<Services>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let document = document(&headers, body).await?;
    Ok(match saved(&services)?.save(&name, document.get().as_bytes(), &principal(&headers)?).await? {
        Checked::Taken(()) => Json(json!({"name": name})).into_response(),
        Checked::Refused(problems) => refused(&problems),
    })
}

pub(super) async fn delete(
    State(services): State<Services>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, HttpError> {
    let was_there = saved(&services)?.delete(&name, &principal(&headers)?).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(&name)) }
}

/// The rows of a document as it was sent, whatever its name.
pub(super) async fn preview(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let document = document(&headers, body).await?;
    match saved(&services)?.preview(document.get().as_bytes(), &principal(&headers)?).await? {
        Checked::Taken(rows) => answer::respond(rows, Format::Rows).await,
        Checked::Refused(problems) => Ok(refused(&problems)),
    }
}

pub(super) async fn run(
    State(services): State<Services>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Nothing {} = json_body(&headers, body, HTTP_BODY_BYTES_MAX, "send {}").await?;
    let run = saved(&services)?.run(&name, &principal(&headers)?).await?;
    Ok(Json(json!({"run": run.ok_or_else(|| unknown(&name))?})).into_response())
}

/// A file of a run.
pub(super) async fn file(
    State(services): State<Services>,
    Path((name, run, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let run = format!("{name}/{run}");
    let found: Option<Bytes> = saved(&services)?.file(&run, &file, &principal(&headers)?).await?;
    let Some(bytes) = found else {
        let message = format!("the run {run} has no file \"{file}\"");
        return Err(HttpError::new(StatusCode::NOT_FOUND, "unknown_file", message)
            .with_hint("the relation report_runs lists runs and their files"));
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&file)),
    ];
    Ok((headers, bytes).into_response())
}

fn saved(services: &Services) -> Result<&dyn SavedReports, HttpError> {
    services.writes.saved.as_deref().ok_or_else(|| {
        HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "this process keeps no reports")
            .with_hint("its log says why the table of their runs could not be opened")
    })
}

async fn document(headers: &HeaderMap, body: Body) -> Result<Box<RawValue>, HttpError> {
    json_body(headers, body, HTTP_BODY_BYTES_MAX, EXAMPLE).await
}

fn unknown(name: &str) -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "unknown_report", format!("there is no report \"{name}\""))
        .with_hint("the relation report_definitions lists them")
}

fn refused(problems: &str) -> Response {
    let problems: Value = serde_json::from_str(problems).unwrap_or_default();
    let body = json!({
        "error": {"code": "refused", "message": "the definition has problems", "hint": "each says where it is and what to do"},
        "problems": problems,
    });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
