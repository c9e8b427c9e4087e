//! Asks the platform what forecasts do not say: how long each step of the pipeline takes, what a month has cost so far,
//! and what it may cost.

use std::collections::BTreeMap;

use arrow::array::Array;
use chrono::NaiveDate;
use tidemark_model::error::ServiceError;
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::erlang::Service;
use crate::columns::{counts, figures, numbers, texts};
use crate::literal::instant;

/// How far back work is looked at: four weeks, so that each weekday counts the same.
const WORK_PAST: Micros = 28 * DAY;

/// The event by which arrivals are counted.
const RECEIVED: &str = "invoice.received";

/// How one step of the pipeline works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// How often an invoice takes the step: below 1 where not every one does, above 1 where some do again.
    pub share: f64,
    /// How long it takes.
    pub service: Service,
}

/// What the platform knows of a month's metered costs, by category and city. All amounts in HKD.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spending {
    /// What each city has spent from the month's first day until the forecast begins.
    pub spent: BTreeMap<(String, String), Figure>,
    /// What each city may spend; none where finance named no budget, or in a currency without a rate, or where the month's
    /// bill is there.
    pub budgets: BTreeMap<(String, String), Figure>,
}

/// How the steps worked in the four weeks before an instant, by the type of event that ends each.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn work(queries: &dyn PinnedQueries, now: Micros) -> Result<BTreeMap<String, Work>, ServiceError> {
    let mut seen = BTreeMap::new();
    for rows in queries.rows(&work_sql(now)).await? {
        let [kinds] = texts(&rows)?;
        let (events, timed, sums, p95) = (counts(&rows, 1)?, counts(&rows, 2)?, numbers(&rows, 3)?, numbers(&rows, 4)?);
        for row in 0..rows.num_rows() {
            let mean_ms = sums.value(row) / timed.value(row) as f64;
            let service = Service { mean_ms, p95_ms: p95.is_valid(row).then(|| p95.value(row)) };
            seen.insert(kinds.value(row).to_owned(), (events.value(row) as f64, service));
        }
    }
    let Some((num_received, _)) = seen.remove(RECEIVED) else { return Ok(BTreeMap::new()) };
    // Of what was never timed, nothing is known.
    seen.retain(|_, (_, service)| service.mean_ms > 0.0);
    Ok(seen.into_iter().map(|(kind, (num, service))| (kind, Work { share: num / num_received, service })).collect())
}

fn work_sql(now: Micros) -> String {
    let from = instant(now.saturating_sub(WORK_PAST));
    format!(
        "SELECT type, count(*) AS events, count(duration_ms) AS timed, CAST(sum(duration_ms) AS DOUBLE) AS sum_ms, \
           CAST(percentile(duration_ms, 0.95) AS DOUBLE) AS p95_ms \
         FROM invoice_events \
         WHERE type IN ('{RECEIVED}', 'invoice.ocr_completed', 'invoice.extracted', 'invoice.reviewed') \
           AND time >= {from} \
         GROUP BY type"
    )
}

/// What was spent in the month of a day before that day, and what may be spent in it.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn spending(queries: &dyn PinnedQueries, until: NaiveDate) -> Result<Spending, ServiceError> {
    let Some(month) = Month::of(until) else { return Ok(Spending::default()) };
    let first = month.first_day();
    let ai = format!(
        "SELECT 'ai' AS category, city, sum(value) AS spent FROM kpi_daily \
         WHERE kpi = 'ai_cost_hkd' AND city IS NOT NULL AND bucket >= DATE '{first}' AND bucket < DATE '{until}' \
         GROUP BY city"
    );
    let others = format!(
        "SELECT m.category, m.city, sum(CAST(m.cost * r.hkd AS DECIMAL(38, 9))) AS counted \
         FROM metered_costs m JOIN exchange_rates r ON r.currency = m.currency AND r.valid_from <= m.day \
           AND (r.valid_until IS NULL OR r.valid_until > m.day) \
         WHERE m.category <> 'ai' AND m.day >= DATE '{first}' AND m.day < DATE '{until}' \
         GROUP BY m.category, m.city"
    );
    let budgets = format!(
        "SELECT b.category, b.city, CAST(b.amount * r.hkd AS DECIMAL(38, 9)) AS budget \
         FROM budgets b JOIN exchange_rates r ON r.currency = b.currency \
         LEFT JOIN cost_pools p ON p.month = b.month AND p.pool = b.category \
         WHERE b.month = '{month}' AND p.pool IS NULL AND r.valid_from <= DATE '{first}' \
           AND (r.valid_until IS NULL OR r.valid_until > DATE '{first}')"
    );
    let mut spent = amounts(queries, &ai).await?;
    spent.extend(amounts(queries, &others).await?);
    Ok(Spending { spent, budgets: amounts(queries, &budgets).await? })
}

/// An amount of each category and city; a city without one is left out.
async fn amounts(queries: &dyn PinnedQueries, sql: &str) -> Result<BTreeMap<(String, String), Figure>, ServiceError> {
    let mut amounts = BTreeMap::new();
    for rows in queries.rows(sql).await? {
        let [categories, cities] = texts(&rows)?;
        let figures = figures(&rows, 2)?;
        let known = (0..rows.num_rows()).filter(|row| cities.is_valid(*row) && figures.is_valid(*row));
        let key = |row| (categories.value(row).to_owned(), cities.value(row).to_owned());
        amounts.extend(known.map(|row| (key(row), Figure(figures.value(row)))));
    }
    Ok(amounts)
}
