//! The console's files. Whatever path a browser asks for below `/console`, it gets the one page, which reads the path;
//! files are told apart by lying in a folder that the page names.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tidemark_model::port::Page;

use super::error::HttpError;
use super::{Services, health};

/// The page that reads the path.
const INDEX: &str = "index.html";
/// The folder of its files.
const ASSETS: &str = "assets/";

/// What the page may do: use what this server sends, and nothing else. Source: W3C Content Security Policy 3.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::VARY, "accept-encoding"),
];

/// People with a browser go to the console, programs get the list of addresses.
pub(super) async fn front(State(services): State<Services>, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if services.console.is_some() && accepts.contains("text/html") {
        return Redirect::temporary("/console/").into_response();
    }
    health::index().await.into_response()
}

/// The page itself.
pub(super) async fn index(services: State<Services>, headers: HeaderMap) -> Result<Response, HttpError> {
    page(services, Path(INDEX.to_owned()), headers).await
}

/// A file of the console, or the page for any other path.
pub(super) async fn page(
    State(services): State<Services>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let wanted = if path.starts_with(ASSETS) { path.as_str() } else { INDEX };
    let found = services.console.as_ref().and_then(|console| console.page(wanted));
    let Some(page) = found else {
        let message = format!("the console has no file \"{path}\"");
        return Err(
            HttpError::new(StatusCode::NOT_FOUND, "not_found", message).with_hint("/console/ is where it starts")
        );
    };
    Ok(respond(page, &headers))
}

fn respond(page: &Page, asked: &HeaderMap) -> Response {
    let says = |name, what: &str| {
        asked.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains(what))
    };
    let tag = format!("\"{}\"", page.tag);
    let mut response = if says(header::IF_NONE_MATCH, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if says(header::ACCEPT_ENCODING, "gzip") {
        ([(header::CONTENT_ENCODING, "gzip")], Body::from(page.gzip.clone())).into_response()
    } else {
        Body::from(page.bytes.clone()).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let kept = if page.is_named_by_content { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    headers.extend(HeaderValue::try_from(tag).map(|tag| (header::ETAG, tag)));
    response
}
