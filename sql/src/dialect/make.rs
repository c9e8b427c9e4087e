//! Makes and reads small expressions for the rewrites.

use std::mem;
use std::ops::ControlFlow;

use sqlparser::ast::{
    CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    Interval, ObjectName, Query, Value, Visit, Visitor,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// Takes an expression out of its place, to be put into what takes that place.
pub(super) fn take(expression: &mut Expr) -> Expr {
    mem::replace(expression, Expr::value(Value::Null))
}

/// A call of a function by its arguments.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// A literal of text.
pub(super) fn text(value: impl Into<String>) -> Expr {
    Expr::value(Value::SingleQuotedString(value.into()))
}

/// A literal of an interval, in words.
pub(super) fn interval(words: impl Into<String>) -> Expr {
    Expr::Interval(Interval {
        value: Box::new(text(words)),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

/// A literal of a number.
pub(super) fn number(digits: impl Into<String>) -> Expr {
    Expr::value(Value::Number(digits.into(), false))
}

/// A cast.
pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::DoubleColon, expr: Box::new(expr), data_type, array: false, format: None }
}

/// What a literal of text says, if the expression is one.
pub(super) fn text_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Nested(inner) => text_of(inner),
        Expr::Value(value) => text_in(&value.value),
        _ => None,
    }
}

/// What a literal of text says, if the value is one.
pub(super) fn text_in(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) | Value::UnicodeStringLiteral(text) => {
            Some(text)
        }
        Value::DollarQuotedString(quoted) => Some(&quoted.value),
        _ => None,
    }
}

/// The name that an unquoted identifier means: in lower case.
pub(super) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_ascii_lowercase() }
}

/// The last part of a name, folded.
pub(super) fn last_part(name: &ObjectName) -> Option<String> {
    name.0.last().and_then(|part| part.as_ident()).map(folded)
}

/// Whether a part of the tree passes a test. One visitor for all tests: each more costs minutes of compilation.
pub(super) fn finds(tree: &impl Visit, test: &dyn Fn(&Expr) -> bool) -> bool {
    struct Finder<'a>(&'a dyn Fn(&Expr) -> bool);
    impl Visitor for Finder<'_> {
        type Break = ();

        fn pre_visit_expr(&mut self, part: &Expr) -> ControlFlow<()> {
            if (self.0)(part) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    tree.visit(&mut Finder(test)).is_break()
}

/// A query from fixed text.
pub(super) fn query(text: &str) -> Option<Box<Query>> {
    Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?.parse_query().ok()
}
