//! What is used of services and storage, day by day: calls of AI, requests to the platform, bytes stored, and what each
//! budget's category costs. Capacity and the ends of months are planned from them, and calls and requests are watched;
//! they are days of the view `used_days`, not KPIs of the catalogue.

use std::borrow::Cow;

use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;

use crate::columns::texts;
use crate::literal::list;

/// A series of days, city by city.
#[derive(Debug)]
pub(crate) struct Used {
    /// Its name in `used_days`, `forecasts` and `anomalies`.
    pub name: Cow<'static, str>,
    /// Whether it stays as it was where nothing came.
    pub is_level: bool,
}

/// Those that are there whatever finance says.
pub(crate) const ALWAYS: &[Used] = &[
    Used { name: Cow::Borrowed("ai_calls"), is_level: false },
    Used { name: Cow::Borrowed("api_requests"), is_level: false },
    Used { name: Cow::Borrowed("storage_bytes"), is_level: true },
];

/// What the name of a category's cost begins with; the category follows. In HKD.
pub(crate) const COST_OF: &str = "cost_hkd:";

/// What each budget's category costs. That of AI is a KPI.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn costs(queries: &dyn PinnedQueries) -> Result<Vec<Used>, ServiceError> {
    let mut costs = Vec::new();
    for rows in queries.rows("SELECT DISTINCT category FROM budgets WHERE category <> 'ai' ORDER BY category").await? {
        let [categories] = texts(&rows)?;
        let used = |category| Used { name: Cow::Owned(format!("{COST_OF}{category}")), is_level: false };
        costs.extend(categories.iter().flatten().map(used));
    }
    Ok(costs)
}

/// The days of these before `until`, a date as SQL, and so many before now. All in one question: a service that was not
/// used while others were cost nothing on these days.
pub(super) fn sql(used: &[&Used], until: &str, num_days: i64) -> String {
    format!(
        "SELECT series AS kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(day AS TIMESTAMP) AS at, value, \
           CAST({until} AS TIMESTAMP) AS until \
         FROM used_days WHERE series IN ({}) AND day < {until} \
           AND day >= CAST(now() AS DATE) - INTERVAL '{num_days} days'",
        list(used.iter().map(|used| &used.name))
    )
}
