//! Batches of charges of one forwarder, beside 600 invoices of its past.

use super::*;
use crate::anomaly::finding::Kind;
use crate::anomaly::watch::tables::{answer, instants, lists, news, texts};
use crate::answers::{Answers, now};

const NOW: Micros = 20_600 * DAY + 5;

/// Invoices of one forwarder, one a second before `last`, each with one of the charges and one of the lanes in turn.
fn extracted(num: i64, last: Micros, amounts: &[&str], lanes: &[(&str, &str)]) -> RecordBatch {
    let ids: Vec<String> = (0..num).map(|nth| format!("{last}-{nth}")).collect();
    let at: Vec<Micros> = (0..num).map(|nth| last - nth * 1_000_000).collect();
    let all = |text: &'static str| texts(ids.iter().map(|_| text));
    let charges: Vec<Vec<Vec<&str>>> =
        (0..ids.len()).map(|nth| vec![vec!["THC", amounts[nth % amounts.len()], "HKD"]]).collect();
    answer(vec![
        texts(ids.iter().map(String::as_str)),
        all("HKG"),
        all("harbour-pacific"),
        texts(ids.iter().map(String::as_str)),
        instants(at.iter().copied()),
        instants(at.iter().copied()),
        lists("charges", &charges),
        texts((0..ids.len()).map(|nth| lanes[nth % lanes.len()].0)),
        texts((0..ids.len()).map(|nth| lanes[nth % lanes.len()].1)),
    ])
}

/// What varies as amounts do: 600 different ones from 900 to 1,100.
fn usual() -> Vec<String> {
    (0..600).map(|nth| 90_000 + nth * 331 % 20_000).map(|cents| format!("{}.{:02}", cents / 100, cents % 100)).collect()
}

fn platform(num_news: i64, amounts: &[&str]) -> Answers {
    let usual = usual();
    let usual: Vec<&str> = usual.iter().map(String::as_str).collect();
    Answers::default()
        .with("count(*)", news(num_news))
        .with("AND e.time <", extracted(600, NOW - 3 * DAY, &usual, &[("", "")]))
        .with("e.charges", extracted(20, NOW - 1, amounts, &[("", "")]))
}

#[test]
fn a_charge_with_another_decimal_point_is_found_and_usual_ones_are_not() {
    let mut amounts = vec!["1001.50"; 19];
    amounts.push("100150");
    let found = now(ChargeWatch::default().look(&platform(20, &amounts), NOW, NOW)).unwrap();
    let told: Vec<(Kind, &str)> = found.iter().map(|of| (of.finding.kind, of.finding.subject.as_str())).collect();
    assert_eq!(told, [(Kind::DecimalShift, format!("{}-19#0", NOW - 1).as_str())]);
    // 600 charges between 900 and 1,100: beyond what is usual is about 99,000.
    let money = found[0].finding.money_at_risk.unwrap();
    assert!((98_500..=99_300).contains(&(money.0 / 1_000_000_000)), "{money}");
}

#[test]
fn a_charge_that_is_usual_only_on_another_route_is_found_and_the_route_is_named() {
    const LANES: [(&str, &str); 2] = [("Yantian", "Busan"), ("Yantian", "Rotterdam")];
    // From 900 to 1,100 to Busan and from 3,900 to 4,100 to Rotterdam, 300 of each.
    let cents = |nth: i64| (if nth % 2 == 0 { 90_000 } else { 390_000 }) + nth * 331 % 20_000;
    let usual: Vec<String> = (0..600).map(|nth| format!("{}.{:02}", cents(nth) / 100, cents(nth) % 100)).collect();
    let usual: Vec<&str> = usual.iter().map(String::as_str).collect();
    let mut amounts: Vec<&str> = (0..20).map(|nth| ["1001.50", "4001.50"][nth % 2]).collect();
    amounts[18] = "4001.50";
    let told = |routes: &[(&str, &str)]| -> Vec<(String, String)> {
        let platform = Answers::default()
            .with("count(*)", news(20))
            .with("AND e.time <", extracted(600, NOW - 3 * DAY, &usual, routes))
            .with("e.charges", extracted(20, NOW - 1, &amounts, routes));
        let found = now(ChargeWatch::default().look(&platform, NOW, NOW)).unwrap();
        found.into_iter().map(|of| (of.finding.subject, of.finding.explanation)).collect()
    };
    let found = told(&LANES);
    let [(subject, words)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*subject, format!("{}-18#0", NOW - 1));
    assert!(words.starts_with("THC of harbour-pacific, YANTIAN to BUSAN, is HKD 4,001.50: "), "{words}");
    assert!(words.contains(" by 300 charges of ") && words.ends_with(" on this route"), "{words}");
    // Where one end is not known, it is one of the forwarder's usual charges.
    assert!(told(&[("Yantian", "")]).is_empty());
}

#[test]
fn where_nothing_came_only_that_is_asked() {
    let mut watch = ChargeWatch::default();
    let platform = platform(20, &["1001.50"]);
    assert_eq!(now(watch.look(&platform, NOW, NOW)).unwrap(), []);
    let num_asked = platform.asked("").len();
    assert_eq!(now(watch.look(&platform, NOW, NOW + 60_000_000)).unwrap(), []);
    assert_eq!(platform.asked("").len(), num_asked + 1);
    // The past ends where the batch begins, 180 days after it began itself.
    let past = platform.asked("AND e.time <");
    assert!(
        past[0].contains("'2025-11-27T00:00:00.000000Z'") && past[0].contains("'2026-05-26T00:00:00.000000Z'"),
        "{past:?}"
    );
}

#[test]
fn only_the_last_extraction_of_an_invoice_counts() {
    let twice = |amount: &'static str, at: Micros| {
        Extractions::of(&answer(vec![
            texts(["inv-1"]),
            texts(["HKG"]),
            texts(["harbour-pacific"]),
            texts(["e"]),
            instants([at]),
            instants([7]),
            lists("charges", &[vec![vec!["THC", amount, "HKD"], vec!["DOC", "1", "HKD"]]]),
            texts([if at == 30 { "Yantian" } else { "Busan" }]),
            texts(["Busan"]),
        ]))
        .unwrap()
    };
    let answers = [twice("300", 30), twice("200", 20)];
    let lines = lines(&answers);
    let told: Vec<(u32, &str, String, Micros)> =
        lines.iter().map(|line| (line.line, line.code, line.amount.to_string(), line.at)).collect();
    assert_eq!(told, [(0, "THC", "300".to_owned(), 7), (1, "DOC", "1".to_owned(), 7)]);
    assert!(lines.iter().all(|line| line.lane == Some("YANTIAN to BUSAN")));
}
