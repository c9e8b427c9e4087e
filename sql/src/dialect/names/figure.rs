//! The name that PostgreSQL gives to a select item without an alias: `FigureColname` in its `parse_target.c`.

use sqlparser::ast::{AccessExpr, Expr, Query, SelectItem, SetExpr, TrimWhereField};

use crate::dialect::make::{folded, last_part};
use crate::dialect::types::catalog_name;

/// The name of an item that has nothing better.
const NO_NAME: &str = "?column?";

/// A name that an outer cast or `CASE` does not replace, and one that it does.
enum Name {
    Good(String),
    Weak(String),
}

/// The name of an expression as a column.
pub(super) fn column_name(expression: &Expr) -> String {
    match name(expression) {
        Some(Name::Good(name) | Name::Weak(name)) => name,
        None => NO_NAME.to_owned(),
    }
}

/// The column after which an expression is named, if it is: `x` in `x::text`.
pub(super) fn source_column(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Some(expression),
        Expr::Cast { expr, .. } | Expr::Collate { expr, .. } | Expr::Nested(expr) => source_column(expr),
        Expr::Case { else_result: Some(other), .. } => source_column(other),
        _ => None,
    }
}

fn name(expression: &Expr) -> Option<Name> {
    match expression {
        Expr::Identifier(ident) => Some(Name::Good(folded(ident))),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| Name::Good(folded(part))),
        Expr::CompoundFieldAccess { root, access_chain } => field(access_chain).or_else(|| name(root)),
        Expr::Function(function) => last_part(&function.name).map(Name::Good),
        Expr::Collate { expr, .. } | Expr::Nested(expr) => name(expr),
        Expr::Cast { expr, data_type, .. } => Some(good_or(name(expr), || catalog_name(data_type))),
        Expr::Case { else_result, .. } => Some(good_or(else_result.as_deref().and_then(name), || "case".to_owned())),
        Expr::TypedString(typed) => Some(Name::Weak(catalog_name(&typed.data_type))),
        Expr::Interval(_) => Some(Name::Weak("interval".to_owned())),
        Expr::Subquery(query) => first_name(query).map(Name::Good),
        other => keyword(other).map(|name| Name::Good(name.to_owned())),
    }
}

fn good_or(name: Option<Name>, otherwise: impl Fn() -> String) -> Name {
    match name {
        Some(Name::Good(name)) => Name::Good(name),
        _ => Name::Weak(otherwise()),
    }
}

/// The last field of `(expression).field`.
fn field(chain: &[AccessExpr]) -> Option<Name> {
    chain.iter().rev().find_map(|access| match access {
        AccessExpr::Dot(Expr::Identifier(ident)) => Some(Name::Good(folded(ident))),
        _ => None,
    })
}

/// Syntax of its own that is a function in PostgreSQL.
fn keyword(expression: &Expr) -> Option<&'static str> {
    let name = match expression {
        Expr::Exists { negated: false, .. } => "exists",
        Expr::Array(_) => "array",
        Expr::Tuple(_) => "row",
        Expr::Extract { .. } => "extract",
        Expr::Position { .. } => "position",
        Expr::Substring { shorthand: true, .. } => "substr",
        Expr::Substring { .. } => "substring",
        Expr::Overlay { .. } => "overlay",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::AtTimeZone { .. } => "timezone",
        Expr::IsNormalized { negated: false, .. } => "is_normalized",
        Expr::Trim { trim_where: Some(TrimWhereField::Leading), .. } => "ltrim",
        Expr::Trim { trim_where: Some(TrimWhereField::Trailing), .. } => "rtrim",
        Expr::Trim { .. } => "btrim",
        _ => return None,
    };
    Some(name)
}

/// The name of a query's first column, where the query says it.
fn first_name(query: &Query) -> Option<String> {
    let mut body = query.body.as_ref();
    loop {
        match body {
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(inner) => body = &inner.body,
            SetExpr::Values(_) => return Some("column1".to_owned()),
            SetExpr::Select(select) => return select.projection.first().and_then(item_name),
            _ => return None,
        }
    }
}

fn item_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(expression) => Some(column_name(expression)),
        SelectItem::ExprWithAlias { alias, .. } => Some(folded(alias)),
        _ => None,
    }
}
