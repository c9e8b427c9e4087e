//! Ways to take rows other than all at once: cursors and `COPY ... TO STDOUT`. The query in them is checked as any.

use sqlparser::ast::{
    CloseCursor, CopyLegacyCsvOption, CopyLegacyOption, CopyOption, CopySource, CopyTarget, Declare, FetchDirection,
    Ident, Statement as Parsed, Value, ValueWithSpan,
};

use super::Kind;
use crate::error::GateError;

/// `DECLARE name CURSOR FOR query`; nothing where it is another declaration.
pub(super) fn declared(stmts: &[Declare]) -> Option<(Kind, &sqlparser::ast::Query)> {
    let [Declare { names, binary: None | Some(false), hold, for_query: Some(query), .. }] = stmts else { return None };
    let [name] = names.as_slice() else { return None };
    let kind = Kind::Declare { name: folded(name), query: query.to_string(), holds: *hold == Some(true) };
    Some((kind, query))
}

/// `FETCH` forwards; nothing for other directions.
pub(super) fn fetched(name: &Ident, direction: &FetchDirection) -> Option<Kind> {
    let count = match direction {
        FetchDirection::Next | FetchDirection::Forward { limit: None } => Some(1),
        FetchDirection::All | FetchDirection::ForwardAll => None,
        FetchDirection::Count { limit } | FetchDirection::Forward { limit: Some(limit) } => Some(number(limit)?),
        _ => return None,
    };
    Some(Kind::Fetch { name: folded(name), count })
}

/// `CLOSE name`, `CLOSE ALL`.
pub(super) fn closed(cursor: &CloseCursor) -> Kind {
    Kind::Close {
        name: match cursor {
            CloseCursor::All => None,
            CloseCursor::Specific { name } => Some(folded(name)),
        },
    }
}

/// `COPY (query) TO STDOUT` as text or CSV, with or without a header; nothing where it is another.
pub(super) fn copied(parsed: &Parsed) -> Option<Result<String, GateError>> {
    let Parsed::Copy { source, to: true, target: CopyTarget::Stdout, options, legacy_options, .. } = parsed else {
        return None;
    };
    let is_known = |option: &CopyOption| match option {
        CopyOption::Format(format) => ["text", "csv"].contains(&folded(format).as_str()),
        CopyOption::Header(_) => true,
        CopyOption::Encoding(name) => name.eq_ignore_ascii_case("utf8"),
        _ => false,
    };
    let is_known_word = |option: &CopyLegacyOption| match option {
        CopyLegacyOption::Header => true,
        CopyLegacyOption::Csv(options) => options.iter().all(|option| matches!(option, CopyLegacyCsvOption::Header)),
        _ => false,
    };
    if !options.iter().all(is_known) || !legacy_options.iter().all(is_known_word) {
        return Some(Err(GateError::NotServed {
            what: "this option of COPY".to_owned(),
            hint: "COPY (SELECT ...) TO STDOUT takes FORMAT text or csv, and HEADER",
        }));
    }
    Some(Ok(match source {
        CopySource::Query(query) => query.to_string(),
        CopySource::Table { table_name, columns } => {
            let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
            let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
            format!("SELECT {columns} FROM {table_name}")
        }
    }))
}

fn number(limit: &ValueWithSpan) -> Option<u64> {
    match &limit.value {
        Value::Number(digits, _) => digits.parse().ok(),
        _ => None,
    }
}

fn folded(name: &Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }
}
