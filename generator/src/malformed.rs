//! Records that producers should not have sent, each with one fault and the reason for which it must be refused.
//!
//! They are extra records: no event of the truth is among them. The kinds come in turn, so that all are equally many.

use tidemark_model::city::CITIES;

use crate::clock::{TimeStyle, push_time};
use crate::envelope::STRUCTURED;
use crate::json::Object;
use crate::kind::Place;
use crate::rng::Draw;
use tidemark_model::stream::Stream;

/// More than the mebibyte that a record may have.
const TOO_LARGE_BYTES: usize = (1 << 20) + 37;

/// How many kinds of faults come in turn.
const NUM_FAULTS: u64 = 12;

/// A malformed record and why it must be refused.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub(crate) topic: Stream,
    pub(crate) reason: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) value: Vec<u8>,
}

/// Makes malformed records.
#[derive(Debug, Default)]
pub(crate) struct Malformer {
    num_made: u64,
}

/// A valid event to spoil: its type and members, values as complete JSON.
struct Sample {
    topic: Stream,
    kind: &'static str,
    required: &'static [(&'static str, &'static str)],
    rest: &'static [(&'static str, &'static str)],
}

/// Members that a fault replaces or leaves out.
#[derive(Default)]
struct Fault<'a> {
    leave_out: Option<&'a str>,
    replace: Option<(&'a str, &'a str)>,
    kind: Option<&'a str>,
    time: Option<&'a str>,
}

const SAMPLES: [Sample; 6] = [
    Sample {
        topic: Stream::Invoices,
        kind: "invoice.received",
        required: &[("invoice_id", "\"inv-9990001\""), ("channel", "\"upload\"")],
        rest: &[("pages", "2"), ("bytes", "180211")],
    },
    Sample {
        topic: Stream::Invoices,
        kind: "invoice.classified",
        required: &[("invoice_id", "\"inv-9990002\""), ("forwarder", "\"harbour-pacific\"")],
        rest: &[("confidence", "0.9312"), ("supported", "true")],
    },
    Sample {
        topic: Stream::Invoices,
        kind: "invoice.finance_checked",
        required: &[("invoice_id", "\"inv-9990003\""), ("user_id", "\"u-hkg-004\""), ("result", "\"ok\"")],
        rest: &[("amount", "\"1250.00\""), ("currency", "\"HKD\"")],
    },
    Sample {
        topic: Stream::Invoices,
        kind: "feedback.nps",
        required: &[("user_id", "\"u-hkg-011\""), ("score", "9")],
        rest: &[("comment", "\"quick\"")],
    },
    Sample {
        topic: Stream::Sessions,
        kind: "session.requested",
        required: &[("session_id", "\"ses-9990001\""), ("device_id", "\"dev-0001\"")],
        rest: &[("engineer", "\"u-hkg-002\"")],
    },
    Sample {
        topic: Stream::Usage,
        kind: "usage.recorded",
        required: &[("meter", "\"di.pages\""), ("quantity", "\"3\"")],
        rest: &[("unit", "\"page\""), ("cost", "\"0.234\""), ("currency", "\"HKD\"")],
    },
];

/// Wrong types: sample, member, value.
const WRONG_TYPES: [(usize, &str, &str); 6] = [
    (1, "confidence", "\"0.93\""),
    (0, "invoice_id", "12"),
    (3, "score", "\"nine\""),
    (4, "device_id", "77"),
    (5, "quantity", "true"),
    (5, "meter", "5"),
];

/// Numbers out of range: sample, member, value.
const OUT_OF_RANGE: [(usize, &str, &str); 5] = [
    (1, "confidence", "1.7"),
    (3, "score", "11"),
    (2, "amount", "\"1234567890123456789012.50\""),
    (5, "cost", "\"0.0000000001\""),
    (5, "quantity", "\"99999999999999999999\""),
];

