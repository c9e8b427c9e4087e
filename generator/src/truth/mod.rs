//! The exact figures of a history: what a correct platform must show after reading every record.
//!
//! Counted over unique well-formed events, whenever they arrive. Months of `events_by_city_month` are UTC months of
//! the event's time; months of `kpi_by_city_month` are the city's own (UTC where there is no city).

pub(crate) mod kpi;
pub(crate) mod tally;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use crate::incident::Incident;

/// Counts by name.
pub type Counts = BTreeMap<String, u64>;

/// Everything that is known about a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// What was asked for.
    pub plan: PlanEcho,
    /// All records by topic, good and bad, repeats included.
    pub records: Counts,
    /// Unique well-formed events by topic.
    pub unique_events: Counts,
    /// Records by topic that repeat an event.
    pub duplicates: Counts,
    /// Malformed records by topic and reason.
    pub dead_letters: BTreeMap<String, Counts>,
    /// Malformed records in all.
    pub dead_letters_total: u64,
    /// Unique events whose first record arrived more than 60 s after their time.
    pub late: u64,
    /// Unique events by topic, city (empty for none) and UTC month.
    pub events_by_city_month: BTreeMap<String, BTreeMap<String, Counts>>,
    /// Unique events by type.
    pub events_by_type: Counts,
    /// Exact sums, as decimal text.
    pub sums: Sums,
    /// KPIs by city (empty for none) and local month.
    ///
    /// Figures of invoices belong to the month in which the invoice settled, steps of the funnel to that in which it was
    /// received, all others to that of their event. Where the catalogue leaves room: fields, charges and the multimodal model are those of the last extraction;
    /// `manual_intervention_rate` counts invoices with a correction or a review of kind `full`; `forwarder_coverage`
    /// counts an invoice that was never classified as not covered; `nps` is promoters less detractors over scores;
    /// `ai_error_rate` counts events of `di.calls` and `llm.calls`; `tickets_resolved` counts closed tickets.
    pub kpi_by_city_month: BTreeMap<String, BTreeMap<String, BTreeMap<String, Ratio>>>,
    /// Planted trouble.
    pub incidents: Vec<Incident>,
}

/// The plan of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanEcho {
    /// Root of all randomness.
    pub seed: u64,
    /// Length in UTC days.
    pub days: u32,
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub to: DateTime<Utc>,
    /// Volume relative to the domain's.
    pub scale: f64,
}

/// Exact sums over unique events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sums {
    /// Cost of usage by currency.
    pub usage_cost: BTreeMap<String, String>,
    /// Cost of usage by meter and currency.
    pub usage_cost_by_meter: BTreeMap<String, BTreeMap<String, String>>,
    /// Quantity by meter, every reading added (gauges too).
    pub usage_quantity: BTreeMap<String, String>,
    /// Charges by currency, over the last extraction of each invoice.
    pub charges: BTreeMap<String, String>,
}

/// A KPI's two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Ratio {
    /// What is divided, or the count.
    pub numerator: i64,
    /// What it is divided by; absent for counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<i64>,
}
