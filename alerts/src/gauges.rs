//! `tidemark_kpi_value{kpi,city}` and its like: for each KPI and city the newest local day, and the newest local month.
//!
//! A share of three invoices at one in the morning is no reason to wake anybody, so the denominators are there too,
//! for rules to ask for enough of them. A city that rests keeps the value of its last day, so it is told when that day
//! started, for rules to ask only what is of today. They are times, not ages: a reading that hangs must look old.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use futures::TryStreamExt;
use prometheus::{GaugeVec, IntCounter, IntGauge, Opts, Registry};
use tidemark_model::error::ServiceError;
use tidemark_model::port::{QueryService, QuerySession};
use tidemark_model::principal::Principal;
use tokio_util::sync::CancellationToken;

use crate::budgets::Budgets;
use crate::findings::Findings;
use crate::read::{numbers, texts, times};

/// How long the cities' go-live days are kept. They change when a city is new, and finding them reads every event.
const GO_LIVES_KEPT: Duration = Duration::from_secs(3_600);

/// How the gauges are kept.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long to rest between two readings.
    pub interval: Duration,
    /// The most series of one gauge; the KPIs last by name are left out beyond that.
    pub series_max: usize,
}

/// Why the gauges cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum GaugesError {
    /// A name is taken in the registry.
    #[error("could not register the KPI gauges: {0}")]
    Register(#[from] prometheus::Error),
}

/// One span with its gauges.
#[derive(Debug)]
struct Span {
    relation: &'static str,
    value: GaugeVec,
    denominator: GaugeVec,
    start: GaugeVec,
    /// The KPIs and cities that have series.
    shown: Mutex<BTreeSet<(String, String)>>,
}

/// What a reading has of a KPI in a city.
#[derive(Debug)]
struct Cell {
    kpi: String,
    city: String,
    value: f64,
    denominator: f64,
    start_s: f64,
}

/// Gauges that follow the KPIs.
#[derive(Debug)]
pub struct Gauges {
    queries: Arc<dyn QueryService>,
    background: Arc<dyn QueryService>,
    options: Options,
    spans: [Span; 2],
    go_lives: GaugeVec,
    go_lives_read_at: Mutex<Option<Instant>>,
    budgets: Budgets,
    findings: Findings,
    dropped: IntGauge,
    failures: IntCounter,
}

