//! The CloudEvents envelope, from the value (structured mode) or the headers (binary mode).
//!
//! Source: CloudEvents 1.0, "Kafka Protocol Binding" sections 3.2 and 3.3; the event contract, "Envelope".

use std::borrow::Cow;

use tidemark_model::contract::city_required;
use tidemark_model::dead_letter::{Reason, Refusal, Stage};
use tidemark_model::limits::{AHEAD_MAX_US, CITY_CHARS_MAX, ID_CHARS_MAX, RECORD_BYTES_MAX, SOURCE_CHARS_MAX};
use tidemark_model::stream::Stream;
use tidemark_model::time::{EARLIEST, Micros, parse_rfc3339};

use super::json::{self, Members};
use crate::record::RawRecord;

/// A checked envelope and what is left to decode.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) source: Cow<'a, str>,
    pub(super) event_type: Cow<'a, str>,
    pub(super) time: Micros,
    pub(super) city: Option<Cow<'a, str>>,
    pub(super) tenant: Option<Cow<'a, str>>,
    pub(super) subject: Option<Cow<'a, str>>,
    /// The members of `data`.
    pub(super) data: Vec<(Cow<'a, str>, &'a str)>,
    /// Attributes that the contract does not name, as name and JSON text.
    pub(super) extensions: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Attribute values before they are checked.
#[derive(Debug, Default)]
struct Attributes<'a> {
    specversion: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    event_type: Option<Cow<'a, str>>,
    time: Option<Cow<'a, str>>,
    subject: Option<Cow<'a, str>>,
    city: Option<Cow<'a, str>>,
    tenant: Option<Cow<'a, str>>,
    extensions: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Attributes<'a> {
    /// The place of a named attribute; `None` for an extension.
    fn slot(&mut self, name: &str) -> Option<&mut Option<Cow<'a, str>>> {
        Some(match name {
            "specversion" => &mut self.specversion,
            "id" => &mut self.id,
            "source" => &mut self.source,
            "type" => &mut self.event_type,
            "time" => &mut self.time,
            "subject" => &mut self.subject,
            "city" => &mut self.city,
            "tenant" => &mut self.tenant,
            _ => return None,
        })
    }
}

fn refused(reason: Reason) -> Refusal {
    Refusal::new(Stage::Envelope, reason)
}

/// Reads and checks a record's envelope.
pub(super) fn read<'a>(stream: Stream, record: &RawRecord<'a>, now: Micros) -> Result<Envelope<'a>, Refusal> {
    let value = record.value.filter(|value| !value.is_empty()).ok_or_else(|| refused(Reason::Empty))?;
    if value.len() > RECORD_BYTES_MAX {
        return Err(refused(Reason::TooLarge).with_detail(format!("{} bytes", value.len())));
    }
    let text = std::str::from_utf8(value)
        .map_err(|error| refused(Reason::NotJson).with_detail(format!("no UTF-8: {error}")))?;
    let Members(members) = json::object(text).map_err(refused)?;
    let (attributes, data) = if is_binary(record) { (from_headers(record)?, members) } else { from_members(members)? };
    check(stream, attributes, data, record.timestamp.unwrap_or(now))
}

fn is_binary(record: &RawRecord<'_>) -> bool {
    let mut has_attribute = false;
    for (name, value) in record.headers() {
        if name.eq_ignore_ascii_case(b"content-type") && value.starts_with(b"application/cloudevents+json") {
            return false;
        }
        has_attribute |= name.starts_with(b"ce_");
    }
    has_attribute
}

type Data<'a> = Vec<(Cow<'a, str>, &'a str)>;

fn from_members(members: Data<'_>) -> Result<(Attributes<'_>, Data<'_>), Refusal> {
    let mut attributes = Attributes::default();
    let mut data = Vec::new();
    for (name, raw) in members {
        if let Some(slot) = attributes.slot(&name) {
            if raw != "null" {
                let text =
                    json::text(raw).ok_or_else(|| refused(Reason::Type(Cow::Owned(name.clone().into_owned()))))?;
                *slot = Some(text);
            }
            continue;
        }
        match name.as_ref() {
            "data" if raw == "null" => {}
            "data" => data = json::object(raw).map_err(|_| refused(Reason::Type("data".into())))?.0,
            "datacontenttype" | "dataschema" => {}
            _ => attributes.extensions.push((name, Cow::Borrowed(raw))),
        }
    }
    Ok((attributes, data))
}

fn from_headers<'a>(record: &RawRecord<'a>) -> Result<Attributes<'a>, Refusal> {
    let mut attributes = Attributes::default();
    for (name, value) in record.headers() {
        let Some(name) = name.strip_prefix(b"ce_").and_then(|name| std::str::from_utf8(name).ok()) else { continue };
        let value = std::str::from_utf8(value).map_err(|_| refused(Reason::Type(Cow::Owned(name.to_owned()))))?;
        match attributes.slot(name) {
            Some(slot) => *slot = Some(Cow::Borrowed(value)),
            None if name == "dataschema" => {}
            None => {
                let json = serde_json::Value::from(value).to_string();
                attributes.extensions.push((Cow::Borrowed(name), Cow::Owned(json)));
            }
        }
    }
    Ok(attributes)
}

fn check<'a>(
    stream: Stream,
    attributes: Attributes<'a>,
    data: Data<'a>,
    broker_time: Micros,
) -> Result<Envelope<'a>, Refusal> {
    let specversion = required("specversion", attributes.specversion)?;
    if specversion != "1.0" {
        return Err(refused(Reason::Range("specversion".into())).with_detail(format!("found {specversion}")));
    }
    let id = bounded("id", required("id", attributes.id)?, ID_CHARS_MAX)?;
    let source = bounded("source", required("source", attributes.source)?, SOURCE_CHARS_MAX)?;
    let event_type = required("type", attributes.event_type)?;
    let time = required("time", attributes.time)?;
    if Stream::of_type(&event_type) != Some(stream) {
        return Err(refused(Reason::UnknownType).with_detail(format!("found {event_type} in {stream}")));
    }
    let in_bounds = |at: &Micros| (EARLIEST..=broker_time.saturating_add(AHEAD_MAX_US)).contains(at);
    let time = parse_rfc3339(&time)
        .filter(in_bounds)
        .ok_or_else(|| refused(Reason::BadTime).with_detail(format!("found {time}")))?;
    let city = attributes.city.filter(|city| !city.is_empty());
    if city.is_none() && city_required(&event_type) {
        return Err(refused(Reason::Missing("city".into())));
    }
    let city = city.map(|city| bounded("city", city, CITY_CHARS_MAX)).transpose()?;
    Ok(Envelope {
        id,
        source,
        event_type,
        time,
        city,
        tenant: attributes.tenant,
        subject: attributes.subject,
        data,
        extensions: attributes.extensions,
    })
}

fn required<'a>(name: &'static str, value: Option<Cow<'a, str>>) -> Result<Cow<'a, str>, Refusal> {
    value.ok_or_else(|| refused(Reason::Missing(name.into())))
}

fn bounded<'a>(name: &'static str, value: Cow<'a, str>, chars_max: usize) -> Result<Cow<'a, str>, Refusal> {
    // A text has no more characters than bytes, so most are passed without counting.
    let fits = !value.is_empty() && (value.len() <= chars_max || value.chars().count() <= chars_max);
    if fits { Ok(value) } else { Err(refused(Reason::Range(name.into()))) }
}
