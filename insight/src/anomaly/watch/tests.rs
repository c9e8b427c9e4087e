//! Findings on their way into the lake, and the watches' pace.

use std::sync::Arc;

use arrow::array::{ArrayRef, TimestampMicrosecondArray};

use super::findings::{Ledger, rows};
use super::tables::{answer, counts, instants, texts};
use super::*;
use crate::anomaly::finding::{Kind, Severity, figure};
use crate::answers::{Answers, now};
use crate::columns;

fn found(kind: Kind, at: Micros, to: Micros, goes_on: bool, severity: Severity) -> Found {
    let finding = Finding {
        series: "ai_cost_hkd".to_owned(),
        subject: "hour".to_owned(),
        city: Some("SIN".to_owned()),
        forwarder: None,
        at,
        to,
        observed: figure(12.0),
        expected: Some(figure(3.0)),
        lower: None,
        upper: None,
        score: 5.0,
        severity,
        kind,
        explanation: "four times the usual".to_owned(),
        money_at_risk: None,
    };
    Found { id: finding.id(), finding, goes_on, alarm_from: Some(4.5) }
}

/// A lake that has one anomaly of the same series.
fn lake(kind: &'static str, at: Micros, until: Option<Micros>, severity: &'static str) -> Answers {
    let until: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![until]).with_timezone("UTC"));
    let columns = vec![
        texts(["an-1"]),
        texts(["ai_cost_hkd"]),
        texts(["hour"]),
        texts(["SIN"]),
        texts([""]),
        texts([kind]),
        texts([severity]),
        instants([at]),
        until,
    ];
    Answers::default().with("anomaly_findings", answer(columns))
}

fn due(ledger: &mut Ledger, lake: &Answers) -> Vec<Found> {
    now(ledger.due(lake, 0)).unwrap()
}

#[test]
fn what_has_not_landed_is_due_again_and_what_has_is_not() {
    let (mut ledger, empty) = (Ledger::default(), Answers::default());
    let spike = found(Kind::Spike, 10, 20, true, Severity::Warn);
    ledger.take(vec![spike.clone()]);
    assert_eq!(due(&mut ledger, &empty), std::slice::from_ref(&spike));
    assert_eq!(due(&mut ledger, &empty), std::slice::from_ref(&spike));
    ledger.has_landed();
    ledger.take(vec![spike.clone()]);
    assert_eq!(due(&mut ledger, &empty), []);
    // It has become worse, and then ended.
    for next in [found(Kind::Spike, 10, 30, true, Severity::Act), found(Kind::Spike, 10, 40, false, Severity::Act)] {
        ledger.take(vec![next.clone()]);
        assert_eq!(due(&mut ledger, &empty), [next]);
        ledger.has_landed();
    }
}

#[test]
fn what_the_lake_has_is_left_out_and_keeps_its_id_when_it_changes() {
    let mut ledger = Ledger::default();
    ledger.take(vec![found(Kind::Spike, 10, 20, false, Severity::Warn)]);
    assert_eq!(due(&mut ledger, &lake("spike", 9, Some(20), "warn")), []);
    // The same hours, seen as a spike that went on: it is a level shift that has ended.
    let shift = found(Kind::LevelShift, 10, 90, false, Severity::Warn);
    ledger.has_landed();
    ledger.take(vec![shift.clone()]);
    assert_eq!(due(&mut ledger, &lake("spike", 9, None, "warn")), [Found { id: "an-1".to_owned(), ..shift.clone() }]);
    // One that ended before it began is another.
    assert_eq!(due(&mut ledger, &lake("spike", 5, Some(10), "warn")), [shift]);
}

