//! The HTTP door: SQL in, rows out; events and finance's files in; health and metrics for those who watch.

mod answer;
mod browsers;
mod closes;
mod cloud_event;
mod dead_letters;
mod error;
mod events;
mod finance;
mod forecasts;
mod health;
mod kpis;
mod listings;
mod marks;
mod pages;
mod reports;
mod rows;
mod saved;
mod sql;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::from_fn;
use axum::routing::{delete, get, post};
use axum::serve::ListenerExt;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use tidemark_model::port::{
    AnomalyMarks, DeadLetterReplay, EventSink, FinanceImports, Foretelling, Health, MonthCloses, Pages, QueryService,
    Reports, SavedReports,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use self::error::HttpError;
use self::listings::LISTINGS;
use crate::drain::drained;

/// What the HTTP door asks.
#[derive(Debug, Clone)]
pub struct Services {
    /// Answers SQL.
    pub queries: Arc<dyn QueryService>,
    /// Makes reports.
    pub reports: Arc<dyn Reports>,
    /// Knows whether all is well.
    pub health: Arc<dyn Health>,
    /// The console's files; absent where this process has none.
    pub console: Option<Arc<dyn Pages>>,
    /// What changes something.
    pub writes: Writes,
}

/// Who changes something; each is absent where this process cannot.
#[derive(Debug, Clone, Default)]
pub struct Writes {
    /// Takes events.
    pub events: Option<Arc<dyn EventSink>>,
    /// Takes in what finance decides.
    pub imports: Option<Arc<dyn FinanceImports>>,
    /// Closes months.
    pub closes: Option<Arc<dyn MonthCloses>>,
    /// Keeps what people say of anomalies.
    pub marks: Option<Arc<dyn AnomalyMarks>>,
    /// Foretells when somebody asks.
    pub foretelling: Option<Arc<dyn Foretelling>>,
    /// Keeps and runs reports of people's own.
    pub saved: Option<Arc<dyn SavedReports>>,
    /// Tries dead letters again.
    pub replays: Option<Arc<dyn DeadLetterReplay>>,
}

/// All routes of the door; the application may merge others into it.
pub fn http_router(services: Services) -> Router {
    let listings = LISTINGS.iter().fold(Router::new(), |router, list| router.route(list.path, list.route()));
    listings
        .route("/", get(pages::front))
        .route("/console", get(pages::index))
        .route("/console/", get(pages::index))
        .route("/console/{*path}", get(pages::page))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/v1/sql", post(sql::query))
        .route("/v1/queries/{id}", delete(sql::cancel))
        .route("/v1/kpis", get(kpis::catalogue))
        .route("/v1/kpis/{name}", get(kpis::cells))
        .route("/v1/anomalies/{id}/marks", post(marks::mark))
        .route("/v1/events", post(events::submit))
        .route("/v1/finance/imports", post(finance::import))
        .route("/v1/reports/{kind}/{month}", get(reports::report))
        .route("/v1/report-definitions/{name}", get(saved::definition).put(saved::save).delete(saved::delete))
        .route("/v1/report-definitions/{name}/preview", post(saved::preview))
        .route("/v1/report-definitions/{name}/run", post(saved::run))
        .route("/v1/report-runs/{name}/{run}/{file}", get(saved::file))
        .route("/v1/closes/{month}", get(closes::show).post(closes::step))
        .route("/v1/closes/{month}/files/{name}", get(closes::file))
        .route("/v1/forecasts/refresh", post(forecasts::refresh))
        .route("/v1/dead-letters/replay", post(dead_letters::replay))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn(browsers::guard))
        .with_state(services)
}

/// Serves until the shutdown; running answers then have [`crate::drain::DRAIN_MAX`] to finish.
///
/// # Errors
/// Where the listener itself fails.
pub async fn serve_http(listener: TcpListener, services: Services, shutdown: CancellationToken) -> io::Result<()> {
    let finished = CancellationToken::new();
    let until = shutdown.clone().cancelled_owned();
    // An answer's last bytes would else wait for the client to acknowledge those before: 40 ms.
    let at_once = |stream: &mut TcpStream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("an HTTP connection may wait for acknowledgements: {error}");
        }
    };
    let server = axum::serve(listener.tap_io(at_once), http_router(services)).with_graceful_shutdown(until);
    tokio::select! {
        result = async { server.await } => { finished.cancel(); result }
        () = drained(&shutdown, finished.cancelled()) => Ok(()),
    }
}

async fn not_found(uri: Uri) -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "not_found", format!("there is nothing at \"{}\"", uri.path()))
        .with_hint("GET / lists the addresses")
}

async fn not_allowed(uri: Uri) -> HttpError {
    let message = format!("\"{}\" does not take this method", uri.path());
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message).with_hint("GET / lists the addresses")
}

/// The media type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads a body of JSON. Any other type is refused: a browser asks before it sends JSON to another site, and sends forms
/// without asking.
async fn json_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    max: usize,
    example: &str,
) -> Result<T, HttpError> {
    let kind = media_type(headers);
    if kind != "application/json" {
        let message = format!("the content type \"{kind}\" is not taken");
        return Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
            .with_hint("use application/json"));
    }
    let body = read_body(headers, body, max).await?;
    serde_json::from_slice(&body)
        .map_err(|error| HttpError::bad_request(format!("the body is not understood: {error}")).with_hint(example))
}

/// Reads a whole body, but never more than `max` bytes.
async fn read_body(headers: &HeaderMap, body: Body, max: usize) -> Result<Bytes, HttpError> {
    let too_large = || {
        HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("the body has more than {max} bytes"))
            .with_hint("send it in several requests")
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let mut whole = Vec::with_capacity(announced.unwrap_or(0));
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| HttpError::bad_request(format!("the body could not be read: {error}")))?;
        if whole.len() + part.len() > max {
            return Err(too_large());
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}

#[cfg(test)]
mod tests;
