//! How versions and patterns are shown: what is news, what has landed, and what ends.

use arrow::array::AsArray;
use arrow::datatypes::Float64Type;

use super::super::facts::{Correction, Facts, HOUR, Learn, Promotion, Reading};
use super::super::learn::tests::{AT, promotion};
use super::super::learn::{Learning, Span};
use super::*;
use crate::answers::{Answers, now};

/// 400 invoices by `v1` before the promotion, each twentieth wrong, and some by `v2` after it, each second wrong.
fn outcome(num_after: i64, now_at: i64) -> Outcome {
    let facts = Facts { promotions: vec![promotion()], ..Facts::default() };
    let mut learning = Learning::new(facts, Span { since_at: i64::MIN, now_at });
    let before = (1..=400).map(|nth| (format!("b{nth}"), "v1", AT - nth * HOUR, nth % 20 != 0));
    let after = (1..=num_after).map(|nth| (format!("a{nth}"), "v2", AT + nth, nth % 2 != 0));
    for (invoice_id, version, at, correct) in before.chain(after) {
        learning.see(&Reading {
            invoice_id: &invoice_id,
            city: Some("HKG"),
            forwarder: Some("kerry"),
            field: "total_amount",
            rule_id: "R-1",
            version,
            layer: Layer::Forwarder,
            value: Some("10.00"),
            replaced: None,
            read_at: at,
            judged_at: at,
            correct,
        });
    }
    learning.conclude()
}

fn seen(states: &mut States, num_after: i64, seen_at: i64) {
    states.see_versions(&outcome(num_after, seen_at), &BTreeSet::from(["p1"]), seen_at);
}

fn correction(at: i64, user: &str, pattern: &str) -> Correction {
    Correction {
        event_id: format!("e{at}"),
        at,
        invoice_id: format!("inv-{at}"),
        forwarder: Some("kerry".to_owned()),
        field: "total_amount".to_owned(),
        pattern: Some(pattern.to_owned()),
        old: Some("10.00".to_owned()),
        new: Some("12.00".to_owned()),
        user_id: user.to_owned(),
        learn: Learn::Normal,
        rule: None,
    }
}

/// Sees the patterns of corrections by some people, one after the other, and of a promotion.
fn grouped_by(states: &mut States, people: &[&str], promotions: Vec<Promotion>, seen_at: i64) {
    let corrections = (1..).zip(people).map(|(at, user)| correction(at, user, "right of TOTAL DUE")).collect();
    see_corrections(states, corrections, promotions, seen_at);
}

fn see_corrections(states: &mut States, corrections: Vec<Correction>, promotions: Vec<Promotion>, seen_at: i64) {
    let facts = Facts { corrections, promotions, ..Facts::default() };
    let outcome = Learning::new(facts, Span { since_at: i64::MIN, now_at: seen_at }).conclude();
    let places = BTreeSet::from([("kerry".to_owned(), "total_amount".to_owned())]);
    states.see_patterns(&outcome, &places, seen_at);
}

fn due(states: &mut States, lake: &Answers, number: i64) -> Vec<Shown> {
    now(states.due(lake, number)).unwrap()
}

/// A lake whose table holds these rows.
fn lake(shown: &[Shown]) -> Answers {
    let rows = rows(shown).unwrap();
    let asked = "rule_id rule_version forwarder field suggestion_id state made_at promoted_at users corrections samples correct \
                 samples_before";
    let places: Vec<usize> = asked.split(' ').map(|name| rows.schema().index_of(name).unwrap()).collect();
    Answers::default().with("rule_states", rows.project(&places).unwrap())
}

fn standing(shown: &[Shown]) -> Vec<(&str, Option<u64>, Option<u64>)> {
    shown.iter().map(|one| (one.state, one.users, one.corrections)).collect()
}

#[test]
fn a_drop_without_proof_is_a_warning_with_its_evidence_and_what_is_needed() {
    let mut states = States::default();
    seen(&mut states, 4, AT + HOUR);
    let shown = due(&mut states, &Answers::default(), 1);
    assert_eq!(shown.len(), 1);
    assert_eq!((shown[0].state, &shown[0].subject), ("warning", &Subject::Version(RuleVersion::new("R-1", "v2"))));
    // The second invoice is the first wrong one: half are right where 95 of 100 were.
    assert_eq!(shown[0].since_at, AT + 2);
    let trial = shown[0].trial.as_ref().unwrap();
    assert_eq!((trial.promoted_at, trial.baseline), (AT, Baseline::VersionBefore));
    assert_eq!(trial.before, Tally { samples: 400, correct: 380 });
    assert_eq!((trial.after, trial.num_invoices), (Tally { samples: 4, correct: 2 }, 4));
    // The test of `evidence.rs` once more in Python, over the same invoices.
    assert_eq!(trial.num_needed, Some(16));
    assert!((trial.evidence - 3.540_508_649).abs() < 1e-6, "{}", trial.evidence);
    assert!(trial.reason.contains("insufficient evidence"), "{}", trial.reason);
}

