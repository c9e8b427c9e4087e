//! Planted trouble at relative positions of a history, for alerts, anomaly detection and feedback to find.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tidemark_model::city::CITIES;
use tidemark_model::id::RuleId;

use crate::clock::{DAY, HOUR, instant, weekday};
use crate::fields::FIELDS;
use crate::forwarder::FORWARDERS;
use crate::kind::Place;
use crate::plan::Plan;

/// Rank of the forwarder whose rule goes wrong: large enough to notice within hours.
const DROP_FORWARDER: usize = 1;
/// The field whose rule goes wrong: the total amount.
const DROP_FIELD: usize = 2;

/// A span of time, `to` excluded, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Window {
    pub(crate) fn contains(self, at: i64) -> bool {
        self.from <= at && at < self.to
    }
}

/// All incidents of a history.
#[derive(Debug)]
pub(crate) struct Incidents {
    /// Language-model use of Singapore costs a multiple.
    pub(crate) cost_spike: Window,
    pub(crate) cost_spike_place: Place,
    /// Extraction fails often, everywhere.
    pub(crate) error_burst: Window,
    /// From the promotion of a bad rule version to its rollback.
    pub(crate) accuracy_drop: Window,
    pub(crate) drop_forwarder: usize,
    pub(crate) drop_field: usize,
    /// Shanghai sends nothing, then everything.
    pub(crate) offline: Window,
    pub(crate) offline_place: Place,
}

/// An incident as the truth tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// `cost_spike`, `error_burst`, `accuracy_drop` or `city_offline`.
    pub kind: &'static str,
    /// City, if it concerns one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<&'static str>,
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it ended (excluded).
    pub to: DateTime<Utc>,
    /// Forwarder whose rule was concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarder: Option<&'static str>,
    /// Field whose rule was concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// Rule that was concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// Version that was promoted and rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_version: Option<String>,
}

impl Incidents {
    /// Places the incidents on working days of a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        let place = |code: &str| Place::of(CITIES.iter().position(|city| city.code == code).unwrap_or_default());
        Self {
            cost_spike: window(plan, 0.35, 2, 6),
            cost_spike_place: place("SIN"),
            error_burst: window(plan, 0.55, 2, 3),
            accuracy_drop: window(plan, 0.60, 1, 26),
            drop_forwarder: DROP_FORWARDER,
            drop_field: DROP_FIELD,
            offline: window(plan, 0.75, 3, 5),
            offline_place: place("SHA"),
        }
    }

    /// Lists them for the truth; `rule` is the id and version of the bad rule.
    pub(crate) fn list(&self, rule: Option<(RuleId, String)>) -> Vec<Incident> {
        let plain = |kind, city, window: Window| Incident {
            kind,
            city,
            from: instant(window.from),
            to: instant(window.to),
            forwarder: None,
            field: None,
            rule_id: None,
            rule_version: None,
        };
        let drop = Incident {
            forwarder: Some(FORWARDERS[self.drop_forwarder].id),
            field: Some(FIELDS[self.drop_field].name),
            rule_id: rule.as_ref().map(|(id, _)| id.to_string()),
            rule_version: rule.map(|(_, version)| version),
            ..plain("accuracy_drop", None, self.accuracy_drop)
        };
        vec![
            plain("cost_spike", Some(self.cost_spike_place.code()), self.cost_spike),
            plain("error_burst", None, self.error_burst),
            drop,
            plain("city_offline", Some(self.offline_place.code()), self.offline),
        ]
    }
}

/// The span that starts at an hour (UTC) of the first working day from a relative position on, within the history.
fn window(plan: &Plan, position: f64, hour: i64, hours: i64) -> Window {
    let first_day = plan.start_micros() / DAY;
    let last_day = plan.end_micros() / DAY - 1;
    let wanted = first_day + (plan.num_days() as f64 * position) as i64;
    let later = wanted..=last_day;
    let earlier = (first_day..wanted).rev();
    let day = later.chain(earlier).find(|&day| weekday(day) < 5).unwrap_or(wanted);
    let from = day * DAY + hour * HOUR;
    Window { from, to: (from + hours * HOUR).min(plan.end_micros()) }
}
