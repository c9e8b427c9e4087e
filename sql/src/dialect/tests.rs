//! SQL text in, SQL text out.

mod expressions;
mod logic;
mod names;
mod patterns;
mod queries;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::{client_name, postgres};

/// The statement after the pass; marks are shown as `~`.
fn rewritten(sql: &str) -> String {
    let mut statements = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap();
    let mut statement = statements.pop().unwrap();
    postgres(&mut statement);
    statement.to_string().replace(super::MARK, "~")
}

/// The one expression of `SELECT ... AS x` after the pass.
fn expression(sql: &str) -> String {
    let text = rewritten(&format!("SELECT {sql} AS x FROM t"));
    text.strip_prefix("SELECT ").and_then(|text| text.strip_suffix(" AS x FROM t")).unwrap().to_owned()
}

#[test]
fn a_mark_is_taken_off_a_name() {
    assert_eq!(client_name("count\u{fdd0}12"), "count");
    assert_eq!(client_name("count"), "count");
}
