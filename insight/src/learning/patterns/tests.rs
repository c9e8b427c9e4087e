//! Groups of corrections: who counts, what is alike, and what starts anew.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::facts::{Layer, Suggested};
use super::*;

fn correction(at: i64, user: &str, pattern: &str) -> Correction {
    Correction {
        event_id: format!("e{at:03}"),
        at,
        invoice_id: format!("inv-{at}"),
        forwarder: Some("kerry".to_owned()),
        field: "total_amount".to_owned(),
        pattern: Some(pattern.to_owned()),
        old: Some(format!("{at}.00")),
        new: Some("12.50".to_owned()),
        user_id: user.to_owned(),
        learn: Learn::Normal,
        rule: Some(RuleVersion::new("R-1", &format!("v{at}"))),
    }
}

fn promotion(at: i64, forwarder: Option<&str>) -> Promotion {
    Promotion {
        event_id: format!("p{at}"),
        at,
        rule: RuleVersion::new("R-2", "v1"),
        layer: Layer::Learned,
        forwarder: forwarder.map(str::to_owned),
        field: Some("total_amount".to_owned()),
        impact_estimate: None,
        manual: false,
    }
}

fn told(corrections: Vec<Correction>) -> Facts {
    Facts { corrections, ..Facts::default() }.known(i64::MAX)
}

fn ripe_at(facts: &Facts) -> Vec<i64> {
    group(facts).iter().filter_map(|pattern| pattern.ripe.as_ref().map(|ripe| ripe.at)).collect()
}

const THREE: [(i64, &str); 3] = [(1, "ada"), (2, "bob"), (3, "cat")];

fn three() -> Vec<Correction> {
    THREE.iter().map(|(at, user)| correction(*at, user, "pos:p1/0042")).collect()
}

#[test]
fn the_third_person_makes_a_pattern_ripe_and_later_ones_change_nothing_of_it() {
    let mut corrections = three();
    corrections.push(correction(4, "dan", "pos:p1/0042"));
    let patterns = group(&told(corrections));
    assert_eq!(patterns.len(), 1);
    assert_eq!((patterns[0].num_corrections, patterns[0].users.len()), (4, 4));
    let ripe = patterns[0].ripe.as_ref().unwrap();
    assert_eq!((ripe.at, ripe.num_corrections), (3, 3));
    assert_eq!(ripe.rule, Some(RuleVersion::new("R-1", "v3")));
    assert_eq!(ripe.misread.iter().collect::<Vec<_>>(), ["1.00", "2.00", "3.00"]);
}

#[test]
fn one_person_counts_once_and_exceptions_do_not_count() {
    let mut corrections = three();
    corrections[2].user_id = "ada".to_owned();
    assert!(ripe_at(&told(corrections)).is_empty());
    let mut corrections = three();
    corrections[1].learn = Learn::Exception;
    assert!(ripe_at(&told(corrections)).is_empty());
}

#[test]
fn another_forwarder_field_or_pattern_is_another_group() {
    let mut other_forwarder = three();
    other_forwarder[2].forwarder = Some("dhl".to_owned());
    let mut other_field = three();
    other_field[2].field = "vessel".to_owned();
    let mut other_pattern = three();
    other_pattern[2].pattern = Some("pos:p2/9042".to_owned());
    for corrections in [other_forwarder, other_field, other_pattern] {
        let facts = told(corrections);
        assert_eq!(group(&facts).len(), 2);
        assert!(ripe_at(&facts).is_empty());
    }
}

#[test]
fn patterns_alike_count_together_and_the_first_is_the_centre() {
    let mut corrections = three();
    // One of eleven characters: 91 %.
    corrections[1].pattern = Some("pos:p1/0043".to_owned());
    // Two from the centre, one from the second: 82 % of the centre, so it is another group.
    corrections[2].pattern = Some("pos:p1/0053".to_owned());
    let patterns = group(&told(corrections));
    assert_eq!(patterns.iter().map(|pattern| pattern.num_corrections).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_promotion_for_the_forwarder_or_for_all_starts_anew() {
    for (forwarder, expected) in [(Some("kerry"), vec![]), (None, vec![]), (Some("dhl"), vec![3])] {
        let facts = Facts { corrections: three(), promotions: vec![promotion(2, forwarder)], ..Facts::default() };
        assert_eq!(ripe_at(&facts.known(i64::MAX)), expected, "{forwarder:?}");
    }
}

#[test]
fn without_a_pattern_the_shape_of_what_was_written_stands_for_it() {
    let mut corrections = three();
    for (correction, written) in corrections.iter_mut().zip(["MBL1234567", "XYZ7654321", "ABC0000000"]) {
        correction.pattern = None;
        correction.new = Some(written.to_owned());
    }
    let patterns = group(&told(corrections));
    assert_eq!(patterns.len(), 1);
    assert_eq!(patterns[0].centre, "shape:AAA9999999");
}

#[test]
fn what_was_suggested_is_not_suggested_again_when_a_late_correction_becomes_the_first() {
    let mut corrections = three();
    corrections.insert(0, correction(0, "dan", "pos:p1/0043"));
    let said = Suggested {
        message_id: "m".to_owned(),
        at: 3,
        forwarder: "kerry".to_owned(),
        field: "total_amount".to_owned(),
        pattern: "pos:p1/0042".to_owned(),
    };
    let facts = Facts { corrections, suggested: vec![said], ..Facts::default() }.known(i64::MAX);
    let patterns = group(&facts);
    assert_eq!(patterns[0].centre, "pos:p1/0043");
    assert!(patterns.iter().all(|pattern| pattern.suggested));
}

proptest! {
    #[test]
    fn the_order_of_telling_does_not_matter(
        drawn in vec((0_i64..20, 0_usize..4, 0_usize..3), 0..20),
        order in any::<prop::sample::Index>(),
    ) {
        let corrections: Vec<Correction> = drawn
            .iter()
            .enumerate()
            .map(|(index, (at, user, pattern))| Correction {
                event_id: format!("e{index}"),
                ..correction(*at, ["ada", "bob", "cat", "dan"][*user], ["pos:1/00", "pos:1/01", "re:x"][*pattern])
            })
            .collect();
        let mut turned = corrections.clone();
        turned.rotate_left(order.index(corrections.len().max(1)).min(corrections.len()));
        turned.reverse();
        prop_assert_eq!(group(&told(corrections)), group(&told(turned)));
    }
}
