//! Two invoices, the second nine days after the first.

use super::*;
use crate::anomaly::watch::tables::{answer, instants, lists, news, texts};
use crate::answers::{Answers, now};
use tidemark_model::time::DAY;

const NOW: Micros = 20_600 * DAY + 5;

/// Two invoices, each received and extracted: `b` nine days after `a`.
fn events(contents: [&str; 2], numbers: [&str; 2]) -> RecordBatch {
    let fields = |number: &'static str| {
        vec![vec!["invoice_number", number], vec!["bill_of_lading", "MBL7"], vec!["vessel", number]]
    };
    let (a, b) = (NOW - 10 * DAY, NOW - DAY);
    let numbers = numbers.map(|number| if number == "1" { "1" } else { "2" });
    answer(vec![
        texts(["a", "a", "b", "b"]),
        texts(["HKG"; 4]),
        texts(["harbour-pacific"; 4]),
        texts(["1", "2", "3", "4"]),
        texts([contents[0], "", contents[1], ""]),
        instants([a, a + 5, b, b + 5]),
        instants([a, a, b, b]),
        lists("fields", &[vec![], fields(numbers[0]), vec![], fields(numbers[1])]),
        lists("charges", &[vec![], vec![vec!["THC", "100", "HKD"]], vec![], vec![vec!["THC", "100", "HKD"]]]),
    ])
}

fn found(contents: [&str; 2], numbers: [&str; 2]) -> Vec<Found> {
    let platform = Answers::default()
        .with("count(*)", news(4))
        .with("n.invoice_id, o.invoice_id", answer(vec![texts(["b"]), texts(["a"])]))
        .with("e.content_sha256", events(contents, numbers));
    now(DuplicateWatch::default().look(&platform, NOW, NOW)).unwrap()
}

#[test]
fn the_same_file_and_the_same_charges_and_numbers_are_duplicates() {
    for (contents, numbers) in [(["x", "x"], ["1", "2"]), (["x", "y"], ["1", "1"])] {
        let found = found(contents, numbers);
        let told: Vec<(&str, Option<String>)> = found
            .iter()
            .map(|of| (of.finding.subject.as_str(), of.finding.money_at_risk.map(|of| of.to_string())))
            .collect();
        assert_eq!(told, [("b", Some("100".to_owned()))]);
    }
}

#[test]
fn another_number_is_another_invoice() {
    assert_eq!(found(["x", "y"], ["1", "2"]), []);
}

#[test]
fn without_candidates_nothing_is_read() {
    let platform = Answers::default().with("count(*)", news(4));
    assert_eq!(now(DuplicateWatch::default().look(&platform, NOW, NOW)).unwrap(), []);
    assert_eq!(platform.asked("e.content_sha256").len(), 0);
    assert_eq!(platform.asked("o.invoice_id").len(), 2);
}
