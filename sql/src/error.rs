//! Why the gate refused a text, in words for the person who wrote it.

use tidemark_model::error::{ErrorCode, ServiceError};

/// A text that did not pass the gate. Nothing of it was run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// The text is longer than [`tidemark_model::limits::SQL_BYTES_MAX`].
    #[error("the SQL text has {bytes} bytes, more than the {max} that are taken")]
    TooLong {
        /// Its length, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// The text holds too many statements.
    #[error("the SQL text holds more than {max} statements")]
    TooManyStatements {
        /// The limit.
        max: usize,
    },
    /// Parentheses, brackets, CASE or prefix operators nest too deeply.
    #[error("the statement nests deeper than {max} levels")]
    TooDeep {
        /// The limit, in levels.
        max: usize,
    },
    /// A kind of operator or clause occurs too often in one statement.
    #[error("the statement has more than {max} {what}")]
    TooMany {
        /// What occurs too often, in the plural.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// The parser would have to try too many readings.
    #[error("the statement nests calls or parentheses so that it has too many readings")]
    TooIntricate,
    /// The text is no SQL.
    #[error("the SQL cannot be parsed: {message}")]
    NotSql {
        /// What the parser expected and found, and where.
        message: String,
    },
    /// The statement is well-formed but of a kind that is not served.
    #[error("{what} is not served: this SQL only reads")]
    NotServed {
        /// The kind, as its first words.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// A `SET` or `RESET` of something that is no setting of a client's session.
    #[error("the setting \"{name}\" cannot be changed by a client")]
    SettingNotServed {
        /// The setting.
        name: String,
    },
    /// A `SET` to a value that is not supported.
    #[error("the setting \"{name}\" cannot be \"{value}\"; only {expected} is supported")]
    SettingValue {
        /// The setting.
        name: &'static str,
        /// The value asked for.
        value: String,
        /// What is supported.
        expected: &'static str,
    },
    /// A function that is never served.
    #[error("the function \"{name}\" is not served")]
    FunctionNotServed {
        /// The function.
        name: String,
    },
}

impl GateError {
    /// What the sender can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "move long lists of values into a table or split the query",
            Self::TooManyStatements { .. } => "send the statements in several requests",
            Self::TooDeep { .. } | Self::TooIntricate => "flatten the expression or name its parts with WITH",
            Self::TooMany { .. } => "use IN (...) instead of OR chains, or split the query",
            Self::NotSql { .. } => "the dialect is PostgreSQL's; check the words near the place that is named",
            Self::NotServed { hint, .. } => hint,
            Self::SettingNotServed { .. } => {
                "clients may set application_name, timezone, search_path, statement_timeout, freshness and the like"
            }
            Self::SettingValue { .. } => "leave the setting at its default",
            Self::FunctionNotServed { .. } => "functions only compute; they reach no files, sleep or other servers",
        }
    }

    /// The kind of failure in the vocabulary that all doors share.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotSql { .. } => ErrorCode::InvalidSql,
            Self::SettingValue { .. } => ErrorCode::InvalidValue,
            _ => ErrorCode::NotAllowed,
        }
    }
}

impl From<GateError> for ServiceError {
    fn from(error: GateError) -> Self {
        Self::new(error.code(), error.to_string()).with_hint(error.hint())
    }
}
