//! What the platform finds by itself, as gauges: `tidemark_quality_level{stream,aspect}`, how good the data are;
//! `tidemark_anomalies_open{series,severity}`, what is unusual and nobody has looked at;
//! `tidemark_budget_crossed{city,category}`, which steps of budgets are on record; `tidemark_ai_degrade{measure,city}`,
//! whether AI is to be degraded to save cost; and `tidemark_rule_level{rule,forwarder}`, which new versions of rules do
//! harm.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use futures::TryStreamExt;
use prometheus::{IntCounterVec, Opts, Registry};
use tidemark_model::error::ServiceError;
use tidemark_model::port::QuerySession;

use crate::labelled::Labelled;

/// The views of data quality read weeks of events, which takes seconds: they are asked on their own.
const QUALITY_KEPT: Duration = Duration::from_mins(5);
const QUALITY: &str = "SELECT stream, aspect, CAST(CASE status WHEN 'act' THEN 2 WHEN 'warn' THEN 1 ELSE 0 END AS DOUBLE) \
    FROM quality_status ORDER BY 1, 2";

const ANOMALIES_KEPT: Duration = Duration::from_secs(30);
/// What nobody has looked at for a week rings no more.
const ANOMALIES: &str = "SELECT series, severity, CAST(count(*) AS DOUBLE) FROM anomalies \
    WHERE state = 'new' AND detected_at > now() - INTERVAL '7 days' GROUP BY 1, 2 ORDER BY 1, 2";

const CROSSINGS_KEPT: Duration = Duration::from_secs(30);
/// Of the month that each city has now.
const CROSSINGS: &str = "SELECT city, category, CAST(max(threshold) AS DOUBLE) FROM budget_crossings \
    WHERE CAST(month || '-01' AS DATE) = local_month(now(), city) GROUP BY 1, 2 ORDER BY 1, 2";

const DEGRADE_KEPT: Duration = Duration::from_secs(30);
const DEGRADE: &str = "SELECT measure, coalesce(city, 'all'), \
    CAST(CASE status WHEN 'act' THEN 2 WHEN 'warn' THEN 1 ELSE 0 END AS DOUBLE) FROM ai_degradation ORDER BY 1, 2";

const RULES_KEPT: Duration = Duration::from_secs(30);
/// Of the versions that were promoted within two days only those that are not well: one series for each of 2,000 rules
/// would say nothing more.
const RULES: &str = "SELECT rule_id || ' ' || rule_version, coalesce(forwarder, 'all'), \
    CAST(CASE state WHEN 'warning' THEN 1 ELSE 2 END AS DOUBLE) FROM rules_watched \
    WHERE state IN ('warning', 'rollback_advised', 'suspended') ORDER BY 3 DESC, 1";

/// The gauges of findings.
#[derive(Debug)]
pub(crate) struct Findings {
    quality: Reading,
    others: [Reading; 4],
    failures: IntCounterVec,
}

/// One gauge, how it is read, and when it last was, with how many series had no place then.
#[derive(Debug)]
struct Reading {
    of: &'static str,
    sql: &'static str,
    kept: Duration,
    gauge: Labelled,
    read: Mutex<Option<(Instant, usize)>>,
}

impl Findings {
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let quality = Labelled::register(
            registry,
            "tidemark_quality_level",
            "how good the data of a stream are in one respect: 0 well, 1 warn, 2 act",
            ["stream", "aspect"],
        )?;
        let anomalies = Labelled::register(
            registry,
            "tidemark_anomalies_open",
            "what was found unusual within a week and nobody has looked at, by series and severity",
            ["series", "severity"],
        )?;
        let crossings = Labelled::register(
            registry,
            "tidemark_budget_crossed",
            "highest step of this month's budget that is on record as passed, in percent: 50, 80 or 100",
            ["city", "category"],
        )?;
        let degrade = Labelled::register(
            registry,
            "tidemark_ai_degrade",
            "whether AI costs too much by one measure: 0 no, 1 warn, 2 degrade it; city all is the group",
            ["measure", "city"],
        )?;
        let rules = Labelled::register(
            registry,
            "tidemark_rule_level",
            "a rule's version of the last two days that does harm: 1 warn, 2 to be rolled back or reviewed",
            ["rule", "forwarder"],
        )?;
        let failures = IntCounterVec::new(
            Opts::new("tidemark_finding_reading_failures_total", "readings of findings that failed, by what is read"),
            &["of"],
        )?;
        registry.register(Box::new(failures.clone()))?;
        let reading = |of, sql, kept, gauge| {
            failures.with_label_values(&[of]);
            Reading { of, sql, kept, gauge, read: Mutex::default() }
        };
        let quality = reading("quality", QUALITY, QUALITY_KEPT, quality);
        let others = [
            reading("anomalies", ANOMALIES, ANOMALIES_KEPT, anomalies),
            reading("crossings", CROSSINGS, CROSSINGS_KEPT, crossings),
            reading("degradation", DEGRADE, DEGRADE_KEPT, degrade),
            reading("rules", RULES, RULES_KEPT, rules),
        ];
        Ok(Self { quality, others, failures })
    }

    /// Reads all but data quality, where that was not a moment ago; answers how many series of all had no place. What
    /// fails is counted and logged, and keeps its values.
    pub(crate) async fn read(&self, session: &dyn QuerySession, series_max: usize) -> usize {
        let mut dropped = self.quality.last().map_or(0, |(_, dropped)| dropped);
        for reading in &self.others {
            dropped += self.outcome(reading, reading.read(session, series_max).await);
        }
        dropped
    }

    /// The same of data quality.
    pub(crate) async fn read_quality(&self, session: &dyn QuerySession, series_max: usize) {
        self.outcome(&self.quality, self.quality.read(session, series_max).await);
    }

    fn outcome(&self, reading: &Reading, dropped: Result<usize, ServiceError>) -> usize {
        dropped.unwrap_or_else(|error| {
            self.failures.with_label_values(&[reading.of]).inc();
            tracing::warn!("the gauges of {} could not be read, and keep their values: {error}", reading.of);
            0
        })
    }
}

impl Reading {
    async fn read(&self, session: &dyn QuerySession, series_max: usize) -> Result<usize, ServiceError> {
        if let Some((_, dropped)) = self.last().filter(|(at, _)| at.elapsed() < self.kept) {
            return Ok(dropped);
        }
        let rows: Vec<RecordBatch> = session.run(self.sql, &[]).await?.rows.try_collect().await?;
        let dropped = self.gauge.set(&rows, 2, series_max);
        *self.last() = Some((Instant::now(), dropped));
        Ok(dropped)
    }

    fn last(&self) -> MutexGuard<'_, Option<(Instant, usize)>> {
        // A pair is whole at every moment, whatever panicked beside it.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
