//! `EXISTS` as a value, which DataFusion has in conditions alone: a count.
//!
//! A query that looks at the row around it can be untied by DataFusion only where its conditions stand right under the
//! count, so a plain one is not wrapped.

use std::mem;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, GroupByExpr, LimitClause, Query, Select, SelectItem, SetExpr, Value, VisitorMut, visit_expressions,
};

use super::derived;
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
        if let Expr::Exists { subquery, negated } = expression
            && self.depth == 0
            && let Some(counted) = counted(subquery, *negated, self.stands_alone)
        {
            *expression = Expr::Subquery(counted);
        }
        ControlFlow::Continue(())
    }
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
fn plain_select(query: &mut Query) -> Option<&mut Select> {
    let unlimited = query.limit_clause.is_none() && query.fetch.is_none();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(groups, _) if groups.is_empty());
    let plain = unlimited && ungrouped && select.having.is_none() && select.distinct.is_none();
    (plain && !select.projection.iter().any(calls)).then_some(select)
}

/// Whether an item calls a function; that may be an aggregate, or make rows.
fn calls(item: &SelectItem) -> bool {
    let found = visit_expressions(item, |part| match part {
        Expr::Function(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}