impl Gauges {
    /// Registers the gauges. `background` answers what reads many events, and may take its time.
    ///
    /// # Errors
    /// [`GaugesError::Register`] where a name is taken.
    pub fn register(
        registry: &Registry,
        queries: Arc<dyn QueryService>,
        background: Arc<dyn QueryService>,
        options: Options,
    ) -> Result<Self, GaugesError> {
        let gauge = |name: &str, help: &str, labels: &[&str]| {
            let gauge = GaugeVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let by_kpi = |name: &str, help: &str| gauge(name, help, &["kpi", "city"]);
        let spans = [
            Span {
                relation: "kpi_daily",
                value: by_kpi("tidemark_kpi_value", "value of a KPI on the newest local day that has one")?,
                denominator: by_kpi("tidemark_kpi_denominator", "denominator of that value: what it is a share of")?,
                start: by_kpi("tidemark_kpi_start_timestamp_seconds", "when that local day started")?,
                shown: Mutex::default(),
            },
            Span {
                relation: "kpi_monthly",
                value: by_kpi("tidemark_kpi_month_value", "value of a KPI in the newest local month that has one")?,
                denominator: by_kpi("tidemark_kpi_month_denominator", "denominator of that value")?,
                start: by_kpi("tidemark_kpi_month_start_timestamp_seconds", "when that local month started")?,
                shown: Mutex::default(),
            },
        ];
        let go_lives = gauge(
            "tidemark_city_go_live_timestamp_seconds",
            "when the local day of a city's first invoice started",
            &["city"],
        )?;
        let dropped =
            IntGauge::new("tidemark_kpi_series_dropped", "series of KPIs and budgets beyond what one gauge may have")?;
        let (budgets, findings) = (Budgets::register(registry)?, Findings::register(registry)?);
        let failures = IntCounter::new("tidemark_kpi_reading_failures_total", "readings of the KPIs that failed")?;
        registry.register(Box::new(dropped.clone()))?;
        registry.register(Box::new(failures.clone()))?;
        Ok(Self {
            queries,
            background,
            options,
            spans,
            go_lives,
            go_lives_read_at: Mutex::default(),
            budgets,
            findings,
            dropped,
            failures,
        })
    }

    /// Reads the KPIs, and beside them data quality, again and again until stopped. A reading that fails is counted and
    /// logged; the gauges keep what they had.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(
            self.again(&stop, || self.read(), "KPI gauges"),
            self.again(&stop, || self.read_quality(), "gauges of data quality"),
        );
    }

    async fn again<F: Future<Output = Result<(), ServiceError>>>(
        &self,
        stop: &CancellationToken,
        read: impl Fn() -> F,
        what: &str,
    ) {
        loop {
            if let Some(Err(error)) = stop.run_until_cancelled(read()).await {
                self.failures.inc();
                tracing::warn!("the {what} could not be read, and keep their values: {error}");
            }
            if stop.run_until_cancelled(tokio::time::sleep(self.options.interval)).await.is_none() {
                return;
            }
        }
    }

    /// Reads the KPIs once, and all else that is found fast.
    ///
    /// # Errors
    /// What the query service says.
    pub async fn read(&self) -> Result<(), ServiceError> {
        let session = self.queries.session(&Principal::platform("metrics")).await?;
        let mut dropped = 0;
        for span in &self.spans {
            let sql = format!(
                "SELECT kpi, coalesce(city, ''), value, denominator, day_start(bucket, city) FROM (SELECT *, \
                 row_number() OVER (PARTITION BY kpi, city ORDER BY bucket DESC) AS nth FROM {}) WHERE nth = 1 \
                 ORDER BY 1, 2",
                span.relation
            );
            let rows: Vec<RecordBatch> = session.run(&sql, &[]).await?.rows.try_collect().await?;
            dropped += span.set(&rows, self.options.series_max);
        }
        self.read_go_lives(&*session).await?;
        dropped += self.findings.read(&*session, self.options.series_max).await;
        // Last: what finance has not stated yet, such as a rate, may fail this and must not keep back the others.
        dropped += self.budgets.read(&*session, self.options.series_max).await?;
        self.dropped.set(i64::try_from(dropped).unwrap_or(i64::MAX));
        Ok(())
    }

    /// Reads data quality, where that was not minutes ago.
    ///
    /// # Errors
    /// Where no session is to be had.
    pub async fn read_quality(&self) -> Result<(), ServiceError> {
        let session = self.background.session(&Principal::platform("metrics")).await?;
        self.findings.read_quality(&*session, self.options.series_max).await;
        Ok(())
    }

    /// Reads when the cities went live, where it is not known from a moment ago.
    async fn read_go_lives(&self, session: &dyn QuerySession) -> Result<(), ServiceError> {
        // A time is whole at every moment, whatever panicked beside it.
        let read_at = || self.go_lives_read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if read_at().is_some_and(|at| at.elapsed() < GO_LIVES_KEPT) {
            return Ok(());
        }
        let sql = "SELECT city, day_start(go_live, city) FROM city_go_lives WHERE city IS NOT NULL ORDER BY 2, 1";
        let rows: Vec<RecordBatch> = session.run(sql, &[]).await?.rows.try_collect().await?;
        for (city, start_s) in rows.iter().filter_map(go_lives).flatten().take(self.options.series_max) {
            self.go_lives.with_label_values(&[&city]).set(start_s);
        }
        // An empty lake may have its first city in a minute.
        *read_at() = rows.iter().any(|rows| rows.num_rows() > 0).then(Instant::now);
        Ok(())
    }
}

impl Span {
    /// Replaces all series; answers how many had no place. What stays is never gone in between: a scrape at that moment
    /// would end an alert and start it again.
    fn set(&self, rows: &[RecordBatch], series_max: usize) -> usize {
        let mut num_series = 0;
        let mut shown = BTreeSet::new();
        for cell in rows.iter().filter_map(cells).flatten() {
            num_series += 1;
            if num_series <= series_max {
                let labels = [&cell.kpi, &cell.city];
                self.value.with_label_values(&labels).set(cell.value);
                self.denominator.with_label_values(&labels).set(cell.denominator);
                self.start.with_label_values(&labels).set(cell.start_s);
                shown.insert((cell.kpi, cell.city));
            }
        }
        // A set is whole at every moment, whatever panicked beside it.
        let mut before = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for (kpi, city) in before.difference(&shown) {
            for gauge in [&self.value, &self.denominator, &self.start] {
                let _ = gauge.remove_label_values(&[kpi, city]);
            }
        }
        *before = shown;
        num_series.saturating_sub(series_max)
    }
}

/// The rows that have a value.
fn cells(rows: &RecordBatch) -> Option<Vec<Cell>> {
    let (kpis, cities) = (texts(rows, 0)?, texts(rows, 1)?);
    let (values, denominators, starts) = (numbers(rows, 2)?, numbers(rows, 3)?, times(rows, 4)?);
    let cell = |row: usize| {
        let (value, denominator, start_s) = (values[row]?, denominators[row]?, starts[row]?);
        Some(Cell { kpi: kpis[row].clone()?, city: cities[row].clone()?, value, denominator, start_s })
    };
    Some((0..rows.num_rows()).filter_map(cell).collect())
}

