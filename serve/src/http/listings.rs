//! What the platform worked out and found, as lists: `GET /v1/finance/allocation`, `/v1/anomalies` and their like. Each is a relation; a
//! query's parameters are equalities on some of its columns.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use tidemark_model::port::Parameter;
use tidemark_model::principal::Principal;

use super::error::HttpError;
use super::sql::parse_format;
use super::{Services, answer};

/// A list.
#[derive(Debug)]
pub(super) struct Listing {
    /// Where it is.
    pub(super) path: &'static str,
    relation: &'static str,
    order: &'static str,
    /// The columns by which rows can be chosen.
    filters: &'static [&'static str],
}

/// Every list.
pub(super) const LISTINGS: [Listing; 12] = [
    Listing {
        path: "/v1/forecasts",
        relation: "latest_forecasts",
        order: "series, grain, city, forwarder, horizon_at",
        filters: &["series", "grain", "city", "forwarder"],
    },
    Listing {
        path: "/v1/forecasts/scores",
        relation: "forecast_scores",
        order: "series, grain, city, forwarder, horizon_at, step",
        filters: &["series", "grain", "city", "forwarder", "model"],
    },
    Listing {
        path: "/v1/capacity",
        relation: "capacity",
        order: "resource, city, category",
        filters: &["resource", "city", "category", "status"],
    },
    Listing {
        path: "/v1/anomalies",
        relation: "anomalies",
        order: "at DESC, anomaly_id",
        filters: &["series", "city", "forwarder", "kind", "severity", "state", "anomaly_id"],
    },
    Listing {
        path: "/v1/experiments",
        relation: "experiments",
        order: "experiment, metric, variant",
        filters: &["experiment", "metric", "verdict"],
    },
    Listing {
        path: "/v1/rules/feedback",
        relation: "rule_feedback",
        order: "made_at DESC, message_id",
        filters: &["rule_id", "rule_version", "type", "forwarder", "field", "message_id"],
    },
    Listing {
        path: "/v1/rules/accuracy",
        relation: "rule_accuracy",
        order: "window_start DESC, rule_id, rule_version, city",
        filters: &["rule_id", "rule_version", "layer", "forwarder", "field", "city"],
    },
    Listing {
        path: "/v1/rules/watched",
        relation: "rules_watched",
        order: "promoted_at DESC, rule_id, rule_version",
        filters: &["rule_id", "rule_version", "state", "forwarder", "field"],
    },
    Listing {
        path: "/v1/rules/patterns",
        relation: "rule_patterns",
        order: "users DESC, since_at DESC, suggestion_id",
        filters: &["forwarder", "field", "state", "suggestion_id"],
    },
    Listing {
        path: "/v1/finance/allocation",
        relation: "cost_allocation",
        order: "month, place",
        filters: &["month", "period", "city", "pool", "driver", "status"],
    },
    // From a row of the allocation on to its events, and to their places in Kafka.
    Listing {
        path: "/v1/finance/trace",
        relation: "driver_events",
        order: "month, driver, city, time, event_id, source",
        filters: &["month", "driver", "city", "subject", "event_id"],
    },
    Listing {
        path: "/v1/finance/budgets",
        relation: "budget_status",
        order: "month DESC, city, category",
        filters: &["month", "city", "category", "status"],
    },
];

impl Listing {
    pub(super) fn route(&'static self) -> MethodRouter<Services> {
        get(
            move |State(services): State<Services>,
                  Query(wanted): Query<BTreeMap<String, String>>,
                  headers: HeaderMap| { self.respond(services, wanted, headers) },
        )
    }

    async fn respond(
        &self,
        services: Services,
        mut wanted: BTreeMap<String, String>,
        headers: HeaderMap,
    ) -> Result<Response, HttpError> {
        let format = parse_format(wanted.remove("format").as_deref(), &headers)?;
        let (sql, parameters) = self.query(wanted)?;
        let session = services.queries.session(&Principal::local()).await?;
        answer::respond(session.run(&sql, &parameters).await?, format).await
    }

    fn query(&self, wanted: BTreeMap<String, String>) -> Result<(String, Vec<Parameter>), HttpError> {
        let is_chosen = |key: &&str| wanted.keys().any(|name| key.split(' ').next() == Some(name));
        // A column of one value orders nothing. DataFusion 55 also fails to plan some of these.
        let keys: Vec<&str> = self.order.split(", ").filter(|key| !is_chosen(key)).collect();
        let order = if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) };
        let (mut conditions, mut parameters) = (Vec::new(), Vec::new());
        for (name, value) in wanted {
            if !self.filters.contains(&name.as_str()) {
                let message = format!("\"{name}\" chooses nothing at {}", self.path);
                let hint = format!("choose by {}", self.filters.join(", "));
                return Err(HttpError::bad_request(message).with_hint(hint));
            }
            parameters.push(Parameter::from(value.as_str()));
            conditions.push(format!("{name} = ${}", parameters.len()));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        Ok((format!("SELECT * FROM {}{filter}{order}", self.relation), parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(wanted: &[(&str, &str)]) -> Result<(String, Vec<Parameter>), HttpError> {
        let wanted = wanted.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        LISTINGS[3].query(wanted)
    }

    #[test]
    fn parameters_choose_rows_and_are_never_part_of_the_text() {
        let (sql, parameters) = asked(&[("city", "HKG' OR 1=1"), ("state", "new")]).unwrap();
        assert_eq!(sql, "SELECT * FROM anomalies WHERE city = $1 AND state = $2 ORDER BY at DESC, anomaly_id");
        assert_eq!(parameters, [Parameter::from("HKG' OR 1=1"), Parameter::from("new")]);
    }

    #[test]
    fn rows_are_not_ordered_by_what_all_of_them_have() {
        let (sql, _) = asked(&[("anomaly_id", "7")]).unwrap();
        assert_eq!(sql, "SELECT * FROM anomalies WHERE anomaly_id = $1 ORDER BY at DESC");
    }

    #[test]
    fn what_is_no_column_to_choose_by_is_refused() {
        assert!(asked(&[("1=1; --", "x")]).is_err());
    }
}