impl Malformer {
    /// The next malformed record, around an event's time and place.
    pub(crate) fn next(&mut self, at: i64, id: String, place: Place, rng: &mut impl Draw) -> Malformed {
        let turn = self.num_made % NUM_FAULTS;
        self.num_made += 1;
        let city = CITIES[place.city().unwrap_or_default()].code;
        let sample = &SAMPLES[rng.below(SAMPLES.len() as u64) as usize];
        let write = |sample: &Sample, fault: &Fault<'_>| structured(sample, at, &id, city, fault);
        let bare = |value: &[u8]| (value.to_vec(), String::new());
        let (sample, (value, headers), reason) = match turn {
            0 => {
                let mut value = write(sample, &Fault::default());
                value.truncate(40 + rng.below(value.len() as u64 - 60) as usize);
                (sample, (value, String::new()), "not_json".to_owned())
            }
            1 => (sample, bare(rng.pick(&[b"[1,2]".as_slice(), b"\"x\""])), "not_object".to_owned()),
            2 => (sample, bare(b""), "empty".to_owned()),
            3 => {
                let mut value = write(sample, &Fault::default());
                let end = value.len() - 3;
                value.splice(end..end, [0xC3, 0x28]);
                (sample, (value, String::new()), "not_json".to_owned())
            }
            4 => {
                let member = rng.pick(&["id", "type", "time", "source", "specversion"]);
                let fault = Fault { leave_out: Some(member), ..Fault::default() };
                (sample, (write(sample, &fault), STRUCTURED.to_owned()), format!("missing:{member}"))
            }
            5 => {
                let sample = &SAMPLES[rng.below(5) as usize];
                let fault = Fault { leave_out: Some("city"), ..Fault::default() };
                (sample, (write(sample, &fault), String::new()), "missing:city".to_owned())
            }
            6 => {
                let member = rng.pick(sample.required).0;
                let fault = Fault { leave_out: Some(member), ..Fault::default() };
                (sample, (write(sample, &fault), String::new()), format!("missing:{member}"))
            }
            7 | 8 => {
                let (kind, table) = if turn == 7 { ("type", &WRONG_TYPES[..]) } else { ("range", &OUT_OF_RANGE[..]) };
                let (sample, member, value) = rng.pick(table);
                let fault = Fault { replace: Some((member, value)), ..Fault::default() };
                (&SAMPLES[sample], (write(&SAMPLES[sample], &fault), String::new()), format!("{kind}:{member}"))
            }
            9 => {
                let fault = Fault { kind: Some("shipment.created"), ..Fault::default() };
                (sample, (write(sample, &fault), String::new()), "unknown_type".to_owned())
            }
            10 => {
                let fault = Fault { time: Some("yesterday"), ..Fault::default() };
                (sample, (write(sample, &fault), String::new()), "bad_time".to_owned())
            }
            _ => {
                let fault = Fault { time: Some("2999-01-01T00:00:00Z"), ..Fault::default() };
                (sample, (write(sample, &fault), STRUCTURED.to_owned()), "bad_time".to_owned())
            }
        };
        let headers = if headers.is_empty() { Vec::new() } else { vec![("content-type", headers)] };
        Malformed { topic: sample.topic, reason, headers, value }
    }

    /// A record that is well-formed but for its size.
    pub(crate) fn too_large() -> Malformed {
        let (before, after) = (br#"{"specversion":"1.0","data":{"notes":""#, br#""}}"#);
        let mut value = before.to_vec();
        value.resize(TOO_LARGE_BYTES - after.len(), b'n');
        value.extend_from_slice(after);
        Malformed { topic: Stream::Sessions, reason: "too_large".to_owned(), headers: Vec::new(), value }
    }
}

fn structured(sample: &Sample, at: i64, id: &str, city: &str, fault: &Fault<'_>) -> Vec<u8> {
    let mut value = Vec::with_capacity(512);
    let mut time = Vec::new();
    push_time(&mut time, at, TimeStyle::Micros);
    let time = fault.time.map_or_else(|| String::from_utf8_lossy(&time).into_owned(), str::to_owned);
    let mut event = Object::open(&mut value);
    let attributes = [
        ("specversion", "1.0"),
        ("id", id),
        ("source", "/integration/trial"),
        ("type", fault.kind.unwrap_or(sample.kind)),
        ("time", &time),
        ("city", city),
    ];
    for (name, text) in attributes {
        if fault.leave_out != Some(name) {
            event.text(name, text);
        }
    }
    event.object("data", |data| {
        for &(name, json) in sample.required.iter().chain(sample.rest) {
            let json = fault.replace.filter(|(replaced, _)| *replaced == name).map_or(json, |(_, json)| json);
            if fault.leave_out != Some(name) {
                data.member(name).extend_from_slice(json.as_bytes());
            }
        }
    });
    event.close();
    value
}
