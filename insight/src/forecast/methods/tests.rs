//! What holds for every method, and the series that their own tests use.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::method::{History, Method};
use super::*;

/// Airline passengers by month, in thousands, 1949 to 1959 (Box and Jenkins, series G).
#[rustfmt::skip]
pub(super) const AIR: [f64; 132] = [
    112., 118., 132., 129., 121., 135., 148., 148., 136., 119., 104., 118.,
    115., 126., 141., 135., 125., 149., 170., 170., 158., 133., 114., 140.,
    145., 150., 178., 163., 172., 178., 199., 199., 184., 162., 146., 166.,
    171., 180., 193., 181., 183., 218., 230., 242., 209., 191., 172., 194.,
    196., 196., 236., 235., 229., 243., 264., 272., 237., 211., 180., 201.,
    204., 188., 235., 227., 234., 264., 302., 293., 259., 229., 203., 229.,
    242., 233., 267., 269., 270., 315., 364., 347., 312., 274., 237., 278.,
    284., 277., 317., 313., 318., 374., 413., 405., 355., 306., 271., 306.,
    315., 301., 356., 348., 355., 422., 465., 467., 404., 347., 305., 336.,
    340., 318., 362., 348., 363., 435., 491., 505., 404., 359., 310., 337.,
    360., 342., 406., 396., 420., 472., 548., 559., 463., 407., 362., 405.,
];

/// What 1960 brought.
const AIR_1960: [f64; 12] = [417., 391., 419., 461., 472., 535., 622., 606., 508., 461., 390., 432.];

pub(super) fn monthly(values: &[f64]) -> History<'_> {
    History { values, seasons: &[12], calendar: None }
}

/// Each figure within a part of the expected one.
pub(super) fn assert_near(found: &[f64], expected: &[f64], part: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= part * expected.abs().max(1e-9), "{found} is not {expected}");
    }
}

fn methods() -> [&'static dyn Method; 6] {
    [&SeasonalNaive, &Drift, &SeasonalEts, &Theta, &Ces, &Mstl]
}

#[test]
fn the_last_season_is_repeated() {
    let history = History { values: &[9., 1., 2., 3., 4.], seasons: &[2, 4, 9], calendar: None };
    assert_eq!(SeasonalNaive.forecast(history, 6), Some(vec![1., 2., 3., 4., 1., 2.]));
    assert_eq!(SeasonalNaive.forecast(History { seasons: &[], ..history }, 2), Some(vec![4., 4.]));
}

#[test]
fn drift_goes_on_along_the_line_through_both_ends() {
    let history = History { values: &[1., 7., 2., 4.], seasons: &[], calendar: None };
    assert_eq!(Drift.forecast(history, 2), Some(vec![5., 6.]));
}

#[test]
fn a_growing_season_is_followed_for_a_year() {
    // Mean absolute percentage errors over 1960 of statsforecast 2.1.1's methods: seasonal naive 9.99, AutoETS 6.06,
    // dynamic optimised theta 4.00, AutoCES 4.77, MSTL 5.02; none of ours may be far above its like.
    for (method, error_max) in
        [(&SeasonalNaive as &dyn Method, 10.5), (&SeasonalEts, 6.5), (&Theta, 5.0), (&Ces, 5.5), (&Mstl, 6.0)]
    {
        let ahead = method.forecast(monthly(&AIR), 12).unwrap();
        let errors = ahead.iter().zip(AIR_1960).map(|(found, actual)| 100.0 * (found - actual).abs() / actual);
        let error = errors.sum::<f64>() / 12.0;
        assert!(error < error_max, "{}: {error} %", method.name());
    }
}

#[test]
fn a_constant_series_goes_on_as_it_is() {
    for method in methods() {
        for constant in [0.0, 7.5, -3.0] {
            assert_eq!(method.forecast(monthly(&[constant; 40]), 5), Some(vec![constant; 5]), "{}", method.name());
        }
    }
}

#[test]
fn nothing_has_no_forecast() {
    for method in methods() {
        assert_eq!(method.forecast(monthly(&[]), 3), None, "{}", method.name());
    }
}

#[test]
fn what_is_too_short_to_be_fitted_has_no_forecast() {
    for method in [&SeasonalEts as &dyn Method, &Theta, &Ces, &Mstl] {
        assert_eq!(method.forecast(monthly(&[1.0, 2.0, 4.0]), 3), None, "{}", method.name());
    }
}

#[test]
fn a_horizon_of_nothing_is_an_empty_forecast() {
    for method in methods() {
        assert_eq!(method.forecast(monthly(&AIR), 0), Some(vec![]), "{}", method.name());
    }
}

#[test]
fn a_series_that_only_repeats_goes_on_repeating() {
    let cycle = [3.0, 8.0, 5.0, 1.0, 6.0, 2.0, 9.0];
    let values: Vec<f64> = cycle.into_iter().cycle().take(70).collect();
    let history = History { values: &values, seasons: &[7], calendar: None };
    for method in [&SeasonalNaive as &dyn Method, &SeasonalEts, &Theta, &Mstl] {
        assert_near(&method.forecast(history, 7).unwrap(), &cycle, 0.02);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn forecasts_are_finite_whatever_the_values(
        values in vec(prop_oneof![-1e6_f64..1e6, Just(0.0), 0.0_f64..1.0], 1..90),
        season in 2_usize..30,
    ) {
        let history = History { values: &values, seasons: &[season], calendar: None };
        for method in methods() {
            if let Some(ahead) = method.forecast(history, 20) {
                prop_assert_eq!(ahead.len(), 20);
                prop_assert!(ahead.iter().all(|value| value.is_finite()), "{}", method.name());
            }
        }
    }

    #[test]
    fn another_unit_gives_the_same_forecast_in_that_unit(values in vec(1.0_f64..100.0, 30..80)) {
        // A power of two: no rounding, so that the same models are chosen.
        const UNIT: f64 = 1024.0;
        let scaled: Vec<f64> = values.iter().map(|value| UNIT * value).collect();
        for method in methods() {
            let one = method.forecast(monthly(&values), 6).unwrap();
            let other = method.forecast(monthly(&scaled), 6).unwrap();
            for (one, other) in one.iter().zip(other) {
                prop_assert!((UNIT * one - other).abs() <= 1e-6 * other.abs().max(UNIT), "{}", method.name());
            }
        }
    }

    #[test]
    fn the_same_history_gives_the_same_bits(values in vec(-50.0_f64..100.0, 20..60)) {
        for method in methods() {
            prop_assert_eq!(method.forecast(monthly(&values), 6), method.forecast(monthly(&values), 6));
        }
    }
}