/// City, and when it went live in seconds since 1970.
fn go_lives(rows: &RecordBatch) -> Option<Vec<(String, f64)>> {
    let (cities, starts) = (texts(rows, 0)?, times(rows, 1)?);
    Some(cities.into_iter().zip(starts).filter_map(|(city, start)| Some((city?, start?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Decimal128Array, StringArray, TimestampMicrosecondArray};
    use arrow::datatypes::DataType;
    use async_trait::async_trait;
    use futures::StreamExt;
    use tidemark_model::error::ErrorCode;
    use tidemark_model::port::{Answer, Description, Parameter, QuerySession};

    /// 16:00 on 20 November 2026 in UTC: a day's start in Hong Kong.
    const START_S: i64 = 1_795_190_400;

    /// Answers two cities, or fails.
    #[derive(Debug)]
    struct Fake {
        fails: bool,
        asked: Arc<Mutex<Vec<String>>>,
    }

    #[async_trait]
    impl QueryService for Fake {
        async fn session(&self, _: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
            Ok(Arc::new(Self { fails: self.fails, asked: Arc::clone(&self.asked) }))
        }

        fn cancel(&self, _: u64) -> bool {
            false
        }
    }

    #[async_trait]
    impl QuerySession for Fake {
        fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError> {
            Ok(vec![sql.to_owned()])
        }

        async fn describe(&self, _: &str, _: &[Option<DataType>]) -> Result<Description, ServiceError> {
            Err(ServiceError::new(ErrorCode::Internal, "not asked"))
        }

        async fn run(&self, statement: &str, _: &[Parameter]) -> Result<Answer, ServiceError> {
            if self.fails && !statement.starts_with("SET") {
                return Err(ServiceError::new(ErrorCode::Unavailable, "no storage"));
            }
            self.asked.lock().unwrap().push(statement.to_owned());
            let figure = |figures: Vec<i128>| -> ArrayRef {
                Arc::new(Decimal128Array::from(figures).with_precision_and_scale(38, 9).unwrap())
            };
            let text = |texts: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
            let starts = TimestampMicrosecondArray::from(vec![START_S * 1_000_000; 2]).with_timezone("UTC");
            let (cities, starts) = (text(vec!["HKG", "SIN"]), Arc::new(starts) as ArrayRef);
            let columns = if statement.contains("city_go_lives") {
                vec![("city", cities), ("start", starts)]
            } else if statement.contains("budget_status") {
                let shares = [("used", figure(vec![500_000_000; 2])), ("forecast_used", figure(vec![900_000_000; 2]))];
                [vec![("city", cities), ("category", text(vec!["ai", "ai"]))], shares.to_vec()].concat()
            } else if statement.contains("quality_status") {
                vec![
                    ("stream", text(vec!["usage"])),
                    ("aspect", text(vec!["drift"])),
                    ("level", figure(vec![2_000_000_000])),
                ]
            } else if statement.contains("budget_crossings") {
                vec![("city", cities), ("category", text(vec!["ai", "ai"])), ("n", figure(vec![80_000_000_000; 2]))]
            } else if statement.contains("ai_degradation") {
                vec![
                    ("measure", text(vec!["multimodal_share"])),
                    ("city", text(vec!["all"])),
                    ("n", figure(vec![2_000_000_000])),
                ]
            } else if statement.contains("rules_watched") {
                vec![
                    ("rule", text(vec!["R-7 v2"])),
                    ("forwarder", text(vec!["all"])),
                    ("n", figure(vec![2_000_000_000])),
                ]
            } else if statement.contains("anomalies") {
                vec![("series", text(vec!["dau"])), ("severity", text(vec!["act"])), ("n", figure(vec![3_000_000_000]))]
            } else {
                vec![
                    ("kpi", text(vec!["error_rate", "error_rate"])),
                    ("city", cities),
                    ("value", figure(vec![25_000_000, 50_000_000])),
                    ("denominator", figure(vec![40_000_000_000, 20_000_000_000])),
                    ("start", starts),
                ]
            };
            let rows = RecordBatch::try_from_iter(columns).unwrap();
            Ok(Answer { schema: rows.schema(), rows: futures::stream::iter([Ok(rows)]).boxed() })
        }
    }

    fn gauges(fails: bool, series_max: usize) -> (Registry, Gauges) {
        let (registry, gauges, _) = watched(fails, series_max);
        (registry, gauges)
    }

    /// The same, and what the query service is asked.
    fn watched(fails: bool, series_max: usize) -> (Registry, Gauges, Arc<Mutex<Vec<String>>>) {
        let (registry, asked) = (Registry::new(), Arc::default());
        let options = Options { interval: Duration::from_secs(1), series_max };
        let fake = Fake { fails, asked: Arc::clone(&asked) };
        let fake = Arc::new(fake);
        let gauges = Gauges::register(&registry, Arc::clone(&fake) as _, fake, options).unwrap();
        (registry, gauges, asked)
    }

    fn text(registry: &Registry) -> String {
        prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
    }

    #[tokio::test]
    async fn every_kpi_of_a_city_is_a_series() {
        let (registry, gauges) = gauges(false, 10);
        gauges.read().await.unwrap();
        let text = text(&registry);
        assert!(text.contains("tidemark_kpi_value{city=\"SIN\",kpi=\"error_rate\"} 0.05\n"), "{text}");
        assert!(text.contains("tidemark_kpi_denominator{city=\"HKG\",kpi=\"error_rate\"} 40\n"), "{text}");
        assert!(text.contains("tidemark_budget_forecast_used{category=\"ai\",city=\"SIN\"} 0.9\n"), "{text}");
        assert!(text.contains("tidemark_kpi_series_dropped 0\n"), "{text}");
        assert!(text.contains("tidemark_budget_crossed{category=\"ai\",city=\"HKG\"} 80\n"), "{text}");
        assert!(text.contains("tidemark_ai_degrade{city=\"all\",measure=\"multimodal_share\"} 2\n"), "{text}");
    }

    #[tokio::test]
    async fn what_no_longer_has_a_value_goes_and_the_rest_stays() {
        let (registry, gauges) = gauges(false, 10);
        gauges.read().await.unwrap();
        gauges.spans[0].set(&[], 10);
        let text = text(&registry);
        assert!(!text.contains("tidemark_kpi_value{"), "{text}");
        assert!(text.contains("tidemark_kpi_month_value{city=\"SIN\",kpi=\"error_rate\"} 0.05\n"), "{text}");
    }

    #[tokio::test]
    async fn the_day_of_a_value_is_told_by_its_start() {
        let (registry, gauges) = gauges(false, 10);
        gauges.read().await.unwrap();
        let text = text(&registry);
        for name in ["tidemark_kpi_start_timestamp_seconds", "tidemark_kpi_month_start_timestamp_seconds"] {
            assert!(text.contains(&format!("{name}{{city=\"HKG\",kpi=\"error_rate\"}} {START_S}\n")), "{text}");
        }
    }

    #[tokio::test]
    async fn go_live_days_are_told_and_not_asked_at_every_reading() {
        let (registry, gauges, asked) = watched(false, 10);
        for _ in 0..3 {
            gauges.read().await.unwrap();
        }
        let text = text(&registry);
        assert!(
            text.contains(&format!("tidemark_city_go_live_timestamp_seconds{{city=\"SIN\"}} {START_S}\n")),
            "{text}"
        );
        let asked = asked.lock().unwrap();
        assert_eq!(asked.iter().filter(|sql| sql.contains("city_go_lives")).count(), 1, "{asked:?}");
    }

    #[tokio::test]
    async fn what_the_platform_finds_by_itself_is_told() {
        let (registry, gauges) = gauges(false, 10);
        gauges.read().await.unwrap();
        gauges.read_quality().await.unwrap();
        let text = text(&registry);
        assert!(text.contains("tidemark_quality_level{aspect=\"drift\",stream=\"usage\"} 2\n"), "{text}");
        assert!(text.contains("tidemark_anomalies_open{series=\"dau\",severity=\"act\"} 3\n"), "{text}");
        assert!(text.contains("tidemark_rule_level{forwarder=\"all\",rule=\"R-7 v2\"} 2\n"), "{text}");
    }

    #[tokio::test]
    async fn what_is_beyond_the_budget_is_left_out_and_counted() {
        let (registry, gauges) = gauges(false, 1);
        gauges.read().await.unwrap();
        let text = text(&registry);
        assert!(!text.contains("SIN") && text.contains("tidemark_kpi_series_dropped 5\n"), "{text}");
    }

    #[tokio::test]
    async fn a_failed_reading_is_counted_and_the_loop_ends_when_told() {
        let (registry, gauges) = gauges(true, 10);
        let stop = CancellationToken::new();
        let (_, ()) = futures::join!(gauges.run(stop.clone()), async {
            while !text(&registry).contains("tidemark_kpi_reading_failures_total 1") {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        });
    }
}
