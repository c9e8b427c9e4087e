//! Rounds beside running events: what is ahead of our clock.

use arrow::array::{ArrayRef, RecordBatch};

use super::*;
use crate::answers::{Answers, now};
use crate::cells::{instants, texts};

const AT: Micros = 100 * DAY;

/// Corrections that say the same, each by another person, as the platform answers them.
fn corrections(times: &[Micros]) -> RecordBatch {
    let names: Vec<String> = times.iter().map(|at| format!("n-{at}")).collect();
    let own = || texts(names.iter().map(|name| Some(name.as_str())));
    let all = |text: Option<&'static str>| texts(names.iter().map(|_| text));
    let columns: Vec<ArrayRef> = vec![
        own(),
        own(),
        all(Some("total_amount")),
        own(),
        all(Some("kerry")),
        all(Some("right of TOTAL DUE")),
        all(Some("10.00")),
        all(Some("12.00")),
        all(Some("normal")),
        all(None),
        all(None),
        instants(times.iter().copied().map(Some)),
    ];
    let places = (0..columns.len()).map(|place| place.to_string());
    RecordBatch::try_from_iter(places.zip(columns)).unwrap()
}

#[test]
fn a_correction_ahead_of_our_clock_counts_once_its_time_has_come() {
    let platform = Answers::default().with("LEFT JOIN invoice_lives", corrections(&[AT - 2, AT - 1, AT + 10]));
    let mut follower = Follower::default();
    let mut told = |now_at: Micros| -> Vec<Kind> {
        let due = now(follower.due(&platform, AT - DAY, now_at)).unwrap();
        follower.has_told();
        due.into_iter().map(|message| message.kind).collect()
    };
    assert_eq!(told(AT), []);
    assert_eq!(told(AT + 9), []);
    assert_eq!(told(AT + 10), [Kind::PromotionSuggested]);
}
