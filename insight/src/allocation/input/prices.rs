//! `effective_from,service,model,meter,unit_price,currency`: the price book of what is metered.

use std::str::FromStr;

use chrono::NaiveDate;
use tidemark_model::kpi::Figure;

use super::problem::Problems;
use super::table::read_rows;
use super::values;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// The first day on which it holds.
    pub effective_from: NaiveDate,
    /// The service.
    pub service: String,
    /// The model; `None` for those of the service that have no price of their own.
    pub model: Option<String>,
    /// The meter.
    pub meter: String,
    /// What one of the meter's units costs; not negative.
    pub unit_price: Figure,
    /// ISO 4217 currency of the price.
    pub currency: String,
}

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_prices(bytes: &[u8]) -> Result<Vec<PriceRow>, Problems> {
    let columns = &["effective_from", "service", "model", "meter", "unit_price", "currency"];
    let key = |row: &PriceRow| (row.effective_from, row.service.clone(), row.model.clone(), row.meter.clone());
    read_rows(
        bytes,
        columns,
        |cells| {
            let effective_from = cells.read("effective_from", day);
            let service = cells.read("service", values::name);
            let model = cells.read("model", values::optional_name);
            let meter = cells.read("meter", values::name);
            let unit_price = cells.read("unit_price", values::not_negative);
            let currency = cells.read("currency", values::currency);
            Some(PriceRow {
                effective_from: effective_from?,
                service: service?,
                model: model?,
                meter: meter?,
                unit_price: unit_price?,
                currency: currency?,
            })
        },
        key,
    )
}

/// Reads a day in the one form that is no other's: `2026-03-31`.
fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let day = if is_plain { NaiveDate::from_str(text).ok() } else { None };
    day.ok_or("not a day, written YYYY-MM-DD")
}
