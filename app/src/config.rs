//! The configuration: `tidemark.toml`, then the environment (`TIDEMARK_SECTION__KEY`), over the defaults.
//!
//! Unknown keys are errors: a setting that is misspelt must not silently do nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use tidemark_engine::EngineConfig;
use tidemark_ingest::kafka::{FIXED_PROPERTIES, KafkaOptions};
use tidemark_ingest::known::DedupOptions;
use tidemark_ingest::land::LandOptions;
use tidemark_insight::capacity::Limits;
use tidemark_model::kpi::Figure;

/// Every setting of the service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where the tables are.
    pub(crate) lake: Lake,
    /// Where the events come from.
    pub(crate) kafka: Kafka,
    /// How they are taken in.
    pub(crate) ingest: Ingest,
    /// How queries are answered.
    pub(crate) query: Query,
    /// What is measured.
    pub(crate) kpis: Kpis,
    /// What people take away.
    pub(crate) reports: Reports,
    /// What the platform does by itself.
    pub(crate) jobs: Jobs,
    /// The HTTP door.
    pub(crate) http: Http,
    /// The PostgreSQL door.
    pub(crate) postgres: Postgres,
}

/// `[lake]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lake {
    /// A folder, or `s3://bucket/folder`, `az://container/folder`.
    pub(crate) url: String,
    /// Settings of the object store: `aws_region`, `aws_endpoint`, `azure_storage_account_name`, ...
    pub(crate) options: BTreeMap<String, String>,
}

/// `[kafka]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Kafka {
    /// `host:port`, several separated by commas.
    pub(crate) brokers: String,
    /// Group under which offsets are committed for lag tools.
    pub(crate) group_id: String,
    /// Topic of a stream where it is not called as the stream.
    pub(crate) topics: BTreeMap<String, String>,
    /// Settings of librdkafka as they are: `"security.protocol" = "SASL_SSL"`, `"sasl.mechanisms"`, ...
    pub(crate) properties: BTreeMap<String, String>,
}

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Ingest {
    /// How long rows stay uncommitted when nearly caught up, in milliseconds. SQL sees them at once either way.
    pub(crate) commit_interval_ms: u64,
    /// The same while there is much to catch up.
    pub(crate) bulk_interval_ms: u64,
    /// Memory of uncommitted rows of a stream at which they are committed, in MiB.
    pub(crate) flush_mib: usize,
    /// Memory of uncommitted rows of a stream at which reading pauses, in MiB.
    pub(crate) tail_max_mib: usize,
    /// Days after its arrival within which a repeated event is recognised at once.
    pub(crate) dedup_window_days: u32,
    /// Events remembered for that, per stream; each takes about 40 bytes.
    pub(crate) dedup_entries_max: usize,
}

/// `[query]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Query {
    /// Memory of all queries together, in MiB; 0 takes two fifths of the machine's.
    pub(crate) memory_mib: usize,
    /// Longest a query may run, in seconds.
    pub(crate) timeout_s: u64,
    /// Memory for invoices, sessions and tickets that are kept as rows and follow their events, in MiB; 0 keeps none.
    pub(crate) kept_mib: usize,
    /// Memory for what the rows of files came to, kept for questions over events that are asked again and again, in MiB;
    /// 0 keeps nothing.
    pub(crate) file_states_mib: usize,
}

/// `[kpis]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Kpis {
    /// Folder with KPI files of your own, beside the ones that are built in; none by default.
    pub(crate) folder: Option<PathBuf>,
    /// Seconds between two readings of the KPIs for Prometheus.
    pub(crate) gauge_interval_s: u64,
    /// How old KPI figures may be, in milliseconds, before a query waits for newer ones. What was asked for lately is
    /// brought up to date in the background all the time; 0 lets every query wait for what is exactly as of now.
    pub(crate) staleness_ms: u64,
    /// Seconds between two comparisons of kept KPI figures with what all events say; 0 compares never.
    pub(crate) audit_interval_s: u64,
    /// Most series of one KPI gauge; what is beyond is left out and counted.
    pub(crate) gauge_series_max: usize,
}

/// `[reports]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reports {
    /// File that says which cities each principal may see in reports; without one everybody sees all of them.
    pub(crate) principals: Option<PathBuf>,
    /// Folder of saved reports' definitions, a TOML file each; people save none without one.
    pub(crate) definitions: Option<PathBuf>,
    /// Where files of saved reports go: a folder, or a URL as of the lake; `reports` beside the lake's tables without one.
    pub(crate) store: Option<String>,
    /// Hosts that webhooks of saved reports may go to.
    pub(crate) webhook_hosts: BTreeSet<String>,
    /// Folder with the secrets that webhooks are signed with, where definitions name files.
    pub(crate) secrets: Option<PathBuf>,
}

