//! What a promotion is compared with, and which readings count.

use super::super::facts::{HOUR, Layer, RuleVersion};
use super::*;

const AT: i64 = 200 * DAY;

fn promotion(at: i64, version: &str) -> Promotion {
    Promotion {
        event_id: format!("p-{version}"),
        at,
        rule: RuleVersion::new("R-1", version),
        layer: Layer::Forwarder,
        forwarder: Some("kerry".to_owned()),
        field: Some("total_amount".to_owned()),
        impact_estimate: Some(2),
        manual: true,
    }
}

fn reading(rule: (&'static str, &'static str), invoice_id: &'static str, at: i64) -> Reading<'static> {
    Reading {
        invoice_id,
        city: Some("HKG"),
        forwarder: Some("kerry"),
        field: "total_amount",
        rule_id: rule.0,
        version: rule.1,
        layer: Layer::Forwarder,
        value: Some("10.00"),
        replaced: None,
        read_at: at,
        judged_at: at,
        correct: true,
    }
}

fn finding(promotions: Vec<Promotion>, readings: &[Reading<'_>]) -> Finding {
    let mut watches = Watches::new(&Facts { promotions, ..Facts::default() }.known(i64::MAX));
    readings.iter().for_each(|reading| watches.see(reading));
    watches.conclude().pop().unwrap()
}

#[test]
fn only_the_version_before_and_the_last_ninety_days_are_compared_with() {
    let promotions = vec![promotion(AT - 100 * DAY, "v1"), promotion(AT, "v2")];
    let readings = [
        reading(("R-1", "v1"), "a", AT - 1),
        reading(("R-1", "v1"), "b", AT - LOOK_BACK),
        reading(("R-1", "v1"), "c", AT - LOOK_BACK - 1),
        reading(("R-1", "v0"), "d", AT - 1),
        reading(("R-1", "v1"), "e", AT),
        reading(("R-9", "v1"), "f", AT - 1),
    ];
    let finding = finding(promotions, &readings);
    assert_eq!((finding.baseline, finding.test.before().samples), (Baseline::VersionBefore, 2));
}

#[test]
fn a_rules_first_version_is_compared_with_the_field() {
    let readings = [reading(("R-9", "v1"), "a", AT - 1), reading(("R-1", "v1"), "b", AT + 1)];
    let finding = finding(vec![promotion(AT, "v1")], &readings);
    assert_eq!((finding.baseline, finding.test.before().samples, finding.test.num_after()), (Baseline::Field, 1, 1));
}

#[test]
fn what_is_judged_after_a_day_is_not_watched() {
    let readings = [reading(("R-1", "v1"), "a", AT + 24 * HOUR - 1), reading(("R-1", "v1"), "b", AT + 24 * HOUR)];
    assert_eq!(finding(vec![promotion(AT, "v1")], &readings).test.num_after(), 1);
}

#[test]
fn the_fields_of_an_invoice_are_one_document_however_they_come() {
    let other = Reading { field: "vessel", correct: false, judged_at: AT + 9, ..reading(("R-1", "v1"), "a", AT + 1) };
    let readings = [other, reading(("R-1", "v1"), "b", AT + 5), reading(("R-1", "v1"), "a", AT + 1)];
    let finding = finding(vec![promotion(AT, "v1")], &readings);
    assert_eq!((finding.test.num_after(), finding.test.after().samples, finding.test.after().correct), (2, 3, 2));
}

#[test]
fn more_than_twice_the_estimate_is_an_overrun_at_the_invoice_that_makes_it() {
    let changed = |invoice, at| Reading { replaced: Some("11.00"), ..reading(("R-1", "v1"), invoice, AT + at) };
    let same = Reading { replaced: Some("10.00"), ..reading(("R-1", "v1"), "x", AT + 1) };
    // The estimate is 2: the fifth invoice, and long after the watch.
    let readings = [changed("e", 50 * DAY), changed("a", 1), changed("b", 2), changed("c", 3), changed("d", 4), same];
    assert_eq!(finding(vec![promotion(AT, "v1")], &readings).overrun, Some((AT + 50 * DAY, 5)));
    assert_eq!(finding(vec![promotion(AT, "v1")], &readings[1..]).overrun, None);
}
