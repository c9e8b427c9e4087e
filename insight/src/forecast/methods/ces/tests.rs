//! Against statsforecast 2.1.1, which holds its states in single precision: figures agree to five digits.

use super::super::tests::{AIR, assert_near};
use super::*;

#[test]
fn the_passes_give_the_oracles_figures() {
    // `pegelsresid_ces` and `cesforecast` over the first four years: sum of squared errors; 1, 2 and 14 months on.
    let cases = [
        (Kind::Plain, [1.2, 0.9, 0.0, 0.0], 238070.98611671763, [118.46230124, 93.84695548, 30.70813381]),
        (Kind::Simple, [1.1, 1.0, 0.0, 0.0], 47018.99981622094, [129.78870169, 137.054029, 137.054029]),
        (Kind::Partial, [1.2, 0.95, 0.1, 0.0], 53850.67209129502, [153.52897303, 150.64507608, 99.77332871]),
        (Kind::Full, [1.2, 0.95, 1.1, 0.97], 60756.4907852601, [153.74034547, 149.15860639, 92.81302413]),
    ];
    for (kind, weights, sum_of_squares, expected) in cases {
        let first = first_rows(kind, &AIR[..48], 12).unwrap();
        let mut passes = Passes::new(kind, &first);
        assert_near(&[passes.fit(&AIR[..48], &weights)], &[sum_of_squares], 1e-5);
        let ahead = passes.extend(&weights, 14);
        assert_near(&[ahead[0], ahead[1], ahead[13]], &expected, 1e-5);
    }
}

#[test]
fn a_season_makes_the_series_seasonal() {
    let found = Fitted::of(Kind::Full, &AIR, 12).unwrap();
    let plain = Fitted::of(Kind::Plain, &AIR, 12).unwrap();
    assert!(found.aicc < plain.aicc - 50.0, "{} and {}", found.aicc, plain.aicc);
}
