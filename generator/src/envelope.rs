//! How an event becomes a record's value and headers: CloudEvents 1.0 in structured and binary content mode.

use crate::clock::{TimeStyle, push_time};
use crate::json::push_string;
use crate::kind::{Kind, Place};

/// Content type of structured mode.
pub(crate) const STRUCTURED: &str = "application/cloudevents+json";

/// Crockford's base 32. Source: <https://www.crockford.com/base32.html>.
const BASE_32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An event without its data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    pub(crate) kind: Kind,
    /// Its time, in microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) place: Place,
    pub(crate) tenant: Option<&'static str>,
    /// The entity's id, also the record's key.
    pub(crate) subject: &'a str,
}

/// What the producer chose for one event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'a> {
    pub(crate) id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) time: TimeStyle,
    pub(crate) with_schema: bool,
}

/// An event id that sorts by time: ten characters of milliseconds, then `tail`, in base 32.
pub(crate) fn event_id(at: i64, seq: u64, mark: &str) -> String {
    let mut id = String::with_capacity(18 + mark.len());
    push_base32(&mut id, (at / 1_000) as u64, 10);
    id.push_str(mark);
    push_base32(&mut id, seq, 6);
    id
}

/// Appends the low `5 * width` bits in base 32.
pub(crate) fn push_base32(out: &mut String, value: u64, width: u32) {
    for place in (0..width).rev() {
        out.push(char::from(BASE_32[(value >> (5 * place)) as usize & 31]));
    }
}

/// Appends a structured envelope up to the value of `data`; the data and `}` must follow.
pub(crate) fn push_envelope(out: &mut Vec<u8>, event: &Event<'_>, form: &Form<'_>) {
    out.extend_from_slice(b"{\"specversion\":\"1.0\",\"id\":");
    push_string(out, form.id);
    out.extend_from_slice(b",\"source\":");
    push_string(out, form.source);
    out.extend_from_slice(b",\"type\":\"");
    out.extend_from_slice(event.kind.name().as_bytes());
    out.extend_from_slice(b"\",\"time\":\"");
    push_time(out, event.at, form.time);
    out.extend_from_slice(b"\",\"subject\":");
    push_string(out, event.subject);
    for (name, value) in [("city", Some(event.place.code()).filter(|code| !code.is_empty())), ("tenant", event.tenant)]
    {
        if let Some(value) = value {
            out.extend_from_slice(b",\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":");
            push_string(out, value);
        }
    }
    if form.with_schema {
        out.extend_from_slice(b",\"dataschema\":\"urn:tidemark:");
        out.extend_from_slice(event.kind.name().as_bytes());
        out.extend_from_slice(b":1\"");
    }
    out.extend_from_slice(b",\"datacontenttype\":\"application/json\",\"data\":");
}

/// The headers of binary mode.
///
/// Source: CloudEvents Kafka Protocol Binding 1.0, section 3.2.
pub(crate) fn binary_headers(event: &Event<'_>, form: &Form<'_>) -> Vec<(&'static str, String)> {
    let mut time = Vec::with_capacity(32);
    push_time(&mut time, event.at, form.time);
    let mut headers = Vec::with_capacity(9);
    headers.push(("ce_specversion", "1.0".to_owned()));
    headers.push(("ce_id", form.id.to_owned()));
    headers.push(("ce_source", form.source.to_owned()));
    headers.push(("ce_type", event.kind.name().to_owned()));
    headers.push(("ce_time", time.iter().map(|&byte| char::from(byte)).collect()));
    headers.push(("ce_subject", event.subject.to_owned()));
    if !event.place.code().is_empty() {
        headers.push(("ce_city", event.place.code().to_owned()));
    }
    if let Some(tenant) = event.tenant {
        headers.push(("ce_tenant", tenant.to_owned()));
    }
    headers.push(("content-type", "application/json".to_owned()));
    headers
}
