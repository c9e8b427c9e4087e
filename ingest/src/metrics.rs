//! What ingest tells Prometheus.

use prometheus::{GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry};
use tidemark_model::stream::Stream;

/// The metrics of ingest; labels come from closed sets.
#[derive(Debug, Clone)]
pub struct IngestMetrics {
    /// `tidemark_ingest_records_total{stream}`: records taken from the source.
    pub records: IntCounterVec,
    /// `tidemark_ingest_rows_total{stream}`: rows made of them.
    pub rows: IntCounterVec,
    /// `tidemark_ingest_repeats_total{stream}`: records skipped as repeats of an event.
    pub repeats: IntCounterVec,
    /// `tidemark_ingest_dead_letters_total{stream}`: records that were refused.
    pub dead_letters: IntCounterVec,
    /// `tidemark_ingest_commits_total{stream}`.
    pub commits: IntCounterVec,
    /// `tidemark_ingest_commit_failures_total{stream}`.
    pub commit_failures: IntCounterVec,
    /// `tidemark_ingest_fences_total`: times another writer made the pipeline start again.
    pub fences: prometheus::IntCounter,
    /// `tidemark_ingest_commit_seconds{stream}`.
    pub commit_seconds: HistogramVec,
    /// `tidemark_ingest_lag_records{stream}`: records that the broker has and SQL does not.
    pub lag: IntGaugeVec,
    /// `tidemark_ingest_freshness_seconds{stream}`: age of the newest record when it became visible to SQL.
    pub freshness: GaugeVec,
    /// `tidemark_ingest_tail_bytes{stream}`: memory of what is visible and not committed.
    pub tail_bytes: IntGaugeVec,
    /// `tidemark_ingest_window_identities{stream}`: identities held to recognise repeats.
    pub window: IntGaugeVec,
    /// `tidemark_lake_files{table}`: active files.
    pub files: IntGaugeVec,
    /// `tidemark_lake_compactions_total{table}`.
    pub compactions: IntCounterVec,
    /// `tidemark_ingest_decode_seconds`: time to decode a chunk.
    pub decode_seconds: Histogram,
}

impl IngestMetrics {
    /// Creates the metrics and registers them.
    ///
    /// # Errors
    /// A Prometheus error where a name is taken twice in one registry.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let metric = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(metric.clone()))?;
            Ok::<_, prometheus::Error>(metric)
        };
        let gauge = |name: &str, help: &str, label: &str| {
            let metric = IntGaugeVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(metric.clone()))?;
            Ok::<_, prometheus::Error>(metric)
        };
        let by_stream = ["stream"];
        let metrics = Self {
            records: counter("tidemark_ingest_records_total", "records taken from the source", &by_stream)?,
            rows: counter("tidemark_ingest_rows_total", "rows made of records", &by_stream)?,
            repeats: counter("tidemark_ingest_repeats_total", "records skipped as repeats", &by_stream)?,
            dead_letters: counter(
                "tidemark_ingest_dead_letters_total",
                "records refused and kept as dead letters",
                &by_stream,
            )?,
            commits: counter("tidemark_ingest_commits_total", "commits that landed", &by_stream)?,
            commit_failures: counter("tidemark_ingest_commit_failures_total", "commits that failed", &by_stream)?,
            fences: prometheus::IntCounter::new(
                "tidemark_ingest_fences_total",
                "restarts because another writer moved a watermark",
            )?,
            commit_seconds: HistogramVec::new(
                HistogramOpts::new("tidemark_ingest_commit_seconds", "time of a commit").buckets(COMMIT_BUCKETS.into()),
                &by_stream,
            )?,
            lag: gauge("tidemark_ingest_lag_records", "records that the broker has and SQL does not", "stream")?,
            freshness: GaugeVec::new(
                Opts::new("tidemark_ingest_freshness_seconds", "age of the newest record when SQL could see it"),
                &by_stream,
            )?,
            tail_bytes: gauge("tidemark_ingest_tail_bytes", "memory of visible, uncommitted rows", "stream")?,
            window: gauge("tidemark_ingest_window_identities", "identities held to recognise repeats", "stream")?,
            files: gauge("tidemark_lake_files", "active files of a table", "table")?,
            compactions: counter("tidemark_lake_compactions_total", "compactions committed", &["table"])?,
            decode_seconds: Histogram::with_opts(
                HistogramOpts::new("tidemark_ingest_decode_seconds", "time to decode a chunk")
                    .buckets(COMMIT_BUCKETS.into()),
            )?,
        };
        registry.register(Box::new(metrics.fences.clone()))?;
        registry.register(Box::new(metrics.commit_seconds.clone()))?;
        registry.register(Box::new(metrics.freshness.clone()))?;
        registry.register(Box::new(metrics.decode_seconds.clone()))?;
        for stream in Stream::ALL {
            metrics.start(stream);
        }
        Ok(metrics)
    }

    /// Makes a stream's series exist from the start, so that an alert on their absence is never false.
    fn start(&self, stream: Stream) {
        let label = [stream.name()];
        for counter in
            [&self.records, &self.rows, &self.repeats, &self.dead_letters, &self.commits, &self.commit_failures]
        {
            counter.with_label_values(&label).inc_by(0);
        }
        self.lag.with_label_values(&label).set(0);
        self.tail_bytes.with_label_values(&label).set(0);
        self.freshness.with_label_values(&label).set(0.0);
    }
}

/// Seconds; commits take milliseconds on a local disk and up to seconds on a remote store.
const COMMIT_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
