//! `month,pool,amount,currency,driver`: what was paid in a month, and by what each part of it is split.

use std::str::FromStr;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::problem::Problems;
use super::table::read_rows;
use super::values;
use crate::allocation::Driver;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRow {
    /// The month.
    pub month: Month,
    /// The pool's name; one row a month.
    pub pool: String,
    /// What was paid; negative for a credit.
    pub amount: Figure,
    /// ISO 4217 currency of the amount.
    pub currency: String,
    /// By what it is split unless the policy says otherwise.
    pub driver: Driver,
}

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_pools(bytes: &[u8]) -> Result<Vec<PoolRow>, Problems> {
    let columns = &["month", "pool", "amount", "currency", "driver"];
    let key = |row: &PoolRow| (row.month, row.pool.clone());
    read_rows(
        bytes,
        columns,
        |cells| {
            let month = cells.read("month", Month::from_str);
            let pool = cells.read("pool", values::name);
            let amount = cells.read("amount", values::amount);
            let currency = cells.read("currency", values::currency);
            let driver = cells.read("driver", Driver::from_str);
            Some(PoolRow { month: month?, pool: pool?, amount: amount?, currency: currency?, driver: driver? })
        },
        key,
    )
}
