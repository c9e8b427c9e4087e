//! Answers random histories: one JSON object a line in, what the loop says of it as one a line out. `model.py` makes
//! the histories and knows the answers.

use std::io::{BufRead, Write, stdin, stdout};

use anyhow::Context;
use serde_json::{Value, json};
use tidemark_insight::learning::facts::{
    Complaint, Correction, Facts, Layer, Learn, Promotion, Reading, RuleVersion, Suggested,
};
use tidemark_insight::learning::learn::{Learning, Outcome, Span};
use tidemark_insight::learning::message::{Feedback, Kind};

/// Answers every line.
pub(crate) fn answer() -> anyhow::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let history: Value = serde_json::from_str(&line?)?;
        let outcome = learn(&history).context("a history lacks something")?;
        writeln!(out, "{}", told(&outcome))?;
    }
    Ok(())
}

fn learn(history: &Value) -> Option<Outcome> {
    let facts = Facts {
        corrections: history["corrections"].as_array()?.iter().map(correction).collect::<Option<_>>()?,
        promotions: history["promotions"].as_array()?.iter().map(promotion).collect::<Option<_>>()?,
        rollbacks: vec![],
        complaints: history["complaints"].as_array()?.iter().map(complaint).collect::<Option<_>>()?,
        suggested: history["suggested"].as_array()?.iter().map(suggested).collect::<Option<_>>()?,
    };
    let span = Span { since_at: i64::MIN, now_at: history["now"].as_i64()? };
    let mut learning = Learning::new(facts, span);
    for told in history["readings"].as_array()? {
        learning.see(&reading(told)?);
    }
    Some(learning.conclude())
}

fn text(of: &Value) -> Option<String> {
    of.as_str().map(str::to_owned)
}

fn version(of: &Value) -> Option<RuleVersion> {
    Some(RuleVersion::new(of["rule_id"].as_str()?, of["rule_version"].as_str()?))
}

fn correction(of: &Value) -> Option<Correction> {
    Some(Correction {
        event_id: text(&of["id"])?,
        at: of["at"].as_i64()?,
        invoice_id: text(&of["invoice_id"])?,
        forwarder: text(&of["forwarder"]),
        field: text(&of["field"])?,
        pattern: text(&of["pattern"]),
        old: text(&of["old"]),
        new: text(&of["new"]),
        user_id: text(&of["user_id"])?,
        learn: if of["learn"] == "normal" { Learn::Normal } else { Learn::Exception },
        rule: version(of),
    })
}

fn promotion(of: &Value) -> Option<Promotion> {
    Some(Promotion {
        event_id: text(&of["id"])?,
        at: of["at"].as_i64()?,
        rule: version(of)?,
        layer: Layer::named(of["layer"].as_str()?)?,
        forwarder: text(&of["forwarder"]),
        field: text(&of["field"]),
        impact_estimate: of["impact_estimate"].as_u64(),
        manual: false,
    })
}

fn complaint(of: &Value) -> Option<Complaint> {
    Some(Complaint {
        event_id: text(&of["id"])?,
        at: of["at"].as_i64()?,
        rule: version(of)?,
        user_id: text(&of["user_id"])?,
    })
}

fn suggested(of: &Value) -> Option<Suggested> {
    Some(Suggested {
        message_id: text(&of["id"])?,
        at: of["at"].as_i64()?,
        forwarder: text(&of["forwarder"])?,
        field: text(&of["field"])?,
        pattern: text(&of["pattern"])?,
    })
}

fn reading(of: &Value) -> Option<Reading<'_>> {
    Some(Reading {
        invoice_id: of["invoice_id"].as_str()?,
        city: of["city"].as_str(),
        forwarder: of["forwarder"].as_str(),
        field: of["field"].as_str()?,
        rule_id: of["rule_id"].as_str()?,
        version: of["rule_version"].as_str()?,
        layer: Layer::named(of["layer"].as_str()?)?,
        value: of["value"].as_str(),
        replaced: of["replaced"].as_str(),
        read_at: of["read_at"].as_i64()?,
        judged_at: of["judged_at"].as_i64()?,
        correct: of["correct"].as_bool()?,
    })
}

fn told(outcome: &Outcome) -> Value {
    let of_kind = |kind: Kind| outcome.messages.iter().filter(move |message| message.kind == kind);
    let is_overrun = |message: &&Feedback| message.tally.is_none();
    let accuracy = |message: &Feedback| {
        let tally = message.tally.unwrap_or_default();
        json!([
            message.rule.rule_id,
            message.rule.version,
            message.window_start,
            message.window_end,
            tally.samples,
            tally.correct,
            message.advice.name()
        ])
    };
    json!({
        "suggested": of_kind(Kind::PromotionSuggested).map(|message| json!([message.at, message.forwarder,
            message.field, message.pattern, message.users, message.impact_estimate, message.needs_review,
            message.rule.rule_id, message.window_start])).collect::<Vec<_>>(),
        "suspended": of_kind(Kind::Suspended).map(|message| json!([message.at, message.rule.rule_id,
            message.rule.version, message.users])).collect::<Vec<_>>(),
        "overrun": of_kind(Kind::RollbackAdvised).filter(is_overrun)
            .map(|message| json!([message.at, message.rule.rule_id, message.rule.version])).collect::<Vec<_>>(),
        "accuracy": of_kind(Kind::Accuracy).map(accuracy).collect::<Vec<_>>(),
        "ids": outcome.messages.iter().map(|message| message.message_id.clone()).collect::<Vec<_>>(),
        "events": outcome.messages.iter().map(Feedback::to_event).collect::<Vec<_>>(),
    })
}
