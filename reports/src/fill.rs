//! A definition becomes a document: its statements are asked, and their answers become sections and checks.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::report::ReportRequest;

use crate::check::checks;
use crate::definition::Definition;
use crate::definitions;
use crate::document::{Document, Kind, Section};
use crate::head::{Head, fact};
use crate::queries::Queries;
use crate::scope::Scope;
use crate::section::{glossary, section};
use crate::value::Cell;
use crate::words::{FACT_CURRENCY, Words};

const GLOSSARY: Words = ["Notes and glossary", "附註與名詞", "附注与名词"];

/// Hexadecimal digits of a document's id.
const ID_DIGITS: usize = 32;

/// The kinds of report that there are.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    definitions::ALL.iter().map(|definition| definition.kind)
}

/// The report that is asked for, with what the scope lets see of it.
///
/// # Errors
/// `InvalidValue` where there is no such report; `NothingYet` where there is nothing to report; `NotAllowed` for a city outside of the scope; as
/// [`PinnedQueries::rows`].
pub async fn document(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
) -> Result<Document, ServiceError> {
    let (definition, scope) = asked(scope, request)?;
    let language = request.language;
    let months = (first_month(definition, request.month), request.month);
    let queries = Queries::open(queries, &scope, months, language).await?;
    let head = Head::read(&queries, &scope, language).await?;
    let mut sections = Vec::new();
    for of in definition.sections.iter().filter(|of| scope == Scope::Whole || !of.is_of_whole) {
        sections.push(section(of, queries.rows(of.sql).await?, language).map_err(|error| misfit(of.name, &error))?);
    }
    if sections.first().is_none_or(|main| main.num_rows() == 0) {
        return Err(nothing(definition, request));
    }
    let checks = checks(definition.checks, &sections, language);
    if !definition.glossary.is_empty() {
        let glossary = glossary(&GLOSSARY, definition.glossary, language);
        sections.push(glossary.map_err(|error| misfit("glossary", &error))?);
    }
    let mut facts = head.facts;
    facts.extend(currency(&sections).map(|currency| fact("currency", &FACT_CURRENCY, currency, language)));
    let period = if months.0 == months.1 { months.1.to_string() } else { format!("{} – {}", months.0, months.1) };
    let mut document = Document {
        id: String::new(),
        kind: definition.kind,
        language,
        title: language.of(&definition.title).to_owned(),
        entity: head.entity,
        period,
        status: head.status,
        as_of: head.as_of,
        facts,
        checks,
        sections,
    };
    document.id = id(&document);
    Ok(document)
}

/// The rows of a report for machines: names and values as SQL has them.
///
/// # Errors
/// As [`document`].
pub async fn rows(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
) -> Result<Vec<RecordBatch>, ServiceError> {
    let (definition, scope) = asked(scope, request)?;
    answer(queries, &scope, request, (definition, definition.rows().sql)).await
}

/// The rows of a report by the columns of FOCUS.
///
/// # Errors
/// `InvalidValue` where the report has no costs for it; as [`document`].
pub(crate) async fn focus_rows(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
) -> Result<Vec<RecordBatch>, ServiceError> {
    let (definition, scope) = asked(scope, request)?;
    let sql = definition.focus.ok_or_else(|| {
        let message = format!("the report {} has no form focus: its figures are no charges", definition.kind);
        ServiceError::new(ErrorCode::InvalidValue, message).with_hint("ask for cost-allocation")
    })?;
    answer(queries, &scope, request, (definition, sql)).await
}

/// Whether the report has charges for [`focus_rows`].
pub(crate) fn has_charges(request: &ReportRequest) -> bool {
    definitions::find(&request.kind).is_some_and(|definition| definition.focus.is_some())
}

async fn answer(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
    (definition, sql): (&Definition, &str),
) -> Result<Vec<RecordBatch>, ServiceError> {
    let months = (first_month(definition, request.month), request.month);
    let rows = Queries::open(queries, scope, months, request.language).await?.rows(sql).await?;
    if rows.is_empty() { Err(nothing(definition, request)) } else { Ok(rows) }
}

