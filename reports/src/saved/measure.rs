//! What an aggregation means: its function with the members that it needs, of columns that suit it.

use super::catalogue::{Column, Relation};
use super::definition::{Aggregation, Definition, Function, Operator, ShownAs};
use super::problem::Misfit;

/// An aggregation whose members fit together and fit the source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure<'a> {
    Count,
    CountDistinct(&'a Column),
    /// What one column's values give: with its name in SQL.
    Of(Simple, &'a Column),
    /// The value that so many of a hundred are not above.
    Percentile(&'a Column, u8),
    /// Of two other aggregations.
    Ratio(&'a Aggregation, &'a Aggregation, ShownAs),
}

/// The functions of one column alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Simple {
    Sum,
    Avg,
    Min,
    Max,
    Median,
}

impl<'a> Measure<'a> {
    /// What an aggregation of a definition means of its source.
    pub(super) fn of(
        aggregation: &'a Aggregation,
        definition: &'a Definition,
        relation: &'a Relation,
    ) -> Result<Self, Misfit> {
        only_what_it_needs(aggregation)?;
        let column = || column(aggregation, relation);
        let number = || column().and_then(|column| suited(column, column.holds.is_number(), "is no number"));
        let ordered = || column().and_then(|column| suited(column, column.holds.is_ordered(), "has no order"));
        let measure = match aggregation.function {
            Function::Count => Self::Count,
            Function::CountDistinct => Self::CountDistinct(column().and_then(comparable)?),
            Function::Sum => Self::Of(Simple::Sum, number()?),
            Function::Avg => Self::Of(Simple::Avg, number()?),
            Function::Min => Self::Of(Simple::Min, ordered()?),
            Function::Max => Self::Of(Simple::Max, ordered()?),
            Function::Median => Self::Of(Simple::Median, number()?),
            Function::Percentile => Self::Percentile(number()?, percent(aggregation)?),
            Function::Ratio => {
                let part = |member, name: &'a Option<String>| part(member, name.as_deref(), definition);
                let (above, below) =
                    (part("numerator", &aggregation.numerator)?, part("denominator", &aggregation.denominator)?);
                Self::Ratio(above, below, aggregation.shown_as.unwrap_or_default())
            }
        };
        if let Some(currency) = measure.column().and_then(|column| column.currency.as_deref()) {
            one_currency(aggregation, definition, currency)?;
        }
        Ok(measure)
    }

    /// The column that is worked on; of a count and of a ratio none.
    pub(super) const fn column(self) -> Option<&'a Column> {
        match self {
            Self::Of(_, column) | Self::Percentile(column, _) => Some(column),
            Self::Count | Self::CountDistinct(_) | Self::Ratio(..) => None,
        }
    }
}

/// Refuses members that the function does not read, and asks for those that it does.
fn only_what_it_needs(aggregation: &Aggregation) -> Result<(), Misfit> {
    let is_ratio = aggregation.function == Function::Ratio;
    let has_column = !matches!(aggregation.function, Function::Count | Function::Ratio);
    let is_percentile = aggregation.function == Function::Percentile;
    let members = [
        ("column", has_column, aggregation.column.is_some()),
        ("percent", is_percentile, aggregation.percent.is_some()),
        ("numerator", is_ratio, aggregation.numerator.is_some()),
        ("denominator", is_ratio, aggregation.denominator.is_some()),
    ];
    for (member, is_needed, is_there) in members {
        if is_needed && !is_there {
            return Err(Misfit::new(member, format!("this function needs {member}"), format!("give {member}")));
        }
        if is_there && !is_needed {
            return Err(Misfit::new(member, format!("this function takes no {member}"), format!("leave {member} out")));
        }
    }
    if aggregation.shown_as.is_some() && !is_ratio {
        return Err(Misfit::new("shown_as", "only a ratio has shown_as", "leave shown_as out"));
    }
    if is_ratio && !aggregation.filters.is_empty() {
        return Err(Misfit::new("filters", "a ratio has no filters of its own", "put them on its two parts"));
    }
    Ok(())
}

fn column<'a>(aggregation: &Aggregation, relation: &'a Relation) -> Result<&'a Column, Misfit> {
    let name = aggregation.column.as_deref().unwrap_or_default();
    relation.find(name).ok_or_else(|| unknown_column(name, relation))
}

/// The misfit of a column that the source does not have.
pub(super) fn unknown_column(name: &str, relation: &Relation) -> Misfit {
    let known = relation.columns.iter().map(|column| column.name.as_str());
    Misfit::unknown("column", format!("the source has no column \"{name}\""), name, known)
}

fn suited<'a>(column: &'a Column, suits: bool, what: &str) -> Result<&'a Column, Misfit> {
    let message = || format!("the column \"{}\" holds {}, which {what}", column.name, column.holds.name());
    if suits { Ok(column) } else { Err(Misfit::new("column", message(), "choose another column, or another function")) }
}

/// A column whose values can be told apart.
pub(super) fn comparable(column: &Column) -> Result<&Column, Misfit> {
    suited(column, column.holds != super::catalogue::Holds::Other, "cannot be compared")
}

fn percent(aggregation: &Aggregation) -> Result<u8, Misfit> {
    let percent = aggregation.percent.filter(|percent| (1..=99).contains(percent));
    percent.ok_or_else(|| Misfit::new("percent", "the percent is out of range", "give 1 to 99"))
}

/// A part of a ratio: an aggregation that adds up.
fn part<'a>(member: &'static str, name: Option<&str>, definition: &'a Definition) -> Result<&'a Aggregation, Misfit> {
    let name = name.unwrap_or_default();
    let adds_up =
        |one: &&Aggregation| matches!(one.function, Function::Count | Function::CountDistinct | Function::Sum);
    let known = || definition.aggregations.iter().filter(adds_up);
    known().find(|one| one.name == name).ok_or_else(|| {
        let message = format!("there is no count, count_distinct or sum called \"{name}\" in this report");
        Misfit::unknown(member, message, name, known().map(|one| one.name.as_str()))
    })
}

/// Refuses to put amounts of several currencies together: their sum says nothing, and neither does their mean.
fn one_currency(aggregation: &Aggregation, definition: &Definition, currency: &str) -> Result<(), Misfit> {
    let is_grouped = definition.group_by.iter().any(|group| group.column == currency);
    let mut filters = definition.filters.iter().chain(&aggregation.filters);
    let is_one = filters.any(|filter| filter.column == currency && filter.operator == Operator::Equals);
    if is_grouped || is_one {
        return Ok(());
    }
    let column = aggregation.column.as_deref().unwrap_or_default();
    let message = format!("the amounts in \"{column}\" may be of several currencies, by \"{currency}\"");
    let cure = format!("group by \"{currency}\", or filter it by equals");
    Err(Misfit::new("column", message, cure))
}
