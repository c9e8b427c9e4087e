//! CloudEvents' binary mode: attributes in `ce-` headers, data in the body. It becomes the structured form here, so
//! that the log knows one form only. Source: CloudEvents 1.0.2, HTTP protocol binding, section 3.1.

use axum::http::{HeaderMap, StatusCode};
use serde_json::value::RawValue;
use tidemark_model::port::SubmittedEvent;

use super::error::HttpError;

const PREFIX: &str = "ce-";

/// Whether the attributes stand in the headers.
pub(super) fn is_binary_mode(headers: &HeaderMap, kind: &str) -> bool {
    !kind.starts_with("application/cloudevents") && headers.contains_key("ce-specversion")
}

/// Builds the structured event; the data keeps its text.
pub(super) fn from_binary_mode(headers: &HeaderMap, kind: &str, body: &[u8]) -> Result<SubmittedEvent, HttpError> {
    let mut json = String::from("{");
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix(PREFIX) else { continue };
        let value = percent_decoded(value.as_bytes())
            .ok_or_else(|| HttpError::bad_request(format!("the header \"{name}\" is no UTF-8")))?;
        push_member(&mut json, attribute, &quoted(&value));
    }
    let body = body.trim_ascii();
    if !kind.is_empty() {
        push_member(&mut json, "datacontenttype", &quoted(kind));
    }
    if !body.is_empty() {
        push_member(&mut json, "data", data(kind, body)?);
    }
    json.push('}');
    Ok(SubmittedEvent { json: json.into_bytes() })
}

fn data<'a>(kind: &str, body: &'a [u8]) -> Result<&'a str, HttpError> {
    let is_json = kind.is_empty() || kind == "application/json" || kind.ends_with("+json");
    if !is_json {
        let message = format!("data of the content type \"{kind}\" is not taken");
        let error = HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message);
        return Err(error.with_hint("send the data as application/json"));
    }
    let raw: &RawValue = serde_json::from_slice(body)
        .map_err(|error| HttpError::bad_request(format!("the event's data is no JSON: {error}")))?;
    Ok(raw.get())
}

fn push_member(json: &mut String, name: &str, value: &str) {
    if json.len() > 1 {
        json.push(',');
    }
    json.push_str(&quoted(name));
    json.push(':');
    json.push_str(value);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn percent_decoded(value: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit(high)? * 16 + digit(low)?);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
