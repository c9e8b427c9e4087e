//! DataFusion's errors in the platform's vocabulary: a code, a message a person can read, and what to do about it.

use datafusion::arrow::error::ArrowError;
use datafusion::common::{Column, DataFusionError, SchemaError};
use tidemark_lake::LakeError;
use tidemark_model::error::{ErrorCode, ServiceError};

/// Names listed in a hint at most; beyond that the list helps nobody.
const NAMES_MAX: usize = 40;

/// Translates an error of planning or execution. `relations` are the names that can be queried.
pub(crate) fn translate(error: &DataFusionError, relations: &[String]) -> ServiceError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => translate(inner, relations),
        DataFusionError::Shared(inner) => translate(inner, relations),
        DataFusionError::Collection(errors) => match errors.first() {
            Some(first) => translate(first, relations),
            None => internal("an error without a cause"),
        },
        DataFusionError::SchemaError(schema, _) => of_schema(schema),
        DataFusionError::Plan(message) => of_plan(message, relations),
        DataFusionError::SQL(parser, _) => new(ErrorCode::InvalidSql, &parser.to_string()),
        DataFusionError::NotImplemented(message) => new(ErrorCode::Unsupported, message),
        DataFusionError::Configuration(message) => new(ErrorCode::InvalidSql, message),
        DataFusionError::Execution(message) => new(kind_of(message, ErrorCode::InvalidValue), message),
        DataFusionError::ArrowError(arrow, _) => of_arrow(arrow, relations),
        DataFusionError::ResourcesExhausted(message) => {
            tracing::warn!(message, "a query reached the memory or disk limit");
            new(ErrorCode::ResourcesExhausted, "the query needs more memory than is free for queries now")
                .with_hint("ask for a shorter time window or fewer groups, or try again when fewer queries run")
        }
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) | DataFusionError::ParquetError(_) => {
            tracing::error!(%error, "the store failed under a query");
            new(ErrorCode::Unavailable, "could not read the table's files")
                .with_hint("run the query again; if it fails again, see the server's log")
        }
        DataFusionError::External(inner) => of_external(inner.as_ref(), relations),
        other => internal(&other.strip_backtrace()),
    }
}

/// Translates an error of the lake, met when tables are refreshed.
pub(crate) fn of_lake(error: &LakeError) -> ServiceError {
    tracing::error!(error = error.chain(), "could not refresh a table");
    let code = match error {
        LakeError::Unsupported { .. } => ErrorCode::Unsupported,
        _ => ErrorCode::Unavailable,
    };
    new(code, &error.chain())
}

fn new(code: ErrorCode, message: &str) -> ServiceError {
    ServiceError::new(code, readable(message))
}

fn internal(message: &str) -> ServiceError {
    tracing::error!(message, "a query met a defect");
    new(ErrorCode::Internal, message).with_hint("this is a defect: please report it with the query")
}

