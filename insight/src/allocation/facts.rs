//! Asks the platform what a month's allocation is made of: through the port, over one statement's view of the tables.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::Array;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;
use tidemark_model::port::{MonthFilter, PinnedQueries};

use super::allocate::CostPool;
use super::input::read_policy;
use super::inputs::{MonthInputs, Policies};
use super::{Driver, Measure};
use crate::columns::{figures, texts};

/// The pools of the months that are wanted.
pub(crate) async fn pools(
    queries: &dyn PinnedQueries,
    is_wanted: &MonthFilter<'_>,
) -> Result<BTreeMap<Month, BTreeMap<String, CostPool>>, ServiceError> {
    let mut months: BTreeMap<Month, BTreeMap<String, CostPool>> = BTreeMap::new();
    for rows in queries.rows("SELECT month, pool, currency, driver, amount FROM cost_pools").await? {
        let [month, pool, currency, driver] = texts(&rows)?;
        let amounts = figures(&rows, 4)?;
        for row in (0..rows.num_rows()).filter(|row| is_wanted(month.value(*row))) {
            let cost_pool = CostPool {
                amount: Figure(amounts.value(row)),
                currency: currency.value(row).to_owned(),
                driver: driver.value(row).parse().map_err(unreadable)?,
            };
            let month: Month = month.value(row).parse().map_err(unreadable)?;
            months.entry(month).or_default().insert(pool.value(row).to_owned(), cost_pool);
        }
    }
    Ok(months)
}

/// Every version of the policy, in the order of import.
pub(crate) async fn policies(queries: &dyn PinnedQueries) -> Result<Policies, ServiceError> {
    let mut policies = Policies::default();
    for rows in queries.rows("SELECT document FROM allocation_policies ORDER BY import").await? {
        let [documents] = texts(&rows)?;
        for document in documents.iter().flatten() {
            let policy = read_policy(document.as_bytes()).map_err(unreadable)?;
            policies.documents.insert(policy.version.clone(), document.to_owned());
            policies.versions.push(policy);
        }
    }
    Ok(policies)
}

/// All that a month's allocation is made of.
pub(crate) async fn inputs(
    queries: &dyn PinnedQueries,
    month: Month,
    pools: &BTreeMap<String, CostPool>,
    policies: &Policies,
) -> Result<MonthInputs, ServiceError> {
    let (policy, document) = policies.in_force(month);
    let drivers: BTreeSet<Driver> = pools.iter().map(|(name, pool)| policy.driver_of(name, pool.driver)).collect();
    let mut all = Vec::new();
    for driver in drivers {
        all.extend(measures(queries, driver, month).await?);
    }
    let (live, rates) = (live(queries, month).await?, rates(queries, month).await?);
    Ok(MonthInputs { month, pools: pools.clone(), measures: all, live, rates, policy, document })
}

/// What one unit of each currency is in HKD in a month.
async fn rates(queries: &dyn PinnedQueries, month: Month) -> Result<BTreeMap<String, Figure>, ServiceError> {
    let day = month.first_day();
    let sql = format!(
        "SELECT currency, hkd FROM exchange_rates \
         WHERE valid_from <= DATE '{day}' AND (valid_until IS NULL OR valid_until > DATE '{day}')"
    );
    let mut rates = BTreeMap::new();
    for rows in queries.rows(&sql).await? {
        let [currencies] = texts(&rows)?;
        let hkd = figures(&rows, 1)?;
        rates.extend((0..rows.num_rows()).map(|row| (currencies.value(row).to_owned(), Figure(hkd.value(row)))));
    }
    Ok(rates)
}

/// The cities whose first invoice came in the month or before it.
async fn live(queries: &dyn PinnedQueries, month: Month) -> Result<BTreeSet<String>, ServiceError> {
    let sql = format!("SELECT city FROM city_go_lives WHERE {} AND city IS NOT NULL", before_end("go_live", month));
    let mut live = BTreeSet::new();
    for rows in queries.rows(&sql).await? {
        let [cities] = texts(&rows)?;
        live.extend(cities.iter().flatten().map(str::to_owned));
    }
    Ok(live)
}

