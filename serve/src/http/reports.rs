//! `GET /v1/reports/{kind}/{month}`: a report as a file, or its rows in a format of rows.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tidemark_model::month::Month;
use tidemark_model::principal::{PRINCIPAL_HEADER, Principal};
use tidemark_model::report::{Language, ReportFile, ReportFormat, ReportRequest};

use super::error::HttpError;
use super::sql::parse_format;
use super::{Services, answer};

/// What of the report is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Only this city.
    city: Option<String>,
    /// A form of documents, or a format of rows.
    format: Option<String>,
    /// `en` where not given.
    language: Option<String>,
}

pub(super) async fn report(
    State(services): State<Services>,
    Path((kind, month)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let month: Month =
        month.parse().map_err(|_| HttpError::bad_request(format!("\"{month}\" is no month, YYYY-MM")))?;
    let language: Option<Language> = wanted.language.as_deref().map(str::parse).transpose().map_err(unknown)?;
    let request = ReportRequest { kind, month, city: wanted.city, language: language.unwrap_or_default() };
    let by = principal(&headers)?;
    match wanted.format.as_deref().map(str::parse::<ReportFormat>) {
        Some(Ok(format)) => Ok(download(services.reports.file(&request, format, &by).await?)),
        other => {
            let format = parse_format(wanted.format.as_deref(), &headers).map_err(|error| match other {
                Some(Err(_)) => {
                    error.with_hint("use json, csv, arrow, jsonl, xlsx, pdf, excel-csv, document, focus or pack")
                }
                _ => error,
            })?;
            answer::respond(services.reports.rows(&request, &by).await?, format).await
        }
    }
}

fn unknown(error: impl std::fmt::Display) -> HttpError {
    HttpError::bad_request(format!("the language {error}"))
}

/// Who asks: a name in a header, until there is access control.
pub(super) fn principal(headers: &HeaderMap) -> Result<Principal, HttpError> {
    let Some(name) = headers.get(PRINCIPAL_HEADER) else { return Ok(Principal::local()) };
    let name = std::str::from_utf8(name.as_bytes());
    name.map(Principal::named).map_err(|_| HttpError::bad_request(format!("{PRINCIPAL_HEADER} is no UTF-8")))
}

/// The file with its name.
fn download(file: ReportFile) -> Response {
    let ReportFile { name, format, bytes } = file;
    let headers =
        [(header::CONTENT_TYPE, format.media_type().to_owned()), (header::CONTENT_DISPOSITION, disposition(&name))];
    (headers, bytes).into_response()
}

/// The header that names a file, for clients of today (RFC 5987) and for those that know ASCII alone.
pub(super) fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    let encoded: String = name.bytes().map(attribute_byte).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A byte of a name: as it is where RFC 5987 takes it (`attr-char`), else by its number.
fn attribute_byte(byte: u8) -> String {
    let is_plain = byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}
