//! What decode promises: contract members become columns, faults become reasons, neighbours are never touched.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type};
use proptest::prelude::*;
use tidemark_model::dead_letter::Refusal;
use tidemark_model::stream::Stream;
use tidemark_model::time::parse_rfc3339;

use super::{Decoder, RowBuilder};
use crate::record::Chunk;

const NOW: &str = "2026-06-01T00:00:00Z";

fn decode_with(stream: Stream, value: &[u8], headers: &[(&str, &str)]) -> Result<RecordBatch, Refusal> {
    let mut chunk = Chunk::new("t".into());
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    chunk.push(0, 7, None, None, Some(value), headers);
    let mut rows = RowBuilder::new(stream);
    for record in chunk.records() {
        let event = Decoder::new(stream).decode(&record, parse_rfc3339(NOW).unwrap())?;
        rows.push(&event, &chunk.topic, record.partition, record.offset, 0);
    }
    Ok(rows.finish().unwrap())
}

fn decode(stream: Stream, value: &str) -> Result<RecordBatch, Refusal> {
    decode_with(stream, value.as_bytes(), &[])
}

/// An event with these attributes besides the usual ones, and this data.
fn event(event_type: &str, data: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"1","source":"/x","type":"{event_type}","time":"2026-03-31T15:59:58.123456789Z","city":"HKG","data":{data}}}"#
    )
}

fn reason(stream: Stream, value: &str) -> String {
    let refusal = decode(stream, value).unwrap_err();
    format!("{}/{}", refusal.stage.name(), refusal.reason)
}

fn text(rows: &RecordBatch, column: &str) -> Option<String> {
    let column = rows.column_by_name(column).unwrap().as_string::<i32>();
    column.is_valid(0).then(|| column.value(0).to_owned())
}

