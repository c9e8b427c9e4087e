//! The statement gate: a text passes it before anything else looks at it.
//!
//! # Order
//! Bytes are counted, the text is cut into tokens, the tokens are counted (depth, operators, joins, unions), then
//! cut at semicolons, and only then does the recursive parser see each statement; what it finds must be on the
//! allow-list. A flat `1+1+...` and a deep `((((` are therefore refused without using any stack. The parser in turn works on a budget, because it tries some forms twice at each
//! level.

mod allow;
mod dialect;
mod limits;
mod rows;
mod settings;
mod split;

use std::collections::BTreeSet;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};
use tidemark_model::limits::{SQL_BYTES_MAX, SQL_DEPTH_MAX};

use crate::error::GateError;
use crate::relations::relations;

/// Statements that one text may hold; drivers send a handful.
pub const STATEMENTS_MAX: usize = 100;

/// The parser's own bound on recursion, the one that the engine's parser has too.
const PARSER_RECURSION_MAX: usize = 50;

/// One statement that passed, as it stands in the text, without its semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub text: String,
    /// What kind of statement it is.
    pub kind: Kind,
    /// The relations that it names, without their schemas.
    pub reads: BTreeSet<String>,
}

/// The kinds of statement that are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `SELECT`, `WITH`, `VALUES`: answers rows.
    Query,
    /// `EXPLAIN` or `DESCRIBE`: answers rows about a query or a table.
    Explain,
    /// `SHOW`: answers a setting or a list of tables or columns.
    Show {
        /// The setting in lower case, or `tables`, `columns`, `functions`.
        name: String,
    },
    /// `SET` of a setting of the session; `None` is its default (`RESET`, `TO DEFAULT`).
    Set {
        /// The setting, in lower case; `SET TIME ZONE` is `timezone`, `RESET ALL` is `all`.
        name: String,
        /// The value, without quotes.
        value: Option<String>,
    },
    /// A `SET` of what holds anyway: `SET ROLE NONE`, `SET TRANSACTION READ ONLY`.
    Moot,
    /// A bracket of a transaction. Nothing is written, so it has no effect.
    Transaction(Transaction),
    /// `DECLARE name CURSOR FOR query`.
    Declare {
        /// The cursor.
        name: String,
        /// Its query.
        query: String,
        /// Whether it outlives the transaction.
        holds: bool,
    },
    /// `FETCH` from a cursor, forwards.
    Fetch {
        /// The cursor.
        name: String,
        /// How many rows; `None` is all that are left.
        count: Option<u64>,
    },
    /// `CLOSE` of a cursor.
    Close {
        /// The cursor; `None` is all.
        name: Option<String>,
    },
    /// `COPY (query) TO STDOUT`: answers the query's rows, for the door to write as text or CSV.
    Copy {
        /// The query.
        query: String,
    },
    /// `DISCARD`, `UNLISTEN`: a pooler's reset of the session.
    Discard,
    /// `DEALLOCATE`: forgets prepared statements.
    Deallocate,
}

/// The brackets of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// `BEGIN` or `START TRANSACTION`.
    Begin,
    /// `COMMIT` or `END`.
    Commit,
    /// `ROLLBACK` or `ABORT`.
    Rollback,
    /// `SAVEPOINT`.
    Savepoint,
    /// `RELEASE SAVEPOINT`.
    Release,
    /// `ROLLBACK TO SAVEPOINT`.
    RollbackTo,
}

/// Cuts a text into its statements and lets through those that are served; a text of comments has none.
///
/// # Errors
/// `NotSql` where it does not parse, and otherwise the limit or the kind for which it was refused. If one statement
/// is refused, all are.
pub fn check(text: &str) -> Result<Vec<Statement>, GateError> {
    if text.len() > SQL_BYTES_MAX {
        return Err(GateError::TooLong { bytes: text.len(), max: SQL_BYTES_MAX });
    }
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text)
        .tokenize_with_location()
        .map_err(|error| GateError::NotSql { message: error.to_string() })?;
    let pieces = split::pieces(text, &tokens);
    if pieces.len() > STATEMENTS_MAX {
        return Err(GateError::TooManyStatements { max: STATEMENTS_MAX });
    }
    for piece in &pieces {
        limits::check(piece.tokens)?;
    }
    pieces.iter().map(|piece| statement(piece.text, piece.tokens)).collect()
}

fn statement(text: &str, tokens: &[TokenWithSpan]) -> Result<Statement, GateError> {
    let dialect = dialect::Budgeted::for_tokens(tokens.len());
    let mut parser =
        Parser::new(&dialect).with_recursion_limit(PARSER_RECURSION_MAX).with_tokens_with_locations(tokens.to_vec());
    let outcome = parser.parse_statement();
    if dialect.is_exhausted() {
        return Err(GateError::TooIntricate);
    }
    let parsed = outcome.map_err(parse_error)?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        let message = format!("expected the end of the statement, found \"{}\"{}", next.token, next.span.start);
        return Err(GateError::NotSql { message });
    }
    Ok(Statement { text: text.to_owned(), kind: allow::kind(&parsed)?, reads: relations(&parsed) })
}

fn parse_error(error: ParserError) -> GateError {
    match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => GateError::NotSql { message },
        ParserError::RecursionLimitExceeded => GateError::TooDeep { max: SQL_DEPTH_MAX.min(PARSER_RECURSION_MAX) },
    }
}

#[cfg(test)]
mod tests;
