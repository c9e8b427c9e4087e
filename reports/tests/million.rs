//! A million rows of detail become a workbook within the time and memory that a server has for it. By hand:
//! `cargo test --release --workspace --test million -- --ignored --nocapture`

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Decimal128Array, Int32Array, RecordBatch, StringArray};
use tidemark_model::report::{Language, ReportFormat};
use tidemark_reports::Document;
use tidemark_reports::document::{Column, Kind, Role, Section, Status};

const ROWS: usize = 1_000_000;
const BATCH_ROWS: usize = 8_192;
const SECONDS_MAX: f64 = 20.0;
const MEBIBYTES_MAX: u64 = 500;

fn batch(first: usize, rows: usize) -> RecordBatch {
    let text = |of: fn(usize) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((first..first + rows).map(of)))
    };
    let amount = |factor: i128| -> ArrayRef {
        let values: Decimal128Array = (first..first + rows).map(|row| Some(row as i128 * factor)).collect();
        Arc::new(values.with_precision_and_scale(38, 9).unwrap())
    };
    let places: ArrayRef = Arc::new((first..first + rows).map(|row| Some(row as i32)).collect::<Int32Array>());
    let mut columns =
        vec![("month", text(|_| "2026-03".to_owned())), ("city", text(|row| format!("C{:02}", row % 11)))];
    columns.push(("pool", text(|row| format!("pool {}", row % 7))));
    columns.push(("driver", text(|_| "invoices".to_owned())));
    for (name, factor) in
        [("quantity", 1_000_000_000), ("measured", 500_000_000), ("amount", -10_010_000), ("total", 7)]
    {
        columns.push((name, amount(factor)));
    }
    columns.push(("currency", text(|_| "HKD".to_owned())));
    columns.push(("place", places));
    RecordBatch::try_from_iter(columns).unwrap()
}

fn document() -> Document {
    let column = |(name, kind): (&str, Kind)| Column {
        name: name.to_owned(),
        title: name.to_owned(),
        is_summed: name == "amount",
        kind,
    };
    let money = || Kind::Money { currency: Some("HKD".to_owned()), said_by: None };
    let columns = [
        ("month", Kind::Code),
        ("city", Kind::Code),
        ("pool", Kind::Code),
        ("driver", Kind::Code),
        ("quantity", Kind::Quantity),
        ("measured", Kind::Quantity),
        ("amount", money()),
        ("total", money()),
        ("currency", Kind::Code),
        ("place", Kind::Count),
    ];
    let rows = (0..ROWS).step_by(BATCH_ROWS).map(|first| batch(first, BATCH_ROWS.min(ROWS - first)));
    let detail = Section {
        name: "detail",
        title: "Detail".to_owned(),
        note: String::new(),
        role: Role::Detail,
        columns: columns.map(column).to_vec(),
        rows: rows.collect(),
    };
    Document {
        id: "0".repeat(32),
        kind: "cost-allocation",
        language: Language::English,
        title: "Cost allocation".to_owned(),
        entity: "All".to_owned(),
        period: "2026-03".to_owned(),
        status: Status::Draft,
        as_of: chrono::DateTime::UNIX_EPOCH,
        facts: Vec::new(),
        checks: Vec::new(),
        sections: vec![detail],
    }
}

/// The most memory that this process had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[test]
#[ignore = "takes a release build and a quiet machine"]
fn a_million_rows_become_a_workbook_in_time() {
    let document = document();
    let (before, started) = (peak(), Instant::now());
    let file = tidemark_reports::file(&document, ReportFormat::Xlsx).unwrap();
    let (seconds, mebibytes) = (started.elapsed().as_secs_f64(), peak());
    println!(
        "{ROWS} rows of 10 columns: {seconds:.1} s, {mebibytes} MiB at most ({before} before), file {} MiB",
        file.bytes.len() >> 20
    );
    assert!(seconds < SECONDS_MAX && mebibytes < MEBIBYTES_MAX);
}