/// Lower case first, first line only, no names of internal layers, no period.
fn readable(message: &str) -> String {
    let mut text = message.trim();
    for prefix in [
        "Error during planning: ",
        "Execution error: ",
        "Arrow error: ",
        "External error: ",
        "sql parser error: ",
        "Cast error: ",
        "Invalid argument error: ",
        "Compute error: ",
        "Parser error: ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    let text = text.lines().next().unwrap_or_default().trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

fn of_arrow(error: &ArrowError, relations: &[String]) -> ServiceError {
    match error {
        ArrowError::ExternalError(inner) => of_external(inner.as_ref(), relations),
        ArrowError::DivideByZero => {
            new(ErrorCode::DivisionByZero, "division by zero").with_hint("write x / nullif(y, 0) where y may be 0")
        }
        ArrowError::NotYetImplemented(message) => new(ErrorCode::Unsupported, message),
        ArrowError::IoError(_, _) | ArrowError::ParquetError(_) => {
            tracing::error!(%error, "the store failed under a query");
            new(ErrorCode::Unavailable, "could not read the table's files").with_hint("run the query again")
        }
        ArrowError::ArithmeticOverflow(message) => new(ErrorCode::OutOfRange, message),
        other => new(kind_of(&other.to_string(), ErrorCode::InvalidValue), &other.to_string()),
    }
}

/// Words of DataFusion's and Arrow's messages, which have no codes of their own, and what they tell of; the first that
/// is found counts.
const WORDS: [(&str, ErrorCode); 13] = [
    ("Invalid function", ErrorCode::UnknownFunction),
    ("failed to match any signature", ErrorCode::UnknownFunction),
    ("No function matches", ErrorCode::UnknownFunction),
    ("must be in GROUP BY", ErrorCode::NotGrouped),
    ("must appear in the GROUP BY", ErrorCode::NotGrouped),
    ("to value of Date", ErrorCode::MalformedTime),
    ("to value of Timestamp", ErrorCode::MalformedTime),
    ("Error parsing timestamp", ErrorCode::MalformedTime),
    ("Cannot cast string", ErrorCode::Malformed),
    ("Cannot coerce arithmetic expression Utf8", ErrorCode::Malformed),
    ("Overflow", ErrorCode::OutOfRange),
    ("out of range", ErrorCode::OutOfRange),
    ("more than one row returned", ErrorCode::ManyRows),
];

fn kind_of(message: &str, otherwise: ErrorCode) -> ErrorCode {
    WORDS.iter().find(|(words, _)| message.contains(words)).map_or(otherwise, |(_, code)| *code)
}

fn of_external(error: &(dyn std::error::Error + 'static), relations: &[String]) -> ServiceError {
    if let Some(ours) = error.downcast_ref::<ServiceError>() {
        return ours.clone();
    }
    match error.downcast_ref::<DataFusionError>() {
        Some(inner) => translate(inner, relations),
        None => new(ErrorCode::InvalidValue, &error.to_string()),
    }
}

fn of_schema(error: &SchemaError) -> ServiceError {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => unknown_column(field, valid_fields),
        SchemaError::AmbiguousReference { field } => {
            new(ErrorCode::InvalidSql, &format!("column \"{}\" is in more than one relation", field.name))
                .with_hint(format!("write the relation before it, as in t.{}", field.name))
        }
        other => new(ErrorCode::InvalidSql, &other.to_string()),
    }
}

fn unknown_column(field: &Column, valid: &[Column]) -> ServiceError {
    let mut names: Vec<&str> = Vec::new();
    for column in valid {
        if !names.contains(&column.name.as_str()) {
            names.push(&column.name);
        }
    }
    let error = ServiceError::new(ErrorCode::UnknownColumn, format!("there is no column \"{}\"", field.name));
    match hint(&field.name, &names, "the columns are") {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn of_plan(message: &str, relations: &[String]) -> ServiceError {
    let quoted = |prefix: &str| message.strip_prefix(prefix)?.strip_suffix("' not found").map(str::to_owned);
    if let Some(relation) = quoted("table '") {
        return unknown_relation(&relation, relations);
    }
    if let Some(schema) = message.strip_prefix("failed to resolve schema: ") {
        return new(ErrorCode::UnknownRelation, &format!("there is no schema \"{schema}\""))
            .with_hint("tables are in schema \"public\"");
    }
    if let Some(catalog) = message.strip_prefix("failed to resolve catalog: ") {
        return new(ErrorCode::UnknownRelation, &format!("there is no database \"{catalog}\""))
            .with_hint("the database is \"tidemark\"");
    }
    let error = new(kind_of(message, ErrorCode::InvalidSql), message);
    match message.split_once("\nDid you mean ") {
        Some((_, guess)) => error.with_hint(format!("did you mean {guess}").replace('\'', "\"")),
        None => error,
    }
}

/// The error for a relation that is not there; `name` may carry its database and schema.
fn unknown_relation(name: &str, relations: &[String]) -> ServiceError {
    let name = name.strip_prefix("tidemark.public.").unwrap_or(name);
    let names: Vec<&str> = relations.iter().map(String::as_str).collect();
    let error = ServiceError::new(ErrorCode::UnknownRelation, format!("there is no table \"{name}\""));
    let one_of_ours = tidemark_lake::table::TableSpec::all().iter().any(|spec| spec.name == name);
    if one_of_ours {
        return error.with_hint("it is created when its first events arrive: is an ingest running on this data?");
    }
    match hint(name, &names, "the tables are") {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// A guess where one is near, else the list.
fn hint(wanted: &str, names: &[&str], list: &str) -> Option<String> {
    let distance =
        |name: &&str| datafusion::common::utils::datafusion_strsim::levenshtein(&wanted.to_lowercase(), name);
    let near = names.iter().copied().min_by_key(distance)?;
    if distance(&near) <= wanted.len() / 3 + 1 {
        return Some(format!("did you mean \"{near}\"?"));
    }
    let more = if names.len() > NAMES_MAX { ", ..." } else { "" };
    Some(format!("{list} {}{more}", names[..names.len().min(NAMES_MAX)].join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_like_ours() {
        assert_eq!(readable("Error during planning: Invalid function 'x'.\nDid you mean 'y'?"), "invalid function 'x'");
        assert_eq!(readable("SQL is odd"), "SQL is odd");
    }

    #[test]
    fn a_message_tells_its_kind() {
        let kind = |message: &str| kind_of(message, ErrorCode::InvalidValue);
        assert_eq!(kind("Cannot cast string 'x' to value of Date32 type"), ErrorCode::MalformedTime);
        assert_eq!(kind("Cannot cast string 'x' to value of Int64 type"), ErrorCode::Malformed);
        assert_eq!(kind("a scale must be positive"), ErrorCode::InvalidValue);
    }

    #[test]
    fn a_misspelt_table_is_guessed() {
        let error = DataFusionError::Plan("table 'tidemark.public.invoice_event' not found".to_owned());
        let error = translate(&error, &["invoice_events".to_owned(), "tables".to_owned()]);
        assert_eq!(error.code, ErrorCode::UnknownRelation);
        assert_eq!(error.hint.as_deref(), Some("did you mean \"invoice_events\"?"));
    }
}