fn asked(scope: &Scope, request: &ReportRequest) -> Result<(&'static Definition, Scope), ServiceError> {
    let definition = definitions::find(&request.kind).ok_or_else(|| {
        let known: Vec<&str> = definitions::ALL.iter().map(|definition| definition.kind).collect();
        let error = ServiceError::new(ErrorCode::InvalidValue, format!("there is no report \"{}\"", request.kind));
        error.with_hint(format!("use {}", known.join(", ")))
    })?;
    let scope = request.city.as_deref().map_or_else(|| Ok(scope.clone()), |city| scope.of_city(city))?;
    Ok((definition, scope))
}

/// The first of the months that a report covers, with `last` as the last.
fn first_month(definition: &Definition, last: Month) -> Month {
    (1..definition.months).fold(last, |month, _| month.previous().unwrap_or(month))
}

fn nothing(definition: &Definition, request: &ReportRequest) -> ServiceError {
    let [what, hint] = definition.absent;
    let month = request.month;
    match &request.city {
        Some(city) => ServiceError::new(ErrorCode::NothingYet, format!("{city} has no part in the {what} of {month}"))
            .with_hint("ask for the month without a city"),
        None => ServiceError::new(ErrorCode::NothingYet, format!("there are no {what} of {month}")).with_hint(hint),
    }
}

/// The one currency of the main section, where it has one.
fn currency(sections: &[Section]) -> Option<String> {
    let columns = sections.first()?.columns.iter();
    columns.into_iter().find_map(
        |column| {
            if let Kind::Money { currency, .. } = &column.kind { currency.clone() } else { None }
        },
    )
}

/// Names the content: whoever holds two documents of one id holds the same figures.
pub(crate) fn id(document: &Document) -> String {
    let mut hash = Sha256::new();
    let head = [document.kind, document.language.tag(), &document.entity, &document.period];
    head.iter().for_each(|text| put(&mut hash, text));
    put(&mut hash, &format!("{:?} {}", document.status, document.as_of));
    document.facts.iter().for_each(|fact| put(&mut hash, &fact.value));
    for section in &document.sections {
        put(&mut hash, section.name);
        section.columns.iter().for_each(|column| put(&mut hash, &column.name));
        for cell in section.cells().flatten() {
            match cell {
                // A length that no text has.
                Cell::Empty => hash.update(u64::MAX.to_be_bytes()),
                Cell::Text(text) => put(&mut hash, text),
                Cell::Number(number) => put(&mut hash, &number.trimmed().to_string()),
                Cell::Date(day) => put(&mut hash, &day.to_string()),
                Cell::Instant(at) => put(&mut hash, &at.to_rfc3339()),
            }
        }
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits[..ID_DIGITS].to_owned()
}

/// A text with its length, so that two texts are never taken for one.
fn put(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}

fn misfit(section: &str, error: &ArrowError) -> ServiceError {
    ServiceError::new(
        ErrorCode::Internal,
        format!("the section {section} of the report does not fit its columns: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Decimal128Array, StringArray};
    use tidemark_model::report::Language;

    use super::*;
    use crate::document::{Role, Status};

    fn id_of(column: ArrayRef) -> String {
        let section = Section {
            name: "detail",
            title: String::new(),
            note: String::new(),
            role: Role::Main,
            columns: Vec::new(),
            rows: vec![RecordBatch::try_from_iter_with_nullable([("value", column, true)]).unwrap()],
        };
        id(&Document {
            id: String::new(),
            kind: "trend",
            language: Language::English,
            title: String::new(),
            entity: String::new(),
            period: "2026-03".to_owned(),
            status: Status::Draft,
            as_of: chrono::DateTime::UNIX_EPOCH,
            facts: Vec::new(),
            checks: Vec::new(),
            sections: vec![section],
        })
    }

    #[test]
    fn other_figures_have_another_id() {
        let amount = |units: i128| -> ArrayRef {
            Arc::new(Decimal128Array::from(vec![units]).with_precision_and_scale(38, 9).unwrap())
        };
        assert_ne!(id_of(amount(1_500_000_000)), id_of(amount(15_000_000_000)), "1.5 and 15");
        assert_eq!(id_of(amount(1_500_000_000)), id_of(amount(1_500_000_000)));
        let texts = |texts: Vec<Option<&str>>| id_of(Arc::new(StringArray::from(texts)));
        assert_ne!(texts(vec![Some("")]), texts(vec![None; 8]), "nothing is no empty text");
    }
}
