//! `IS DISTINCT FROM` and its neighbours.

use sqlparser::ast::{Expr, SelectItem, SetExpr, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::{expression, postgres};

#[test]
fn distinct_from_binds_before_and_or_and_not() {
    let cases = [
        ("a IS DISTINCT FROM b AND c", "((a <> b) AND c)"),
        ("p AND a IS DISTINCT FROM b OR q", "((p AND (a <> b)) OR q)"),
        ("NOT a IS NOT DISTINCT FROM b OR c", "((NOT (a == b)) OR c)"),
        ("a IS DISTINCT FROM b AND c IS DISTINCT FROM d AND e", "(((a <> b) AND (c <> d)) AND e)"),
        ("a IS DISTINCT FROM b OR c AND d", "((a <> b) OR (c AND d))"),
    ];
    for (sql, expected) in cases {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, &format!("SELECT {sql} AS x")).unwrap().remove(0);
        postgres(&mut statement);
        assert_eq!(shape(&statement), expected, "{sql}");
    }
}

#[test]
fn comparisons_stay_inside_the_operand() {
    assert_eq!(expression("a IS DISTINCT FROM b = c"), "a IS DISTINCT FROM b = c");
    assert_eq!(expression("a IS DISTINCT FROM (b AND c)"), "a IS DISTINCT FROM (b AND c)");
}

/// The tree of the only item, with every level in parentheses.
fn shape(statement: &Statement) -> String {
    let Statement::Query(query) = statement else { panic!("not a query") };
    let SetExpr::Select(select) = query.body.as_ref() else { panic!("not a select") };
    let SelectItem::ExprWithAlias { expr, .. } = &select.projection[0] else { panic!("no alias") };
    nested(expr)
}

fn nested(expression: &Expr) -> String {
    match expression {
        Expr::BinaryOp { left, op, right } => format!("({} {op} {})", nested(left), nested(right)),
        Expr::UnaryOp { op, expr } => format!("({op} {})", nested(expr)),
        Expr::IsDistinctFrom(left, right) => format!("({} <> {})", nested(left), nested(right)),
        Expr::IsNotDistinctFrom(left, right) => format!("({} == {})", nested(left), nested(right)),
        other => other.to_string(),
    }
}
