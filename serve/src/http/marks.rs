//! `POST /v1/anomalies/{id}/marks`: what somebody says of an anomaly.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;
use tidemark_model::port::{Marked, SubmittedMark};
use tidemark_model::principal::Principal;
use tidemark_model::time::parse_rfc3339;

use super::error::HttpError;
use super::{Services, json_body};

const EXAMPLE: &str = r#"send {"mark": "acknowledge"}, or {"mark": "mute", "until": "2026-04-01T00:00:00Z", "why": "..."}; resolve, false_alarm and reopen likewise"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    mark: String,
    until: Option<String>,
    #[serde(default)]
    why: String,
}

pub(super) async fn mark(
    State(services): State<Services>,
    Path(anomaly_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(marks) = services.writes.marks else {
        let message = "this process keeps no marks";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            .with_hint("its log says why the table of marks could not be opened"));
    };
    let mark = submitted(anomaly_id, json_body(&headers, body, HTTP_BODY_BYTES_MAX, EXAMPLE).await?)?;
    match marks.mark(mark, &Principal::local()).await? {
        Marked::Taken { state } => Ok(Json(json!({"state": state})).into_response()),
        Marked::Refused(why) => Err(HttpError::new(StatusCode::CONFLICT, "refused", why)),
        Marked::Unknown => {
            let error = HttpError::new(StatusCode::NOT_FOUND, "unknown_anomaly", "there is no such anomaly");
            Err(error.with_hint("GET /v1/anomalies lists them"))
        }
    }
}

fn submitted(anomaly_id: String, request: Request) -> Result<SubmittedMark, HttpError> {
    let instant = |text: &String| {
        parse_rfc3339(text).ok_or_else(|| {
            HttpError::bad_request(format!("\"{text}\" is no instant"))
                .with_hint("give it with its zone: 2026-04-01T00:00:00Z")
        })
    };
    let muted_until = request.until.as_ref().map(instant).transpose()?;
    Ok(SubmittedMark { anomaly_id, mark: request.mark, muted_until, why: request.why })
}
