//! `month,currency,rate_to_hkd`: what one unit of a currency is in HKD in a month.

use std::str::FromStr;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::problem::Problems;
use super::table::read_rows;
use super::values;
use crate::allocation::policy::ONE;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// The month for which it is stated; it holds until another is.
    pub month: Month,
    /// ISO 4217.
    pub currency: String,
    /// HKD for one unit; above 0.
    pub rate_to_hkd: Figure,
}

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_rates(bytes: &[u8]) -> Result<Vec<RateRow>, Problems> {
    let key = |row: &RateRow| (row.month, row.currency.clone());
    read_rows(
        bytes,
        &["month", "currency", "rate_to_hkd"],
        |cells| {
            let month = cells.read("month", Month::from_str);
            let currency = cells.read("currency", values::currency);
            let rate_to_hkd = cells.read("rate_to_hkd", values::positive);
            if currency.as_deref() == Some("HKD") && rate_to_hkd.is_some_and(|rate| rate != ONE) {
                cells.note("rate_to_hkd", "one HKD is 1 HKD".to_owned());
                return None;
            }
            Some(RateRow { month: month?, currency: currency?, rate_to_hkd: rate_to_hkd? })
        },
        key,
    )
}
