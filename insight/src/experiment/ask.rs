//! Asks the platform for the experiments that usage events name, and judges each of them.
//!
//! The unit is the invoice: which variant it was given, its usage says; what came of it, is known when it has settled.
//! An invoice counts from the day on which both were known, so that what a look once said of a day stays: a look at
//! which later events were already counted would be none that anybody could have taken.

use std::collections::BTreeMap;

use arrow::array::{Array, Float64Array, RecordBatch};
use chrono::{DateTime, SecondsFormat};
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::standard::{NUM_METRICS, plan};
use super::{Arm, Gathered, Look, Plan, Report, Tally, judge};
use crate::columns::{instants, numbers, texts, value};

/// Experiments that ran longer ago are over.
const PAST: Micros = 180 * DAY;

/// Columns before the first figure: experiment, variant, day.
const NUM_KEYS: usize = 3;

/// An experiment, by what it was judged, and the last look at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The plan.
    pub plan: Plan,
    /// What was seen of it until now.
    pub last: Look,
    /// How it stands.
    pub report: Report,
}

/// What is known of an experiment: what each day adds to each variant.
#[derive(Debug, Default)]
struct Seen {
    days: BTreeMap<Micros, BTreeMap<String, Arm>>,
    num_crossed: u64,
}

/// All experiments of the last 180 days as they stand, by name. One with a single variant is none.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn experiments(queries: &dyn PinnedQueries, now: Micros) -> Result<Vec<Judged>, ServiceError> {
    let mut experiments: BTreeMap<String, Seen> = BTreeMap::new();
    for rows in queries.rows(&sql(now)).await? {
        read(&rows, &mut experiments)?;
    }
    Ok(experiments.into_iter().filter_map(|(name, seen)| judged(&name, seen)).collect())
}

/// A row an experiment, variant and day. The variant is null for invoices that were seen in several. Sums are exact,
/// and so the same whatever order rows are added in: cost counts to the millionth.
fn sql(now: Micros) -> String {
    let from = DateTime::from_timestamp_micros(now.saturating_sub(PAST)).unwrap_or_default();
    let from = from.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!(
        "WITH exposed AS (
           SELECT experiment, invoice_id, CASE WHEN min(variant) = max(variant) THEN min(variant) END AS variant,
             min(time) AS first_at, sum(latency_ms) AS latency_ms, count(*) FILTER (WHERE status <> 'ok') AS failures
           FROM usage_events
           WHERE experiment IS NOT NULL AND variant IS NOT NULL AND invoice_id IS NOT NULL
             AND time >= CAST('{from}' AS TIMESTAMP WITH TIME ZONE)
           GROUP BY experiment, invoice_id
         ), units AS (
           SELECT e.experiment, e.variant, e.latency_ms, e.failures, i.completed_at, i.fields_corrected, i.automation,
             CAST(i.ai_cost_hkd AS DECIMAL(18, 6)) AS cost,
             date_trunc('day', CASE WHEN i.settled_at > e.first_at THEN i.settled_at ELSE e.first_at END) AS day
           FROM exposed e JOIN invoices i ON i.invoice_id = e.invoice_id
           WHERE i.settled_at IS NOT NULL
         )
         SELECT experiment, variant, day, count(*) AS units,
           count(*) FILTER (WHERE completed_at IS NOT NULL AND fields_corrected = 0) AS successes,
           count(*) FILTER (WHERE automation IN ('full', 'assisted')) AS automated,
           sum(cost) AS cost, sum(cost * cost) AS cost_squares,
           count(latency_ms) AS timed, sum(latency_ms) AS latency, sum(latency_ms * latency_ms) AS latency_squares,
           count(*) FILTER (WHERE failures > 0) AS failed
         FROM units
         GROUP BY experiment, variant, day"
    )
}

fn read(rows: &RecordBatch, experiments: &mut BTreeMap<String, Seen>) -> Result<(), ServiceError> {
    let [names, variants] = texts(rows)?;
    let days = instants(rows, 2)?;
    let figures = (NUM_KEYS..rows.num_columns()).map(|place| numbers(rows, place)).collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.num_rows() {
        let seen = experiments.entry(names.value(row).to_owned()).or_default();
        let Some(arm) = arm(&figures, row) else { continue };
        match value(&variants, row) {
            Some(variant) => {
                seen.days.entry(days.value(row)).or_default().insert(variant.to_owned(), arm);
            }
            None => seen.num_crossed += arm.num_units,
        }
    }
    Ok(())
}

/// What a row adds up to; none where it has other columns.
fn arm(figures: &[Float64Array], row: usize) -> Option<Arm> {
    let [units, successes, automated, cost, cost_squares, timed, latency, latency_squares, failed] =
        <[&Float64Array; 9]>::try_from(Vec::from_iter(figures)).ok()?;
    // A sum over nothing is null.
    let of = |column: &Float64Array| if column.is_null(row) { 0.0 } else { column.value(row) };
    let num_units = of(units) as u64;
    let share = |successes| Tally { num_units, sum: of(successes), sum_of_squares: of(successes) };
    let metrics: [Tally; NUM_METRICS] = [
        share(successes),
        share(automated),
        Tally { num_units, sum: of(cost), sum_of_squares: of(cost_squares) },
        Tally { num_units: of(timed) as u64, sum: of(latency), sum_of_squares: of(latency_squares) },
        share(failed),
    ];
    Some(Arm { num_units, metrics: metrics.to_vec() })
}

fn judged(name: &str, seen: Seen) -> Option<Judged> {
    let mut variants: Vec<&str> = seen.days.values().flat_map(BTreeMap::keys).map(String::as_str).collect();
    variants.sort_unstable();
    variants.dedup();
    let plan = plan(name, &variants);
    let gathered = Gathered { looks: looks(&plan, &seen), num_crossed: seen.num_crossed, num_unplanned: 0 };
    let report = judge(&plan, &gathered).ok()?;
    let last = gathered.looks.into_iter().next_back()?;
    Some(Judged { plan, last, report })
}

/// The experiment at the end of each day.
fn looks(plan: &Plan, seen: &Seen) -> Vec<Look> {
    let none = Arm { num_units: 0, metrics: vec![Tally::default(); plan.metrics.len()] };
    let mut now: Look = vec![none; plan.variants.len()];
    let at_the_end = |day: &BTreeMap<String, Arm>| {
        for (variant, arm) in plan.variants.iter().zip(&mut now) {
            if let Some(more) = day.get(&variant.name) {
                add(arm, more);
            }
        }
        now.clone()
    };
    seen.days.values().map(at_the_end).collect()
}

fn add(arm: &mut Arm, more: &Arm) {
    arm.num_units += more.num_units;
    for (sum, more) in arm.metrics.iter_mut().zip(&more.metrics) {
        sum.num_units += more.num_units;
        sum.sum += more.sum;
        sum.sum_of_squares += more.sum_of_squares;
    }
}

#[cfg(test)]
mod tests;
