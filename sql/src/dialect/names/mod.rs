//! Column names as PostgreSQL gives them, at every level of a statement.
//!
//! DataFusion names a column after its whole expression, so `SELECT max FROM (SELECT max(x) FROM t) s` finds nothing.
//! Here each select item without an alias gets the alias that PostgreSQL implies.
//!
//! # What an alias changes
//! In DataFusion an alias is seen in all of `ORDER BY` and `DISTINCT ON`, in PostgreSQL only where it stands alone:
//! in `SELECT at::date ... ORDER BY at::date` the column `at` of the answer must not be meant. So what equals an item
//! becomes that item's name, and an alias that another expression would see by mistake is marked.

mod figure;
mod items;
mod order;
mod wildcards;

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, OrderBy, OrderByKind, Query, Select, SetExpr, VisitorMut};

use items::Items;
use order::Sorting;

/// Visits queries, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Naming {
    depth: usize,
    marks: Marks,
}

/// Counts marks, so that no two names of a statement have the same.
#[derive(Debug, Default)]
struct Marks {
    num_given: usize,
}

impl Marks {
    fn marked(&mut self, name: &str) -> String {
        self.num_given += 1;
        format!("{name}{}{}", super::MARK, self.num_given)
    }
}

impl VisitorMut for Naming {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        let outermost = self.depth == 1;
        let mut sorts = sort_expressions(&mut query.order_by);
        self.name_body(&mut query.body, &mut sorts, outermost);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

impl Naming {
    /// The left side of a set operation names its columns; the right one's names only have to differ.
    fn name_body(&mut self, body: &mut SetExpr, sorts: &mut [&mut Expr], outermost: bool) {
        match body {
            SetExpr::Select(select) => self.name_select(select, sorts, outermost),
            SetExpr::SetOperation { left, right, .. } => {
                self.name_body(left, sorts, outermost);
                self.name_body(right, &mut [], outermost);
            }
            _ => {}
        }
    }

    fn name_select(&mut self, select: &mut Select, sorts: &mut [&mut Expr], outermost: bool) {
        let mut items = Items::of(select);
        let sorting = Sorting::of(select, sorts, &items);
        let wildcards = wildcards::Wildcards::of(select, outermost, &sorting);
        items.choose(&sorting, &wildcards, outermost, &mut self.marks);
        sorting.rewrite(select, sorts, &items);
        items.apply(select);
    }
}

fn sort_expressions(order_by: &mut Option<OrderBy>) -> Vec<&mut Expr> {
    match order_by {
        Some(OrderBy { kind: OrderByKind::Expressions(sorts), .. }) => {
            sorts.iter_mut().map(|sort| &mut sort.expr).collect()
        }
        _ => Vec::new(),
    }
}
