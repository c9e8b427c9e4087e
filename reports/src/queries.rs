//! A report's statements: all of one moment, within one scope, and with the allocation worked out once.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use tidemark_model::error::ServiceError;
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::report::Language;

use crate::scope::{OF_CITIES, Scope, quoted};
use crate::value::{Cell, texts};

const ALLOCATION: &str = "cost_allocation";
const MONTH_RATES: &str = include_str!("../sql/month_rates.sql");

/// Asks a report's statements.
pub(crate) struct Queries<'a> {
    queries: &'a dyn PinnedQueries,
    scope: &'a Scope,
    /// What stands before a statement that names it: a relation's name, and the rows that it has for this report.
    shadows: BTreeMap<&'static str, String>,
    /// What placeholders stand for.
    placeholders: [(&'static str, String); 3],
}

impl<'a> Queries<'a> {
    /// Statements on these months. `cost_allocation` is asked once, and then stands as values before each statement:
    /// it is worked out whenever it is read.
    pub(crate) async fn open(
        queries: &'a dyn PinnedQueries,
        scope: &'a Scope,
        (first, last): (Month, Month),
        language: Language,
    ) -> Result<Self, ServiceError> {
        let city_name = match language {
            Language::English => "name",
            Language::TraditionalChinese => "name_zh_hant",
            Language::SimplifiedChinese => "name_zh_hans",
        };
        let placeholders =
            [(":month", last.to_string()), (":first_month", first.to_string()), (":city_name", city_name.to_owned())];
        let scoped = OF_CITIES.iter().filter_map(|name| Some((*name, scope.rows_of(name)?)));
        let mut opened = Self { queries, scope, shadows: scoped.collect(), placeholders };
        opened.shadows.insert("month_rates", opened.filled(MONTH_RATES));
        // Of everybody, whatever the scope: documents for others ask the same.
        let of_months = opened.filled(
            "SELECT * FROM cost_allocation WHERE month >= ':first_month' AND month <= ':month' ORDER BY month, place",
        );
        let rows = queries.rows(&of_months).await?;
        let nothing = || format!("SELECT * FROM {ALLOCATION} WHERE false");
        let seen = scope.narrowed(values(&rows).unwrap_or_else(nothing));
        opened.shadows.insert(ALLOCATION, seen);
        Ok(opened)
    }

    /// The rows of a statement.
    pub(crate) async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, ServiceError> {
        let sql = self.filled(sql);
        let body: String = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        let rows = self.queries.rows(&self.shadowed(&body)).await?;
        Ok(rows.into_iter().filter(|batch| batch.num_rows() > 0).collect())
    }

    /// Whether anything that came after the close of the last month is booked in a later one.
    pub(crate) async fn is_adjusted(&self) -> Result<bool, ServiceError> {
        let sql = "SELECT DISTINCT city FROM cost_allocation WHERE period = ':month' AND status = 'adjustment'";
        let found = self.queries.rows(&self.filled(sql)).await?;
        Ok(texts(&found, 0).iter().any(|city| self.scope.has(city)))
    }

    fn filled(&self, sql: &str) -> String {
        self.placeholders.iter().fold(sql.to_owned(), |sql, (name, value)| sql.replace(name, value))
    }

    /// The statement with the shadows of the relations that it names, and of those that these name.
    fn shadowed(&self, sql: &str) -> String {
        let named: Vec<_> = self.shadows.iter().filter(|(name, _)| mentions(sql, name)).collect();
        if named.is_empty() {
            return sql.to_owned();
        }
        let shadows: Vec<String> = named.iter().map(|(name, rows)| format!("{name} AS ({rows})")).collect();
        let shadows = shadows.join(", ");
        match sql.strip_prefix("WITH ") {
            Some(rest) => format!("WITH {shadows}, {rest}"),
            None => format!("WITH {shadows} {sql}"),
        }
    }
}

/// Whether a statement has a word.
pub(crate) fn mentions(sql: &str, word: &str) -> bool {
    sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|found| found == word)
}

/// Rows as a query that needs no table; `None` where there are none.
fn values(rows: &[RecordBatch]) -> Option<String> {
    let schema = rows.first()?.schema();
    let row = |batch: &RecordBatch, row: usize| {
        let cells: Vec<String> = batch.columns().iter().map(|column| literal(&Cell::of(column, row))).collect();
        format!("({})", cells.join(", "))
    };
    let found: Vec<String> = rows.iter().flat_map(|batch| (0..batch.num_rows()).map(move |n| row(batch, n))).collect();
    Some(format!("SELECT {} FROM (VALUES {}) AS v", casts(&schema), found.join(", ")))
}

/// Every value is written as a text, which a cast reads exactly.
fn casts(schema: &Schema) -> String {
    let cast = |(place, field): (usize, &std::sync::Arc<arrow::datatypes::Field>)| {
        format!("arrow_cast(column{}, '{}') AS {}", place + 1, field.data_type(), field.name())
    };
    schema.fields().iter().enumerate().map(cast).collect::<Vec<_>>().join(", ")
}

fn literal(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => "CAST(NULL AS VARCHAR)".to_owned(),
        Cell::Text(text) => quoted(text),
        Cell::Number(number) => quoted(&number.to_string()),
        Cell::Date(day) => quoted(&day.to_string()),
        Cell::Instant(at) => quoted(&at.to_rfc3339()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(mentions("SELECT * FROM cities c", "cities"));
        assert!(!mentions("SELECT megacities FROM x", "cities"));
        assert!(!mentions("SELECT cities_all FROM x", "cities"));
    }
}
