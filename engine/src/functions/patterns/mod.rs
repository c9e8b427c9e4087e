//! PostgreSQL's template patterns, as `to_char`, `to_timestamp` and `to_date` take them; pure, without the engine.
//!
//! A pattern is read once into a list (`template`), which then writes times (`write`) or reads them (`read`,
//! `resolve`). Numbers have a language of their own (`number`, `number_write`). Source: the PostgreSQL manual, 9.8
//! "Data Type Formatting Functions"; where it is silent, what a PostgreSQL server answers.

mod digits;
mod number;
mod number_write;
mod parts;
mod read;
mod resolve;
mod roman;
mod template;
#[cfg(test)]
mod tests;
mod write;
mod zone;

pub(crate) use number::NumberPattern;
pub(crate) use number_write::{Number, format_number};
pub(crate) use parts::Parts;
pub(crate) use read::parse;
pub(crate) use resolve::Moment;
pub(crate) use template::Pattern;
pub(crate) use write::format;
pub(crate) use zone::Zone;

/// What a pattern, a value or a zone cannot be, as the user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternError(String);

impl PatternError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}