#[test]
fn a_proven_drop_needs_no_more_invoices() {
    let mut states = States::default();
    seen(&mut states, 100, AT + HOUR);
    let shown = due(&mut states, &Answers::default(), 1);
    assert_eq!(shown[0].state, "rollback_advised");
    let trial = shown[0].trial.as_ref().unwrap();
    assert_eq!(trial.num_needed, None);
    assert!(trial.evidence >= 1_000.0, "{}", trial.evidence);
}

#[test]
fn promotions_that_are_not_watched_are_not_shown() {
    let mut states = States::default();
    states.see_versions(&outcome(4, AT + HOUR), &BTreeSet::from(["another"]), AT + HOUR);
    assert!(!states.is_due(AT + HOUR));
    assert_eq!(due(&mut states, &Answers::default(), 1), []);
}

#[test]
fn what_has_landed_is_due_again_only_when_it_stands_otherwise() {
    let (mut states, empty) = (States::default(), Answers::default());
    seen(&mut states, 4, AT + HOUR);
    let first = due(&mut states, &empty, 1);
    assert_eq!(due(&mut states, &empty, 1), first, "it has not landed");
    states.has_landed(first, 1, AT + HOUR);
    seen(&mut states, 4, AT + HOUR + 1);
    assert_eq!(due(&mut states, &empty, 2), []);
    seen(&mut states, 5, AT + HOUR + 2);
    let second = due(&mut states, &empty, 2);
    assert_eq!(second[0].trial.as_ref().map(|trial| trial.after), Some(Tally { samples: 5, correct: 3 }));
    assert_eq!(empty.asked("rule_states").len(), 1, "nobody else has landed anything");
}

#[test]
fn a_version_that_is_promoted_again_is_news_though_it_has_read_nothing() {
    let (mut states, empty) = (States::default(), Answers::default());
    let again = Promotion { event_id: "p2".to_owned(), at: AT + HOUR, ..promotion() };
    let steps = [(AT, vec![promotion()]), (AT + HOUR, vec![promotion(), again])];
    for (number, (promoted_at, promotions)) in (1..).zip(steps) {
        let facts = Facts { promotions, ..Facts::default() };
        let outcome = Learning::new(facts, Span { since_at: i64::MIN, now_at: promoted_at + 1 }).conclude();
        states.see_versions(&outcome, &BTreeSet::from(["p1", "p2"]), promoted_at + 1);
        let shown = due(&mut states, &empty, number);
        let told: Vec<_> = shown.iter().map(|one| one.trial.as_ref().map(|trial| trial.promoted_at)).collect();
        assert_eq!(told, [Some(promoted_at)]);
        states.has_landed(shown, number, promoted_at + 1);
    }
}

#[test]
fn a_minute_is_between_two_commits() {
    let mut states = States::default();
    assert!(!states.is_due(AT), "nothing was seen");
    seen(&mut states, 4, AT + HOUR);
    assert!(states.is_due(AT + HOUR));
    let first = due(&mut states, &Answers::default(), 1);
    states.has_landed(first, 1, AT + HOUR);
    seen(&mut states, 5, AT + HOUR + 1);
    assert!(!states.is_due(AT + HOUR + 59_999_999));
    assert!(states.is_due(AT + HOUR + 60_000_000));
}

#[test]
fn another_state_waits_for_nothing() {
    let mut states = States::default();
    seen(&mut states, 0, AT + HOUR);
    let watched = due(&mut states, &Answers::default(), 1);
    assert_eq!(watched[0].state, "watched");
    states.has_landed(watched, 1, AT + HOUR);
    // Each second invoice is wrong.
    seen(&mut states, 40, AT + HOUR + 1);
    assert!(states.is_due(AT + HOUR + 1));
    assert_ne!(due(&mut states, &Answers::default(), 2)[0].state, "watched");
}

#[test]
fn what_the_lake_has_is_no_news_after_a_start() {
    let mut before = States::default();
    seen(&mut before, 4, AT + HOUR);
    grouped_by(&mut before, &["ada", "bob"], vec![], AT + HOUR);
    let known = due(&mut before, &Answers::default(), 1);
    assert_eq!(known.len(), 2);
    let (lake, mut states) = (lake(&known), States::default());
    seen(&mut states, 4, AT + 2 * HOUR);
    grouped_by(&mut states, &["ada", "bob"], vec![], AT + 2 * HOUR);
    assert_eq!(due(&mut states, &lake, 2), []);
    seen(&mut states, 6, AT + 3 * HOUR);
    assert_eq!(due(&mut states, &lake, 2).len(), 1);
}

#[test]
fn an_older_look_says_nothing_against_a_newer_one() {
    let mut newer = States::default();
    seen(&mut newer, 6, AT + 2 * HOUR);
    let lake = lake(&due(&mut newer, &Answers::default(), 1));
    let mut older = States::default();
    seen(&mut older, 4, AT + HOUR);
    assert_eq!(due(&mut older, &lake, 2), []);
}

