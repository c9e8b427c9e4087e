//! `month,city,category,amount,currency`: what a city may spend in a month.

use std::str::FromStr;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::problem::Problems;
use super::table::read_rows;
use super::values;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRow {
    /// The month.
    pub month: Month,
    /// The city's code.
    pub city: String,
    /// What it is for: the name of a pool, or a name of finance's own.
    pub category: String,
    /// What may be spent; not negative.
    pub amount: Figure,
    /// ISO 4217 currency of the amount.
    pub currency: String,
}

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_budgets(bytes: &[u8]) -> Result<Vec<BudgetRow>, Problems> {
    let columns = &["month", "city", "category", "amount", "currency"];
    let key = |row: &BudgetRow| (row.month, row.city.clone(), row.category.clone());
    read_rows(
        bytes,
        columns,
        |cells| {
            let month = cells.read("month", Month::from_str);
            let city = cells.read("city", values::city);
            let category = cells.read("category", values::name);
            let amount = cells.read("amount", values::not_negative);
            let currency = cells.read("currency", values::currency);
            Some(BudgetRow { month: month?, city: city?, category: category?, amount: amount?, currency: currency? })
        },
        key,
    )
}
