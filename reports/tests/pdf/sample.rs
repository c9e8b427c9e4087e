//! A report of two cities as the tests print it: every kind of column, a closed month, a check that holds and one that
//! does not.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use chrono::{DateTime, Utc};
use tidemark_model::report::Language;
use tidemark_reports::document::{Check, Column, Document, Fact, Kind, Role, Section, Status};
use tidemark_reports::value::Number;

/// The names of cities, in the order of [`AMOUNTS`].
pub(crate) const CITIES: [&str; 2] = ["Hong Kong", "Singapore"];
/// Their amounts, in billionths.
pub(crate) const AMOUNTS: [i128; 2] = [7_500_111_110_000_000, -1_234_990_000_000];

/// A report of these cities.
pub(crate) fn document(language: Language, cities: &[&str]) -> Document {
    Document {
        id: "3f2a9c0d".to_owned(),
        kind: "cost-allocation",
        language,
        title: language.of(&["Cost allocation", "成本分攤", "成本分摊"]).to_owned(),
        entity: language.of(&["All cities", "全部城市", "全部城市"]).to_owned(),
        period: "2026-03".to_owned(),
        status: Status::Final,
        as_of: moment(),
        facts: vec![Fact { name: "pack", label: "Pack".to_owned(), value: "9f86d081884c7d65".repeat(4) }],
        checks: vec![check("billed = allocated + unallocated", 1_000), check("invoices", 999)],
        sections: vec![
            allocation(cities),
            section("rules", Role::Explanation, &["Largest remainder"], 1),
            section("detail", Role::Detail, cities, 1_204),
        ],
    }
}

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_775_001_600_000_000).unwrap()
}

fn check(title: &str, found: i128) -> Check {
    let number = |units| Number { units, scale: 0 };
    Check {
        title: title.to_owned(),
        expected: number(1_000),
        found: number(found),
        tolerance: Number::ZERO,
        currency: "HKD".to_owned(),
        passed: found == 1_000,
    }
}

fn allocation(cities: &[&str]) -> Section {
    let money = || Kind::Money { currency: Some("HKD".to_owned()), said_by: None };
    let rows = cities.len();
    let amounts: Vec<i128> = AMOUNTS.into_iter().cycle().take(rows).collect();
    let columns: Vec<(Column, ArrayRef)> = vec![
        (column("city", Kind::Text), Arc::new(StringArray::from(cities.to_vec()))),
        (column("code", Kind::Code), Arc::new(StringArray::from(vec!["0012"; rows]))),
        (column("invoices", Kind::Count), Arc::new(Int64Array::from(vec![15_000; rows]))),
        (column("quantity", Kind::Quantity), decimals(vec![1_500_000_000; rows])),
        (Column { is_summed: true, ..column("amount", money()) }, decimals(amounts)),
        (column("share", Kind::Ratio), decimals(vec![300_000_000; rows])),
        (column("day", Kind::Date), Arc::new(Date32Array::from(vec![20_513; rows]))),
        (
            column("at", Kind::Instant),
            Arc::new(TimestampMicrosecondArray::from(vec![moment().timestamp_micros(); rows])),
        ),
    ];
    let (columns, arrays): (Vec<Column>, Vec<ArrayRef>) = columns.into_iter().unzip();
    of_columns("allocation", Role::Main, columns, arrays)
}

/// A section of one column with these texts, over and over.
pub(crate) fn section(name: &'static str, role: Role, texts: &[&str], rows: usize) -> Section {
    let texts: StringArray = texts.iter().map(|text| Some(*text)).cycle().take(rows).collect();
    of_columns(name, role, vec![column("text", Kind::Text)], vec![Arc::new(texts)])
}

fn of_columns(name: &'static str, role: Role, columns: Vec<Column>, arrays: Vec<ArrayRef>) -> Section {
    let named = columns.iter().map(|column| column.name.clone()).zip(arrays);
    let rows = vec![RecordBatch::try_from_iter(named).unwrap()];
    Section { name, title: name.to_owned(), note: "A note.".to_owned(), role, columns, rows }
}

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), title: format!("The {name}"), kind, is_summed: false }
}

fn decimals(units: Vec<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(units).with_precision_and_scale(27, 9).unwrap())
}
