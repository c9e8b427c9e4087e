//! What definitions are checked against: relations with their columns, given as data, and whose rows they hold.

use std::collections::BTreeMap;

use crate::columns;

/// The column by which rows belong to a city.
pub(super) const CITY: &str = "city";

/// Relations without cities that everybody with a report may read: rates, policies, catalogues and rules are shared,
/// and say nothing of a single city. Whatever else has no cities is for those who may see all.
const SHARED: [&str; 5] = ["allocation_policies", "default_rates", "exchange_rates", "kpis", "rule_accuracy"];

/// Columns of text that hold months as `YYYY-MM`.
const MONTHS: [&str; 3] = ["month", "_month", "period"];

/// Amounts that no report of the platform names, with the column of their currency.
const AMOUNTS: [(&str, &str); 2] = [("charge_total", "currency"), ("cost", "currency")];

/// The relations that there are, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    relations: BTreeMap<String, Relation>,
}

/// A relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Who may see its rows.
    pub rows_of: RowsOf,
}

/// Who may see a relation's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsOf {
    /// Each row belongs to the city in its column `city`, or to none; those of a city are for who may see it.
    Cities,
    /// Rows say nothing of a single city and are for everybody.
    Everybody,
    /// Rows are of the whole: only for who may see all.
    Whole,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its cells hold.
    pub holds: Holds,
    /// Of an amount of money: the column of the same relation that says in which currency.
    pub currency: Option<String>,
}

/// What the cells of a column hold, as far as a definition can ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A month as text, `2026-03`.
    Month,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// A float.
    Float,
    /// A calendar day.
    Date,
    /// An instant.
    Instant,
    /// What can be shown and tested for emptiness only: documents of JSON, bytes, clock times.
    Other,
}

impl Catalogue {
    /// A catalogue of columns, each with its relation, its name and its type as SQL names it (`bigint`), in the order
    /// of the relations' columns.
    pub fn of<'a>(columns: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut named: BTreeMap<String, Vec<(String, Holds)>> = BTreeMap::new();
        for (relation, name, sql_type) in columns {
            named.entry(relation.to_owned()).or_default().push((name.to_owned(), Holds::of(name, sql_type)));
        }
        let relations = named.into_iter().map(|(name, columns)| (name.clone(), Relation::of(&name, &columns)));
        Self { relations: relations.collect() }
    }

    /// A relation by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Relation> {
        self.relations.get(name)
    }

    /// The names of all relations, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.relations.keys().map(String::as_str)
    }
}

impl Relation {
    fn of(name: &str, columns: &[(String, Holds)]) -> Self {
        let has = |wanted: &str| columns.iter().any(|(name, _)| name == wanted);
        let rows_of = if has(CITY) {
            RowsOf::Cities
        } else if SHARED.contains(&name) {
            RowsOf::Everybody
        } else {
            RowsOf::Whole
        };
        let currency = |name: &str| currency_column(name).filter(|currency| has(currency)).map(str::to_owned);
        let columns =
            columns.iter().map(|(name, holds)| Column { name: name.clone(), holds: *holds, currency: currency(name) });
        Self { columns: columns.collect(), rows_of }
    }

    /// A column by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The column that says in which currency an amount of this name is.
fn currency_column(name: &str) -> Option<&'static str> {
    let known = columns::find(name).and_then(|known| match known.holds {
        columns::Holds::Money(currency) => Some(currency),
        _ => None,
    });
    known.or_else(|| AMOUNTS.iter().find(|(amount, _)| *amount == name).map(|(_, currency)| *currency))
}

impl Holds {
    /// What a column of a type holds, by the names of PostgreSQL's types.
    #[must_use]
    pub fn of(name: &str, sql_type: &str) -> Self {
        match sql_type {
            "text" | "character varying" if MONTHS.contains(&name) => Self::Month,
            "text" | "character varying" => Self::Text,
            "boolean" => Self::Boolean,
            "smallint" | "integer" | "bigint" => Self::Integer,
            "numeric" => Self::Decimal,
            "real" | "double precision" => Self::Float,
            "date" => Self::Date,
            "timestamp with time zone" => Self::Instant,
            _ => Self::Other,
        }
    }

    /// Whether it can be added.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Float)
    }

    /// Whether one can stand before another.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        !matches!(self, Self::Boolean | Self::Other)
    }

    /// Whether a period can be asked of it.
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Instant | Self::Date | Self::Month)
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Month => "a month",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Decimal => "a decimal",
            Self::Float => "a number",
            Self::Date => "a date",
            Self::Instant => "an instant",
            Self::Other => "a document or bytes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_without_cities_is_of_the_whole_unless_it_is_shared() {
        let catalogue = Catalogue::of([
            ("invoices", "city", "text"),
            ("kpis", "kpi", "text"),
            ("finance_closes", "pack", "text"),
            ("cost_allocation", "city", "text"),
            ("cost_allocation", "month", "text"),
            ("cost_allocation", "amount", "numeric"),
            ("cost_allocation", "currency", "text"),
            ("figures", "amount", "numeric"),
        ]);
        let rows_of = |name: &str| catalogue.find(name).unwrap().rows_of;
        assert_eq!(rows_of("invoices"), RowsOf::Cities);
        assert_eq!(rows_of("kpis"), RowsOf::Everybody);
        assert_eq!(rows_of("finance_closes"), RowsOf::Whole);
        let allocation = catalogue.find("cost_allocation").unwrap();
        assert_eq!(allocation.find("amount").unwrap().currency.as_deref(), Some("currency"));
        assert_eq!(allocation.find("month").unwrap().holds, Holds::Month);
        assert_eq!(catalogue.find("figures").unwrap().find("amount").unwrap().currency, None);
        assert!(catalogue.find("Invoices").is_none());
    }
}