/// `[jobs]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Jobs {
    /// Topic on which the rule engine is told; it is told nothing where this is empty.
    pub(crate) feedback_topic: String,
    /// What there is of things that may not suffice.
    pub(crate) capacity: Capacity,
}

/// `[jobs.capacity]`: what is not given is not held against anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Capacity {
    /// Machines that read text from pages.
    pub(crate) ocr_workers: Option<u32>,
    /// Machines that extract fields.
    pub(crate) extraction_workers: Option<u32>,
    /// People who review.
    pub(crate) reviewers: Option<u32>,
    /// Bytes that may be stored.
    pub(crate) storage_bytes: Option<u64>,
    /// Calls of AI services that a month may have.
    pub(crate) ai_calls_per_month: Option<u64>,
    /// HKD that AI services may cost in a month, as text: `"25000"`.
    pub(crate) ai_hkd_per_month: Option<String>,
}

/// `[http]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Http {
    /// Address; only loopback until access control arrives. Port 0 takes a free one.
    pub(crate) listen: String,
}

/// `[postgres]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Postgres {
    /// Address; only loopback until access control arrives. Port 0 takes a free one.
    pub(crate) listen: String,
}

impl Default for Lake {
    fn default() -> Self {
        Self { url: "./tidemark-data".to_owned(), options: BTreeMap::new() }
    }
}

impl Default for Kpis {
    fn default() -> Self {
        Self {
            folder: None,
            gauge_interval_s: 15,
            staleness_ms: 10_000,
            audit_interval_s: 600,
            gauge_series_max: 2_000,
        }
    }
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            brokers: "127.0.0.1:9092".to_owned(),
            group_id: "tidemark".to_owned(),
            topics: BTreeMap::new(),
            properties: BTreeMap::new(),
        }
    }
}

impl Default for Ingest {
    fn default() -> Self {
        let (land, dedup) = (LandOptions::default(), DedupOptions::default());
        Self {
            commit_interval_ms: land.commit_interval.as_millis() as u64,
            bulk_interval_ms: land.bulk_interval.as_millis() as u64,
            flush_mib: land.flush_bytes >> 20,
            tail_max_mib: land.tail_bytes_max >> 20,
            dedup_window_days: dedup.window_days,
            dedup_entries_max: dedup.entries_max,
        }
    }
}

impl Default for Query {
    fn default() -> Self {
        Self {
            memory_mib: 0,
            timeout_s: EngineConfig::default().query_timeout.as_secs(),
            kept_mib: 1024,
            file_states_mib: 128,
        }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self { feedback_topic: "rule-feedback".to_owned(), capacity: Capacity::default() }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { listen: "127.0.0.1:8080".to_owned() }
    }
}

impl Default for Postgres {
    fn default() -> Self {
        Self { listen: "127.0.0.1:5433".to_owned() }
    }
}

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "tidemark.toml";

impl Config {
    /// Reads the file and the environment over the defaults.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self> {
        let config: Self = figment(file)?.extract().context("could not read the configuration")?;
        config.check()
    }

    fn check(self) -> Result<Self> {
        if self.ingest.tail_max_mib < self.ingest.flush_mib {
            bail!(
                "ingest.tail_max_mib ({}) is below ingest.flush_mib ({}): reading would pause before a commit is due",
                self.ingest.tail_max_mib,
                self.ingest.flush_mib
            );
        }
        if let Some(fixed) = FIXED_PROPERTIES.iter().find(|name| self.kafka.properties.contains_key(**name)) {
            bail!(
                "kafka.properties.\"{fixed}\" cannot be set: exactly-once rests on its value, or it has a key of its \
                 own (kafka.brokers, kafka.group_id); remove it"
            );
        }
        if let Some(text) = &self.jobs.capacity.ai_hkd_per_month {
            let figure: Result<Figure, _> = text.parse();
            figure.with_context(|| {
                format!("jobs.capacity.ai_hkd_per_month is \"{text}\": give an amount such as 25000")
            })?;
        }
        for stream in self.kafka.topics.keys() {
            let known: Result<tidemark_model::stream::Stream, _> = stream.parse();
            known.with_context(|| format!("kafka.topics.{stream} names no stream"))?;
        }
        Ok(self)
    }

    /// The store's settings.
    pub(crate) fn store_options(&self) -> HashMap<String, String> {
        self.lake.options.clone().into_iter().collect()
    }

    /// The Kafka clients' settings.
    pub(crate) fn kafka_options(&self) -> KafkaOptions {
        KafkaOptions {
            brokers: self.kafka.brokers.clone(),
            group_id: (!self.kafka.group_id.is_empty()).then(|| self.kafka.group_id.clone()),
            properties: self.kafka.properties.clone(),
            topics: self.kafka.topics.clone(),
        }
    }

    /// When to commit.
    pub(crate) fn land_options(&self) -> LandOptions {
        LandOptions {
            commit_interval: Duration::from_millis(self.ingest.commit_interval_ms),
            bulk_interval: Duration::from_millis(self.ingest.bulk_interval_ms),
            flush_bytes: self.ingest.flush_mib << 20,
            tail_bytes_max: self.ingest.tail_max_mib << 20,
            patient: true,
        }
    }

    /// What to remember of identities.
    pub(crate) const fn dedup_options(&self) -> DedupOptions {
        DedupOptions { window_days: self.ingest.dedup_window_days, entries_max: self.ingest.dedup_entries_max }
    }

    /// How the KPI gauges are kept.
    pub(crate) fn gauge_options(&self) -> tidemark_alerts::Options {
        let interval = Duration::from_secs(self.kpis.gauge_interval_s.max(1));
        tidemark_alerts::Options { interval, series_max: self.kpis.gauge_series_max }
    }

    /// What forecasts are held against.
    pub(crate) fn capacity_limits(&self) -> Limits {
        let Capacity { ocr_workers, extraction_workers, reviewers, storage_bytes, ai_calls_per_month, .. } =
            self.jobs.capacity;
        let ai_hkd_per_month = self.jobs.capacity.ai_hkd_per_month.as_ref().and_then(|text| text.parse().ok());
        Limits { ocr_workers, extraction_workers, reviewers, storage_bytes, ai_calls_per_month, ai_hkd_per_month }
    }

    /// The engine's bounds.
    pub(crate) fn engine_config(&self) -> EngineConfig {
        let mut config = EngineConfig {
            query_timeout: Duration::from_secs(self.query.timeout_s),
            kept_bytes: self.query.kept_mib << 20,
            file_states_bytes: self.query.file_states_mib << 20,
            kpi_staleness: Duration::from_millis(self.kpis.staleness_ms),
            ..EngineConfig::default()
        };
        if self.query.memory_mib > 0 {
            config.memory_bytes = self.query.memory_mib << 20;
        }
        config
    }
}

