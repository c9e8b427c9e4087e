//! Failures in HTTP's words: one table from codes to statuses, one form of body.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tidemark_model::error::{ErrorCode, ServiceError};

/// A failed request.
#[derive(Debug)]
pub(super) struct HttpError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl HttpError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), hint: None }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The table.
fn status_and_code(code: ErrorCode) -> (StatusCode, &'static str) {
    match code {
        ErrorCode::InvalidSql
        | ErrorCode::UnknownFunction
        | ErrorCode::UnknownSetting
        | ErrorCode::UnknownCursor
        | ErrorCode::NotGrouped => (StatusCode::BAD_REQUEST, "invalid_sql"),
        ErrorCode::UnknownRelation => (StatusCode::BAD_REQUEST, "unknown_relation"),
        ErrorCode::UnknownColumn => (StatusCode::BAD_REQUEST, "unknown_column"),
        ErrorCode::NotAllowed => (StatusCode::FORBIDDEN, "not_allowed"),
        ErrorCode::Unsupported => (StatusCode::BAD_REQUEST, "unsupported"),
        ErrorCode::InvalidValue
        | ErrorCode::NothingYet
        | ErrorCode::Malformed
        | ErrorCode::MalformedTime
        | ErrorCode::OutOfRange
        | ErrorCode::DivisionByZero
        | ErrorCode::ManyRows => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_value"),
        ErrorCode::ResourcesExhausted => (StatusCode::TOO_MANY_REQUESTS, "resources_exhausted"),
        ErrorCode::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "timed_out"),
        ErrorCode::Cancelled => (StatusCode::CONFLICT, "cancelled"),
        ErrorCode::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        ErrorCode::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

impl From<ServiceError> for HttpError {
    fn from(error: ServiceError) -> Self {
        let (status, code) = status_and_code(error.code);
        Self { status, code, message: error.message, hint: error.hint }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.code, "message": self.message, "hint": self.hint}});
        (self.status, Json(body)).into_response()
    }
}
