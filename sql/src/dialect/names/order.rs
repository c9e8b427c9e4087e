//! What `ORDER BY` and `DISTINCT ON` say of a select list's items.

use std::collections::HashSet;
use std::ops::ControlFlow;

use sqlparser::ast::{Distinct, Expr, GroupByExpr, Ident, Select, visit_expressions};

use super::items::{Item, Items, Origin};
use crate::dialect::make::folded;

/// The names that the clauses around a select list mention.
#[derive(Debug, Default)]
pub(super) struct Sorting {
    /// Names inside expressions that are not an item themselves; they mean columns of the input.
    inside: HashSet<String>,
    /// All names in these clauses, in `GROUP BY` and in `HAVING`.
    mentioned: HashSet<String>,
}

impl Sorting {
    pub(super) fn of(select: &Select, sorts: &[&mut Expr], items: &Items) -> Self {
        let mut sorting = Self::default();
        let on = distinct_on(select).iter();
        for expression in sorts.iter().map(|sort| &**sort).chain(on) {
            collect(expression, &mut sorting.mentioned);
            let stands_alone = matches!(expression, Expr::Identifier(_)) || equal(items, expression).is_some();
            if !stands_alone {
                collect(expression, &mut sorting.inside);
            }
        }
        let groups = match &select.group_by {
            GroupByExpr::Expressions(groups, _) => groups.as_slice(),
            GroupByExpr::All(_) => &[],
        };
        for expression in groups.iter().chain(&select.having) {
            collect(expression, &mut sorting.mentioned);
        }
        sorting
    }

    /// Whether an alias of this name would be seen where PostgreSQL sees a column of the input.
    pub(super) fn captures(&self, name: &str) -> bool {
        self.inside.contains(name)
    }

    /// Whether the name may be asked for outside the select list.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.mentioned.contains(name)
    }

    /// Replaces what stands for an item by the item's name.
    pub(super) fn rewrite(&self, select: &mut Select, sorts: &mut [&mut Expr], items: &Items) {
        let on = match &mut select.distinct {
            Some(Distinct::On(on)) => on.as_mut_slice(),
            _ => &mut [],
        };
        for expression in sorts.iter_mut().map(|sort| &mut **sort).chain(on) {
            if let Some(item) = meant(items, expression) {
                *expression = Expr::Identifier(Ident::with_quote('"', item.inner_name()));
            }
        }
    }
}

/// The item that an expression of `ORDER BY` means, where the name of that item must be written instead.
fn meant<'items>(items: &'items Items, expression: &Expr) -> Option<&'items Item> {
    let Expr::Identifier(ident) = expression else { return equal(items, expression) };
    let name = folded(ident);
    let mut named = items.0.iter().filter(|item| item.name == name);
    let first = named.clone().find(|item| item.alias.is_none()).or_else(|| named.next())?;
    // A column stays what it is: it is found in the input.
    (first.origin != Origin::Column && first.inner_name() != name).then_some(first)
}

fn equal<'items>(items: &'items Items, expression: &Expr) -> Option<&'items Item> {
    if matches!(expression, Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_)) {
        return None;
    }
    let text = expression.to_string();
    items.0.iter().find(|item| item.origin != Origin::Column && item.text == text)
}

fn distinct_on(select: &Select) -> &[Expr] {
    match &select.distinct {
        Some(Distinct::On(on)) => on,
        _ => &[],
    }
}

/// Adds all names that stand without a qualifier.
fn collect(expression: &Expr, names: &mut HashSet<String>) {
    let _ = visit_expressions(expression, |part| {
        if let Expr::Identifier(ident) = part {
            names.insert(folded(ident));
        }
        ControlFlow::<()>::Continue(())
    });
}
