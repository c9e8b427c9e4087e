//! The items of one select list: what PostgreSQL calls them, and the alias that each gets.

use std::collections::HashSet;

use sqlparser::ast::{Expr, Ident, Select, SelectItem};

use super::Marks;
use super::figure::{column_name, source_column};
use super::order::Sorting;
use super::wildcards::Wildcards;
use crate::dialect::make::folded;
use crate::dialect::qualifiers::session_word;

/// Where an item's name comes from; the earlier has the better right to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is a column and needs no alias.
    Column,
    /// The user gave an alias.
    Alias,
    /// PostgreSQL's rules.
    Rules,
}

/// One item that is not a wildcard.
#[derive(Debug)]
pub(super) struct Item {
    /// Its place in the select list.
    place: usize,
    /// PostgreSQL's name.
    pub(super) name: String,
    /// Where the name comes from.
    pub(super) origin: Origin,
    /// The column after which it is named.
    pub(super) source: Option<Expr>,
    /// The expression as text, to be compared.
    pub(super) text: String,
    /// The alias that it gets, if it gets one.
    pub(super) alias: Option<String>,
}

/// The items of a select list but wildcards.
#[derive(Debug)]
pub(super) struct Items(pub(super) Vec<Item>);

impl Items {
    pub(super) fn of(select: &Select) -> Self {
        Self(select.projection.iter().enumerate().filter_map(|(place, item)| Item::of(place, item)).collect())
    }

    /// Chooses the aliases: every name once, the better right first.
    pub(super) fn choose(&mut self, sorting: &Sorting, wildcards: &Wildcards, outermost: bool, marks: &mut Marks) {
        let mut taken = HashSet::new();
        for origin in [Origin::Column, Origin::Alias, Origin::Rules] {
            for item in self.0.iter_mut().filter(|item| item.origin == origin) {
                let renamed = origin != Origin::Alias || outermost;
                let captured = origin != Origin::Column && renamed && sorting.captures(&item.name);
                if wildcards.cover(item) || captured || taken.contains(&item.name) {
                    item.alias = Some(marks.marked(&item.name));
                } else if origin == Origin::Rules {
                    item.alias = Some(item.name.clone());
                }
                taken.insert(item.name.clone());
            }
        }
    }

    /// Writes the aliases into the select list.
    pub(super) fn apply(self, select: &mut Select) {
        for Item { place, alias, .. } in self.0 {
            let (Some(alias), Some(item)) = (alias, select.projection.get_mut(place)) else { continue };
            let alias = Ident::with_quote('"', alias);
            match item {
                SelectItem::UnnamedExpr(expression) => {
                    let expr = crate::dialect::make::take(expression);
                    *item = SelectItem::ExprWithAlias { expr, alias };
                }
                SelectItem::ExprWithAlias { alias: given, .. } => *given = alias,
                _ => {}
            }
        }
    }
}

impl Item {
    fn of(place: usize, item: &SelectItem) -> Option<Self> {
        let (expression, name, origin) = match item {
            SelectItem::UnnamedExpr(expression) => (expression, column_name(expression), origin(expression)),
            SelectItem::ExprWithAlias { expr, alias } => (expr, folded(alias), Origin::Alias),
            _ => return None,
        };
        let source = if origin == Origin::Alias { None } else { source_column(expression).cloned() };
        Some(Self { place, name, origin, source, text: expression.to_string(), alias: None })
    }

    /// What the item is called inside the statement.
    pub(super) fn inner_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

fn origin(expression: &Expr) -> Origin {
    match expression {
        Expr::Identifier(word) if word.quote_style.is_none() && session_word(word).is_some() => Origin::Rules,
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => Origin::Column,
        _ => Origin::Rules,
    }
}