#[test]
fn an_extraction_becomes_typed_columns_with_nested_rows() {
    let rows = decode(
        Stream::Invoices,
        &event(
            "invoice.extracted",
            r#"{"invoice_id":"inv-1","route":"auto","confidence":0.95,"multimodal":true,"fields":[{"name":"total","confidence":1,"value":"\u00e9","x":1},{"name":"n","confidence":0.5}],"charges":[{"code":"THC","amount":"1234.50","currency":"HKD"},{"code":"DOC","amount":-3,"currency":"HKD"}],"new_member":[1]}"#,
        ),
    )
    .unwrap();
    assert_eq!(text(&rows, "invoice_id").as_deref(), Some("inv-1"));
    assert_eq!(text(&rows, "_month").as_deref(), Some("2026-03"));
    assert_eq!(text(&rows, "_extra").as_deref(), Some(r#"{"new_member":[1]}"#));
    assert_eq!(rows.column_by_name("confidence").unwrap().as_primitive::<Float64Type>().value(0), 0.95);
    let fields = rows.column_by_name("fields").unwrap().as_list::<i32>().value(0);
    assert_eq!(fields.as_struct().column_by_name("value").unwrap().as_string::<i32>().value(0), "é");
    let charges = rows.column_by_name("charges").unwrap().as_list::<i32>().value(0);
    let amounts = charges.as_struct().column_by_name("amount").unwrap().as_primitive::<Decimal128Type>().clone();
    assert_eq!(amounts.values().to_vec(), vec![1_234_500_000_000, -3_000_000_000]);
}

#[test]
fn binary_mode_reads_attributes_from_headers() {
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", "9"),
        ("ce_source", "/m"),
        ("ce_type", "usage.recorded"),
        ("ce_time", "2026-01-01T08:00:00+08:00"),
        ("ce_traceparent", "00-a"),
        ("content-type", "application/json"),
    ];
    let value = br#"{"meter":"llm.calls","quantity":1.25,"latency_ms":12}"#;
    let rows = decode_with(Stream::Usage, value, &headers).unwrap();
    assert_eq!(text(&rows, "event_id").as_deref(), Some("9"));
    assert_eq!(text(&rows, "city"), None, "shared usage has no city");
    assert_eq!(text(&rows, "_extra").as_deref(), Some(r#"{"ce_traceparent":"00-a"}"#));
    assert_eq!(text(&rows, "_month").as_deref(), Some("2026-01"));
    assert_eq!(rows.column_by_name("latency_ms").unwrap().as_primitive::<Int64Type>().value(0), 12);
}

#[test]
fn an_unknown_type_of_a_known_family_keeps_its_data() {
    let rows = decode(Stream::Invoices, &event("invoice.archived", r#"{"where":"vault","n":1}"#)).unwrap();
    assert_eq!(text(&rows, "_extra").as_deref(), Some(r#"{"where":"vault","n":1}"#));
    assert_eq!(text(&rows, "type").as_deref(), Some("invoice.archived"));
}

#[test]
fn each_fault_has_its_stage_and_reason() {
    use Stream::{Invoices, Sessions, Usage};
    let received = |data: &str| event("invoice.received", data);
    let swap = |from: &str, to: &str| received(r#"{"invoice_id":"i","channel":"api"}"#).replace(from, to);
    let too_large = format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20));
    let cases: Vec<(Stream, String, &str)> = vec![
        (Invoices, String::new(), "envelope/empty"),
        (Invoices, too_large, "envelope/too_large"),
        (Invoices, r#"{"specversion":"1.0","#.into(), "envelope/not_json"),
        (Invoices, r#"{"a":1} {"b":2}"#.into(), "envelope/not_json"),
        (Invoices, "[1,2]".into(), "envelope/not_object"),
        (Invoices, r#""x""#.into(), "envelope/not_object"),
        (Invoices, "{}".into(), "envelope/missing:specversion"),
        (Invoices, swap(r#""id":"1","#, ""), "envelope/missing:id"),
        (Invoices, swap(r#""id":"1""#, r#""id":null"#), "envelope/missing:id"),
        (Invoices, swap(r#""id":"1""#, r#""id":1"#), "envelope/type:id"),
        (Invoices, swap(r#""id":"1""#, &format!(r#""id":"{}""#, "x".repeat(129))), "envelope/range:id"),
        (Invoices, swap(r#""1.0""#, r#""0.3""#), "envelope/range:specversion"),
        (Invoices, swap(r#""city":"HKG","#, ""), "envelope/missing:city"),
        (Invoices, swap("2026-03-31T", "yesterday"), "envelope/bad_time"),
        (Invoices, swap("2026-03-31T", "2999-03-31T"), "envelope/bad_time"),
        (Invoices, swap("2026-03-31T", "2014-12-31T"), "envelope/bad_time"),
        (Invoices, event("shipment.created", "{}"), "envelope/unknown_type"),
        (Sessions, event("invoice.received", "{}"), "envelope/unknown_type"),
        (Invoices, event("invoice.received", "3"), "envelope/type:data"),
        (Invoices, received(r#"{"invoice_id":"i"}"#), "validate/missing:channel"),
        (Invoices, received(r#"{"invoice_id":7,"channel":"api"}"#), "decode/type:invoice_id"),
        (Invoices, received(r#"{"invoice_id":"i","channel":"api","pages":"3"}"#), "decode/type:pages"),
        (Invoices, received(r#"{"invoice_id":"i","channel":"api","pages":1.5}"#), "decode/type:pages"),
        (Invoices, received(r#"{"invoice_id":"i","channel":"api","pages":-1}"#), "validate/range:pages"),
        (Invoices, event("feedback.nps", r#"{"user_id":"u","score":11}"#), "validate/range:score"),
        (
            Invoices,
            event("invoice.extracted", r#"{"invoice_id":"i","route":"auto","confidence":1.7,"fields":[]}"#),
            "validate/range:confidence",
        ),
        (
            Invoices,
            event("invoice.extracted", r#"{"invoice_id":"i","route":"auto","confidence":1,"fields":[{"name":"n"}]}"#),
            "validate/missing:fields.confidence",
        ),
        (Usage, event("usage.recorded", r#"{"meter":"m","quantity":"1e3"}"#), "decode/type:quantity"),
        (Usage, event("usage.recorded", r#"{"meter":"m","quantity":1,"cost":"0.0000000001"}"#), "validate/range:cost"),
    ];
    for (stream, value, expected) in cases {
        let shown: String = value.chars().take(200).collect();
        assert_eq!(reason(stream, &value), expected, "{shown}");
    }
    let refusal = decode_with(Invoices, b"{\"a\":\"\xff\"}", &[]).unwrap_err();
    assert_eq!(refusal.reason.to_string(), "not_json");
}

/// Bytes near to valid JSON, so that the parser is taken far in.
fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let valid = event("usage.recorded", r#"{"meter":"m","quantity":"1","extra":{"a":[1,{"b":"]}"}]}}"#);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\":,a-z0-9\\\\. ]{0,120}".prop_map(String::into_bytes),
        (0..valid.len(), any::<u8>()).prop_map({
            let valid = valid.clone();
            move |(at, byte)| {
                let mut bytes = valid.clone().into_bytes();
                bytes[at] = byte;
                bytes
            }
        }),
        (0..valid.len()).prop_map(move |cut| valid.as_bytes()[..cut].to_vec()),
    ]
}

proptest! {
    #[test]
    fn no_message_changes_its_neighbours(bad in proptest::collection::vec(nasty(), 1..8)) {
        let good = |n: usize| event("usage.recorded", &format!(r#"{{"meter":"m{n}","quantity":"{n}","unknown":{n}}}"#));
        let decoder = Decoder::new(Stream::Usage);
        let (mut alone, mut among) = (RowBuilder::new(Stream::Usage), RowBuilder::new(Stream::Usage));
        let mut chunk = Chunk::new("t".into());
        for (n, bad) in bad.iter().enumerate() {
            chunk.push(0, 0, None, None, Some(bad), std::iter::empty());
            chunk.push(1, n as i64, None, None, Some(good(n).as_bytes()), std::iter::empty());
        }
        for record in chunk.records() {
            let Ok(event) = decoder.decode(&record, parse_rfc3339(NOW).unwrap()) else {
                prop_assert_eq!(record.partition, 0, "a good record was refused");
                continue;
            };
            if record.partition == 1 {
                alone.push(&event, "t", record.partition, record.offset, 0);
            }
            among.push(&event, "t", record.partition, record.offset, 0);
        }
        let (alone, among) = (alone.finish().unwrap(), among.finish().unwrap());
        let partitions = among.column_by_name("_partition").unwrap();
        let kept = arrow::compute::kernels::cmp::eq(partitions, &arrow::array::Int32Array::new_scalar(1)).unwrap();
        prop_assert_eq!(Arc::new(arrow::compute::filter_record_batch(&among, &kept).unwrap()), Arc::new(alone));
    }
}
