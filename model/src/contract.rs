//! The event contract as data: which members each event type has, and which column each one lands in.
//!
//! One table drives the Arrow schemas, the decoder and the checks, so that they cannot disagree.
//! Source: the event contract, sections "Envelope" and "Topic ..." (`events.md`).

use crate::id::Entity;
use crate::stream::Stream;

/// What a column holds, which is also what its JSON member must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON string.
    Text,
    /// A JSON string that names one of these.
    Id(Entity),
    /// `true` or `false`.
    Flag,
    /// An integer from 0 up: pages, bytes, counts.
    Count,
    /// A duration in whole milliseconds, from 0 up.
    Millis,
    /// A whole score from 0 to 10.
    Score,
    /// A JSON number from 0 to 1.
    Fraction,
    /// An exact decimal, as a JSON string or a plain number: at most 18 digits before and 9 after the point.
    Decimal,
    /// An object of strings, kept as JSON text.
    Labels,
    /// A list of objects with these members.
    Rows(&'static [Member]),
}

/// One member of an event's `data` (or of an object in a list).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its name in JSON.
    pub name: &'static str,
    /// The column it lands in; the same as `name` but where two types use one name for different things.
    pub column: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether an event without it is refused.
    pub required: bool,
}

impl Member {
    const fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }
}

const fn req(name: &'static str, kind: Kind) -> Member {
    Member { name, column: name, kind, required: true }
}

const fn opt(name: &'static str, kind: Kind) -> Member {
    Member { name, column: name, kind, required: false }
}

/// One event type of the contract.
#[derive(Debug, Clone, Copy)]
pub struct EventType {
    /// `invoice.received`.
    pub name: &'static str,
    /// Whether an event without a `city` is refused; `usage.recorded` and `rule.*` may be shared by all cities.
    pub city_required: bool,
    /// The members of `data`, in the contract's order.
    pub members: &'static [Member],
}

const fn of_city(name: &'static str, members: &'static [Member]) -> EventType {
    EventType { name, city_required: true, members }
}

const fn shared(name: &'static str, members: &'static [Member]) -> EventType {
    EventType { name, city_required: false, members }
}

/// Whether events of this type, known or not, must carry a city.
#[must_use]
pub fn city_required(event_type: &str) -> bool {
    !(event_type == "usage.recorded" || event_type.starts_with("rule."))
}

/// The event types of a stream.
#[must_use]
pub const fn event_types(stream: Stream) -> &'static [EventType] {
    match stream {
        Stream::Sessions => SESSIONS,
        Stream::Invoices => INVOICES,
        Stream::Usage => USAGE,
    }
}

use Entity::{Device, Invoice, Rule, Session, Ticket, User};
use Kind::{Count, Decimal, Flag, Fraction, Id, Labels, Millis, Rows, Score, Text};

const SESSIONS: &[EventType] = &[
    of_city(
        "session.requested",
        &[
            req("session_id", Id(Session)),
            req("device_id", Id(Device)),
            opt("cluster_id", Text),
            opt("node_name", Text),
            opt("engineer", Id(User)),
            opt("ticket_id", Id(Ticket)),
            opt("notes", Text),
        ],
    ),
    of_city("session.started", &[req("session_id", Id(Session)), opt("tunnel_id", Text), opt("public_url", Text)]),
    of_city(
        "session.ended",
        &[req("session_id", Id(Session)), opt("ended_by", Text), opt("bytes_up", Count), opt("bytes_down", Count)],
    ),
    of_city("session.failed", &[req("session_id", Id(Session)), req("reason", Text), opt("detail", Text)]),
    of_city(
        "device.registered",
        &[
            req("device_id", Id(Device)),
            opt("name", Text),
            opt("hostname", Text),
            opt("os", Text),
            opt("agent_version", Text),
            opt("cluster_id", Text),
            opt("node_name", Text),
            opt("labels", Labels),
        ],
    ),
    of_city("device.online", DEVICE_SEEN),
    of_city("device.offline", DEVICE_SEEN),
    of_city(
        "ticket.opened",
        &[req("ticket_id", Id(Ticket)), req("priority", Text), opt("title", Text), opt("device_id", Id(Device))],
    ),
    of_city(
        "ticket.status_changed",
        &[req("ticket_id", Id(Ticket)), req("status", Text), opt("assigned_to", Id(User))],
    ),
    of_city("ticket.closed", &[req("ticket_id", Id(Ticket)), opt("resolution", Text)]),
    of_city("user.login", &[req("user_id", Id(User)), opt("role", Text), opt("method", Text), opt("ip_address", Text)]),
    of_city("user.login_failed", &[req("user_id", Id(User)), opt("ip_address", Text), opt("reason", Text)]),
    of_city("user.logout", &[req("user_id", Id(User))]),
    of_city(
        "user.activity",
        &[
            req("user_id", Id(User)),
            req("feature", Text),
            opt("role", Text),
            opt("page", Text),
            opt("duration_ms", Millis),
        ],
    ),
    of_city("user.enabled", &[req("user_id", Id(User)), opt("role", Text)]),
    of_city("user.disabled", &[req("user_id", Id(User)), opt("role", Text)]),
];

const DEVICE_SEEN: &[Member] =
    &[req("device_id", Id(Device)), opt("ip_address", Text), opt("agent_version", Text), opt("reason", Text)];

