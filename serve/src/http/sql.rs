//! `POST /v1/sql`: a text of SQL in, its last statement's rows out, in the format that was asked for.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::limits::SQL_BYTES_MAX;
use tidemark_model::port::{Answer, Freshness, QuerySession};
use tidemark_model::principal::Principal;

use super::answer::{self, Format};
use super::error::HttpError;
use super::{Services, media_type, read_body};

/// A JSON body is longer than the SQL in it: every character may be escaped as six.
const BODY_BYTES_MAX: usize = 6 * SQL_BYTES_MAX + 1_024;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Parameters {
    format: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    sql: String,
    format: Option<String>,
    freshness: Option<String>,
}

pub(super) async fn query(
    State(services): State<Services>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let body = read_body(&headers, body, BODY_BYTES_MAX).await?;
    let request = parse_request(&headers, &body)?;
    let asked = parameters.format.or(request.format);
    let format = parse_format(asked.as_deref(), &headers)?;
    let freshness = request.freshness.as_deref().map(parse_freshness).transpose()?;

    let session = services.queries.session(&Principal::local()).await?;
    if let Some(freshness) = freshness {
        session.run(&format!("SET freshness = '{}'", freshness.name()), &[]).await?;
    }
    let answer = run(session.as_ref(), &request.sql).await?;
    answer::respond(answer, format).await
}

/// Cancels a statement that runs, by its number in the relation `running_queries`.
pub(super) async fn cancel(State(services): State<Services>, Path(id): Path<u64>) -> Result<StatusCode, HttpError> {
    if services.queries.cancel(id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let error = HttpError::new(StatusCode::NOT_FOUND, "unknown_query", format!("no query of number {id} runs"));
    Err(error.with_hint("the relation running_queries lists those that do"))
}

/// Runs a text: statements that set something, then one that answers.
async fn run(session: &dyn QuerySession, sql: &str) -> Result<Answer, HttpError> {
    let mut statements = session.statements(sql)?;
    let Some(last) = statements.pop() else {
        return Err(ServiceError::new(ErrorCode::InvalidSql, "the SQL text holds no statement").into());
    };
    for statement in statements {
        let answer = session.run(&statement, &[]).await?;
        if !answer.schema.fields().is_empty() {
            return Err(HttpError::bad_request("only the last of several statements may answer rows")
                .with_hint("send each query in a request of its own"));
        }
    }
    Ok(session.run(&last, &[]).await?)
}

fn parse_request(headers: &HeaderMap, body: &[u8]) -> Result<Request, HttpError> {
    if media_type(headers) == "application/json" {
        return serde_json::from_slice(body)
            .map_err(|error| HttpError::bad_request(format!("the body is no request for SQL: {error}")))
            .map_err(|error| error.with_hint(r#"send {"sql": "SELECT 1"}, or the SQL itself as text/plain"#));
    }
    let sql = std::str::from_utf8(body).map_err(|_| HttpError::bad_request("the SQL text is no UTF-8"))?;
    Ok(Request { sql: sql.to_owned(), format: None, freshness: None })
}

pub(super) fn parse_format(asked: Option<&str>, headers: &HeaderMap) -> Result<Format, HttpError> {
    if let Some(name) = asked {
        return Format::from_name(name).ok_or_else(|| {
            HttpError::bad_request(format!("the format \"{name}\" is unknown"))
                .with_hint("use json, csv, arrow, jsonl or rows")
        });
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    Ok(kinds.find_map(Format::from_media_type).unwrap_or(Format::Json))
}

fn parse_freshness(name: &str) -> Result<Freshness, HttpError> {
    Freshness::from_name(name).ok_or_else(|| {
        HttpError::bad_request(format!("the freshness \"{name}\" is unknown"))
            .with_hint(format!("use {}", Freshness::NAMES))
    })
}
