//! `/v1/closes/{month}`: how a month stands, and the two steps that close it.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;
use tidemark_model::month::Month;
use tidemark_model::port::MonthCloses;
use tidemark_model::principal::Principal;

use super::error::HttpError;
use super::{Services, json_body};

const EXAMPLE: &str =
    r#"send {"principal": "ann"} to prepare the month, {"principal": "bob", "approve": PACK} to close it"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// Who takes the step, until there is access control.
    principal: String,
    approve: Option<String>,
}

pub(super) async fn show(State(services): State<Services>, Path(month): Path<String>) -> Result<Response, HttpError> {
    let month = parse(&month)?;
    let state = closes(&services)?.show(month).await?;
    let files = state.files.iter().map(|(name, text)| json!({"name": name, "size_bytes": text.len()}));
    let state = json!({
        "month": month.to_string(),
        "status": state.status,
        "pack": state.pack,
        "prepared_by": state.prepared_by,
        "approved_by": state.approved_by,
        "obstacles": state.obstacles,
        "files": files.collect::<Vec<_>>(),
    });
    Ok(Json(state).into_response())
}

/// A file of the month's pack.
pub(super) async fn file(
    State(services): State<Services>,
    Path((month, name)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    let mut state = closes(&services)?.show(parse(&month)?).await?;
    let Some(text) = state.files.remove(&name) else {
        let message = format!("the pack of {month} has no file \"{name}\"");
        return Err(HttpError::new(StatusCode::NOT_FOUND, "unknown_file", message)
            .with_hint(format!("GET /v1/closes/{month} lists them")));
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

pub(super) async fn step(
    State(services): State<Services>,
    Path(month): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let (month, closes) = (parse(&month)?, closes(&services)?);
    let Request { principal, approve } = json_body(&headers, body, HTTP_BODY_BYTES_MAX, EXAMPLE).await?;
    let by = Principal::named(principal);
    let answer = match approve {
        None => json!({"status": "prepared", "pack": closes.prepare(month, &by).await?}),
        Some(pack) => {
            closes.approve(month, &pack, &by).await?;
            json!({"status": "closed", "pack": pack})
        }
    };
    Ok(Json(answer).into_response())
}

fn closes(services: &Services) -> Result<&dyn MonthCloses, HttpError> {
    services.writes.closes.as_deref().ok_or_else(|| {
        HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "this process closes no months")
            .with_hint("its log says why the table of closes could not be opened")
    })
}

fn parse(month: &str) -> Result<Month, HttpError> {
    month.parse().map_err(|_| HttpError::bad_request(format!("\"{month}\" is no month, YYYY-MM")))
}
