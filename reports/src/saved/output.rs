//! The columns of a report's answer: their names, their titles, what they hold and how they are shown.

use tidemark_model::report::Language;

use super::catalogue::{Column, Holds, Relation};
use super::definition::{Definition, Filter, Function, Operator, ShownAs, Unit, Value, Words};
use super::measure::{Measure, Simple};
use crate::columns;
use crate::document::{self, Kind};

/// A column of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// Its name, as SQL and the definition have it.
    pub(super) name: String,
    /// What people read above it.
    pub(super) title: String,
    /// What its cells hold when they come.
    pub(super) holds: Holds,
    /// How they are shown.
    pub(super) kind: Kind,
    /// Whether its sum over all rows says something.
    pub(super) is_summed: bool,
    /// What it is there for.
    pub(super) part: Part,
}

/// What a column of the answer is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Of a row as it is.
    Row,
    /// What rows are put together by.
    Group,
    /// The same, a step of time: its rows have an order and distances.
    Step(Unit),
    /// What is worked out.
    Figure,
}

/// The columns of a definition's answer, in order. What does not fit the source has a place all the same, so that one
/// mistake is one problem and not several.
pub(super) fn outputs(definition: &Definition, relation: &Relation, language: Language) -> Vec<Output> {
    let rows = definition.columns.iter().map(|wanted| {
        let column = known(&wanted.column, relation);
        row(definition, &column, &wanted.title, language)
    });
    let groups = definition.group_by.iter().map(|group| {
        let column = known(&group.column, relation);
        let as_it_is = row(definition, &column, &group.title, language);
        let plain = match &group.name {
            // A name of its own says more than the column's title.
            Some(name) if group.title.is_empty() => Output { name: name.clone(), title: name.clone(), ..as_it_is },
            Some(name) => Output { name: name.clone(), ..as_it_is },
            None => as_it_is,
        };
        let plain = Output { part: Part::Group, ..plain };
        let holds = if group.grain == Some(Unit::Hour) { Holds::Other } else { Holds::Date };
        match group.grain {
            Some(grain) => Output { kind: kind_of(holds), holds, part: Part::Step(grain), ..plain },
            None => plain,
        }
    });
    let figures = definition.aggregations.iter().map(|one| {
        let measure = Measure::of(one, definition, relation);
        let figure = measure.map(|measure| figure(measure, |column| currency(definition, &one.filters, column)));
        let (holds, kind) = figure.unwrap_or((Holds::Float, Kind::Quantity));
        let title = one.title.of(language).unwrap_or(&one.name).to_owned();
        let adds_up = matches!(one.function, Function::Count | Function::Sum) && !definition.group_by.is_empty();
        let is_summed = adds_up && !matches!(kind, Kind::Money { currency: None, .. });
        Output { name: one.name.clone(), title, holds, kind, is_summed, part: Part::Figure }
    });
    rows.chain(groups).chain(figures).collect()
}

/// A column of the source, or one of which nothing is known.
fn known(name: &str, relation: &Relation) -> Column {
    let unknown = || Column { name: name.to_owned(), holds: Holds::Other, currency: None };
    relation.find(name).cloned().unwrap_or_else(unknown)
}

impl Output {
    /// Its column of a document.
    pub(super) fn column(&self) -> document::Column {
        let Self { name, title, kind, is_summed, .. } = self.clone();
        document::Column { name, title, kind, is_summed }
    }
}

fn row(definition: &Definition, column: &Column, title: &Words, language: Language) -> Output {
    let kind = match column.currency {
        Some(_) => money(currency(definition, &[], column), column),
        None => kind_of(column.holds),
    };
    let known = || columns::find(&column.name).map(|known| language.of(&known.title));
    let title = title.of(language).or_else(known).unwrap_or(&column.name).to_owned();
    Output { name: column.name.clone(), title, holds: column.holds, kind, is_summed: false, part: Part::Row }
}

/// What an aggregation gives, and how that is shown.
fn figure(measure: Measure<'_>, currency: impl Fn(&Column) -> Option<String>) -> (Holds, Kind) {
    let of_amounts = |column: &Column, plain| match column.currency {
        Some(_) => money(currency(column), column),
        None => plain,
    };
    match measure {
        Measure::Count | Measure::CountDistinct(_) => (Holds::Integer, Kind::Count),
        Measure::Of(Simple::Min | Simple::Max | Simple::Sum, column) => {
            (column.holds, of_amounts(column, kind_of(column.holds)))
        }
        Measure::Of(Simple::Avg | Simple::Median, column) | Measure::Percentile(column, _) => {
            (Holds::Float, of_amounts(column, Kind::Quantity))
        }
        Measure::Ratio(.., ShownAs::Share) => (Holds::Float, Kind::Ratio),
        Measure::Ratio(.., ShownAs::Number) => (Holds::Float, Kind::Quantity),
    }
}

fn kind_of(holds: Holds) -> Kind {
    match holds {
        Holds::Text | Holds::Boolean | Holds::Other => Kind::Text,
        Holds::Month => Kind::Code,
        Holds::Integer => Kind::Count,
        Holds::Decimal | Holds::Float => Kind::Quantity,
        Holds::Date => Kind::Date,
        Holds::Instant => Kind::Instant,
    }
}

/// An amount in a currency, or in that which the amount's own column says in each row.
fn money(currency: Option<String>, amount: &Column) -> Kind {
    let said_by = if currency.is_none() { amount.currency.clone() } else { None };
    Kind::Money { currency, said_by }
}

/// The one currency that an amount has by the filters; `None` where each row says it.
fn currency(definition: &Definition, filters: &[Filter], amount: &Column) -> Option<String> {
    let column = amount.currency.as_deref()?;
    let mut filters = definition.filters.iter().chain(filters);
    filters.find_map(|filter| match &filter.value {
        Some(Value::Text(text)) if filter.column == column && filter.operator == Operator::Equals => Some(text.clone()),
        _ => None,
    })
}