#[test]
fn what_people_call_false_alarms_asks_more_of_the_next_finding_of_the_series() {
    let marked = |num| {
        let columns = vec![texts(["ai_cost_hkd"]), texts(["hour"]), texts(["SIN"]), texts([""]), counts([num])];
        Answers::default().with("state = 'false_alarm'", answer(columns))
    };
    let told = |lake: &Answers, found: Found| {
        let mut ledger = Ledger::default();
        ledger.take(vec![found]);
        !due(&mut ledger, lake).is_empty()
    };
    let scored = |score| {
        let mut found = found(Kind::Spike, 10, 20, false, Severity::Warn);
        found.finding.score = score;
        found
    };
    // An alarm begins at a score of 4.5; each false alarm asks for one more, and no number of them for more than four.
    for (num, score) in [(0, 4.5), (1, 5.5), (2, 6.5), (4, 8.5), (400, 8.5)] {
        assert!(told(&marked(num), scored(score)), "{num} false alarms, score {score}");
        assert!(num == 0 || !told(&marked(num), scored(score - 0.1)), "{num} false alarms, score {score}");
    }
    // Another city's, and what has no budget, is told as ever.
    let mut elsewhere = scored(4.5);
    elsewhere.finding.city = Some("HKG".to_owned());
    assert!(told(&marked(4), elsewhere));
    assert!(told(&marked(4), Found { alarm_from: None, ..scored(4.5) }));
}

#[test]
fn an_end_is_told_of_what_was_told_whatever_is_marked_meanwhile() {
    let columns = vec![texts(["ai_cost_hkd"]), texts(["hour"]), texts(["SIN"]), texts([""]), counts([4])];
    let lake = lake("spike", 9, None, "warn").with("state = 'false_alarm'", answer(columns));
    let mut ledger = Ledger::default();
    ledger.take(vec![found(Kind::Spike, 10, 20, false, Severity::Warn)]);
    assert_eq!(due(&mut ledger, &lake).len(), 1);
}

#[test]
fn the_most_severe_go_first_and_the_rest_comes_in_the_next_round() {
    let (mut ledger, empty) = (Ledger::default(), Answers::default());
    let all = (0..250).map(|nth| {
        let severity = if nth < 240 { Severity::Notice } else { Severity::Act };
        let mut found = found(Kind::Spike, nth * 10, nth * 10 + 5, false, severity);
        found.finding.score = nth as f64;
        found
    });
    ledger.take(all.collect());
    let first = due(&mut ledger, &empty);
    assert_eq!(first.len(), 200);
    let ats: Vec<Micros> = first.iter().take(11).map(|of| of.finding.at / 10).collect();
    assert_eq!(ats, [249, 248, 247, 246, 245, 244, 243, 242, 241, 240, 239]);
    ledger.has_landed();
    let rest = due(&mut ledger, &empty);
    assert_eq!((rest.len(), rest[0].finding.at), (50, 490));
}

#[test]
fn a_row_says_what_goes_on_and_what_has_ended() {
    let all = [found(Kind::Spike, 10, 20, true, Severity::Act), found(Kind::Drop, 10, 20, false, Severity::Notice)];
    let rows = rows(&all, 99).unwrap();
    let of = |name: &str| rows.schema().index_of(name).unwrap();
    assert_eq!(columns::instants(&rows, of("until")).unwrap().iter().collect::<Vec<_>>(), [None, Some(20)]);
    let severities = columns::text(&rows, of("severity")).unwrap();
    assert_eq!(severities.iter().flatten().collect::<Vec<_>>(), ["act", "notice"]);
    assert_eq!(columns::numbers(&rows, of("observed")).unwrap().value(0), 12.0);
}

#[test]
fn a_round_asks_at_each_watchs_own_pace() {
    let (mut watches, empty) = (Watches::default(), Answers::default());
    let start = 20_600 * 86_400_000_000 + 7_200_000_000;
    let asked = |words: &str| empty.asked(words).len();
    assert_eq!(now(watches.round(&empty, start, start)).unwrap(), []);
    // Of sign-ins and charges whether anything came, the past and the batch; of duplicates the first, of drift the last.
    assert_eq!((asked("user.login"), asked("'invoice.extracted'"), asked("unnest")), (3, 5, 1));
    assert_eq!(now(watches.round(&empty, start, start + 10 * SECOND)).unwrap(), []);
    assert_eq!((asked("user.login"), asked("unnest")), (3, 1));
    // Twenty seconds after the first it is the turn of sign-ins, of which nothing came.
    assert_eq!(now(watches.round(&empty, start, start + 20 * SECOND)).unwrap(), []);
    assert_eq!((asked("user.login"), asked("'invoice.extracted'")), (4, 5));
    watches.has_landed();
}
