//! What a definition asks of its source, and whether its owner may.

use super::head::{TITLE_CHARS_MAX, words};
use super::{Problem, bounded, group, output_names};
use crate::saved::catalogue::{Catalogue, Relation, RowsOf};
use crate::saved::condition::Condition;
use crate::saved::definition::{Definition, Filter};
use crate::saved::measure::{Measure, unknown_column};
use crate::saved::problem::Misfit;
use crate::saved::zone;
use crate::scope::Scope;

const COLUMNS_MAX: usize = 50;
const FILTERS_MAX: usize = 20;
const GROUPS_MAX: usize = 5;
const AGGREGATIONS_MAX: usize = 20;
/// Filters of one aggregation.
const OWN_FILTERS_MAX: usize = 5;
const ORDERS_MAX: usize = 5;

/// The relation that is read, where it is there and the owner may read it.
pub(super) fn source<'a>(
    definition: &Definition,
    catalogue: &'a Catalogue,
    scope: &Scope,
) -> Result<&'a Relation, Problem> {
    let name = &definition.source;
    let relation = catalogue.find(name).ok_or_else(|| {
        let message = format!("there is no relation \"{}\"", name.escape_debug());
        Misfit::unknown("source", message, name, catalogue.names()).at("")
    })?;
    let is_for_all = *scope == Scope::Whole || relation.rows_of != RowsOf::Whole;
    let refused = || {
        let message = format!("the owner may not see \"{name}\", whose rows are of all cities together");
        Problem::new("source", message, "choose a relation with cities, or an owner who may see all")
    };
    if is_for_all { Ok(relation) } else { Err(refused()) }
}

pub(super) fn check(definition: &Definition, relation: &Relation, problems: &mut Vec<Problem>) {
    shape(definition, problems);
    for (place, column) in definition.columns.iter().enumerate() {
        let place = format!("columns[{place}]");
        if relation.find(&column.column).is_none() {
            problems.push(unknown_column(&column.column, relation).at(&place));
        }
        words(&format!("{place}.title"), &column.title, TITLE_CHARS_MAX, problems);
    }
    filters("filters", &definition.filters, (definition, relation), problems);
    for (place, group) in definition.group_by.iter().enumerate() {
        let place = format!("group_by[{place}]");
        problems.extend(group::check(group, relation).err().map(|misfit| misfit.at(&place)));
        words(&format!("{place}.title"), &group.title, TITLE_CHARS_MAX, problems);
    }
    for (place, aggregation) in definition.aggregations.iter().enumerate() {
        let place = format!("aggregations[{place}]");
        let found = Measure::of(aggregation, definition, relation);
        problems.extend(found.err().map(|misfit| misfit.at(&place)));
        words(&format!("{place}.title"), &aggregation.title, TITLE_CHARS_MAX, problems);
        bounded(&format!("{place}.filters"), aggregation.filters.len(), OWN_FILTERS_MAX, problems);
        filters(&format!("{place}.filters"), &aggregation.filters, (definition, relation), problems);
    }
    group::names(definition, problems);
    order(definition, relation, problems);
}

/// Rows as they are, or groups; some of either, and not too many.
fn shape(definition: &Definition, problems: &mut Vec<Problem>) {
    let Definition { columns, filters, group_by, aggregations, order, .. } = definition;
    if definition.is_grouped() && !columns.is_empty() {
        let message = "a report shows rows as they are, or groups, and not both";
        problems.push(Problem::new("columns", message, "leave out columns, or group_by and aggregations"));
    } else if !group_by.is_empty() && aggregations.is_empty() {
        let message = "nothing is worked out of the groups";
        problems.push(Problem::new("aggregations", message, "give one, such as a count"));
    } else if !definition.is_grouped() && columns.is_empty() {
        problems.push(Problem::new("columns", "the report shows nothing", "give columns, or aggregations"));
    }
    bounded("columns", columns.len(), COLUMNS_MAX, problems);
    bounded("filters", filters.len(), FILTERS_MAX, problems);
    bounded("group_by", group_by.len(), GROUPS_MAX, problems);
    bounded("aggregations", aggregations.len(), AGGREGATIONS_MAX, problems);
    bounded("order", order.len(), ORDERS_MAX, problems);
}

fn filters(
    list: &str,
    filters: &[Filter],
    (definition, relation): (&Definition, &Relation),
    problems: &mut Vec<Problem>,
) {
    // A zone that is none is a problem of its own.
    let zone = zone::find(&definition.zone).unwrap_or(chrono_tz::Tz::UTC);
    for (place, filter) in filters.iter().enumerate() {
        let found = match relation.find(&filter.column) {
            Some(column) => Condition::of(filter, column, zone).map(drop),
            None => Err(unknown_column(&filter.column, relation)),
        };
        problems.extend(found.err().map(|misfit| misfit.at(&format!("{list}[{place}]"))));
    }
}

fn order(definition: &Definition, relation: &Relation, problems: &mut Vec<Problem>) {
    let outputs = output_names(definition, relation);
    for (place, order) in definition.order.iter().enumerate() {
        if !outputs.contains(&order.by) {
            let message = format!("the report has no column \"{}\" to be ordered by", order.by.escape_debug());
            let known = outputs.iter().map(String::as_str);
            problems.push(Misfit::unknown("by", message, &order.by, known).at(&format!("order[{place}]")));
        }
    }
}
