//! Failures in PostgreSQL's words: one table from codes to SQLSTATEs. Source: PostgreSQL 16, appendix A.

use pgwire::error::{ErrorInfo, PgWireError};
use tidemark_model::error::{ErrorCode, ServiceError};

/// The table.
const fn sqlstate(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidSql => "42601",
        ErrorCode::UnknownRelation => "42P01",
        ErrorCode::UnknownColumn => "42703",
        ErrorCode::UnknownFunction => "42883",
        ErrorCode::UnknownSetting => "42704",
        ErrorCode::UnknownCursor => "34000",
        ErrorCode::NotGrouped => "42803",
        ErrorCode::NotAllowed => "42501",
        ErrorCode::Unsupported => "0A000",
        ErrorCode::InvalidValue | ErrorCode::NothingYet => "22023",
        ErrorCode::Malformed => "22P02",
        ErrorCode::MalformedTime => "22007",
        ErrorCode::OutOfRange => "22003",
        ErrorCode::DivisionByZero => "22012",
        ErrorCode::ManyRows => "21000",
        ErrorCode::ResourcesExhausted => "53000",
        // PostgreSQL has one code for a query that was stopped, whoever stopped it.
        ErrorCode::TimedOut | ErrorCode::Cancelled => "57014",
        ErrorCode::Unavailable => "58030",
        ErrorCode::Internal => "XX000",
    }
}

/// A failure as it is sent.
pub(super) fn failure(error: ServiceError) -> PgWireError {
    let mut info = ErrorInfo::new("ERROR".to_owned(), sqlstate(error.code).to_owned(), error.message);
    info.severity_nonlocalized = Some("ERROR".to_owned());
    info.hint = error.hint;
    PgWireError::UserError(Box::new(info))
}

/// A statement in a transaction that has failed.
pub(super) fn aborted() -> PgWireError {
    let message = "current transaction is aborted, commands ignored until end of transaction block";
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), "25P02".to_owned(), message.to_owned())))
}

/// A parameter that cannot be read as the type it was sent as.
pub(super) fn bad_parameter(index: usize, kind: &str) -> PgWireError {
    let message = format!("parameter ${} is no {kind} in binary form", index + 1);
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), "22P03".to_owned(), message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_go_along() {
        let error = ServiceError::new(ErrorCode::UnknownRelation, "no table \"x\"").with_hint("see SHOW TABLES");
        let info: ErrorInfo = failure(error).into();
        assert_eq!((info.code.as_str(), info.hint.as_deref()), ("42P01", Some("see SHOW TABLES")));
    }
}
