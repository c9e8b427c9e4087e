//! What the platform tells the rule engine on the topic `rule-feedback`: one CloudEvent a message, keyed by the rule.
//!
//! A message's id is a hash of what it is about, so that whoever works it out again gets the same id, and the outbox
//! and every reader can tell a repeat. About a suggestion: the forwarder, the field, the pattern and the promotion
//! before; about advice to roll back: the promotion and the cause; about a suspension: the version; about accuracy: the
//! version, the window and what was counted. So a late reading makes a new message about an old day, and late facts
//! change no other.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::accuracy::Tally;
use super::facts::{Layer, RuleVersion};

/// The `source` of every message.
pub const SOURCE: &str = "/tidemark/learning";

/// A message's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How a version reads.
    Accuracy,
    /// A rule is worth promoting.
    PromotionSuggested,
    /// A version should go.
    RollbackAdvised,
    /// A version waits for a person.
    Suspended,
}

impl Kind {
    /// Its name on the topic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "rule.accuracy",
            Self::PromotionSuggested => "rule.promotion_suggested",
            Self::RollbackAdvised => "rule.rollback_advised",
            Self::Suspended => "rule.suspended",
        }
    }
}

/// What the rule engine should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing.
    Keep,
    /// Wait: there is a drop, and too little evidence for it.
    InsufficientEvidence,
    /// Promote the suggested rule.
    Promote,
    /// Let a super user review the suggested rule, then promote it.
    Review,
    /// Take the version back.
    RollBack,
    /// Stop using the version until a person has reviewed it.
    Suspend,
}

impl Advice {
    /// Its name on the topic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::InsufficientEvidence => "insufficient_evidence",
            Self::Promote => "promote",
            Self::Review => "review",
            Self::RollBack => "roll_back",
            Self::Suspend => "suspend",
        }
    }
}

/// A message. What does not apply to its type is none, and null on the topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// Its id, 64 hexadecimal digits.
    pub message_id: String,
    /// Its type.
    pub kind: Kind,
    /// When its evidence was complete.
    pub at: i64,
    /// The rule, also the record's key. Of a suggestion: the rule that had misread.
    pub rule: RuleVersion,
    /// The rule's layer; of a suggestion, the one that the new rule would have.
    pub layer: Option<Layer>,
    /// The forwarder, if it is about one.
    pub forwarder: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// Where the evidence begins.
    pub window_start: i64,
    /// Where it ends.
    pub window_end: i64,
    /// What the version has read in the window.
    pub tally: Option<Tally>,
    /// The accuracy before, 0 to 1.
    pub accuracy_before: Option<f64>,
    /// How many people it rests on.
    pub users: Option<u64>,
    /// How many past invoices would be, or were to be, changed.
    pub impact_estimate: Option<u64>,
    /// Whether a super user must review it.
    pub needs_review: Option<bool>,
    /// What to do.
    pub advice: Advice,
    /// Why, as a sentence.
    pub reason: String,
    /// The pattern of a suggestion.
    pub pattern: Option<String>,
    /// The version that a rollback leads to.
    pub to_version: Option<String>,
}

impl Feedback {
    /// A message of which only the outlines are known; `subject` is what makes its id, besides its type.
    #[must_use]
    pub fn outline(kind: Kind, subject: &[&str], rule: RuleVersion, window: (i64, i64)) -> Self {
        Self {
            message_id: message_id(kind, subject),
            kind,
            at: window.1,
            rule,
            layer: None,
            forwarder: None,
            field: None,
            window_start: window.0,
            window_end: window.1,
            tally: None,
            accuracy_before: None,
            users: None,
            impact_estimate: None,
            needs_review: None,
            advice: Advice::Keep,
            reason: String::new(),
            pattern: None,
            to_version: None,
        }
    }

    /// The CloudEvent, structured. Its id is the message's; accuracies have six digits after the point.
    #[must_use]
    pub fn to_event(&self) -> Value {
        let interval = self.tally.and_then(Tally::interval);
        json!({
            "specversion": "1.0",
            "id": self.message_id,
            "source": SOURCE,
            "type": self.kind.name(),
            "time": instant(self.at),
            "subject": self.rule.rule_id,
            "dataschema": format!("urn:tidemark:{}:1", self.kind.name()),
            "datacontenttype": "application/json",
            "data": {
                "message_id": self.message_id,
                "rule_id": self.rule.rule_id,
                "rule_version": self.rule.version,
                "layer": self.layer.map(Layer::name),
                "forwarder": self.forwarder,
                "field": self.field,
                "window_start": instant(self.window_start),
                "window_end": instant(self.window_end),
                "samples": self.tally.map(|tally| tally.samples),
                "correct": self.tally.map(|tally| tally.correct),
                "accuracy": self.tally.and_then(Tally::accuracy).map(rounded),
                "accuracy_before": self.accuracy_before.map(rounded),
                "interval_low": interval.map(|(low, _)| rounded(low)),
                "interval_high": interval.map(|(_, high)| rounded(high)),
                "users": self.users,
                "impact_estimate": self.impact_estimate,
                "needs_review": self.needs_review,
                "advice": self.advice.name(),
                "reason": self.reason,
                "pattern": self.pattern,
                "to_version": self.to_version,
            },
        })
    }
}

/// SHA-256 of the JSON array of the type's name and the subject: no two lists of texts share one text.
pub(super) fn message_id(kind: Kind, subject: &[&str]) -> String {
    let parts: Vec<&str> = [&[kind.name()], subject].concat();
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(json!(parts).to_string()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// RFC 3339 in UTC with microseconds; null beyond the years that it can write.
fn instant(at: i64) -> Option<String> {
    DateTime::<Utc>::from_timestamp_micros(at).map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_every_member_of_the_contract() {
        let rule = RuleVersion::new("R-0001", "v20260331-02");
        let subject = ["R-0001", "v20260331-02"];
        let message = Feedback {
            layer: Some(Layer::Forwarder),
            tally: Some(Tally { samples: 10, correct: 9 }),
            accuracy_before: Some(2.0 / 3.0),
            ..Feedback::outline(Kind::Suspended, &subject, rule, (0, 1_774_915_200_000_001))
        };
        let event = message.to_event();
        assert_eq!(event["id"], event["data"]["message_id"]);
        // printf '["rule.suspended","R-0001","v20260331-02"]' | sha256sum
        assert_eq!(event["id"], "25b70f0e31b4c2d014ddf0046d08d87fc5a4c7473365ac86adbbfd7fa7c9bef7");
        assert_eq!(event["time"], "2026-03-31T00:00:00.000001Z");
        assert_eq!(event["data"]["accuracy_before"], 0.666_667);
        // Wilson's interval of 9 of 10, as in `accuracy.rs`.
        assert_eq!(event["data"]["interval_low"], 0.595_85);
        // The members of events.md, topic `rule-feedback`.
        let members = "message_id rule_id rule_version layer forwarder field window_start window_end samples correct \
            accuracy accuracy_before interval_low interval_high users impact_estimate needs_review advice reason";
        for member in members.split_whitespace() {
            assert!(event["data"].get(member).is_some(), "{member}");
        }
    }

    #[test]
    fn texts_that_run_together_are_different_subjects() {
        assert_ne!(message_id(Kind::Accuracy, &["ab", "c"]), message_id(Kind::Accuracy, &["a", "bc"]));
        assert_ne!(message_id(Kind::Accuracy, &["a\",\"b"]), message_id(Kind::Accuracy, &["a", "b"]));
    }
}
