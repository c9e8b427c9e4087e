//! `ARRAY(SELECT ...)`: the array of the rows' only column, in the rows' order.
//!
//! DataFusion forgets the order of a query inside another, so what sorts the rows is handed to the aggregate.

use std::mem;

use sqlparser::ast::{
    Expr, FunctionArgumentClause, FunctionArguments, Ident, OrderBy, OrderByExpr, OrderByKind, Query, Select,
    SelectItem, SetExpr, TableAliasColumnDef, TableFactor, Value,
};

use super::{derived, relation};
use crate::dialect::make;

const ELEMENT: &str = "element";

/// The array as a query of its own, or nothing where it is none or its order cannot be kept.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Function(call) = expression else { return None };
    if !call.name.to_string().eq_ignore_ascii_case("array") {
        return None;
    }
    let FunctionArguments::Subquery(subquery) = &mut call.args else { return None };
    let mut outer = make::query("SELECT array_agg(\"element\") FROM (SELECT 1) AS \"elements\" (\"element\")")?;
    let sorts = sorts(subquery)?;
    mem::swap(derived(&mut outer)?, subquery);
    if !sorts.is_empty() {
        name_columns(relation(&mut outer.body)?, &sorts)?;
        aggregate_in_order(&mut outer, sorts)?;
    }
    Some(Expr::Subquery(outer))
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
