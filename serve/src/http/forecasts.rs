//! `POST /v1/forecasts/refresh`: all forecasts are made anew.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;

use super::error::HttpError;
use super::{Services, json_body};

/// There is nothing to say yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {}

pub(super) async fn refresh(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(foretelling) = &services.writes.foretelling else {
        let message = "this process foretells nothing";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            .with_hint("ask one that runs with the role jobs"));
    };
    let Request {} = json_body(&headers, body, HTTP_BODY_BYTES_MAX, "send {}").await?;
    Ok(Json(json!({"series": foretelling.foretell().await?})).into_response())
}
