//! What of a document is printed, and in which order: the head, the figures with their shares and checks, what explains
//! them, and details last. Parts that need turned paper share sheets of their own.

use serde::Serialize;
use serde_json::Value;
use tidemark_model::report::Language;

use super::chart::{self, Chart};
use super::fonts::Legible;
use super::table::{self, Table};
use super::words;
use crate::document::{Document, Role, Status};
use crate::head::PRODUCT;

/// A document for the template, in characters that the fonts have.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) json: Value,
    /// Characters that the fonts lack.
    pub(super) replaced: Vec<char>,
}

/// A report, as the template takes it.
#[derive(Debug, Serialize)]
struct Report<'a> {
    language: &'a str,
    region: &'a str,
    title: &'a str,
    subtitle: String,
    status: &'a str,
    is_final: bool,
    facts: Vec<(&'a str, &'a str)>,
    sheets: Vec<Sheet>,
    page: &'a str,
    id: &'a str,
    product: &'a str,
}

/// Parts on paper of one direction.
#[derive(Debug, Serialize)]
struct Sheet {
    is_turned: bool,
    parts: Vec<Part>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Table(Table),
    Checks(Table),
    Chart(Chart),
}

/// Prepares a document for the template.
///
/// # Errors
/// None that a document can cause: the report's parts are texts, numbers and lists.
pub(super) fn report(document: &Document) -> serde_json::Result<Printed> {
    let (language, region) = locale(document.language);
    let as_of = document.as_of.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    let as_of = (document.language.of(&words::AS_OF), as_of.as_str());
    let facts = document.facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str()));
    let report = Report {
        language,
        region,
        title: &document.title,
        subtitle: subtitle(document),
        status: document.language.of(match document.status {
            Status::Current => &words::CURRENT,
            Status::Draft => &words::DRAFT,
            Status::Final => &words::FINAL,
            Status::Adjusted => &words::ADJUSTED,
        }),
        is_final: document.status != Status::Draft,
        facts: [as_of].into_iter().chain(facts).collect(),
        sheets: sheets(parts(document)),
        page: document.language.of(&words::PAGE),
        id: &document.id,
        product: PRODUCT,
    };
    Ok(legible(serde_json::to_value(report)?, document.language))
}

/// Language and region, which choose the forms of characters. Traditional Chinese is set as in Hong Kong, where the
/// group's finance sits; the fonts could set Taiwan's forms as well.
const fn locale(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => ("en", "GB"),
        Language::TraditionalChinese => ("zh", "HK"),
        Language::SimplifiedChinese => ("zh", "CN"),
    }
}

fn subtitle(document: &Document) -> String {
    let parts = [document.entity.as_str(), document.period.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn parts(document: &Document) -> Vec<Part> {
    let tables = |roles: &'static [Role]| {
        let sections = document.sections.iter().filter(move |section| roles.contains(&section.role));
        sections.map(move |section| Part::Table(table::section(section, document.language)))
    };
    let checks = (!document.checks.is_empty()).then(|| table::checks(&document.checks, document.language));
    let figures = tables(&[Role::Main]).chain(chart::of(document).map(Part::Chart)).chain(checks.map(Part::Checks));
    figures.chain(tables(&[Role::Explanation, Role::Glossary])).chain(tables(&[Role::Detail])).collect()
}

/// Neighbours of one direction share their sheets; a chart goes with what stands before it. There is one at least, for
/// the head.
fn sheets(parts: Vec<Part>) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for part in parts {
        let last = sheets.last_mut();
        let is_turned = match &part {
            Part::Table(table) | Part::Checks(table) => table.paper.is_turned,
            Part::Chart(_) => last.as_ref().is_some_and(|sheet| sheet.is_turned),
        };
        match last.filter(|sheet| sheet.is_turned == is_turned) {
            Some(sheet) => sheet.parts.push(part),
            None => sheets.push(Sheet { is_turned, parts: vec![part] }),
        }
    }
    if sheets.is_empty() {
        sheets.push(Sheet { is_turned: false, parts: Vec::new() });
    }
    sheets
}

/// Replaces what the fonts lack in all texts, and has the document say so.
fn legible(mut json: Value, language: Language) -> Printed {
    let mut legible = Legible::default();
    make_legible(&mut json, &mut legible);
    let replaced = legible.into_missing();
    let codes: Vec<String> = replaced.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    json["replaced"] = if codes.is_empty() {
        Value::String(String::new())
    } else {
        Value::String(format!("{} {}", language.of(&words::REPLACED), codes.join(", ")))
    };
    Printed { json, replaced }
}

fn make_legible(value: &mut Value, legible: &mut Legible) {
    match value {
        Value::String(text) => *text = legible.text(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(|value| make_legible(value, legible)),
        Value::Object(fields) => fields.values_mut().for_each(|value| make_legible(value, legible)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