fn figment(file: Option<&Path>) -> Result<Figment> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    match file {
        Some(file) if !file.exists() => bail!("configuration file \"{}\" does not exist", file.display()),
        Some(file) => figment = figment.merge(Toml::file_exact(file)),
        None if Path::new(DEFAULT_FILE).exists() => figment = figment.merge(Toml::file_exact(DEFAULT_FILE)),
        None => {}
    }
    // TIDEMARK_DIR and other flags' variables have no section, so only names with `__` are settings.
    let sections = Env::prefixed("TIDEMARK_").filter(|key| key.as_str().contains("__")).split("__");
    Ok(figment.merge(sections))
}

/// Every setting as `section.key = value`, with its origin where asked for.
pub(crate) fn describe(file: Option<&Path>, origin: bool) -> Result<Vec<String>> {
    let figment = figment(file)?;
    let config: Config = figment.extract().context("could not read the configuration")?;
    let tree = serde_json::to_value(&config)?;
    let mut lines = Vec::new();
    flatten("", &tree, &mut |key, value| {
        let from = if origin { format!("    # {}", origin_of(&figment, key)) } else { String::new() };
        lines.push(format!("{key} = {value}{from}"));
    });
    Ok(lines)
}

fn origin_of(figment: &Figment, key: &str) -> String {
    let Some(metadata) = figment.find_metadata(key) else { return "default".to_owned() };
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        _ if metadata.name.contains("environment") => {
            format!("environment TIDEMARK_{}", key.to_uppercase().replace('.', "__"))
        }
        _ => "default".to_owned(),
    }
}

fn flatten(prefix: &str, value: &serde_json::Value, each: &mut impl FnMut(&str, String)) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&path, value, each);
            }
        }
        // A secret must not end up in a terminal's history or a support ticket.
        _ if ["password", "secret", "key"].iter().any(|word| prefix.to_lowercase().contains(word)) => {
            each(prefix, "\"(hidden)\"".to_owned());
        }
        other => each(prefix, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tidemark.toml");
        std::fs::write(&file, "[kafka]\nbroker = \"x:1\"\n").unwrap();
        let error = format!("{:#}", Config::read(Some(&file)).unwrap_err());
        assert!(error.contains("broker"), "{error}");
    }

    #[test]
    fn a_kafka_setting_that_could_lose_events_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tidemark.toml");
        std::fs::write(&file, "[kafka.properties]\n\"auto.offset.reset\" = \"latest\"\n").unwrap();
        let error = format!("{:#}", Config::read(Some(&file)).unwrap_err());
        assert!(error.contains("auto.offset.reset"), "{error}");
    }

    #[test]
    fn a_file_overrides_the_default_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tidemark.toml");
        std::fs::write(&file, "[kafka.properties]\n\"sasl.password\" = \"s3cret\"\n[query]\ntimeout_s = 7\n").unwrap();
        let text = describe(Some(&file), true).unwrap().join("\n");
        assert!(text.contains("query.timeout_s = 7") && text.contains("tidemark.toml"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