#[test]
fn a_pattern_collects_people_until_it_is_ripe() {
    let (mut states, empty) = (States::default(), Answers::default());
    // People so far, and the row that is due: each person counts once, and a fourth changes nothing.
    type Standing<'a> = Option<(&'a str, u64, u64)>;
    let steps: [(&[&str], Standing<'_>); 6] = [
        (&["ada"], Some(("collecting", 1, 1))),
        (&["ada", "ada"], Some(("collecting", 1, 2))),
        (&["ada", "ada", "bob"], Some(("collecting", 2, 3))),
        (&["ada", "ada", "bob"], None),
        (&["ada", "ada", "bob", "cat"], Some(("ripe", 3, 4))),
        (&["ada", "ada", "bob", "cat", "dan"], None),
    ];
    let mut number = 1;
    for (seen_at, (people, expected)) in (AT..).zip(steps) {
        grouped_by(&mut states, people, vec![], seen_at);
        let shown = due(&mut states, &empty, number);
        let expected: Vec<_> =
            expected.into_iter().map(|(state, users, corrections)| (state, Some(users), Some(corrections))).collect();
        assert_eq!(standing(&shown), expected);
        if !shown.is_empty() {
            states.has_landed(shown, number, seen_at);
            number += 1;
        }
    }
}

#[test]
fn a_suggestion_has_the_id_that_its_pattern_was_shown_with() {
    let mut states = States::default();
    grouped_by(&mut states, &["ada"], vec![], AT);
    let shown = due(&mut states, &Answers::default(), 1);
    let corrections = (1..).zip(["ada", "bob", "cat"]);
    let corrections = corrections.map(|(at, user)| correction(at, user, "right of TOTAL DUE")).collect();
    let facts = Facts { corrections, ..Facts::default() };
    let suggested = Learning::new(facts, Span { since_at: i64::MIN, now_at: AT }).conclude().messages;
    assert_eq!(shown[0].subject.suggestion_id(), Some(suggested[0].message_id.as_str()));
}

#[test]
fn a_promotion_ends_the_patterns_of_its_field() {
    let (mut states, empty) = (States::default(), Answers::default());
    grouped_by(&mut states, &["ada", "bob"], vec![], AT - 1);
    let first = due(&mut states, &empty, 1);
    let subject = first[0].subject.clone();
    states.has_landed(first, 1, AT - 1);
    grouped_by(&mut states, &["ada", "bob"], vec![promotion()], AT);
    let ended = due(&mut states, &empty, 2);
    assert_eq!(standing(&ended), [("ended", None, None)]);
    assert_eq!(ended[0].subject, subject);
    states.has_landed(ended, 2, AT);
    // What people correct from then on is another pattern.
    let corrections = vec![correction(1, "ada", "right of TOTAL DUE"), correction(AT + 1, "bob", "right of TOTAL DUE")];
    see_corrections(&mut states, corrections, vec![promotion()], AT + 2);
    let begun = due(&mut states, &empty, 3);
    assert_eq!(standing(&begun), [("collecting", Some(1), Some(1))]);
    assert_ne!(begun[0].subject, subject);
}

#[test]
fn a_late_correction_that_is_the_first_of_its_pattern_puts_another_in_its_place() {
    let (mut states, empty) = (States::default(), Answers::default());
    see_corrections(&mut states, vec![correction(5, "ada", "right of TOTAL DUE")], vec![], AT);
    let first = due(&mut states, &empty, 1);
    states.has_landed(first, 1, AT);
    let corrections = vec![correction(5, "ada", "right of TOTAL DUE"), correction(4, "bob", "right of TOTAL DUE:")];
    see_corrections(&mut states, corrections, vec![], AT + 1);
    let mut shown = due(&mut states, &empty, 2);
    shown.sort_by_key(|one| one.state);
    assert_eq!(standing(&shown), [("collecting", Some(2), Some(2)), ("ended", None, None)]);
    assert_eq!(shown[0].pattern.as_deref(), Some("right of TOTAL DUE:"));
}

#[test]
fn what_is_shown_becomes_rows_of_its_table() {
    let mut states = States::default();
    seen(&mut states, 4, AT + HOUR);
    grouped_by(&mut states, &["ada", "bob"], vec![], AT + HOUR);
    let rows = rows(&due(&mut states, &Answers::default(), 1)).unwrap();
    assert_eq!((rows.num_rows(), rows.schema()), (2, RULE_STATES.schema()));
    let text = |name: &str, row| value(rows.column_by_name(name).unwrap().as_string::<i32>(), row).map(str::to_owned);
    let both = |name| [text(name, 0), text(name, 1)].map(Option::unwrap_or_default);
    assert_eq!(both("kind"), ["version", "pattern"]);
    assert_eq!(both("state"), ["warning", "collecting"]);
    assert_eq!(both("forwarder"), ["kerry", "kerry"]);
    assert_eq!(both("field"), ["total_amount", "total_amount"]);
    assert_eq!(both("rule_id"), ["R-1", ""]);
    assert_eq!(both("pattern"), ["", "right of TOTAL DUE"]);
    let number = |name: &str| rows.column_by_name(name).unwrap().as_primitive::<Float64Type>().value(0);
    assert_eq!((number("accuracy"), number("accuracy_before"), number("evidence_needed")), (0.5, 0.95, 500.0));
}
