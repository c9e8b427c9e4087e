//! Decides about a record as the contract asks: an event, or the reason for which it is refused.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use crate::record::Record;

/// A well-formed event.
pub(super) struct Judged {
    pub(super) source: String,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) at: DateTime<Utc>,
    pub(super) city: String,
    pub(super) data: Map<String, Value>,
}

/// Required members with the first letter of their JSON type (string, number, integer, decimal, list).
const REQUIRED: [(&str, &str); 33] = [
    ("session.requested", "session_id:s device_id:s"),
    ("session.started", "session_id:s"),
    ("session.ended", "session_id:s"),
    ("session.failed", "session_id:s reason:s"),
    ("device.registered", "device_id:s"),
    ("device.online", "device_id:s"),
    ("device.offline", "device_id:s"),
    ("ticket.opened", "ticket_id:s priority:s"),
    ("ticket.status_changed", "ticket_id:s status:s"),
    ("ticket.closed", "ticket_id:s"),
    ("user.login", "user_id:s"),
    ("user.login_failed", "user_id:s"),
    ("user.logout", "user_id:s"),
    ("user.activity", "user_id:s feature:s"),
    ("user.enabled", "user_id:s"),
    ("user.disabled", "user_id:s"),
    ("invoice.received", "invoice_id:s channel:s"),
    ("invoice.ocr_completed", "invoice_id:s"),
    ("invoice.classified", "invoice_id:s forwarder:s"),
    ("invoice.extracted", "invoice_id:s route:s confidence:n fields:l"),
    ("invoice.reviewed", "invoice_id:s user_id:s outcome:s"),
    ("invoice.field_corrected", "invoice_id:s field:s user_id:s"),
    ("invoice.escalated", "invoice_id:s"),
    ("invoice.completed", "invoice_id:s"),
    ("invoice.failed", "invoice_id:s stage:s code:s"),
    ("invoice.exported", "invoice_id:s"),
    ("invoice.finance_checked", "invoice_id:s user_id:s result:s"),
    ("rule.promoted", "rule_id:s rule_version:s layer:s"),
    ("rule.rolled_back", "rule_id:s rule_version:s"),
    ("rule.complaint", "rule_id:s rule_version:s user_id:s"),
    ("golden.evaluated", "dataset:s documents:i fields:i correct:i"),
    ("feedback.nps", "user_id:s score:i"),
    ("usage.recorded", "meter:s quantity:d"),
];

/// Decides about a record that arrives no later than `now`.
pub(super) fn judge(record: &Record, now: DateTime<Utc>) -> Result<Judged, String> {
    let refuse = |reason: &str| Err(reason.to_owned());
    if record.value.len() > 1 << 20 {
        return refuse("too_large");
    }
    if record.value.is_empty() {
        return refuse("empty");
    }
    let Ok(value) = serde_json::from_slice::<Value>(&record.value) else { return refuse("not_json") };
    let Value::Object(mut object) = value else { return refuse("not_object") };
    let binary = record.headers.iter().any(|(name, _)| *name == "ce_id");
    let attribute = |name: &str| {
        let header = record.headers.iter().find(|(header, _)| header.strip_prefix("ce_") == Some(name));
        let member = object.get(name).and_then(Value::as_str).map(str::to_owned);
        if binary { header.map(|(_, text)| text.clone()) } else { member }
    };
    let required = |name: &str| attribute(name).ok_or_else(|| format!("missing:{name}"));
    required("specversion")?;
    let (id, source, kind) = (required("id")?, required("source")?, required("type")?);
    let Ok(at) = DateTime::parse_from_rfc3339(&required("time")?) else { return refuse("bad_time") };
    let at = at.with_timezone(&Utc);
    if at > now + TimeDelta::hours(1) || at.timestamp() < 1_420_070_400 {
        return refuse("bad_time");
    }
    let family = kind.split('.').next().unwrap_or_default();
    if !REQUIRED.iter().any(|(known, _)| known.split('.').next() == Some(family)) {
        return refuse("unknown_type");
    }
    let city = attribute("city").unwrap_or_default();
    if city.is_empty() && family != "usage" && family != "rule" {
        return refuse("missing:city");
    }
    let data = if binary { object } else { object.remove("data").and_then(|data| data.as_object().cloned()).unwrap() };
    check_members(&kind, &data)?;
    Ok(Judged { source, id, kind, at, city, data })
}

fn check_members(kind: &str, data: &Map<String, Value>) -> Result<(), String> {
    let members = REQUIRED.iter().find(|(known, _)| *known == kind).map_or("invoice_id:s", |(_, members)| members);
    for member in members.split(' ') {
        let (name, wanted) = member.split_once(':').unwrap();
        let value = data.get(name).ok_or_else(|| format!("missing:{name}"))?;
        let fits = match wanted {
            "s" => value.is_string(),
            "n" => value.is_number(),
            "i" => value.is_i64(),
            "d" => value.is_string(),
            _ => value.is_array(),
        };
        if !fits {
            return Err(format!("type:{name}"));
        }
    }
    if let Some(confidence) = data.get("confidence") {
        let number = confidence.as_f64().ok_or("type:confidence")?;
        if !(0.0..=1.0).contains(&number) {
            return Err("range:confidence".to_owned());
        }
    }
    if data.get("score").and_then(Value::as_i64).is_some_and(|score| !(0..=10).contains(&score)) {
        return Err("range:score".to_owned());
    }
    for name in ["amount", "cost", "quantity"] {
        let Some(text) = data.get(name).and_then(Value::as_str) else { continue };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        assert!(whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()), "{text}");
        if whole.len() > 18 || fraction.len() > 9 {
            return Err(format!("range:{name}"));
        }
    }
    Ok(())
}
