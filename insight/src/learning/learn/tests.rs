//! The loop as a whole: which messages, when, once, and the same whatever the order.

use proptest::prelude::*;

use super::super::facts::{Complaint, Correction, DAY, Layer, Learn, Promotion, Rollback, RuleVersion};
use super::super::message::{Advice, Kind};
use super::super::rule::State;
use super::*;

pub(in crate::learning) const AT: i64 = 100 * DAY;

/// Readings of a rule, one an invoice: so many before the promotion at [`AT`] by `v1`, of which each `wrong_before`-th
/// is wrong, and so many in the 20 hours after it by `v2`.
struct Told {
    num_before: i64,
    wrong_before: i64,
    num_after: i64,
    wrong_after: i64,
}

impl Told {
    fn invoices(&self) -> Vec<(String, &'static str, i64, bool)> {
        let before = (1..=self.num_before).map(|nth| {
            (format!("b{nth}"), "v1", AT - 60 * DAY + nth * 59 * DAY / self.num_before, nth % self.wrong_before != 0)
        });
        let after = (1..=self.num_after)
            .map(|nth| (format!("a{nth}"), "v2", AT + nth * 20 * HOUR / self.num_after, nth % self.wrong_after != 0));
        before.chain(after).collect()
    }
}

pub(in crate::learning) fn promotion() -> Promotion {
    Promotion {
        event_id: "p1".to_owned(),
        at: AT,
        rule: RuleVersion::new("R-1", "v2"),
        layer: Layer::Forwarder,
        forwarder: Some("kerry".to_owned()),
        field: Some("total_amount".to_owned()),
        impact_estimate: Some(40),
        manual: true,
    }
}

fn learn(facts: Facts, invoices: &[(String, &str, i64, bool)], now_at: i64) -> Outcome {
    let mut learning = Learning::new(facts, Span { since_at: i64::MIN, now_at });
    for (invoice_id, version, at, correct) in invoices {
        learning.see(&Reading {
            invoice_id,
            city: Some("HKG"),
            forwarder: Some("kerry"),
            field: "total_amount",
            rule_id: "R-1",
            version,
            layer: Layer::Forwarder,
            value: Some("10.00"),
            replaced: None,
            read_at: *at,
            judged_at: *at,
            correct: *correct,
        });
    }
    learning.conclude()
}

fn of_kind(outcome: &Outcome, kind: Kind) -> Vec<&Feedback> {
    outcome.messages.iter().filter(|message| message.kind == kind).collect()
}

fn state(outcome: &Outcome, version: &str) -> State {
    outcome.rules.iter().find(|standing| standing.rule.version == version).unwrap().state
}

fn promoted() -> Facts {
    Facts { promotions: vec![promotion()], ..Facts::default() }
}

#[test]
fn a_bad_promotion_is_advised_to_be_rolled_back_once_and_to_the_version_before() {
    let told = Told { num_before: 2_000, wrong_before: 20, num_after: 300, wrong_after: 3 };
    let outcome = learn(promoted(), &told.invoices(), AT + 2 * DAY);
    let advised = of_kind(&outcome, Kind::RollbackAdvised);
    assert_eq!(advised.len(), 1);
    assert_eq!((advised[0].advice, advised[0].to_version.as_deref()), (Advice::RollBack, Some("v1")));
    assert_eq!(advised[0].accuracy_before, Some(0.95));
    assert!(advised[0].at < AT + 10 * HOUR, "{}", advised[0].reason);
    assert_eq!(state(&outcome, "v2"), State::RollbackAdvised);
    assert_eq!(state(&outcome, "v1"), State::Replaced);
}

#[test]
fn the_advice_stays_the_same_when_later_and_late_readings_come() {
    let told = Told { num_before: 2_000, wrong_before: 20, num_after: 300, wrong_after: 3 };
    let early = learn(promoted(), &told.invoices(), AT + 6 * HOUR);
    let mut more = told.invoices();
    more.push(("late".to_owned(), "v2", AT + 1, true));
    let late = learn(promoted(), &more, AT + 9 * DAY);
    let id = |outcome: &Outcome| of_kind(outcome, Kind::RollbackAdvised)[0].message_id.clone();
    assert_eq!(id(&early), id(&late));
}

#[test]
fn a_drop_without_proof_is_a_warning_that_says_what_is_needed() {
    let told = Told { num_before: 2_000, wrong_before: 20, num_after: 8, wrong_after: 4 };
    let outcome = learn(promoted(), &told.invoices(), AT + 2 * DAY);
    assert!(of_kind(&outcome, Kind::RollbackAdvised).is_empty());
    assert_eq!(state(&outcome, "v2"), State::Warning);
    let accuracies = of_kind(&outcome, Kind::Accuracy);
    let watched = accuracies.iter().find(|message| message.window_start == AT && message.rule.version == "v2");
    let reasons: Vec<&str> = accuracies.iter().map(|message| message.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("insufficient evidence")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("needed")), "{reasons:?}");
    assert!(watched.is_some());
}

