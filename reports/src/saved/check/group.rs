//! Groups that suit their columns, and the names of the answer's columns.

use super::Problem;
use crate::saved::catalogue::{Holds, Relation};
use crate::saved::definition::{Definition, Group, Unit};
use crate::saved::measure::{comparable, unknown_column};
use crate::saved::problem::Misfit;
use crate::saved::schedule::no_zone;
use crate::saved::zone;

/// Characters of an output's name: PostgreSQL cuts names at 63 bytes.
const OUTPUT_CHARS_MAX: usize = 60;

/// Whether a group suits its column.
pub(super) fn check(group: &Group, relation: &Relation) -> Result<(), Misfit> {
    let column = relation.find(&group.column).ok_or_else(|| unknown_column(&group.column, relation))?;
    comparable(column)?;
    let Group { grain, zone, .. } = group;
    match (column.holds, grain) {
        (Holds::Instant, None) => {
            let message = format!("nearly every \"{}\" is another", column.name);
            return Err(Misfit::new("grain", message, "choose hour, day, week, month, quarter or year"));
        }
        (Holds::Date, Some(Unit::Hour)) => {
            return Err(Misfit::new("grain", "a date has no hours", "choose day or longer"));
        }
        (Holds::Instant | Holds::Date, _) | (_, None) => {}
        (holds, Some(_)) => {
            let message = format!("the column \"{}\" holds {}, which has no grain", column.name, holds.name());
            return Err(Misfit::new("grain", message, "leave grain out"));
        }
    }
    match zone {
        Some(_) if column.holds != Holds::Instant => {
            Err(Misfit::new("zone", "only instants have a zone", "leave zone out"))
        }
        Some(name) if zone::find(name).is_none() => Err(no_zone(name)),
        _ => Ok(()),
    }
}

/// Names of the answer are of one form, and each is another.
pub(super) fn names(definition: &Definition, problems: &mut Vec<Problem>) {
    let columns = definition.columns.iter().map(|column| ("columns", "column", column.column.as_str(), false));
    let groups = definition.group_by.iter().map(|group| match &group.name {
        Some(name) => ("group_by", "name", name.as_str(), true),
        None => ("group_by", "column", group.column.as_str(), false),
    });
    let figures = definition.aggregations.iter().map(|one| ("aggregations", "name", one.name.as_str(), true));
    let mut known: Vec<&str> = Vec::new();
    let lists = [columns.collect::<Vec<_>>(), groups.collect(), figures.collect()];
    for (place, (list, member, name, is_given)) in lists.iter().flat_map(|list| list.iter().enumerate()) {
        let place = format!("{list}[{place}].{member}");
        if *is_given && !is_output(name) {
            let cure = "use letters, digits and underscores, a letter first, at most 60";
            problems.push(Problem::new(&place, format!("\"{}\" is no name of a column", name.escape_debug()), cure));
        }
        if known.contains(name) {
            problems.push(Problem::new(&place, format!("\"{name}\" is there twice"), "give one another name"));
        }
        known.push(name);
    }
}

fn is_output(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && name.len() <= OUTPUT_CHARS_MAX
}
