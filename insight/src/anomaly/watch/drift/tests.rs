//! Readings of one field of one forwarder.

use super::*;
use crate::anomaly::watch::tables::{answer, counts, texts};
use crate::answers::{Answers, now};

const NOW: Micros = 20_600 * DAY + 2 * HOUR;

/// Readings of one field: label and confidence, window, how many.
fn readings(rows: &[(&'static str, i64, i64, i64)]) -> Answers {
    Answers::default().with(
        "unnest(fields)",
        answer(vec![
            texts(rows.iter().map(|_| "orient-meridian")),
            texts(rows.iter().map(|_| "currency")),
            texts(rows.iter().map(|row| row.0)),
            counts(rows.iter().map(|row| row.1)),
            counts(rows.iter().map(|row| row.2)),
            counts(rows.iter().map(|row| row.3)),
        ]),
    )
}

#[test]
fn a_distribution_that_moved_for_two_days_is_found_and_what_stayed_is_not() {
    let platform = readings(&[
        ("USD", 19, 0, 2_000),
        ("HKD", 18, 0, 2_000),
        ("USD", 19, 1, 20),
        ("HKD", 18, 1, 20),
        ("USD", 12, 1, 80),
        ("HKD", 12, 1, 80),
        ("USD", 12, 2, 100),
        ("HKD", 12, 2, 100),
    ]);
    let mut watch = DriftWatch::default();
    let found = now(watch.look(&platform, NOW)).unwrap();
    let told: Vec<(&str, Option<&str>, Severity)> = found
        .iter()
        .map(|of| (of.finding.subject.as_str(), of.finding.forwarder.as_deref(), of.finding.severity))
        .collect();
    assert_eq!(told, [("confidence of currency", Some("orient-meridian"), Severity::Warn)]);
    assert_eq!((found[0].finding.at, found[0].finding.to), (20_598 * DAY, 20_600 * DAY));
    // Once a day.
    assert_eq!(now(watch.look(&platform, NOW + HOUR)).unwrap(), []);
    assert_eq!(platform.asked("unnest").len(), 1);
}

#[test]
fn one_day_alone_is_no_drift() {
    let platform = readings(&[
        ("USD", 19, 0, 2_000),
        ("HKD", 18, 0, 2_000),
        ("USD", 19, 1, 100),
        ("HKD", 18, 1, 100),
        ("USD", 12, 2, 100),
        ("HKD", 12, 2, 100),
    ]);
    assert_eq!(now(DriftWatch::default().look(&platform, NOW)).unwrap(), []);
}

#[test]
fn bins_of_confidences_are_those_of_samples() {
    for nth in 0..20 {
        let middle = (nth as f64 + 0.5) / 20.0;
        assert_eq!(Sample::of_confidences([Some(middle)]).counts.keys().collect::<Vec<_>>(), [&twentieth(nth)]);
    }
}

#[test]
fn empty_values_are_missing() {
    let mut sample = Sample::default();
    for (label, num) in [(Some("USD"), 3), (None, 2), (Some(""), 1), (Some("USD"), 4)] {
        add(&mut sample, label, num);
    }
    assert_eq!((sample.num_missing, sample.num()), (3, 7));
}
