//! Which rows a statement asks for: conditions on columns, by filters and by what the owner may see.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Compiler, identifier};
use crate::saved::catalogue::{CITY, Column, Holds, RowsOf};
use crate::saved::condition::{Comparison, Condition};
use crate::saved::definition::Filter;
use crate::saved::literal::{self, Literal};
use crate::saved::measure::unknown_column;
use crate::saved::period::Time;
use crate::saved::problem::Misfit;
use crate::scope::{Scope, quoted};

impl Compiler<'_> {
    /// What the owner may see, and what the definition asks.
    pub(super) fn conditions(&self) -> Result<Vec<String>, Misfit> {
        let mut conditions = Vec::new();
        if let (Scope::Cities(cities), RowsOf::Cities) = (self.scope, self.relation.rows_of) {
            let cities: Vec<Literal> = cities.iter().cloned().map(Literal::Text).collect();
            conditions.push(among(&identifier(CITY), &cities));
        }
        for filter in &self.definition.filters {
            conditions.push(self.filter(filter)?);
        }
        Ok(conditions)
    }

    pub(super) fn filter(&self, filter: &Filter) -> Result<String, Misfit> {
        let column = self.column(&filter.column)?;
        self.condition(&Condition::of(filter, column, self.zone)?, column)
    }

    pub(super) fn column(&self, name: &str) -> Result<&Column, Misfit> {
        self.relation.find(name).ok_or_else(|| unknown_column(name, self.relation))
    }

    fn condition(&self, condition: &Condition, column: &Column) -> Result<String, Misfit> {
        let name = identifier(&column.name);
        Ok(match condition {
            Condition::Compare(comparison, value) => format!("{name} {} {}", operator(*comparison), value.sql()),
            Condition::Between(least, greatest) => format!("{name} BETWEEN {} AND {}", least.sql(), greatest.sql()),
            Condition::Among(values) => among(&name, values),
            Condition::NotAmong(values) => format!("({name} IS NULL OR NOT {})", among(&name, values)),
            Condition::Contains(text) => format!("strpos({name}, {}) > 0", quoted(text)),
            Condition::StartsWith(text) => format!("starts_with({name}, {})", quoted(text)),
            Condition::Empty => format!("{name} IS NULL"),
            Condition::NotEmpty => format!("{name} IS NOT NULL"),
            Condition::Within(time, zone) => {
                let message = "the period reaches beyond the calendar";
                let ends = self.ends(*time, *zone, column.holds);
                let (start, end) = ends.ok_or_else(|| Misfit::new("filters", message, "choose a shorter one"))?;
                format!("{name} >= {start} AND {name} < {end}")
            }
        })
    }

    /// The start and the end of a period, as a column of this kind is compared with them.
    fn ends(&self, time: Time, zone: Tz, holds: Holds) -> Option<(String, String)> {
        let month = |day: NaiveDate| quoted(&day.format("%Y-%m").to_string());
        match holds {
            Holds::Instant => {
                time.instants(self.due_at, zone).map(|(start, end)| (literal::instant(start), literal::instant(end)))
            }
            Holds::Month => time.months(self.due_at, zone).map(|(start, end)| (month(start), month(end))),
            _ => time.days(self.due_at, zone).map(|(start, end)| (literal::date(start), literal::date(end))),
        }
    }
}

/// One of these values; never, where there are none.
fn among(name: &str, values: &[Literal]) -> String {
    if values.is_empty() {
        return "FALSE".to_owned();
    }
    let values: Vec<String> = values.iter().map(Literal::sql).collect();
    format!("{name} IN ({})", values.join(", "))
}

/// Where nothing stands, `IS DISTINCT FROM` keeps the row: nothing is not that value.
const fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "IS DISTINCT FROM",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}
