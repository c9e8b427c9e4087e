//! One user's sixty sign-ins, and what comes after them.

use super::*;
use crate::anomaly::watch::tables::{answer, instants, news, texts};
use crate::answers::{Answers, now};

const NOW: Micros = 20_600 * DAY + 20 * 3_600_000_000;
const MINUTE: Micros = 60_000_000;

/// Sixty mornings of a user at 09:00 in Hong Kong from one address, two a day.
fn past() -> RecordBatch {
    let at = (0..60).map(|nth| 20_598 * DAY - nth / 2 * DAY + 60 * MINUTE + nth % 2);
    answer(vec![
        texts(["ada"; 60]),
        texts(["HKG"; 60]),
        texts(["10.0.0.1"; 60]),
        texts(["user.login"; 60]),
        instants(at),
    ])
}

fn found(batch: RecordBatch) -> Vec<Found> {
    let platform = Answers::default().with("count(*)", news(1)).with("AND time <", past()).with("ip_address", batch);
    now(SignInWatch::default().look(&platform, NOW, NOW)).unwrap()
}

#[test]
fn a_burst_of_failures_is_one_finding() {
    let at: Vec<Micros> = (0..8).map(|nth| NOW - 60 * MINUTE + nth * MINUTE).collect();
    let batch = answer(vec![
        texts(["ada"; 8]),
        texts(["HKG"; 8]),
        texts(["10.0.0.1"; 8]),
        texts(["user.login_failed"; 8]),
        instants(at.iter().copied()),
    ]);
    let found = found(batch);
    assert_eq!(found.len(), 1);
    let finding = &found[0].finding;
    assert_eq!((finding.kind, finding.subject.as_str(), finding.at), (Kind::FailedSignIns, "ada", at[0]));
}

#[test]
fn what_is_new_for_a_user_is_said_once() {
    let batch = answer(vec![
        texts(["ada"; 3]),
        texts(["HKG"; 3]),
        texts(["192.0.2.9"; 3]),
        texts(["user.login"; 3]),
        instants([0, 1, 2].map(|nth| 20_600 * DAY + 60 * MINUTE + nth)),
    ]);
    let found = found(batch);
    let told: Vec<(Kind, Micros)> = found.iter().map(|of| (of.finding.kind, of.finding.at)).collect();
    assert_eq!(told, [(Kind::NewAddress, 20_600 * DAY + 60 * MINUTE)]);
}

#[test]
fn hours_are_those_of_the_city() {
    // Noon UTC is 20:00 in Hong Kong, and 23:00 in Sydney's summer (IANA time zones).
    let noon = 20_454 * DAY + 12 * 60 * MINUTE;
    assert_eq!((local_hour("HKG", noon), local_hour("SYD", noon), local_hour("XXX", noon)), (20, 23, 12));
}
