//! `tidemark_kpi_value{kpi,city}` and its like: for each KPI and city the newest local day, and the newest local month.
//!
//! A share of three invoices at one in the morning is no reason to wake anybody, so the denominators are there too,
//! for rules to ask for enough of them.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use futures::TryStreamExt;
use prometheus::{GaugeVec, IntCounter, IntGauge, Opts, Registry};
use tidemark_model::error::ServiceError;
use tidemark_model::port::QueryService;
use tidemark_model::principal::Principal;
use tokio_util::sync::CancellationToken;

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
}

/// Gauges that follow the KPIs.
#[derive(Debug)]
pub struct Gauges {
    queries: Arc<dyn QueryService>,
    options: Options,
    spans: [Span; 2],
    dropped: IntGauge,
    failures: IntCounter,
}

impl Gauges {
    /// Registers the gauges.
    ///
    /// # Errors
    /// [`GaugesError::Register`] where a name is taken.
    pub fn register(
        registry: &Registry,
        queries: Arc<dyn QueryService>,
        options: Options,
    ) -> Result<Self, GaugesError> {
        let gauge = |name: &str, help: &str| {
            let gauge = GaugeVec::new(Opts::new(name, help), &["kpi", "city"])?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let spans = [
            Span {
                relation: "kpi_daily",
                value: gauge("tidemark_kpi_value", "value of a KPI on the newest local day that has one")?,
                denominator: gauge("tidemark_kpi_denominator", "denominator of that value: what it is a share of")?,
            },
            Span {
                relation: "kpi_monthly",
                value: gauge("tidemark_kpi_month_value", "value of a KPI in the newest local month that has one")?,
                denominator: gauge("tidemark_kpi_month_denominator", "denominator of that value")?,
            },
        ];
        let dropped = IntGauge::new("tidemark_kpi_series_dropped", "KPI series beyond the budget of series")?;
        let failures = IntCounter::new("tidemark_kpi_reading_failures_total", "readings of the KPIs that failed")?;
        registry.register(Box::new(dropped.clone()))?;
        registry.register(Box::new(failures.clone()))?;
        Ok(Self { queries, options, spans, dropped, failures })
    }

    /// Reads the KPIs again and again until stopped. A reading that fails is counted and logged; the gauges keep what
    /// they had.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            if let Some(Err(error)) = stop.run_until_cancelled(self.read()).await {
                self.failures.inc();
                tracing::warn!("the KPI gauges could not be read, and keep their values: {error}");
            }
            if stop.run_until_cancelled(tokio::time::sleep(self.options.interval)).await.is_none() {
                return;
            }
        }
    }

    /// Reads the KPIs once.
    ///
    /// # Errors
    /// What the query service says.
    pub async fn read(&self) -> Result<(), ServiceError> {
        let session = self.queries.session(&Principal::named("metrics")).await?;
        session.run("SET freshness = 'committed'", &[]).await?;
        let mut dropped = 0;
        for span in &self.spans {
            let sql = format!(
                "SELECT kpi, coalesce(city, ''), value, denominator FROM (SELECT *, row_number() OVER \
                 (PARTITION BY kpi, city ORDER BY bucket DESC) AS nth FROM {}) WHERE nth = 1 ORDER BY 1, 2",
                span.relation
            );
            let rows: Vec<RecordBatch> = session.run(&sql, &[]).await?.rows.try_collect().await?;
            dropped += span.set(&rows, self.options.series_max);
        }
        self.dropped.set(i64::try_from(dropped).unwrap_or(i64::MAX));
        Ok(())
    }
}

impl Span {
    /// Replaces all series; answers how many had no place.
    fn set(&self, rows: &[RecordBatch], series_max: usize) -> usize {
        self.value.reset();
        self.denominator.reset();
        let mut num_series = 0;
        for (kpi, city, value, denominator) in rows.iter().filter_map(columns).flatten() {
            num_series += 1;
            if num_series <= series_max {
                self.value.with_label_values(&[&kpi, &city]).set(value);
                self.denominator.with_label_values(&[&kpi, &city]).set(denominator);
            }
        }
        num_series.saturating_sub(series_max)
    }
}

/// KPI, city, value, denominator of each row that has them. A gauge is a float: money is exact in SQL, not here.
fn columns(rows: &RecordBatch) -> Option<Vec<(String, String, f64, f64)>> {
    let text = |index: usize| cast(rows.column(index), &DataType::Utf8).ok();
    let number = |index: usize| cast(rows.column(index), &DataType::Float64).ok();
    let (kpis, cities, values, denominators) = (text(0)?, text(1)?, number(2)?, number(3)?);
    let (kpis, cities) = (kpis.as_string::<i32>(), cities.as_string::<i32>());
    let (values, denominators) = (values.as_primitive::<Float64Type>(), denominators.as_primitive::<Float64Type>());
    let row = |row: usize| {
        let numbers = (values.is_valid(row) && denominators.is_valid(row))
            .then(|| (values.value(row), denominators.value(row)))?;
        Some((kpis.value(row).to_owned(), cities.value(row).to_owned(), numbers.0, numbers.1))
    };
    Some((0..rows.num_rows()).filter_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Decimal128Array, StringArray};
    use async_trait::async_trait;
    use futures::StreamExt;
    use tidemark_model::error::ErrorCode;
    use tidemark_model::port::{Answer, Description, QuerySession};

    /// Answers two cities, or fails.
    #[derive(Debug)]
    struct Fake {
        fails: bool,
    }

    #[async_trait]
    impl QueryService for Fake {
        async fn session(&self, _: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
            Ok(Arc::new(Self { fails: self.fails }))
        }
    }

    #[async_trait]
    impl QuerySession for Fake {
        fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError> {
            Ok(vec![sql.to_owned()])
        }

        async fn describe(&self, _: &str) -> Result<Description, ServiceError> {
            Err(ServiceError::new(ErrorCode::Internal, "not asked"))
        }

        async fn run(&self, statement: &str, _: &[Option<String>]) -> Result<Answer, ServiceError> {
            if self.fails && !statement.starts_with("SET") {
                return Err(ServiceError::new(ErrorCode::Unavailable, "no storage"));
            }
            let figure = |figures: Vec<i128>| -> ArrayRef {
                Arc::new(Decimal128Array::from(figures).with_precision_and_scale(38, 9).unwrap())
            };
            let text = |texts: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
            let rows = RecordBatch::try_from_iter([
                ("kpi", text(vec!["error_rate", "error_rate"])),
                ("city", text(vec!["HKG", "SIN"])),
                ("value", figure(vec![25_000_000, 50_000_000])),
                ("denominator", figure(vec![40_000_000_000, 20_000_000_000])),
            ])
            .unwrap();
            Ok(Answer { schema: rows.schema(), rows: futures::stream::iter([Ok(rows)]).boxed() })
        }
    }

    fn gauges(fails: bool, series_max: usize) -> (Registry, Gauges) {
        let registry = Registry::new();
        let options = Options { interval: Duration::from_secs(1), series_max };
        let gauges = Gauges::register(&registry, Arc::new(Fake { fails }), options).unwrap();
        (registry, gauges)
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
        assert!(text.contains("tidemark_kpi_series_dropped 0\n"), "{text}");
    }

    #[tokio::test]
    async fn what_is_beyond_the_budget_is_left_out_and_counted() {
        let (registry, gauges) = gauges(false, 1);
        gauges.read().await.unwrap();
        let text = text(&registry);
        assert!(!text.contains("SIN") && text.contains("tidemark_kpi_series_dropped 2\n"), "{text}");
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
