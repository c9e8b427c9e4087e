//! The messages of the loop as they are put together: suggestions, suspensions, accuracies.

use super::accuracy::{Ledger, Row, Tally};
use super::complaints::Suspension;
use super::facts::{Facts, Layer, Promotion, RuleVersion};
use super::impact::{Estimates, needs_review};
use super::learn::{ACCURACY_DELAY, Span};
use super::message::{Advice, Feedback, Kind, message_id};
use super::patterns::{Pattern, Ripe, USERS_MIN};
use super::reason;
use super::watch::{Finding, WATCH};

/// How many days before a day its accuracy is compared with.
const DAYS_BEFORE: i64 = 28;

pub(super) fn suggestions(patterns: &[Pattern], estimates: &Estimates) -> Vec<Feedback> {
    let mut messages = Vec::new();
    for (index, pattern) in patterns.iter().enumerate() {
        if let Some(ripe) = pattern.ripe.as_ref().filter(|_| !pattern.suggested) {
            messages.push(suggested(pattern, ripe, estimates.count(index)));
        }
    }
    messages
}

fn suggested(pattern: &Pattern, ripe: &Ripe, impact: u64) -> Feedback {
    // Every message is about a rule; where the corrections name none, the field stands for it.
    let unnamed = || RuleVersion::new(&format!("unnamed:{}:{}", pattern.forwarder, pattern.field), "none");
    let rule = ripe.rule.clone().unwrap_or_else(unnamed);
    Feedback {
        layer: Some(Layer::Learned),
        forwarder: Some(pattern.forwarder.clone()),
        field: Some(pattern.field.clone()),
        users: Some(USERS_MIN as u64),
        impact_estimate: Some(impact),
        needs_review: Some(needs_review(impact)),
        advice: if needs_review(impact) { Advice::Review } else { Advice::Promote },
        reason: reason::suggestion(pattern, ripe, USERS_MIN, impact),
        pattern: Some(pattern.centre.clone()),
        ..Feedback::outline(Kind::PromotionSuggested, &subject(pattern), rule, (pattern.first_at, ripe.at))
    }
}

/// The id of the message that suggests a rule for a pattern, made or not.
pub(super) fn suggestion_id(pattern: &Pattern) -> String {
    message_id(Kind::PromotionSuggested, &subject(pattern))
}

/// What a suggestion is about.
fn subject(pattern: &Pattern) -> [&str; 4] {
    let after = pattern.after_promotion.as_deref().unwrap_or_default();
    [&pattern.forwarder, &pattern.field, &pattern.centre, after]
}

pub(super) fn suspended(suspension: &Suspension, facts: &Facts) -> Feedback {
    let RuleVersion { rule_id, version } = &suspension.rule;
    let promotion = facts.promotions.iter().rfind(|promotion| promotion.rule == suspension.rule);
    let window = (suspension.first_at, suspension.at);
    let outline = Feedback::outline(Kind::Suspended, &[rule_id, version], suspension.rule.clone(), window);
    Feedback {
        users: Some(suspension.num_users as u64),
        needs_review: Some(true),
        advice: Advice::Suspend,
        reason: reason::suspension(suspension),
        ..about(outline, promotion)
    }
}

/// What a message takes from the promotion that it is about.
pub(super) fn about(message: Feedback, promotion: Option<&Promotion>) -> Feedback {
    let Some(promotion) = promotion else { return message };
    Feedback {
        layer: Some(promotion.layer),
        forwarder: promotion.forwarder.clone(),
        field: promotion.field.clone(),
        impact_estimate: promotion.impact_estimate,
        ..message
    }
}

pub(super) fn watch_accuracies(findings: &[Finding], span: Span) -> Vec<Feedback> {
    let has_ended = |finding: &&Finding| finding.promotion.at + WATCH + ACCURACY_DELAY <= span.now_at;
    let is_asked = |finding: &&Finding| finding.promotion.at + WATCH > span.since_at;
    let was_used = |finding: &&Finding| finding.test.num_after() > 0;
    findings.iter().filter(has_ended).filter(is_asked).filter(was_used).map(watch_accuracy).collect()
}

fn watch_accuracy(finding: &Finding) -> Feedback {
    let (promotion, test) = (&finding.promotion, &finding.test);
    let window = (promotion.at, promotion.at + WATCH);
    let advice = match (finding.proven.is_some(), test.has_dropped()) {
        (true, _) => Advice::RollBack,
        (false, true) => Advice::InsufficientEvidence,
        (false, false) => Advice::Keep,
    };
    Feedback {
        accuracy_before: test.before().accuracy(),
        advice,
        reason: reason::watch(finding),
        ..about(accuracy("watch", &promotion.rule, window, test.after()), Some(promotion))
    }
}

pub(super) fn day_accuracies(ledger: &Ledger, span: Span) -> Vec<Feedback> {
    let rows = ledger.version_rows(span.since_at).into_iter();
    rows.filter(|row| row.window_end + ACCURACY_DELAY <= span.now_at).map(|row| day_accuracy(ledger, row)).collect()
}

fn day_accuracy(ledger: &Ledger, row: Row) -> Feedback {
    let rule = RuleVersion { rule_id: row.rule_id.unwrap_or_default(), version: row.version.unwrap_or_default() };
    let before = ledger.rule_before(&rule.rule_id, row.window_start, DAYS_BEFORE);
    Feedback {
        layer: row.layer,
        forwarder: row.forwarder,
        field: row.field,
        accuracy_before: before.accuracy(),
        reason: reason::day(row.tally, before),
        ..accuracy("day", &rule, (row.window_start, row.window_end), row.tally)
    }
}

/// `of` tells the first 24 hours from a day, which may be the same span.
fn accuracy(of: &str, rule: &RuleVersion, window: (i64, i64), tally: Tally) -> Feedback {
    let numbers = [window.0.to_string(), window.1.to_string(), tally.samples.to_string(), tally.correct.to_string()];
    let [start, end, samples, correct] = &numbers;
    let subject = [of, &rule.rule_id, &rule.version, start, end, samples, correct];
    Feedback { tally: Some(tally), ..Feedback::outline(Kind::Accuracy, &subject, rule.clone(), window) }
}
