//! What a filter means of a column: its operator with the values that it needs, each as the column holds it.

use chrono_tz::Tz;

use super::catalogue::{Column, Holds};
use super::definition::{Filter, Operator, Value};
use super::literal::{Literal, form, is_plain};
use super::period::Time;
use super::problem::Misfit;
use super::schedule::no_zone;
use super::zone;

/// Most values of one filter.
const VALUES_MAX: usize = 1_000;

/// A filter whose members fit together and fit the column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Compare(Comparison, Literal),
    Between(Literal, Literal),
    Among(Vec<Literal>),
    NotAmong(Vec<Literal>),
    Contains(String),
    StartsWith(String),
    Empty,
    NotEmpty,
    Within(Time, Tz),
}

/// How one value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Condition {
    /// What a filter means of a column, by the report's zone where it names none.
    pub(super) fn of(filter: &Filter, column: &Column, zone: Tz) -> Result<Self, Misfit> {
        let holds = column.holds;
        only_what_it_needs(filter)?;
        let compare = |comparison| Ok(Self::Compare(comparison, one(filter, column)?));
        match filter.operator {
            Operator::Equals => compare(Comparison::Equal),
            Operator::NotEquals => compare(Comparison::NotEqual),
            Operator::In => Ok(Self::Among(several(filter, column)?)),
            Operator::NotIn => Ok(Self::NotAmong(several(filter, column)?)),
            Operator::IsEmpty => Ok(Self::Empty),
            Operator::IsNotEmpty => Ok(Self::NotEmpty),
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast | Operator::Between
                if !holds.is_ordered() =>
            {
                Err(unsuited(column))
            }
            Operator::Less => compare(Comparison::Less),
            Operator::AtMost => compare(Comparison::AtMost),
            Operator::Greater => compare(Comparison::Greater),
            Operator::AtLeast => compare(Comparison::AtLeast),
            Operator::Between => match several(filter, column)?.as_slice() {
                [least, greatest] => Ok(Self::Between(least.clone(), greatest.clone())),
                values => {
                    Err(Misfit::new("values", format!("between needs two values, not {}", values.len()), "give two"))
                }
            },
            Operator::Contains | Operator::StartsWith if holds != Holds::Text => Err(unsuited(column)),
            Operator::Contains => Ok(Self::Contains(text(filter)?)),
            Operator::StartsWith => Ok(Self::StartsWith(text(filter)?)),
            Operator::InPeriod => within(filter, column, zone),
        }
    }
}

/// Refuses members that the operator does not read: who gave them expects something of them.
fn only_what_it_needs(filter: &Filter) -> Result<(), Misfit> {
    let (value, values, period) = match filter.operator {
        Operator::Between | Operator::In | Operator::NotIn => (false, true, false),
        Operator::IsEmpty | Operator::IsNotEmpty => (false, false, false),
        Operator::InPeriod => (false, false, true),
        _ => (true, false, false),
    };
    let members = [
        ("value", value, filter.value.is_some()),
        ("values", values, !filter.values.is_empty()),
        ("period", period, filter.period.is_some()),
    ];
    for (member, is_needed, is_there) in members {
        if is_needed && !is_there {
            return Err(Misfit::new(member, format!("this operator needs {member}"), format!("give {member}")));
        }
        if is_there && !is_needed {
            return Err(Misfit::new(member, format!("this operator takes no {member}"), format!("leave {member} out")));
        }
    }
    Ok(())
}

fn one(filter: &Filter, column: &Column) -> Result<Literal, Misfit> {
    let value = filter.value.as_ref();
    value.and_then(|value| Literal::of(value, column.holds)).ok_or_else(|| misfit("value", value, column))
}

fn several(filter: &Filter, column: &Column) -> Result<Vec<Literal>, Misfit> {
    if filter.values.len() > VALUES_MAX {
        let message = format!("{} values are too many", filter.values.len());
        return Err(Misfit::new("values", message, format!("give at most {VALUES_MAX}")));
    }
    let literal = |value| Literal::of(value, column.holds).ok_or_else(|| misfit("values", Some(value), column));
    filter.values.iter().map(literal).collect()
}

fn misfit(member: &'static str, value: Option<&Value>, column: &Column) -> Misfit {
    let shown = match value {
        Some(Value::Text(text)) => format!("\"{}\"", text.chars().take(40).collect::<String>().escape_debug()),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(Value::Integer(value)) => value.to_string(),
        Some(Value::Decimal(value)) => value.to_string(),
        None => "nothing".to_owned(),
    };
    let message = format!("the column \"{}\" holds {}, which {shown} is not", column.name, column.holds.name());
    Misfit::new(member, message, form(column.holds))
}

fn text(filter: &Filter) -> Result<String, Misfit> {
    match &filter.value {
        Some(Value::Text(text)) if !text.is_empty() && is_plain(text) => Ok(text.clone()),
        _ => Err(Misfit::new("value", "this operator compares with a text", form(Holds::Text))),
    }
}

fn unsuited(column: &Column) -> Misfit {
    let message =
        format!("the column \"{}\" holds {}, which this operator does not suit", column.name, column.holds.name());
    Misfit::new("operator", message, "choose another operator, or another column")
}

fn within(filter: &Filter, column: &Column, zone: Tz) -> Result<Condition, Misfit> {
    if !column.holds.is_time() {
        return Err(unsuited(column));
    }
    let period = filter.period.as_ref().ok_or_else(|| Misfit::new("period", "there is no period", "give one"))?;
    let zone = match &period.zone {
        None => zone,
        Some(name) => zone::find(name).ok_or_else(|| no_zone(name).within("period.zone"))?,
    };
    let time = Time::of(period)?;
    if column.holds != Holds::Instant && time.is_of_hours() {
        let message = format!("the column \"{}\" holds {}, which has no hours", column.name, column.holds.name());
        return Err(Misfit::new("period.unit", message, "choose day or longer"));
    }
    if column.holds == Holds::Month && !time.is_of_months() {
        let message =
            format!("the column \"{}\" holds a month, and the period does not begin and end with one", column.name);
        return Err(Misfit::new("period", message, "choose month, quarter or year, or days of whole months"));
    }
    Ok(Condition::Within(time, zone))
}
