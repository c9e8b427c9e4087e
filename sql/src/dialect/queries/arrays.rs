//! `ARRAY(SELECT ...)`: the array of the rows' only column, in the rows' order.
//!
//! DataFusion forgets the order of a query inside another, so what sorts the rows is handed to the aggregate.

use std::mem;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArgumentClause, FunctionArguments, Ident, OrderBy, OrderByExpr, OrderByKind, Query,
    Select, SelectItem, SetExpr, TableAliasColumnDef, TableFactor, Value,
};

use super::existence::plain_select;
use super::{SEPARATOR, derived, relation};
use crate::dialect::make;

const ELEMENT: &str = "element";

/// The array as a query of its own, or nothing where it is none or its order cannot be kept.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Function(call) = expression else { return None };
    if !call.name.to_string().eq_ignore_ascii_case("array") {
        return None;
    }
    let FunctionArguments::Subquery(subquery) = &mut call.args else { return None };
    if let Some(prefixed) = prefixed(subquery) {
        return Some(prefixed);
    }
    let mut outer = make::query("SELECT array_agg(\"element\") FROM (SELECT 1) AS \"elements\" (\"element\")")?;
    if aggregate_plain(subquery) {
        return Some(Expr::Subquery(subquery.clone()));
    }
    let sorts = sorts(subquery)?;
    mem::swap(derived(&mut outer)?, subquery);
    if !sorts.is_empty() {
        name_columns(relation(&mut outer.body)?, &sorts)?;
        aggregate_in_order(&mut outer, sorts)?;
    }
    Some(Expr::Subquery(outer))
}

/// `ARRAY(SELECT 'prefix' || x FROM unnest(array) x)` without a query: DataFusion cannot untie one over an array of the
/// row around it. psql asks it for storage parameters.
fn prefixed(subquery: &Query) -> Option<Expr> {
    let SetExpr::Select(select) = subquery.body.as_ref() else { return None };
    let [from] = select.from.as_slice() else { return None };
    let TableFactor::UNNEST { array_exprs, alias: Some(alias), .. } = &from.relation else { return None };
    let [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }] = &*select.projection else {
        return None;
    };
    let Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } = item else { return None };
    let (prefix, [array]) = (make::text_of(left)?, array_exprs.as_slice()) else { return None };
    let is_element =
        matches!(right.as_ref(), Expr::Identifier(name) if make::folded(name) == make::folded(&alias.name));
    if !is_element || select.selection.is_some() || !from.joins.is_empty() {
        return None;
    }
    let between = make::text(format!("{SEPARATOR}{prefix}"));
    let whole = Expr::BinaryOp {
        left: Box::new(make::text(prefix)),
        op: BinaryOperator::StringConcat,
        right: Box::new(make::call("array_to_string", vec![array.clone(), between])),
    };
    Some(make::call("string_to_array", vec![whole, make::text(SEPARATOR)]))
}

/// Puts the aggregate right over the rows of a plain query, where DataFusion can untie it from the row around it.
fn aggregate_plain(subquery: &mut Query) -> bool {
    let query_order = subquery.order_by.clone();
    let Some(select) = plain_select(subquery) else { return false };
    let (item, alias) = match &mut *select.projection {
        [SelectItem::UnnamedExpr(item)] => (item, None),
        [SelectItem::ExprWithAlias { expr, alias }] => (expr, Some(make::folded(alias))),
        _ => return false,
    };
    let written = match &query_order {
        None => Vec::new(),
        Some(OrderBy { kind: OrderByKind::Expressions(sorts), .. }) => sorts.clone(),
        Some(_) => return false,
    };
    let sorts = written.into_iter().map(|mut sort| {
        let is_item = match &sort.expr {
            Expr::Value(value) => matches!(value.value, Value::Number(..)),
            Expr::Identifier(name) => Some(make::folded(name)) == alias,
            _ => false,
        };
        if is_item {
            sort.expr = item.clone();
        }
        sort
    });
    let sorts: Vec<OrderByExpr> = sorts.collect();
    let mut aggregate = make::call("array_agg", vec![make::take(item)]);
    if !sorts.is_empty()
        && let Expr::Function(call) = &mut aggregate
        && let FunctionArguments::List(list) = &mut call.args
    {
        list.clauses.push(FunctionArgumentClause::OrderBy(sorts));
    }
    *item = aggregate;
    subquery.order_by = None;
    true
}

/// What sorts the query's rows, as columns of it; columns are added for what is none yet.
fn sorts(query: &mut Query) -> Option<Vec<OrderByExpr>> {
    let Some(OrderBy { kind, .. }) = &query.order_by else { return Some(Vec::new()) };
    let OrderByKind::Expressions(written) = kind else { return None };
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let mut sorts = written.clone();
    let mut added = Vec::new();
    for sort in &mut sorts {
        let key = if means_element(select, &sort.expr)? {
            Ident::with_quote('"', ELEMENT)
        } else {
            let alias = Ident::with_quote('"', format!("key{}", added.len() + 1));
            added.push(SelectItem::ExprWithAlias { expr: sort.expr.clone(), alias: alias.clone() });
            alias
        };
        sort.expr = Expr::Identifier(key);
    }
    // In distinct rows another column would make more of them.
    if !added.is_empty() && select.distinct.is_some() {
        return None;
    }
    select.projection.append(&mut added);
    Some(sorts)
}

/// Whether an expression of `ORDER BY` is the select list's only item; nothing if there is not one.
fn means_element(select: &Select, sort: &Expr) -> Option<bool> {
    let (expr, alias) = match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(expr)] => (expr, None),
        [SelectItem::ExprWithAlias { expr, alias }] => (expr, Some(alias)),
        _ => return None,
    };
    let named =
        matches!((alias, sort), (Some(alias), Expr::Identifier(ident)) if make::folded(alias) == make::folded(ident));
    let first = matches!(sort, Expr::Value(value) if matches!(&value.value, Value::Number(..)));
    Some(named || first || expr.to_string() == sort.to_string())
}

fn name_columns(relation: &mut TableFactor, sorts: &[OrderByExpr]) -> Option<()> {
    let TableFactor::Derived { alias: Some(alias), .. } = relation else { return None };
    let keys = sorts.iter().filter_map(|sort| match &sort.expr {
        Expr::Identifier(key) if key.value != ELEMENT => {
            Some(TableAliasColumnDef { name: key.clone(), data_type: None })
        }
        _ => None,
    });
    alias.columns.extend(keys);
    Some(())
}

fn aggregate_in_order(outer: &mut Query, sorts: Vec<OrderByExpr>) -> Option<()> {
    let SetExpr::Select(select) = outer.body.as_mut() else { return None };
    let Some(SelectItem::UnnamedExpr(Expr::Function(aggregate))) = select.projection.first_mut() else { return None };
    let FunctionArguments::List(list) = &mut aggregate.args else { return None };
    list.clauses.push(FunctionArgumentClause::OrderBy(sorts));
    Some(())
}