#[test]
fn a_quiet_promotion_is_confirmed() {
    let told = Told { num_before: 400, wrong_before: 20, num_after: 100, wrong_after: 20 };
    let outcome = learn(promoted(), &told.invoices(), AT + 2 * DAY);
    assert_eq!(state(&outcome, "v2"), State::Confirmed);
    let watching = learn(promoted(), &told.invoices(), AT + 21 * HOUR);
    assert_eq!(state(&watching, "v2"), State::Watched);
}

#[test]
fn what_was_rolled_back_is_not_advised_to_be() {
    let told = Told { num_before: 2_000, wrong_before: 20, num_after: 300, wrong_after: 3 };
    let rolled_back = Rollback {
        event_id: "r1".to_owned(),
        at: AT + 1,
        rule: RuleVersion::new("R-1", "v2"),
        to_version: Some("v1".to_owned()),
    };
    let facts = Facts { rollbacks: vec![rolled_back], ..promoted() };
    let outcome = learn(facts, &told.invoices(), AT + 2 * DAY);
    assert!(of_kind(&outcome, Kind::RollbackAdvised).is_empty());
    assert_eq!((state(&outcome, "v2"), state(&outcome, "v1")), (State::RolledBack, State::Active));
}

#[test]
fn a_day_is_told_an_hour_after_its_end_and_again_only_with_other_counts() {
    let invoices = [("a".to_owned(), "v1", 5 * DAY + 1, true), ("b".to_owned(), "v1", 5 * DAY + 2, false)];
    let told = |invoices: &[_], now_at| {
        let outcome = learn(Facts::default(), invoices, now_at);
        of_kind(&outcome, Kind::Accuracy).iter().map(|message| message.message_id.clone()).collect::<Vec<_>>()
    };
    assert!(told(&invoices, 6 * DAY + HOUR - 1).is_empty());
    let first = told(&invoices, 6 * DAY + HOUR);
    assert_eq!(first.len(), 1);
    assert_eq!(told(&invoices, 9 * DAY), first);
    assert_ne!(told(&invoices[..1], 9 * DAY), first);
}

#[test]
fn complaints_suspend_and_name_the_people() {
    let complaint = |at, user: &str| Complaint {
        event_id: format!("c{at}"),
        at,
        rule: RuleVersion::new("R-1", "v2"),
        user_id: user.to_owned(),
    };
    let complaints = vec![complaint(AT + 3, "cat"), complaint(AT + 1, "ada"), complaint(AT + 2, "bob")];
    let outcome = learn(Facts { complaints, ..promoted() }, &[], AT + DAY);
    let suspended = of_kind(&outcome, Kind::Suspended);
    assert_eq!(suspended.len(), 1);
    assert_eq!((suspended[0].at, suspended[0].users, suspended[0].advice), (AT + 3, Some(3), Advice::Suspend));
    assert_eq!(state(&outcome, "v2"), State::Suspended);
}

#[test]
fn a_suggestion_counts_past_invoices_alike_and_asks_for_a_review_above_a_hundred() {
    let correction = |nth: i64, user: &str| Correction {
        event_id: format!("e{nth}"),
        at: AT + nth,
        invoice_id: format!("c{nth}"),
        forwarder: Some("kerry".to_owned()),
        field: "total_amount".to_owned(),
        pattern: Some("pos:p1/0042".to_owned()),
        old: Some("10.00".to_owned()),
        new: Some("12.00".to_owned()),
        user_id: user.to_owned(),
        learn: Learn::Normal,
        rule: Some(RuleVersion::new("R-1", "v1")),
    };
    let corrections = vec![correction(1, "ada"), correction(2, "bob"), correction(3, "cat")];
    let facts = Facts { corrections, ..Facts::default() };
    for (num_before, review) in [(97, false), (98, true)] {
        // Three are the group's own.
        let told = Told { num_before, wrong_before: 50, num_after: 0, wrong_after: 1 };
        let outcome = learn(facts.clone(), &told.invoices(), AT + DAY);
        let suggested = of_kind(&outcome, Kind::PromotionSuggested);
        assert_eq!(suggested.len(), 1);
        assert_eq!(suggested[0].impact_estimate, Some(num_before as u64 + 3));
        assert_eq!(suggested[0].needs_review, Some(review));
        assert_eq!((suggested[0].at, suggested[0].users), (AT + 3, Some(3)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_readings_does_not_matter(turn in 0_usize..500, wrong_after in 2_i64..30) {
        let told = Told { num_before: 400, wrong_before: 20, num_after: 100, wrong_after };
        let invoices = told.invoices();
        let mut turned = invoices.clone();
        turned.rotate_left(turn);
        turned.reverse();
        prop_assert_eq!(learn(promoted(), &invoices, AT + 2 * DAY), learn(promoted(), &turned, AT + 2 * DAY));
    }
}
