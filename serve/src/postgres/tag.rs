//! What a statement is called when it has run, told from its first words: the gate has checked the rest.

use std::time::Duration;

use tidemark_model::error::{ErrorCode, ServiceError};

/// The kinds of statement that a client is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Rows, counted: queries and `FETCH`.
    Counted(&'static str),
    /// Rows as the data of `COPY`, counted.
    Copy,
    /// Rows, not counted: `EXPLAIN`, `SHOW`.
    Rows(&'static str),
    /// No rows.
    Done(&'static str),
    /// No rows, and a transaction is open.
    Begin(&'static str),
    /// No rows, and the transaction is over.
    Commit,
    /// No rows, and the transaction is over.
    Rollback,
}

impl Tag {
    /// The tag of one statement.
    pub(super) fn of(statement: &str) -> Self {
        let mut words = words(statement);
        let first = words.next().unwrap_or_default();
        match first.as_str() {
            "COPY" => Self::Copy,
            "DECLARE" => Self::Done("DECLARE CURSOR"),
            "EXPLAIN" => Self::Rows("EXPLAIN"),
            "FETCH" => Self::Counted("FETCH"),
            "SHOW" => Self::Rows("SHOW"),
            "SET" => Self::Done("SET"),
            "RESET" => Self::Done("RESET"),
            "BEGIN" => Self::Begin("BEGIN"),
            "START" => Self::Begin("START TRANSACTION"),
            "COMMIT" | "END" => Self::Commit,
            "ROLLBACK" if words.any(|word| word == "TO") => Self::Done("ROLLBACK"),
            "ROLLBACK" | "ABORT" => Self::Rollback,
            "SAVEPOINT" => Self::Done("SAVEPOINT"),
            "RELEASE" => Self::Done("RELEASE"),
            "DISCARD" => Self::Done("DISCARD ALL"),
            "DEALLOCATE" => Self::Done("DEALLOCATE"),
            "CLOSE" if words.next().as_deref() == Some("ALL") => Self::Done("CLOSE CURSOR ALL"),
            "CLOSE" => Self::Done("CLOSE CURSOR"),
            "UNLISTEN" => Self::Done("UNLISTEN"),
            _ => Self::Counted("SELECT"),
        }
    }

    /// Whether the statement answers rows.
    pub(super) const fn answers_rows(self) -> bool {
        matches!(self, Self::Counted(_) | Self::Rows(_))
    }

    /// Whether the statement may run in a transaction that has failed.
    pub(super) const fn ends_transaction(self) -> bool {
        matches!(self, Self::Commit | Self::Rollback)
    }

    /// The tag as it is sent.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Counted(name) | Self::Rows(name) | Self::Done(name) | Self::Begin(name) => name,
            Self::Copy => "COPY",
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
        }
    }

    /// The deadline that a `SET statement_timeout`, a `RESET` or a `DISCARD` sets, where it is one of them.
    pub(super) fn deadline(self, statement: &str) -> Result<Option<Option<Duration>>, ServiceError> {
        match self {
            Self::Done("DISCARD ALL") => Ok(Some(None)),
            Self::Done("RESET") => {
                let name = words(statement).nth(1).unwrap_or_default();
                Ok(matches!(name.as_str(), "ALL" | "STATEMENT_TIMEOUT").then_some(None))
            }
            Self::Done("SET") => set_deadline(statement),
            _ => Ok(None),
        }
    }
}

fn set_deadline(statement: &str) -> Result<Option<Option<Duration>>, ServiceError> {
    let mut words = words(statement).skip(1).skip_while(|word| word == "SESSION" || word == "LOCAL");
    if words.next().as_deref() != Some("STATEMENT_TIMEOUT") {
        return Ok(None);
    }
    let value: String = words.filter(|word| word != "TO").collect();
    parse_timeout(&value).map(Some).ok_or_else(|| {
        ServiceError::new(ErrorCode::InvalidValue, format!("statement_timeout cannot be \"{}\"", value.to_lowercase()))
            .with_hint("give milliseconds, or a number with ms, s, min or h")
    })
}

/// `0` and `DEFAULT` are no deadline. The outer `None` is no timeout at all.
#[allow(clippy::option_option)]
fn parse_timeout(value: &str) -> Option<Option<Duration>> {
    if value == "DEFAULT" {
        return Some(None);
    }
    let digits = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(digits)?;
    let factor = match unit {
        "" | "MS" => 1,
        "S" => 1_000,
        "MIN" => 60_000,
        "H" => 3_600_000,
        "D" => 86_400_000,
        _ => return None,
    };
    let millis = number.parse::<u64>().ok()?.checked_mul(factor)?;
    Some((millis > 0).then(|| Duration::from_millis(millis)))
}

/// The words of a statement in capitals, without comments and punctuation.
pub(super) fn words(statement: &str) -> impl Iterator<Item = String> {
    let mut rest = statement;
    std::iter::from_fn(move || {
        rest = skip_blank(rest);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        (!word.is_empty()).then(|| word.to_uppercase())
    })
}

/// Skips white space, punctuation and comments; comments nest.
fn skip_blank(mut rest: &str) -> &str {
    loop {
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.find('\n').map_or("", |end| comment.get(end..).unwrap_or_default());
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = after_comment(comment);
        } else {
            match rest.chars().next() {
                Some(c) if !(c.is_alphanumeric() || c == '_') => rest = rest.get(c.len_utf8()..).unwrap_or_default(),
                _ => return rest,
            }
        }
    }
}

fn after_comment(mut rest: &str) -> &str {
    let mut depth = 1;
    while depth > 0 {
        let next = match (rest.find("/*"), rest.find("*/")) {
            (Some(open), Some(close)) if open < close => {
                depth += 1;
                open
            }
            (_, Some(close)) => {
                depth -= 1;
                close
            }
            _ => return "",
        };
        rest = rest.get(next + 2..).unwrap_or_default();
    }
    rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn tags_are_told_from_first_words() {
        assert_eq!(Tag::of("/* a /* b */ */ -- c\n (select 1)"), Tag::Counted("SELECT"));
        assert_eq!(Tag::of("with a as (select 1) select * from a"), Tag::Counted("SELECT"));
        assert_eq!(Tag::of("begin read only"), Tag::Begin("BEGIN"));
        assert_eq!(Tag::of("rollback to savepoint a"), Tag::Done("ROLLBACK"));
        assert_eq!(Tag::of("END"), Tag::Commit);
    }

    #[test]
    fn timeouts_are_read_as_postgresql_does() {
        let deadline = |text: &str| Tag::of(text).deadline(text).unwrap();
        assert_eq!(deadline("SET statement_timeout = 1500"), Some(Some(Duration::from_millis(1_500))));
        assert_eq!(deadline("set local statement_timeout to '30s'"), Some(Some(Duration::from_secs(30))));
        assert_eq!(deadline("SET SESSION statement_timeout TO '2 min'"), Some(Some(Duration::from_secs(120))));
        assert_eq!(deadline("SET statement_timeout = 0"), Some(None));
        assert_eq!(deadline("RESET ALL"), Some(None));
        assert_eq!(deadline("SET application_name = 'statement_timeout'"), None);
        assert!(Tag::of("SET statement_timeout = 'soon'").deadline("SET statement_timeout = 'soon'").is_err());
    }
}
