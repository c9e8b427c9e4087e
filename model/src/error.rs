//! One vocabulary of failure; each door translates it to its own in one table.

/// What kind of failure, and so what a client can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// The SQL cannot be parsed or planned.
    InvalidSql,
    /// A table or view that does not exist.
    UnknownRelation,
    /// A column that does not exist.
    UnknownColumn,
    /// A function that does not exist, or not for these types.
    UnknownFunction,
    /// A setting that does not exist.
    UnknownSetting,
    /// A cursor that does not exist, or does already.
    UnknownCursor,
    /// A column that is neither grouped nor aggregated.
    NotGrouped,
    /// The statement is not of a kind that is served, or the principal may not do it.
    NotAllowed,
    /// The statement is well-formed but something in it is not supported.
    Unsupported,
    /// A value in the data or the query is out of range or of a wrong form.
    InvalidValue,
    /// There is nothing of what was asked for yet, as of a month whose costs nobody has stated.
    NothingYet,
    /// A text that is not a value of the type that it is read as.
    Malformed,
    /// A text that is not a date or a time.
    MalformedTime,
    /// A number that its type does not hold.
    OutOfRange,
    /// A division by zero.
    DivisionByZero,
    /// A query as a value that has more than one row.
    ManyRows,
    /// A limit of memory, size or concurrency was reached.
    ResourcesExhausted,
    /// The deadline passed.
    TimedOut,
    /// The client asked to stop.
    Cancelled,
    /// Storage or broker does not answer.
    Unavailable,
    /// Our own mistake.
    Internal,
}

/// A failed query or submission, ready for a door to translate.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ServiceError {
    /// The kind.
    pub code: ErrorCode,
    /// What happened, to what: lower case, no period.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ServiceError {
    /// An error without a hint.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}
