//! The whole document as JSON: head, checks and sections. Numbers are written with all their digits.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::document::{Check, Column, Document, Kind, Role, Section, Status};
use crate::error::WriteError;
use crate::head::PRODUCT;
use crate::value::{Cell, Number};

#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    kind: &'a str,
    language: &'a str,
    title: &'a str,
    entity: &'a str,
    period: &'a str,
    status: &'a str,
    as_of: String,
    product: &'a str,
    facts: Map<String, Value>,
    checks: Vec<WrittenCheck<'a>>,
    sections: Vec<WrittenSection<'a>>,
}

#[derive(Serialize)]
struct WrittenCheck<'a> {
    title: &'a str,
    expected: Box<RawValue>,
    found: Box<RawValue>,
    tolerance: Box<RawValue>,
    currency: &'a str,
    passed: bool,
}

#[derive(Serialize)]
struct WrittenSection<'a> {
    name: &'a str,
    title: &'a str,
    note: &'a str,
    role: &'a str,
    columns: Vec<Value>,
    /// Each row in the order of the columns.
    rows: Vec<Vec<Box<RawValue>>>,
}

/// The document as JSON, ended by a line feed.
///
/// # Errors
/// None for a document that was made here: its texts and numbers have a form in JSON.
pub(crate) fn json(document: &Document) -> Result<Vec<u8>, WriteError> {
    let facts = document.facts.iter().map(|fact| (fact.name.to_owned(), Value::from(fact.value.clone())));
    let written = Written {
        id: &document.id,
        kind: document.kind,
        language: document.language.tag(),
        title: &document.title,
        entity: &document.entity,
        period: &document.period,
        status: match document.status {
            Status::Current => "current",
            Status::Draft => "draft",
            Status::Final => "final",
            Status::Adjusted => "adjusted",
        },
        as_of: document.as_of.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        product: PRODUCT,
        facts: facts.collect(),
        checks: document.checks.iter().map(check).collect::<Result<_, _>>()?,
        sections: document.sections.iter().map(section).collect::<Result<_, _>>()?,
    };
    let mut bytes = serde_json::to_vec(&written)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn check(check: &Check) -> Result<WrittenCheck<'_>, WriteError> {
    Ok(WrittenCheck {
        title: &check.title,
        expected: number(check.expected)?,
        found: number(check.found)?,
        tolerance: number(check.tolerance)?,
        currency: &check.currency,
        passed: check.passed,
    })
}

fn section(section: &Section) -> Result<WrittenSection<'_>, WriteError> {
    let row = |cells: Vec<Cell<'_>>| cells.iter().map(value).collect::<Result<Vec<_>, _>>();
    Ok(WrittenSection {
        name: section.name,
        title: &section.title,
        note: &section.note,
        role: match section.role {
            Role::Main => "main",
            Role::Detail => "detail",
            Role::Explanation => "explanation",
            Role::Glossary => "glossary",
        },
        columns: section.columns.iter().map(column).collect(),
        rows: section.cells().map(row).collect::<Result<_, _>>()?,
    })
}

fn column(column: &Column) -> Value {
    let (kind, currency) = match &column.kind {
        Kind::Text => ("text", None),
        Kind::Code => ("code", None),
        Kind::Count => ("count", None),
        Kind::Quantity => ("quantity", None),
        Kind::Money { currency, .. } => ("money", currency.as_deref()),
        Kind::Ratio => ("ratio", None),
        Kind::Date => ("date", None),
        Kind::Instant => ("instant", None),
    };
    json!({"name": column.name, "title": column.title, "kind": kind, "currency": currency})
}

fn value(cell: &Cell<'_>) -> Result<Box<RawValue>, WriteError> {
    let text = |text: &str| Ok(RawValue::from_string(serde_json::to_string(text)?)?);
    match cell {
        Cell::Empty => Ok(RawValue::from_string("null".to_owned())?),
        Cell::Text(found) => text(found),
        Cell::Number(found) => number(*found),
        Cell::Date(day) => text(&day.to_string()),
        Cell::Instant(at) => text(&at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)),
    }
}

fn number(number: Number) -> Result<Box<RawValue>, WriteError> {
    Ok(RawValue::from_string(number.trimmed().to_string())?)
}