/// What was measured of a driver in a month.
async fn measures(queries: &dyn PinnedQueries, driver: Driver, month: Month) -> Result<Vec<Measure>, ServiceError> {
    let Some(sql) = measuring(driver, month) else { return Ok(Vec::new()) };
    let mut measures = Vec::new();
    for rows in queries.rows(&sql).await? {
        let [cities, unpriced] = texts(&rows)?;
        if let Some(currency) = unpriced.iter().flatten().next() {
            let message = format!("usage of {month} cost {currency}, of which there is no exchange rate");
            let error = ServiceError::new(ErrorCode::InvalidValue, message);
            return Err(error.with_hint("import one: tidemark finance import --rates FILE"));
        }
        let quantities = figures(&rows, 2)?;
        measures.extend((0..rows.num_rows()).map(|row| Measure {
            driver,
            city: cities.is_valid(row).then(|| cities.value(row).to_owned()),
            quantity: Figure(quantities.value(row)),
        }));
    }
    Ok(measures)
}

/// The query for a driver: city, a currency without a rate where there is one, quantity. None for drivers that are not
/// measured.
fn measuring(driver: Driver, month: Month) -> Option<String> {
    const NONE: &str = "CAST(NULL AS VARCHAR)";
    let day = month.first_day();
    Some(match driver {
        Driver::Invoices => format!(
            "SELECT city, {NONE}, CAST(count(*) AS DECIMAL(38, 9)) FROM settled_invoices WHERE {} GROUP BY city",
            within("settled_at", month)
        ),
        // A rate holds for whole months, so what a city's usage cost in a currency is converted as one sum.
        Driver::DirectCost => format!(
            "SELECT u.city, min(u.currency) FILTER (WHERE r.hkd IS NULL), \
               CAST(coalesce(sum(u.cost * r.hkd), 0) AS DECIMAL(38, 9)) \
             FROM (SELECT city, currency, sum(cost) AS cost FROM usage_days \
               WHERE day >= DATE '{day}' AND {} GROUP BY city, currency) u \
             LEFT JOIN exchange_rates r ON r.currency = u.currency AND r.valid_from <= DATE '{day}' \
               AND (r.valid_until IS NULL OR r.valid_until > DATE '{day}') \
             GROUP BY u.city",
            before_end("day", month)
        ),
        // A gauge: the last reading of a local day counts for the day.
        Driver::Storage => format!(
            "SELECT city, {NONE}, CAST(coalesce(sum(bytes), 0) AS DECIMAL(38, 9)) FROM ( \
               SELECT city, bytes, row_number() OVER (PARTITION BY city, day ORDER BY at DESC, event_id DESC) AS age \
               FROM storage_readings WHERE day >= DATE '{day}' AND {}) \
             WHERE age = 1 GROUP BY city",
            before_end("day", month)
        ),
        Driver::ActiveUsers => format!(
            "SELECT city, {NONE}, CAST(count(DISTINCT user_id) AS DECIMAL(38, 9)) FROM user_days \
             WHERE day >= DATE '{day}' AND {} GROUP BY city",
            before_end("day", month)
        ),
        Driver::Fixed | Driver::Even => return None,
    })
}

/// The condition that an instant lies in the local month of its city; with bounds in UTC by which files are left out.
fn within(instant: &str, month: Month) -> String {
    let day = month.first_day();
    let end = month.next().map_or(String::new(), |next| {
        format!(" AND {instant} < CAST('{}' AS TIMESTAMP) + INTERVAL '1 day'", next.first_day())
    });
    format!(
        "{instant} >= CAST('{day}' AS TIMESTAMP) - INTERVAL '1 day'{end} \
         AND local_month({instant}, city) = DATE '{day}'"
    )
}

/// The condition that a local day lies before the month's end.
fn before_end(day: &str, month: Month) -> String {
    month.next().map_or("true".to_owned(), |next| format!("{day} < DATE '{}'", next.first_day()))
}

/// What was imported was read once already, so this release reads less than the one that imported it.
pub(crate) fn unreadable(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("what finance imported cannot be read by this release: {error}"))
}
