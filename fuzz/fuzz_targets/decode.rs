//! Any bytes as a record between two good ones: decode never panics, and never changes a neighbour.
//!
//! The sources are taken in by path and not through the ingest crate, which would bring DataFusion and librdkafka
//! into a build with sanitizers.

#![no_main]
#![allow(dead_code, unreachable_pub, missing_docs)]

#[path = "../../ingest/src/decode/mod.rs"]
mod decode;
#[path = "../../ingest/src/dedup.rs"]
mod dedup;
#[path = "../../ingest/src/record.rs"]
mod record;

use arrow::array::RecordBatch;
use libfuzzer_sys::fuzz_target;
use tidemark_model::stream::Stream;

use crate::decode::{Decoder, RowBuilder};
use crate::record::Chunk;

/// 2026-03-31T15:59:58Z in microseconds; the records' clock.
const NOW: i64 = 1_774_972_798_000_000;

fn good(stream: Stream, id: &str) -> String {
    let (kind, data) = match stream {
        Stream::Sessions => ("session.requested", r#"{"session_id":"s","device_id":"d"}"#),
        Stream::Invoices => ("invoice.received", r#"{"invoice_id":"i","channel":"api"}"#),
        Stream::Usage => ("usage.recorded", r#"{"meter":"m","quantity":"1","cost":"0.5","currency":"HKD"}"#),
    };
    let envelope = r#""specversion":"1.0","source":"/f","time":"2026-03-31T15:00:00Z","city":"HKG""#;
    format!(r#"{{{envelope},"id":"{id}","type":"{kind}","data":{data}}}"#)
}

/// The rows of those records that are accepted, with their offsets.
fn rows(stream: Stream, records: &[(i64, &[u8])], binary: bool) -> (RecordBatch, Vec<i64>) {
    let mut chunk = Chunk::new("t".into());
    for (offset, value) in records {
        let named = [("ce_specversion", "1.0"), ("ce_id", "x"), ("ce_source", "/f"), ("ce_city", "HKG")];
        let more = [("ce_type", "invoice.extracted"), ("ce_time", "2026-03-31T15:00:00Z")];
        let headers = named.into_iter().chain(more).filter(|_| binary && *offset == 1);
        let headers = headers.map(|(name, value)| (name, value.as_bytes()));
        chunk.push(0, *offset, None, None, Some(value), headers);
    }
    let (decoder, mut builder, mut accepted) = (Decoder::new(stream), RowBuilder::new(stream), Vec::new());
    for record in chunk.records() {
        if let Ok(event) = decoder.decode(&record, NOW) {
            builder.push(&event, "t", record.partition, record.offset, NOW);
            accepted.push(record.offset);
        }
    }
    (builder.finish().expect("accepted events fit the schema"), accepted)
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let (stream, binary) = (Stream::ALL[usize::from(choice % 3)], choice & 0x80 != 0);
    let (before, after) = (good(stream, "before"), good(stream, "after"));
    let alone = rows(stream, &[(0, before.as_bytes()), (2, after.as_bytes())], false).0;
    let (among, accepted) = rows(stream, &[(0, before.as_bytes()), (1, bytes), (2, after.as_bytes())], binary);
    assert!(accepted.starts_with(&[0]) && accepted.ends_with(&[2]), "a neighbour was refused");
    assert_eq!(among.num_rows(), accepted.len());
    assert_eq!(among.slice(0, 1), alone.slice(0, 1), "the record before was changed");
    assert_eq!(among.slice(accepted.len() - 1, 1), alone.slice(1, 1), "the record after was changed");
});
