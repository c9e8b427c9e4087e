//! `tidemark forecast`, `capacity`, `anomalies`, `experiment` and `rules`: what can be typed.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::{ConfigFile, Output, Place, Source, examples};

/// `forecast`.
#[derive(Debug, Args)]
pub(crate) struct Forecast {
    /// Only this series: the id of a KPI, ai_calls, api_requests, storage_bytes, or cost_hkd:CATEGORY of a budget
    #[arg(long)]
    pub(crate) series: Option<String>,
    /// Only this city
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Only steps of this length: hour or day
    #[arg(long)]
    pub(crate) grain: Option<String>,
    /// Make all forecasts anew first, in the data directory
    #[arg(long, conflicts_with = "server")]
    pub(crate) refresh: bool,
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `capacity`.
#[derive(Debug, Args)]
pub(crate) struct Capacity {
    /// Only this resource: invoices_per_hour, workers, storage, ai_calls or budget
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// Only this city
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Also what suffices in each single city; without it only what suffices in all of them together
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `anomalies`.
#[derive(Debug, Subcommand)]
pub(crate) enum Anomalies {
    /// List them, the latest first
    #[command(after_help = examples::ANOMALIES_LIST)]
    List(AnomaliesList),
    /// Say what you know of one: acknowledge, mute, resolve, false_alarm or reopen it
    #[command(after_help = examples::ANOMALIES_MARK)]
    Mark(AnomaliesMark),
}

/// `anomalies list`.
#[derive(Debug, Args)]
pub(crate) struct AnomaliesList {
    /// Only of this series
    #[arg(long)]
    pub(crate) series: Option<String>,
    /// Only of this city
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Only in this state: new, acknowledged, muted, resolved or false_alarm
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `anomalies mark`.
#[derive(Debug, Args)]
pub(crate) struct AnomaliesMark {
    /// The anomaly's id, as `anomalies list` shows it
    pub(crate) anomaly_id: String,
    /// acknowledge, mute, resolve, false_alarm or reopen
    pub(crate) mark: String,
    /// Until when it is muted, with its zone: 2026-04-01T00:00:00Z
    #[arg(long)]
    pub(crate) until: Option<DateTime<Utc>>,
    /// Why; needed to mute, to reopen, and to call it a false alarm
    #[arg(long, default_value = "")]
    pub(crate) why: String,
    /// Who says so, for the audit
    #[arg(long = "as", value_name = "PRINCIPAL", default_value = "local")]
    pub(crate) principal: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// `experiment`.
#[derive(Debug, Args)]
pub(crate) struct Experiment {
    /// Only this experiment
    #[arg(long)]
    pub(crate) experiment: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `rules`.
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// What the rule engine is told, the latest first
    #[command(after_help = examples::RULES_FEEDBACK)]
    Feedback(RulesFeedback),
    /// How accurate rules were, by day, the latest first
    #[command(after_help = examples::RULES_ACCURACY)]
    Accuracy(RulesAccuracy),
}

/// `rules feedback`.
#[derive(Debug, Args)]
pub(crate) struct RulesFeedback {
    /// Only of this rule
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// Only of this type, such as rule.rollback_advised
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) of_type: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `rules accuracy`.
#[derive(Debug, Args)]
pub(crate) struct RulesAccuracy {
    /// Only of this rule
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// Only of this forwarder
    #[arg(long)]
    pub(crate) forwarder: Option<String>,
    /// Only of this field
    #[arg(long)]
    pub(crate) field: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}
