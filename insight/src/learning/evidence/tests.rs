//! The test of a drop: its expectation, its words, and small simulations; the large ones are in `benches/learning`.

use proptest::prelude::*;

use super::*;

/// SplitMix64, to 0..1.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Invoices with three fields that are right together in three of ten.
fn documents(seed: &mut u64, number: usize, accuracy: f64) -> Vec<Document> {
    let mut made = Vec::with_capacity(number);
    for at in 0..number {
        let together = unit(seed) < 0.3;
        let first = u32::from(unit(seed) < accuracy);
        let alone = u32::from(unit(seed) < accuracy) + u32::from(unit(seed) < accuracy);
        let correct = if together { 3 * first } else { first + alone };
        made.push(Document { judged_at: at as i64, invoice_id: "".into(), correct, fields: 3 });
    }
    made
}

fn found(before: &[Document], after: &[Document]) -> Option<u64> {
    let mut test = Test::new(before);
    after.iter().find_map(|document| {
        test.see(document);
        test.proves_drop().then(|| test.num_after())
    })
}

#[test]
fn a_drop_of_twenty_points_is_found_and_harmless_promotions_are_not() {
    let mut seed = 20_260_331;
    let (mut num_found, mut num_false) = (0, 0);
    for _ in 0..200 {
        let before = documents(&mut seed, 1_000, 0.95);
        num_found += u32::from(found(&before, &documents(&mut seed, 120, 0.75)).is_some());
        num_false += u32::from(found(&before, &documents(&mut seed, 300, 0.95)).is_some());
    }
    // Two false ones of 200 would have a probability of 0.061 at the bound of 0.002.
    assert!(num_found >= 190 && num_false <= 1, "{num_found} found, {num_false} false");
}

#[test]
fn a_plain_drop_is_no_proof_and_says_how_much_is_needed() {
    let mut seed = 1;
    let mut test = Test::new(&documents(&mut seed, 4_000, 0.95));
    for document in documents(&mut seed, 6, 0.75) {
        test.see(&document);
    }
    assert!(test.has_dropped() && !test.proves_drop());
    let needed = test.num_needed().unwrap();
    assert!(needed > 6 && needed < 60, "{needed}");
}

#[test]
fn with_nothing_before_nothing_is_proven() {
    let mut test = Test::new(&[]);
    for document in documents(&mut 1, 500, 0.2) {
        test.see(&document);
    }
    assert!(!test.proves_drop() && !test.has_dropped());
    assert_eq!((test.log_evidence(), test.num_needed()), (0.0, None));
}

#[test]
fn one_of_few_before_cannot_prove_a_small_drop_and_says_so() {
    let mut seed = 5;
    let mut test = Test::new(&documents(&mut seed, 60, 0.95));
    for document in documents(&mut seed, 40, 0.85) {
        test.see(&document);
    }
    assert_eq!(test.num_needed(), None);
}

proptest! {
    /// The theorem itself, worked out exactly for shares of 0 and 1: the expectation of a group's product over all its
    /// outcomes is at most 1 whenever the accuracy after is not below the one before.
    #[test]
    fn a_weight_is_at_most_one_in_expectation_without_a_drop(
        expected in 0.02_f64..0.999, index in 0..NUM_DROPS, size in 1_usize..=GROUP_MAX,
        before in 0.0_f64..=1.0, rise in 0.0_f64..=1.0,
    ) {
        let after = before + rise * (1.0 - before);
        let bet = Bet::new(expected, index, size);
        let mean = |p: f64, accuracy: f64| p * bet.weigh(1.0, accuracy) + (1.0 - p) * bet.weigh(0.0, accuracy);
        let product = mean(after, bet.after) * mean(before, bet.before).powi(size as i32);
        prop_assert!(product <= 1.0 + 1e-9, "{product}");
    }
}
