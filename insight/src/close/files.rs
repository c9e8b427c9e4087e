//! The files of a pack: what a month is, what is booked of earlier ones, and all that both were made of.
//!
//! | file | rows |
//! |---|---|
//! | `allocation.csv` | who bears which part of each pool, and why |
//! | `adjustments.csv` | what is booked of earlier months: booked before, today, and the difference |
//! | `pools.csv`, `rates.csv`, `drivers.csv`, `live.csv` | what the month, and each month that is adjusted, was made of |
//! | `policy-YYYY-MM.toml` | the policy of such a month, where finance has imported one |
//! | `prices.csv` | the prices in force in the month, for the record |

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::kpi::{FIGURE_SCALE, Figure};
use tidemark_model::month::Month;

use super::adjust::{Adjustment, Share};
use super::sheet::{self, Row, SheetError, decimal, read_decimal};
use crate::allocation::allocate::{CostPool, RATIO_SCALE, Ratio};
use crate::allocation::input::read_policy;
use crate::allocation::{Basis, Measure, MonthInputs, Part, Party, Policy};

/// The files of a pack by name, without the manifest.
pub type Files = BTreeMap<String, String>;

/// The month's allocation.
pub const ALLOCATION: &str = "allocation.csv";
/// What is booked of earlier months.
pub const ADJUSTMENTS: &str = "adjustments.csv";
/// The prices in force.
pub const PRICES: &str = "prices.csv";
const POOLS: &str = "pools.csv";
const RATES: &str = "rates.csv";
const DRIVERS: &str = "drivers.csv";
const LIVE: &str = "live.csv";

const ALLOCATION_COLUMNS: &[&str] = &[
    "month",
    "pool",
    "city",
    "driver",
    "measured",
    "weight",
    "driver_quantity",
    "driver_total",
    "ratio",
    "amount",
    "currency",
    "reason",
    "billed_amount",
    "billed_currency",
    "method",
    "method_version",
    "policy_version",
];
const ADJUSTMENT_COLUMNS: &[&str] = &["period", "pool", "city", "currency", "booked", "now", "amount"];
const POOL_COLUMNS: &[&str] = &["month", "pool", "amount", "currency", "driver"];
const RATE_COLUMNS: &[&str] = &["month", "currency", "rate_to_hkd"];
const DRIVER_COLUMNS: &[&str] = &["month", "driver", "city", "quantity"];
const LIVE_COLUMNS: &[&str] = &["month", "city"];

/// The month's allocation as a file.
pub(super) fn write_allocation(month: Month, parts: &[Part]) -> String {
    let row = |Part { pool, city, amount, currency, basis }: &Part| {
        vec![
            month.to_string(),
            pool.clone(),
            city.clone(),
            basis.driver.clone(),
            figure(basis.measured),
            figure(basis.weight),
            figure(basis.quantity),
            figure(basis.total),
            decimal(basis.ratio.0, RATIO_SCALE.into()),
            figure(*amount),
            currency.clone(),
            basis.reason.clone().unwrap_or_default(),
            figure(basis.billed),
            basis.billed_currency.clone(),
            basis.method.clone(),
            basis.method_version.to_string(),
            basis.policy_version.clone(),
        ]
    };
    sheet::write(ALLOCATION_COLUMNS, parts.iter().map(row))
}

/// The month's allocation as its file says.
pub(super) fn read_allocation(files: &Files) -> Result<Vec<Part>, SheetError> {
    let part = |row: &Row<'_>| {
        Ok(Part {
            pool: row.text("pool").to_owned(),
            city: row.text("city").to_owned(),
            amount: row.value("amount", read_figure)?,
            currency: row.text("currency").to_owned(),
            basis: Basis {
                driver: row.text("driver").to_owned(),
                measured: row.value("measured", read_figure)?,
                weight: row.value("weight", read_figure)?,
                quantity: row.value("driver_quantity", read_figure)?,
                total: row.value("driver_total", read_figure)?,
                ratio: row.value("ratio", |text| read_decimal(text, RATIO_SCALE.into()).map(Ratio))?,
                reason: row.optional("reason"),
                billed: row.value("billed_amount", read_figure)?,
                billed_currency: row.text("billed_currency").to_owned(),
                method: row.text("method").to_owned(),
                method_version: row.value("method_version", |text| text.parse().ok())?,
                policy_version: row.text("policy_version").to_owned(),
            },
        })
    };
    rows(files, ALLOCATION, ALLOCATION_COLUMNS)?.iter().map(part).collect()
}

/// What is booked of earlier months as a file.
pub(super) fn write_adjustments(adjustments: &[Adjustment]) -> String {
    let row = |Adjustment { share, booked, now }: &Adjustment| {
        let Share { period, pool, party, currency, amount } = share;
        let words = [period.to_string(), pool.clone(), party.to_string(), currency.clone()];
        words.into_iter().chain([booked, now, amount].map(|of| figure(*of))).collect()
    };
    sheet::write(ADJUSTMENT_COLUMNS, adjustments.iter().map(row))
}

