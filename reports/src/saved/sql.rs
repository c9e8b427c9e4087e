//! A definition as one statement of SQL, for a run that is due at an instant and within what its owner may see.
//!
//! # Safety
//! Identifiers are those of the catalogue or names that the check has let through, each in double quotes that are
//! doubled within; values are [literals](super::literal). The owner's cities are one more condition, joined by AND to
//! whatever the definition says, so no filter can lead around it.

mod conditions;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::catalogue::{Catalogue, Column, Holds, Relation};
use super::check::{Problem, check_question};
use super::definition::{Aggregation, Definition, Direction, Group, Unit};
use super::measure::{Measure, Simple};
use super::output::{Part, outputs};
use super::problem::Misfit;
use super::zone;
use crate::scope::{Scope, quoted};

/// A statement that answers a definition: at most one row more than its limit, so that who reads the answer can tell
/// whether it was cut.
///
/// # Errors
/// What is wrong with the question, as [`check`](super::check::check) lists it.
pub fn statement(
    definition: &Definition,
    catalogue: &Catalogue,
    scope: &Scope,
    due_at: DateTime<Utc>,
) -> Result<String, Vec<Problem>> {
    let problems = check_question(definition, catalogue, scope);
    if !problems.is_empty() {
        return Err(problems);
    }
    let zone = zone::find(&definition.zone).unwrap_or(Tz::UTC);
    let relation = catalogue.find(&definition.source);
    let relation =
        relation.ok_or_else(|| vec![Problem::new("source", "there is no such relation", "choose another")])?;
    let compiler = Compiler { definition, relation, scope, due_at, zone };
    compiler.statement().map_err(|misfit| vec![misfit.at("")])
}

/// What a statement is made from.
struct Compiler<'a> {
    definition: &'a Definition,
    relation: &'a Relation,
    scope: &'a Scope,
    due_at: DateTime<Utc>,
    zone: Tz,
}

impl Compiler<'_> {
    fn statement(&self) -> Result<String, Misfit> {
        let definition = self.definition;
        let mut chosen = Vec::new();
        for column in &definition.columns {
            chosen.push(identifier(&column.column));
        }
        for group in &definition.group_by {
            let name = group.name.as_ref().unwrap_or(&group.column);
            chosen.push(format!("{} AS {}", self.group(group)?, identifier(name)));
        }
        for aggregation in &definition.aggregations {
            chosen.push(format!("{} AS {}", self.figure(aggregation)?, identifier(&aggregation.name)));
        }
        let mut sql = format!("SELECT {}\nFROM {}", chosen.join(", "), identifier(&definition.source));
        let conditions = self.conditions()?;
        if !conditions.is_empty() {
            sql.push_str(&format!("\nWHERE {}", conditions.join("\n  AND ")));
        }
        if !definition.group_by.is_empty() {
            let places: Vec<String> = (1..=definition.group_by.len()).map(|place| place.to_string()).collect();
            sql.push_str(&format!("\nGROUP BY {}", places.join(", ")));
        }
        sql.push_str(&self.order());
        sql.push_str(&format!("\nLIMIT {}", u64::from(definition.limit) + 1));
        Ok(sql)
    }

    fn group(&self, group: &Group) -> Result<String, Misfit> {
        let column = self.column(&group.column)?;
        let name = identifier(&column.name);
        let Some(grain) = group.grain else { return Ok(name) };
        let zone = group.zone.as_deref().and_then(zone::find).unwrap_or(self.zone);
        let local = match column.holds {
            Holds::Instant => format!("timezone({}, {name})", quoted(zone.name())),
            _ => format!("CAST({name} AS TIMESTAMP)"),
        };
        let step = format!("date_trunc('{}', {local})", step(grain));
        Ok(if grain == Unit::Hour { step } else { format!("CAST({step} AS DATE)") })
    }

    fn figure(&self, aggregation: &Aggregation) -> Result<String, Misfit> {
        match Measure::of(aggregation, self.definition, self.relation)? {
            Measure::Ratio(above, below, _) => {
                let (above, below) = (self.figure(above)?, self.figure(below)?);
                Ok(format!("CAST({above} AS DOUBLE PRECISION) / NULLIF(CAST({below} AS DOUBLE PRECISION), 0)"))
            }
            measure => Ok(format!("{}{}", call(measure), self.only(aggregation)?)),
        }
    }

    /// Which rows an aggregation is worked out of.
    fn only(&self, aggregation: &Aggregation) -> Result<String, Misfit> {
        let conditions = aggregation.filters.iter().map(|filter| self.filter(filter)).collect::<Result<Vec<_>, _>>()?;
        if conditions.is_empty() {
            Ok(String::new())
        } else {
            Ok(format!(" FILTER (WHERE {})", conditions.join(" AND ")))
        }
    }

    /// What comes first: as the definition says, then by all groups or columns, so that a limit always cuts the same.
    fn order(&self) -> String {
        let outputs = outputs(self.definition, self.relation, self.definition.language);
        let place = |name: &str| outputs.iter().position(|output| output.name == name);
        let wished = self.definition.order.iter().filter_map(|order| Some((place(&order.by)?, order.direction)));
        let mut ordered: Vec<(usize, Direction)> = wished.collect();
        for (place, output) in outputs.iter().enumerate() {
            let decides = match output.part {
                Part::Group | Part::Step(_) => true,
                Part::Row => output.holds != Holds::Other,
                Part::Figure => false,
            };
            if decides && ordered.iter().all(|(known, _)| *known != place) {
                ordered.push((place, Direction::Ascending));
            }
        }
        let by = |(place, direction): &(usize, Direction)| {
            let direction = if *direction == Direction::Ascending { "ASC" } else { "DESC" };
            format!("{} {direction} NULLS LAST", place + 1)
        };
        let by: Vec<String> = ordered.iter().map(by).collect();
        if by.is_empty() { String::new() } else { format!("\nORDER BY {}", by.join(", ")) }
    }
}

/// The call of a function that is no ratio.
fn call(measure: Measure<'_>) -> String {
    let of = |column: &Column| identifier(&column.name);
    match measure {
        Measure::Count | Measure::Ratio(..) => "count(*)".to_owned(),
        Measure::CountDistinct(column) => format!("count(DISTINCT {})", of(column)),
        Measure::Of(Simple::Sum, column) => format!("sum({})", of(column)),
        Measure::Of(Simple::Avg, column) => format!("avg({})", of(column)),
        Measure::Of(Simple::Min, column) => format!("min({})", of(column)),
        Measure::Of(Simple::Max, column) => format!("max({})", of(column)),
        Measure::Of(Simple::Median, column) => format!("median({})", of(column)),
        Measure::Percentile(column, percent) => {
            format!("percentile_cont(0.{percent:02}) WITHIN GROUP (ORDER BY {})", of(column))
        }
    }
}

const fn step(grain: Unit) -> &'static str {
    match grain {
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

/// A name as SQL takes it whatever it is.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
