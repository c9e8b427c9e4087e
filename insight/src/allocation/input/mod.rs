//! Finance's files become typed rows: all of a file, or none of it and every problem that it has.
//!
//! CSV as spreadsheets write it: UTF-8 with or without a byte order mark, quoted where needed, spaces around values
//! do not count. The first line names the columns. Amounts are plain decimals and read from their text.

mod budgets;
mod plans;
mod policy;
mod pools;
mod prices;
mod problem;
mod rates;
mod table;
mod toml;
mod values;

#[cfg(test)]
mod tests;

pub use budgets::{BudgetRow, read_budgets};
pub use plans::{PlanRow, read_plans};
pub use policy::read_policy;
pub use pools::{PoolRow, read_pools};
pub use prices::{PriceRow, read_prices};
pub use problem::{Problem, Problems};
pub use rates::{RateRow, read_rates};
