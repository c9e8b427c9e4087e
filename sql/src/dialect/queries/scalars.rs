//! A query as a value: it has one row or none, and DataFusion must see that.
//!
//! DataFusion unties a query from the row around it only where an aggregate makes one row of it, and takes the first of
//! many rows where none does. So the value goes through `only(...)`, which is the row's value, NULL without a row and an
//! error for a second one, as in PostgreSQL. A condition that looks at the row around alone decides beforehand whether
//! the query is asked at all.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, TableFactor, Visit,
    helpers::attached_token::AttachedToken,
};

use crate::dialect::make::{call, finds, folded, last_part, take};

/// Functions that make one row of many, or many of one; a test of the engine sees that its aggregates are all known.
const MANY_ROWS: [&str; 33] = [
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "every",
    "first_value",
    "generate_series",
    "generate_subscripts",
    "grouping",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "last_value",
    "max",
    "mean",
    "median",
    "min",
    "mode",
    "nth_value",
    "only",
    "percentile",
    "percentile_cont",
    "percentile_disc",
    "quantile_cont",
    "string_agg",
    "sum",
    "unnest",
];

/// How the names of further ones begin.
const MANY_ROWS_PREFIXES: [&str; 8] =
    ["approx_", "covar", "json_array_elements", "jsonb_", "regexp_split_to_t", "regr_", "stddev", "var"];

/// Whether a function makes one row of many, or many of one.
pub fn changes_rows(function: &str) -> bool {
    MANY_ROWS.contains(&function) || MANY_ROWS_PREFIXES.iter().any(|prefix| function.starts_with(prefix))
}

/// The value that a query is, or nothing where it is left.
pub(super) fn rewritten(subquery: &mut Query) -> Option<Expr> {
    let plain = subquery.with.is_none() && subquery.limit_clause.is_none() && subquery.fetch.is_none();
    let SetExpr::Select(select) = subquery.body.as_mut() else { return None };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(groups, _) if groups.is_empty());
    if !plain || !ungrouped || select.having.is_some() || select.distinct.is_some() || select.from.is_empty() {
        return None;
    }
    let [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }] = &mut *select.projection else {
        return None;
    };
    if makes_rows(item) {
        return None;
    }
    *item = call("only", vec![take(item)]);
    let condition = split_off_outer(select);
    subquery.order_by = None;
    let query = Expr::Subquery(Box::new(subquery.clone()));
    Some(match condition {
        Some(condition) => when(condition, query),
        None => query,
    })
}

pub(super) fn makes_rows(item: &impl Visit) -> bool {
    finds(item, &|part| match part {
        Expr::Function(call) => call.over.is_some() || last_part(&call.name).is_some_and(|name| changes_rows(&name)),
        _ => false,
    })
}

/// The result where the condition holds, else NULL.
pub(super) fn when(condition: Expr, result: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: None,
    }
}

/// Takes the conditions that name relations outside of the query alone.
fn split_off_outer(select: &mut Select) -> Option<Expr> {
    let known: Vec<String> = select
        .from
        .iter()
        .flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)))
        .map(name_of)
        .collect::<Option<_>>()?;
    let selection = select.selection.take()?;
    let (mut outer, mut inner) = (Vec::new(), Vec::new());
    for condition in inside(conjuncts(selection), &known) {
        if is_outer(&condition, &known) { outer.push(condition) } else { inner.push(condition) }
    }
    select.selection = inner.into_iter().reduce(and);
    outer.into_iter().reduce(and)
}

/// The name by which a relation's columns are called.
fn name_of(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. } => Some(folded(&alias.name)),
        TableFactor::Table { name, alias: None, .. } => last_part(name),
        _ => None,
    }
}

fn conjuncts(condition: Expr) -> Vec<Expr> {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            let mut all = conjuncts(*left);
            all.extend(conjuncts(*right));
            all
        }
        other => vec![other],
    }
}

fn and(left: Expr, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) }
}

/// Conditions in which what is equal to a column of the query stands for a column outside: DataFusion unties a query by
/// equalities alone.
fn inside(mut conditions: Vec<Expr>, known: &[String]) -> Vec<Expr> {
    let is_inner = |expr: &Expr| matches!(expr, Expr::CompoundIdentifier(parts) if known.contains(&relation(parts)));
    let is_outer = |expr: &Expr| matches!(expr, Expr::CompoundIdentifier(parts) if !known.contains(&relation(parts)));
    let equal = |condition: &Expr| match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_inner(left) && is_outer(right) => {
            Some((right.to_string(), left.as_ref().clone()))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_outer(left) && is_inner(right) => {
            Some((left.to_string(), right.as_ref().clone()))
        }
        _ => None,
    };
    let equals: Vec<(String, Expr)> = conditions.iter().filter_map(equal).collect();
    for condition in &mut conditions {
        let Expr::BinaryOp { left, op, right } = condition else { continue };
        if *op == BinaryOperator::Eq || !(is_inner(left) || is_inner(right)) {
            continue;
        }
        for side in [left, right] {
            if let Some((_, inner)) = equals.iter().find(|(outer, _)| *outer == side.to_string()) {
                **side = inner.clone();
            }
        }
    }
    conditions
}

/// Whether a condition names columns, all of them of relations that are not among the known.
fn is_outer(condition: &Expr, known: &[String]) -> bool {
    let looks_inside = finds(condition, &|part| match part {
        Expr::Identifier(_) | Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => true,
        Expr::CompoundIdentifier(parts) => known.contains(&relation(parts)),
        _ => false,
    });
    !looks_inside && finds(condition, &|part| matches!(part, Expr::CompoundIdentifier(_)))
}

/// The relation of `schema.relation.column`.
fn relation(parts: &[Ident]) -> String {
    parts.len().checked_sub(2).and_then(|at| parts.get(at)).map(folded).unwrap_or_default()
}
