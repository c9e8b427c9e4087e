//! `EXISTS` and `IN` over queries as values, which DataFusion has in conditions alone: a count, and a search in an array.
//!
//! A query that looks at the row around it can be untied by DataFusion only where its conditions stand right under the
//! count, so a plain one is not wrapped.

use std::mem;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, GroupByExpr, LimitClause, Query, Select, SetExpr, UnaryOperator, Value, VisitorMut};

use super::{derived, scalars};
use crate::dialect::make;

/// Visits one select item.
#[derive(Debug)]
pub(super) struct Existence {
    depth: usize,
    /// No row is around the item.
    stands_alone: bool,
}

impl Existence {
    pub(super) fn beside(stands_alone: bool) -> Self {
        Self { depth: 0, stands_alone }
    }
}

impl VisitorMut for Existence {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        let value = match expression {
            _ if self.depth > 0 => None,
            Expr::Exists { subquery, negated } => counted(subquery, *negated, self.stands_alone).map(Expr::Subquery),
            Expr::InSubquery { expr, subquery, negated } => contained(expr, subquery, *negated),
            _ => None,
        };
        if let Some(value) = value {
            *expression = value;
        }
        ControlFlow::Continue(())
    }
}

/// `x IN (SELECT ...)`; NULL for a NULL, but not for a NULL among the rows.
fn contained(sought: &mut Expr, subquery: &mut Query, negated: bool) -> Option<Expr> {
    let mut rows = make::query("SELECT array_agg(\"element\") FROM (SELECT 1) AS \"elements\" (\"element\")")?;
    mem::swap(derived(&mut rows)?, subquery);
    let found = make::call("array_has", vec![Expr::Subquery(rows), sought.clone()]);
    let found = make::call("coalesce", vec![found, Expr::value(Value::Boolean(false))]);
    let found = if negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(found) } } else { found };
    Some(scalars::when(Expr::IsNotNull(Box::new(make::take(sought))), found))
}

fn counted(subquery: &mut Query, negated: bool, stands_alone: bool) -> Option<Box<Query>> {
    let sign = if negated { "=" } else { ">" };
    let mut outer = make::query(&format!("SELECT count(*) {sign} 0 FROM (SELECT 1) AS \"found\""))?;
    if !stands_alone && let Some(select) = plain_select(subquery) {
        let SetExpr::Select(count) = outer.body.as_mut() else { return None };
        mem::swap(&mut select.projection, &mut count.projection);
        subquery.order_by = None;
        mem::swap(outer.as_mut(), subquery);
        return Some(outer);
    }
    let place = derived(&mut outer)?;
    mem::swap(place, subquery);
    if stands_alone && place.limit_clause.is_none() && place.fetch.is_none() {
        // The first row is enough.
        let one = Expr::value(Value::Number("1".to_owned(), false));
        place.limit_clause = Some(LimitClause::LimitOffset { limit: Some(one), offset: None, limit_by: Vec::new() });
    }
    Some(outer)
}

/// The select of a query that has one row for each that passes its conditions.
pub(super) fn plain_select(query: &mut Query) -> Option<&mut Select> {
    let unlimited = query.limit_clause.is_none() && query.fetch.is_none();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(groups, _) if groups.is_empty());
    let plain = unlimited && ungrouped && select.having.is_none() && select.distinct.is_none();
    (plain && !select.projection.iter().any(scalars::makes_rows)).then_some(select)
}
