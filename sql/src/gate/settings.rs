//! The settings that a client may change, all of its own session; those of the engine are not among them.

use sqlparser::ast::{Expr, Value};
use tidemark_model::port::Freshness;

use super::Kind;
use crate::error::GateError;

/// What drivers and dashboards set: PostgreSQL 16's names and our `freshness`.
const SETTINGS: [&str; 22] = [
    "application_name",
    "bytea_output",
    "client_encoding",
    "client_min_messages",
    "datestyle",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "extra_float_digits",
    "freshness",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "intervalstyle",
    "jit",
    "lock_timeout",
    "row_security",
    "search_path",
    "standard_conforming_strings",
    "statement_timeout",
    "timezone",
    "transaction_isolation",
    "transaction_read_only",
    "xmloption",
];

/// `SET name = values`.
pub(super) fn set(name: &str, values: &[Expr]) -> Result<Kind, GateError> {
    if let [only] = values
        && (is_word(only, "default") || name == "timezone" && is_word(only, "local"))
    {
        return reset(name);
    }
    set_text(name, &values.iter().map(text).collect::<Vec<_>>().join(", "))
}

/// `SET name = value`, the value already text.
pub(super) fn set_text(name: &str, value: &str) -> Result<Kind, GateError> {
    let name = known(name)?;
    check_value(name, value)?;
    Ok(Kind::Set { name: name.to_owned(), value: Some(value.to_owned()) })
}

/// `RESET name`.
pub(super) fn reset(name: &str) -> Result<Kind, GateError> {
    Ok(Kind::Set { name: known(name)?.to_owned(), value: None })
}

fn known(name: &str) -> Result<&'static str, GateError> {
    let lower = name.trim_matches('"').to_lowercase();
    SETTINGS
        .into_iter()
        .find(|setting| *setting == lower)
        .ok_or_else(|| GateError::SettingNotServed { name: name.chars().take(60).collect() })
}

/// Settings that change how values look on the wire have one supported value; a client must not believe otherwise.
fn check_value(name: &'static str, value: &str) -> Result<(), GateError> {
    let lower = value.to_lowercase();
    let (fits, expected) = match name {
        "client_encoding" => (matches!(lower.replace(['-', '_'], "").as_str(), "utf8" | "unicode"), "UTF8"),
        "datestyle" => (lower.starts_with("iso"), "ISO"),
        "standard_conforming_strings" => (matches!(lower.as_str(), "on" | "true" | "yes" | "1"), "on"),
        "bytea_output" => (lower == "hex", "hex"),
        "freshness" => (Freshness::from_name(&lower).is_some(), Freshness::NAMES),
        _ => return Ok(()),
    };
    if fits {
        return Ok(());
    }
    Err(GateError::SettingValue { name, value: value.chars().take(60).collect(), expected })
}

fn is_word(value: &Expr, word: &str) -> bool {
    matches!(value, Expr::Identifier(ident) if ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case(word))
}

fn text(value: &Expr) -> String {
    match value {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::Value(literal) => match &literal.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
            Value::EscapedStringLiteral(text) => text.clone(),
            other => other.to_string(),
        },
        other => other.to_string(),
    }
}
