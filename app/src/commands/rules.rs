//! `tidemark rules`: how mapping rules do, and what the rule engine is told of it.

use anyhow::Result;

use super::listing::Listing;
use crate::cli::{Rules, RulesAccuracy, RulesFeedback};

/// Runs a command on rules.
pub(crate) async fn run(command: Rules) -> Result<()> {
    match command {
        Rules::Feedback(RulesFeedback { rule, of_type, limit, source, output }) => {
            let listing = Listing {
                glance: "to_char(made_at, 'YYYY-MM-DD HH24:MI') AS made_at, type, rule_id, rule_version, field, samples,\
                     round(accuracy, 3) AS accuracy, reason",
                relation: "rule_feedback",
                filters: &[("rule_id", rule.as_deref()), ("type", of_type.as_deref())],
                order: "made_at DESC, message_id",
                limit: Some(limit),
                nothing: "there is no such feedback; a running service with the role jobs makes it",
            };
            listing.write(&source, &output).await
        }
        Rules::Accuracy(RulesAccuracy { rule, forwarder, field, limit, source, output }) => {
            let listing = Listing {
                glance: "to_char(window_start, 'YYYY-MM-DD') AS day, rule_id, rule_version, forwarder, field, city, samples,\
                     round(accuracy, 3) AS accuracy, round(interval_low, 3) AS low, round(interval_high, 3) AS high",
                relation: "rule_accuracy",
                filters: &[
                    ("rule_id", rule.as_deref()),
                    ("forwarder", forwarder.as_deref()),
                    ("field", field.as_deref()),
                ],
                order: "window_start DESC, rule_id, rule_version, city",
                limit: Some(limit),
                nothing: "no rule read a field of a settled invoice there",
            };
            listing.write(&source, &output).await
        }
    }
}