const INVOICES: &[EventType] = &[
    of_city(
        "invoice.received",
        &[
            req("invoice_id", Id(Invoice)),
            req("channel", Text),
            opt("pages", Count),
            opt("bytes", Count),
            opt("content_sha256", Text),
            opt("file_uri", Text),
        ],
    ),
    of_city(
        "invoice.ocr_completed",
        &[
            req("invoice_id", Id(Invoice)),
            opt("duration_ms", Millis),
            opt("pages", Count),
            opt("confidence", Fraction),
            opt("model", Text),
        ],
    ),
    of_city(
        "invoice.classified",
        &[req("invoice_id", Id(Invoice)), req("forwarder", Text), opt("confidence", Fraction), opt("supported", Flag)],
    ),
    of_city(
        "invoice.extracted",
        &[
            req("invoice_id", Id(Invoice)),
            req("route", Text),
            req("confidence", Fraction),
            opt("multimodal", Flag),
            opt("model", Text),
            opt("duration_ms", Millis),
            req("fields", Rows(EXTRACTED_FIELD)),
            opt("charges", Rows(CHARGE)),
        ],
    ),
    of_city(
        "invoice.reviewed",
        &[
            req("invoice_id", Id(Invoice)),
            req("user_id", Id(User)),
            req("outcome", Text),
            opt("review", Text),
            opt("duration_ms", Millis),
        ],
    ),
    of_city(
        "invoice.field_corrected",
        &[
            req("invoice_id", Id(Invoice)),
            req("field", Text),
            req("user_id", Id(User)),
            opt("old", Text),
            opt("new", Text),
            opt("pattern", Text),
            opt("learn", Text),
            opt("rule_id", Id(Rule)),
            opt("rule_version", Text),
        ],
    ),
    of_city("invoice.escalated", &[req("invoice_id", Id(Invoice)), opt("user_id", Id(User)), opt("reason", Text)]),
    of_city("invoice.completed", &[req("invoice_id", Id(Invoice))]),
    of_city(
        "invoice.failed",
        &[req("invoice_id", Id(Invoice)), req("stage", Text), req("code", Text), opt("message", Text)],
    ),
    of_city("invoice.exported", &[req("invoice_id", Id(Invoice)), opt("target", Text)]),
    of_city(
        "invoice.finance_checked",
        &[
            req("invoice_id", Id(Invoice)),
            req("user_id", Id(User)),
            req("result", Text),
            opt("amount", Decimal),
            opt("currency", Text),
        ],
    ),
    shared(
        "rule.promoted",
        &[
            req("rule_id", Id(Rule)),
            req("rule_version", Text),
            req("layer", Text),
            opt("forwarder", Text),
            opt("field", Text),
            opt("impact_estimate", Count),
            opt("manual", Flag),
        ],
    ),
    shared(
        "rule.rolled_back",
        &[req("rule_id", Id(Rule)), req("rule_version", Text), opt("to_version", Text), opt("reason", Text)],
    ),
    shared(
        "rule.complaint",
        &[req("rule_id", Id(Rule)), req("rule_version", Text), req("user_id", Id(User)), opt("text", Text)],
    ),
    of_city(
        "golden.evaluated",
        &[
            req("dataset", Text),
            req("documents", Count),
            req("fields", Count).column("golden_fields"),
            req("correct", Count),
            opt("forwarder", Text),
            opt("model", Text),
        ],
    ),
    of_city("feedback.nps", &[req("user_id", Id(User)), req("score", Score), opt("comment", Text)]),
];

/// A field that extraction read from an invoice.
const EXTRACTED_FIELD: &[Member] = &[
    req("name", Text),
    req("confidence", Fraction),
    opt("value", Text),
    opt("required", Flag),
    opt("rule_id", Id(Rule)),
    opt("rule_version", Text),
    opt("rule_layer", Text),
];

/// A charge line of an invoice.
const CHARGE: &[Member] = &[req("code", Text), opt("description", Text), req("amount", Decimal), req("currency", Text)];

const USAGE: &[EventType] = &[shared(
    "usage.recorded",
    &[
        req("meter", Text),
        req("quantity", Decimal),
        opt("unit", Text),
        opt("cost", Decimal),
        opt("currency", Text),
        opt("service", Text),
        opt("model", Text),
        opt("status", Text),
        opt("latency_ms", Millis),
        opt("invoice_id", Id(Invoice)),
        opt("session_id", Id(Session)),
        opt("user_id", Id(User)),
        opt("experiment", Text),
        opt("variant", Text),
    ],
)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_name_means_one_kind_within_a_stream() {
        for stream in Stream::ALL {
            let members: Vec<_> = event_types(stream).iter().flat_map(|t| t.members).collect();
            for a in &members {
                for b in &members {
                    assert!(a.column != b.column || a.kind == b.kind, "{stream}: {} holds two kinds", a.column);
                }
            }
        }
    }

    #[test]
    fn a_member_that_is_named_as_an_entitys_id_is_one() {
        for member in Stream::ALL.into_iter().flat_map(event_types).flat_map(|t| t.members) {
            for entity in Entity::ALL {
                assert_eq!(member.name == entity.column(), member.kind == Id(entity) && member.name.ends_with("_id"));
            }
        }
    }

    #[test]
    fn every_type_belongs_to_its_streams_families_and_agrees_on_cities() {
        for stream in Stream::ALL {
            for event_type in event_types(stream) {
                assert_eq!(Stream::of_type(event_type.name), Some(stream));
                assert_eq!(event_type.city_required, city_required(event_type.name), "{}", event_type.name);
            }
        }
    }
}
