//! `POST /v1/events`: CloudEvents in every form HTTP knows, each answered for itself.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;
use tidemark_model::port::{Submitted, SubmittedEvent};

use super::error::HttpError;
use super::{Services, cloud_event, media_type, read_body};

#[derive(Debug, Default, Serialize)]
struct Outcome {
    accepted: usize,
    refused: usize,
    failed: usize,
    events: Vec<EventOutcome>,
}

#[derive(Debug, Serialize)]
struct EventOutcome {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

pub(super) async fn submit(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(sink) = services.writes.events else {
        let error = HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "this process takes no events");
        return Err(error.with_hint("send them to a process that runs the role ingest"));
    };
    let body = read_body(&headers, body, HTTP_BODY_BYTES_MAX).await?;
    let events = split(&headers, &body)?;
    if events.is_empty() {
        return Err(HttpError::bad_request("the body holds no event"));
    }
    let outcome = summed(sink.submit(events).await);
    Ok((outcome.status(), Json(outcome)).into_response())
}

/// Cuts a body into its events without re-encoding them; an event that is no JSON is the sink's to refuse.
fn split(headers: &HeaderMap, body: &[u8]) -> Result<Vec<SubmittedEvent>, HttpError> {
    let kind = media_type(headers);
    if cloud_event::is_binary_mode(headers, &kind) {
        return Ok(vec![cloud_event::from_binary_mode(headers, &kind, body)?]);
    }
    match kind.as_str() {
        "application/cloudevents+json" => Ok(one(body)),
        "application/cloudevents-batch+json" => array(body),
        "application/json" if body.trim_ascii_start().starts_with(b"[") => array(body),
        "application/json" => Ok(one(body)),
        "application/x-ndjson" => Ok(body.split(|byte| *byte == b'\n').flat_map(one).collect()),
        other => Err(HttpError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("the content type \"{other}\" is not taken"),
        )
        .with_hint(
            "use application/cloudevents+json, application/cloudevents-batch+json, application/json, \
             application/x-ndjson, or ce- headers",
        )),
    }
}

fn one(body: &[u8]) -> Vec<SubmittedEvent> {
    match body.trim_ascii() {
        [] => Vec::new(),
        json => vec![SubmittedEvent { json: json.to_vec() }],
    }
}

fn array(body: &[u8]) -> Result<Vec<SubmittedEvent>, HttpError> {
    let events: Vec<&RawValue> = serde_json::from_slice(body)
        .map_err(|error| HttpError::bad_request(format!("the body is no JSON array, nothing was taken: {error}")))?;
    Ok(events.into_iter().map(|event| SubmittedEvent { json: event.get().as_bytes().to_vec() }).collect())
}

fn summed(submitted: Vec<Submitted>) -> Outcome {
    let mut outcome = Outcome::default();
    for one in submitted {
        let blank = EventOutcome { status: "accepted", stage: None, reason: None, detail: None };
        outcome.events.push(match one {
            Submitted::Accepted => {
                outcome.accepted += 1;
                blank
            }
            Submitted::Refused(refusal) => {
                outcome.refused += 1;
                EventOutcome {
                    status: "refused",
                    stage: Some(refusal.stage.name()),
                    reason: Some(refusal.reason.to_string()),
                    detail: refusal.detail,
                }
            }
            Submitted::Failed(detail) => {
                outcome.failed += 1;
                EventOutcome { status: "failed", detail: Some(detail), ..blank }
            }
        });
    }
    outcome
}

impl Outcome {
    /// One status for all: a sender that looks no further must not lose an event by it.
    const fn status(&self) -> StatusCode {
        match (self.accepted, self.refused, self.failed) {
            (_, 0, 0) => StatusCode::ACCEPTED,
            (0, _, 0) => StatusCode::BAD_REQUEST,
            (0, _, _) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::MULTI_STATUS,
        }
    }
}
