//! Forms of queries that DataFusion has not: `FETCH`, `TABLE`, and `EXISTS` and `ARRAY` over queries as values.

mod arrays;
mod existence;
mod functions;
pub(super) mod scalars;

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Fetch, LimitClause, OrderBy, OrderByKind, Query, Select, SelectItem, SetExpr, Table, TableFactor, Value,
    VisitMut, VisitorMut,
};
use sqlparser::ast::{Ident, ObjectName};

use super::make;
use existence::Existence;

/// What separates elements where they are one text for a moment: a character that is in no text that people write.
pub(super) const SEPARATOR: &str = "\u{1F}";

/// Visits queries, the outer first.
#[derive(Debug, Default)]
pub(super) struct Queries {
    /// Queries that are compared as sets (`= ANY (SELECT ...)`), by their place in the tree.
    sets: Vec<*const Query>,
}

impl VisitorMut for Queries {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        limit_by_fetch(query);
        if let Some(OrderBy { kind: OrderByKind::Expressions(sorts), .. }) = &mut query.order_by {
            for sort in sorts {
                let _ = VisitMut::visit(&mut sort.expr, &mut Existence::beside(false));
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        functions::rewrite_relation(factor);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let stands_alone = select.from.is_empty();
        for item in &mut select.projection {
            functions::rewrite_item(item);
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                let _ = VisitMut::visit(expr, &mut Existence::beside(stands_alone));
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } = expression
            && let Expr::Subquery(set) = right.as_ref()
        {
            self.sets.push(set.as_ref());
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        let rewritten = match &mut *expression {
            Expr::Subquery(query) if !self.sets.contains(&std::ptr::from_ref(query.as_ref())) => {
                scalars::rewritten(query)
            }
            other => arrays::rewritten(other),
        };
        if let Some(rewritten) = rewritten {
            *expression = rewritten;
        }
        ControlFlow::Continue(())
    }
}

/// Says `TABLE x` as `SELECT * FROM x`.
#[derive(Debug)]
pub(super) struct Tables;

impl VisitorMut for Tables {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        select_from_tables(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn limit_by_fetch(query: &mut Query) {
    let limitless = matches!(query.limit_clause, None | Some(LimitClause::LimitOffset { limit: None, .. }));
    if !limitless {
        return;
    }
    let Some(Fetch { with_ties: false, percent: false, quantity }) =
        query.fetch.take_if(|fetch| !fetch.with_ties && !fetch.percent)
    else {
        return;
    };
    let rows = quantity.unwrap_or_else(|| Expr::value(Value::Number("1".to_owned(), false)));
    match &mut query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => *limit = Some(rows),
        clause => *clause = Some(LimitClause::LimitOffset { limit: Some(rows), offset: None, limit_by: Vec::new() }),
    }
}

fn select_from_tables(body: &mut SetExpr) {
    match body {
        SetExpr::Table(table) => {
            if let Some(select) = select_all(table) {
                *body = *select;
            }
        }
        SetExpr::SetOperation { left, right, .. } => {
            select_from_tables(left);
            select_from_tables(right);
        }
        _ => {}
    }
}

fn select_all(table: &Table) -> Option<Box<SetExpr>> {
    let mut body = make::query("SELECT * FROM t")?.body;
    let parts = table.schema_name.iter().chain(&table.table_name).map(Ident::new).collect::<Vec<_>>();
    if let TableFactor::Table { name, .. } = relation(&mut body)? {
        *name = ObjectName::from(parts);
    }
    Some(body)
}

fn derived(query: &mut Query) -> Option<&mut Query> {
    match relation(&mut query.body)? {
        TableFactor::Derived { subquery, .. } => Some(subquery),
        _ => None,
    }
}

fn relation(body: &mut SetExpr) -> Option<&mut TableFactor> {
    match body {
        SetExpr::Select(select) => select.from.first_mut().map(|from| &mut from.relation),
        _ => None,
    }
}
