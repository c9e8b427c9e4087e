//! Which part of a figure made it unusual: by forwarder, city, model or service, beside the mean of the same hours or days
//! of the four weeks before.

use std::collections::BTreeMap;

use arrow::array::{Array, Float64Array};
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::DAY;

use super::ask::{Cell, Kpi, Nature};
use super::clock::Clock;
use crate::anomaly::explain::{RatioPart, SumPart, explain_ratio, explain_sum};
use crate::anomaly::finding::figure;
use crate::columns::{instants, numbers, texts, value};
use crate::forecast::past::{Grain, Key};
use crate::literal::{day, instant, quoted};

/// Weeks before that say what is usual.
const NUM_WEEKS: i64 = 4;

/// Parts that are named; all others together are one more.
const NUM_NAMED: usize = 3;

/// A figure over some periods of a series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures<'a> {
    pub(super) key: &'a Key,
    pub(super) kpi: &'a Kpi,
    pub(super) clock: Clock,
    /// First and last period.
    pub(super) span: (i64, i64),
}

/// Observed, and the sum of the weeks before.
type Parts = BTreeMap<String, [Cell; 2]>;

impl Figures<'_> {
    /// The parts that made the figures unusual, in words; none where there are no parts, or no weeks before.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    pub(super) async fn split(self, queries: &dyn PinnedQueries) -> Result<Option<String>, ServiceError> {
        let Some((by, sql)) = self.question() else { return Ok(None) };
        let mut parts = Parts::new();
        let mut weeks = [false; NUM_WEEKS as usize];
        for rows in queries.rows(&sql).await? {
            let [labels] = texts(&rows)?;
            let (at, numerators, denominators) = (instants(&rows, 1)?, numbers(&rows, 2)?, numbers(&rows, 3)?);
            for row in 0..rows.num_rows() {
                let period =
                    if by.is_of_days { at.value(row).div_euclid(DAY) } else { self.clock.period(at.value(row)) };
                let Some(week) = self.week(period) else { continue };
                let number = |column: &Float64Array| {
                    if column.is_null(row) { 0.0 } else { column.value(row) }
                };
                let cell = Cell { numerator: number(&numerators), denominator: number(&denominators) };
                let label = value(&labels, row).unwrap_or("(none)").to_owned();
                parts.entry(label).or_default()[usize::from(week > 0)].add(cell);
                if let Some(known) = week.checked_sub(1).and_then(|week| weeks.get_mut(week)) {
                    *known = true;
                }
            }
        }
        let num_weeks = weeks.into_iter().filter(|known| *known).count();
        Ok(self.words(&parts, num_weeks).map(|words| format!("by {}: {words}", by.name)))
    }

    /// Which week a period belongs to: 0 for what is unusual, 1 to 4 for those before.
    fn week(self, period: i64) -> Option<usize> {
        let (first, last) = self.span;
        let of_week = |week: &i64| {
            let shift = week * self.clock.periods_a_week();
            (first - shift..=last - shift).contains(&period)
        };
        (0..=NUM_WEEKS).find(of_week).and_then(|week| usize::try_from(week).ok())
    }

    /// What the parts are by, and the question: label, time, numerator and denominator.
    fn question(self) -> Option<(By, String)> {
        let (kpi, Key { grain, city, forwarder, .. }) = (quoted(&self.key.kpi), self.key);
        let from = self.span.0 - NUM_WEEKS * self.clock.periods_a_week();
        let by_days = |name, label, condition: String| {
            let sql = format!(
                "SELECT {label}, CAST(bucket AS TIMESTAMP), CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE) \
                 FROM {} WHERE kpi = {kpi} AND bucket >= {} AND bucket <= {}{condition}",
                if label == "city" && forwarder.is_none() { "kpi_daily" } else { "kpi_daily_by_forwarder" },
                day(from),
                day(self.span.1)
            );
            Some((By { name, is_of_days: true }, sql))
        };
        match (self.key.kpi.as_str(), forwarder, city, grain) {
            _ if !self.kpi.adds_up => None,
            ("ai_cost_hkd" | "ai_error_rate" | "ai_calls", ..) => {
                Some((By { name: "model", is_of_days: false }, self.usage()))
            }
            (_, Some(forwarder), ..) => by_days("city", "city", format!(" AND forwarder = {}", quoted(forwarder))),
            (_, None, None, Grain::Day) if self.kpi.is_used => {
                let sql = format!(
                    "SELECT city, CAST(day AS TIMESTAMP), value, CAST(1 AS DOUBLE) FROM used_days \
                     WHERE series = {kpi} AND day >= {} AND day <= {}",
                    day(from),
                    day(self.span.1)
                );
                Some((By { name: "city", is_of_days: true }, sql))
            }
            (_, None, None, Grain::Day) => by_days("city", "city", String::new()),
            (_, None, Some(city), Grain::Day) if self.kpi.by_forwarder => {
                by_days("forwarder", "forwarder", format!(" AND city = {}", quoted(city)))
            }
            (_, None, None, Grain::Hour) => {
                let sql = format!(
                    "SELECT city, bucket, CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE) FROM kpi_hourly \
                     WHERE kpi = {kpi} AND bucket >= {} AND bucket < {}",
                    instant(self.clock.start(from)),
                    instant(self.clock.start(self.span.1 + 1))
                );
                Some((By { name: "city", is_of_days: false }, sql))
            }
            _ => None,
        }
    }

    /// What AI services were used for, by model, else service, hour by hour in the five spans.
    fn usage(self) -> String {
        let span = |week: i64| {
            let shift = week * self.clock.periods_a_week();
            let (from, until) = (self.clock.start(self.span.0 - shift), self.clock.start(self.span.1 + 1 - shift));
            format!("(time >= {} AND time < {})", instant(from), instant(until))
        };
        let spans = (0..=NUM_WEEKS).map(span).collect::<Vec<_>>().join(" OR ");
        let earliest = instant(self.clock.start(self.span.0 - NUM_WEEKS * self.clock.periods_a_week()));
        let city = self.key.city.as_deref().map(|city| format!(" AND city = {}", quoted(city))).unwrap_or_default();
        let calls = "meter IN ('di.calls', 'llm.calls')";
        let (numerator, table, meters) = match self.kpi.nature {
            Nature::Share => ("count(*) FILTER (WHERE status <> 'ok')", "usage_events", calls.to_owned()),
            // What no city caused is in no figure of calls.
            Nature::Count => ("sum(quantity)", "usage_events", format!("{calls} AND city IS NOT NULL")),
            _ => ("sum(cost_hkd)", "usage_costs", "(meter LIKE 'di.%' OR meter LIKE 'llm.%')".to_owned()),
        };
        format!(
            "SELECT coalesce(model, service, meter), date_trunc('hour', time), CAST({numerator} AS DOUBLE), \
               CAST(count(*) AS DOUBLE) \
             FROM {table} WHERE {meters} AND time >= {earliest} AND ({spans}){city} GROUP BY 1, 2"
        )
    }

    fn words(self, parts: &Parts, num_weeks: usize) -> Option<String> {
        let is_ratio = matches!(self.kpi.nature, Nature::Share | Nature::Mean);
        // Of a sum where nothing ever was, each part is news; a ratio of nothing says nothing.
        let is_told = if num_weeks == 0 { !is_ratio && !parts.is_empty() } else { parts.len() > 1 };
        if !is_told {
            return None;
        }
        let usual = |sum: f64| figure(sum / num_weeks.max(1) as f64);
        let explained = if is_ratio {
            let part = |(label, [observed, before]): (&String, &[Cell; 2])| RatioPart {
                label: label.clone(),
                expected: (usual(before.numerator), usual(before.denominator)),
                observed: (figure(observed.numerator), figure(observed.denominator)),
            };
            explain_ratio(&parts.iter().map(part).collect::<Vec<_>>())
        } else {
            let part = |(label, [observed, before]): (&String, &[Cell; 2])| SumPart {
                label: label.clone(),
                expected: usual(before.numerator),
                observed: figure(observed.numerator),
            };
            explain_sum(&parts.iter().map(part).collect::<Vec<_>>())
        };
        explained.map(|explained| explained.words(NUM_NAMED))
    }
}

/// What parts are by.
#[derive(Debug, Clone, Copy)]
struct By {
    name: &'static str,
    /// Whether times are days at midnight UTC, and no instants.
    is_of_days: bool,
}
