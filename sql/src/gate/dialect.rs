//! PostgreSQL's dialect with a bound on the parser's work.
//!
//! The parser tries some forms two ways and starts over when the first fails, at every level of nesting: twenty
//! nested calls `f(f(...))` take a second, thirty take a quarter of an hour. Every try passes `parse_prefix`, so a
//! budget there bounds them all.

use std::any::TypeId;
use std::cell::Cell;

use sqlparser::ast::Expr;
use sqlparser::dialect::{Dialect, PostgreSqlDialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};

/// Expressions that the parser may start whatever the statement's length; about a tenth of a second.
const EXPRESSIONS_MIN: usize = 20_000;

/// Expressions that the parser may start for each token; one is usual.
const EXPRESSIONS_PER_TOKEN: usize = 10;

/// The dialect for one statement.
#[derive(Debug)]
pub(super) struct Budgeted {
    inner: PostgreSqlDialect,
    left: Cell<usize>,
}

impl Budgeted {
    /// The dialect for a statement of so many tokens.
    pub(super) fn for_tokens(num_tokens: usize) -> Self {
        let left = EXPRESSIONS_MIN.saturating_add(EXPRESSIONS_PER_TOKEN.saturating_mul(num_tokens));
        Self { inner: PostgreSqlDialect {}, left: Cell::new(left) }
    }

    /// Whether the parser was stopped.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }
}

macro_rules! as_postgres {
    ($($name:ident),* $(,)?) => { $(fn $name(&self) -> bool { self.inner.$name() })* };
}

impl Dialect for Budgeted {
    fn dialect(&self) -> TypeId {
        self.inner.dialect()
    }

    fn parse_prefix(&self, _parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        (left == 0).then(|| Err(ParserError::ParserError("the statement is too intricate".to_owned())))
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        self.inner.identifier_quote_style(identifier)
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        self.inner.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        self.inner.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        self.inner.is_identifier_part(ch)
    }

    fn is_reserved_for_identifier(&self, kw: Keyword) -> bool {
        self.inner.is_reserved_for_identifier(kw)
    }

    fn is_custom_operator_part(&self, ch: char) -> bool {
        self.inner.is_custom_operator_part(ch)
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        self.inner.get_next_precedence(parser)
    }

    fn prec_value(&self, prec: Precedence) -> u8 {
        self.inner.prec_value(prec)
    }

    as_postgres!(
        supports_unicode_string_literal,
        supports_filter_during_aggregation,
        supports_group_by_expr,
        allow_extract_custom,
        allow_extract_single_quotes,
        supports_create_index_with_clause,
        supports_explain_with_utility_options,
        supports_listen_notify,
        supports_factorial_operator,
        supports_bitwise_shift_operators,
        supports_comment_on,
        supports_load_extension,
        supports_named_fn_args_with_colon_operator,
        supports_named_fn_args_with_expr_name,
        supports_empty_projections,
        supports_nested_comments,
        supports_string_escape_constant,
        supports_numeric_literal_underscores,
        supports_array_typedef_with_brackets,
        supports_geometric_types,
        supports_set_names,
        supports_alter_column_type_using,
        supports_notnull_operator,
        supports_interval_options,
        supports_insert_table_alias,
        supports_create_table_like_parenthesized,
        supports_select_wildcard_with_alias,
        supports_comma_separated_trim,
        supports_xml_expressions,
        supports_comment_optimizer_hint,
    );
}
