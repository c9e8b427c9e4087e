//! `POST /v1/dead-letters/replay`: refused records are tried again.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;
use tidemark_model::port::Replayed;
use tidemark_model::stream::Stream;

use super::error::HttpError;
use super::{Services, json_body};

const EXAMPLE: &str = r#"send {} for all of them, or {"stream": "invoices", "reason": "missing:city"}"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    stream: Option<String>,
    reason: Option<String>,
}

pub(super) async fn replay(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(replays) = &services.writes.replays else {
        let message = "this process tries no dead letters again";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            .with_hint("ask the one that ingests"));
    };
    let Request { stream, reason } = json_body(&headers, body, HTTP_BODY_BYTES_MAX, EXAMPLE).await?;
    let stream: Option<Stream> = stream.map(|name| name.parse()).transpose().map_err(|_| {
        HttpError::bad_request("there is no such stream").with_hint("the streams are sessions, invoices and usage")
    })?;
    let replayed = replays.replay(stream, reason.as_deref()).await?;
    Ok(Json(json!({"streams": replayed.iter().map(told).collect::<Vec<_>>()})).into_response())
}

fn told(replayed: &Replayed) -> Value {
    json!({
        "stream": replayed.stream.name(),
        "tried": replayed.num_tried,
        "refused": replayed.num_refused,
        "added": replayed.num_added,
        "known": replayed.num_known,
    })
}
