//! Which names a select list's wildcards certainly or possibly bring.

use sqlparser::ast::{Expr, ObjectName, Select, SelectItem, SelectItemQualifiedWildcardKind, TableFactor};

use super::items::{Item, Origin};
use super::order::Sorting;
use crate::dialect::make::{folded, last_part};

/// The wildcards of one select list.
#[derive(Debug)]
pub(super) struct Wildcards<'around> {
    all: bool,
    relations_spread: Vec<String>,
    relations: Vec<String>,
    outermost: bool,
    sorting: &'around Sorting,
}

impl<'around> Wildcards<'around> {
    pub(super) fn of(select: &Select, outermost: bool, sorting: &'around Sorting) -> Self {
        let all = select.projection.iter().any(|item| matches!(item, SelectItem::Wildcard(_)));
        let relations_spread = select.projection.iter().filter_map(spread).collect();
        let joined = select.from.iter().flat_map(|from| from.joins.iter().map(|join| &join.relation));
        let first = select.from.iter().map(|from| &from.relation);
        let relations = first.chain(joined).map(|factor| relation_name(factor).unwrap_or_default()).collect();
        Self { all, relations_spread, relations, outermost, sorting }
    }

    /// Whether an item's name must be told from one that a wildcard brings.
    ///
    /// A column of the input is brought for certain. Other names may be; where nobody can ask for them, at the top,
    /// they are told apart, and elsewhere they keep their names.
    pub(super) fn cover(&self, item: &Item) -> bool {
        if !self.all && self.relations_spread.is_empty() {
            return false;
        }
        match &item.source {
            Some(column) if self.brings(column) => true,
            Some(_) if item.origin == Origin::Column => false,
            _ => self.outermost && !self.sorting.mentions(&item.name),
        }
    }

    fn brings(&self, column: &Expr) -> bool {
        match column {
            Expr::CompoundIdentifier(parts) => {
                let qualifier = parts.iter().rev().nth(1).map(folded).unwrap_or_default();
                let among = if self.all { &self.relations } else { &self.relations_spread };
                among.contains(&qualifier)
            }
            _ => self.all || self.relations.len() == 1,
        }
    }
}

fn spread(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => last_part(name),
        _ => None,
    }
}

fn relation_name(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { name, alias, .. } => alias.as_ref().map_or_else(|| table(name), |a| Some(folded(&a.name))),
        TableFactor::Derived { alias, .. }
        | TableFactor::TableFunction { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::NestedJoin { alias, .. }
        | TableFactor::UNNEST { alias, .. } => alias.as_ref().map(|alias| folded(&alias.name)),
        _ => None,
    }
}

fn table(name: &ObjectName) -> Option<String> {
    last_part(name)
}