/// What is booked of earlier months as its file says.
pub(super) fn read_adjustments(files: &Files) -> Result<Vec<Adjustment>, SheetError> {
    let adjustment = |row: &Row<'_>| {
        let share = Share {
            period: row.value("period", |text| text.parse().ok())?,
            pool: row.text("pool").to_owned(),
            party: Party::of_name(row.text("city")),
            currency: row.text("currency").to_owned(),
            amount: row.value("amount", read_figure)?,
        };
        Ok(Adjustment { share, booked: row.value("booked", read_figure)?, now: row.value("now", read_figure)? })
    };
    rows(files, ADJUSTMENTS, ADJUSTMENT_COLUMNS)?.iter().map(adjustment).collect()
}

/// What months were made of, as files.
pub(super) fn write_inputs(months: &[MonthInputs]) -> Files {
    let mut files = Files::new();
    let pools = months.iter().flat_map(|of| {
        of.pools.iter().map(move |(name, pool)| {
            let CostPool { amount, currency, driver } = pool;
            vec![of.month.to_string(), name.clone(), figure(*amount), currency.clone(), driver.to_string()]
        })
    });
    files.insert(POOLS.to_owned(), sheet::write(POOL_COLUMNS, pools));
    let rates = months.iter().flat_map(|of| {
        of.rates.iter().map(move |(currency, rate)| vec![of.month.to_string(), currency.clone(), figure(*rate)])
    });
    files.insert(RATES.to_owned(), sheet::write(RATE_COLUMNS, rates));
    files.insert(DRIVERS.to_owned(), sheet::write(DRIVER_COLUMNS, months.iter().flat_map(measured)));
    let live = months.iter().flat_map(|of| of.live.iter().map(move |city| vec![of.month.to_string(), city.clone()]));
    files.insert(LIVE.to_owned(), sheet::write(LIVE_COLUMNS, live));
    for of in months {
        files.extend(of.document.clone().map(|document| (policy_file(of.month), document)));
    }
    files
}

/// What was measured in a month, in one order.
fn measured(of: &MonthInputs) -> Vec<Vec<String>> {
    let mut measures: Vec<&Measure> = of.measures.iter().collect();
    measures.sort_by_key(|measure| (measure.driver, &measure.city, measure.quantity));
    let row = |Measure { driver, city, quantity }: &Measure| {
        vec![of.month.to_string(), driver.to_string(), city.clone().unwrap_or_default(), figure(*quantity)]
    };
    measures.into_iter().map(row).collect()
}

/// What months were made of, as their files say.
pub(super) fn read_inputs(files: &Files) -> Result<BTreeMap<Month, MonthInputs>, SheetError> {
    let mut months: BTreeMap<Month, MonthInputs> = BTreeMap::new();
    for row in rows(files, POOLS, POOL_COLUMNS)? {
        let month = month(&row)?;
        let pool = CostPool {
            amount: row.value("amount", read_figure)?,
            currency: row.text("currency").to_owned(),
            driver: row.value("driver", |text| text.parse().ok())?,
        };
        let of = match months.entry(month) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(nothing_of(month, files)?),
        };
        of.pools.insert(row.text("pool").to_owned(), pool);
    }
    for row in rows(files, RATES, RATE_COLUMNS)? {
        let rate = row.value("rate_to_hkd", read_figure)?;
        of_month(&mut months, &row)?.rates.insert(row.text("currency").to_owned(), rate);
    }
    for row in rows(files, DRIVERS, DRIVER_COLUMNS)? {
        let measure = Measure {
            driver: row.value("driver", |text| text.parse().ok())?,
            city: row.optional("city"),
            quantity: row.value("quantity", read_figure)?,
        };
        of_month(&mut months, &row)?.measures.push(measure);
    }
    for row in rows(files, LIVE, LIVE_COLUMNS)? {
        of_month(&mut months, &row)?.live.insert(row.text("city").to_owned());
    }
    Ok(months)
}

/// A month with its policy and nothing else.
fn nothing_of(month: Month, files: &Files) -> Result<MonthInputs, SheetError> {
    let name = policy_file(month);
    let document = files.get(&name).cloned();
    let policy = document.as_ref().map(|document| read_policy(document.as_bytes()));
    let policy = policy.transpose().map_err(|_| SheetError::Value { file: name, row: 1, column: "version" })?;
    Ok(MonthInputs {
        month,
        pools: BTreeMap::new(),
        measures: Vec::new(),
        live: BTreeSet::new(),
        rates: BTreeMap::new(),
        policy: policy.unwrap_or_else(Policy::standard),
        document,
    })
}

fn policy_file(month: Month) -> String {
    format!("policy-{month}.toml")
}

fn rows<'a>(files: &Files, name: &'a str, columns: &'static [&'static str]) -> Result<Vec<Row<'a>>, SheetError> {
    let text = files.get(name).ok_or_else(|| SheetError::Missing(name.to_owned()))?;
    sheet::read(name, columns, text)
}

fn month(row: &Row<'_>) -> Result<Month, SheetError> {
    row.value("month", |text| text.parse().ok())
}

/// A row's month, which has pools.
fn of_month<'m>(
    months: &'m mut BTreeMap<Month, MonthInputs>,
    row: &Row<'_>,
) -> Result<&'m mut MonthInputs, SheetError> {
    months.get_mut(&month(row)?).ok_or_else(|| row.unreadable("month"))
}

fn figure(of: Figure) -> String {
    decimal(of.0, FIGURE_SCALE.unsigned_abs().into())
}

fn read_figure(text: &str) -> Option<Figure> {
    read_decimal(text, FIGURE_SCALE.unsigned_abs().into()).map(Figure)
}
