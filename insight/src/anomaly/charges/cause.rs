//! Why an amount may be wrong: a decimal point at another place, or an amount in another currency.

use std::collections::BTreeMap;

use tidemark_model::kpi::Figure;

/// HKD for one unit of a currency, by ISO 4217 code.
pub type Rates = BTreeMap<String, Figure>;

/// What would make an amount usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The decimal point is this many places too far to the right; to the left where it is negative.
    DecimalShift(i32),
    /// The amount is in this currency.
    OtherCurrency(String),
}

/// Exchange rates of a month and the day's differ by this much at most, in logarithms.
const RATE_TOLERANCE: f64 = 0.03;

/// How far from a usual amount, in scales of the group, a corrected one may lie.
const SCALES: f64 = 2.5;

/// Largest distance between a corrected amount and the usual one, in logarithms: half of that between ×10 and ×7.8, the
/// closest two causes.
const TOLERANCE_MAX: f64 = 0.12;

/// Exchange rates that differ by less are no explanation: the amount is within what varies.
const RATIO_MIN: f64 = 0.1;

/// The cause that brings an amount closest to what is usual, if any brings it close. `ratio` is the logarithm of the
/// amount over the usual one, `scale` that of the group.
pub(super) fn cause(
    ratio: f64,
    scale: f64,
    currency: &str,
    others: impl Iterator<Item = impl AsRef<str>>,
    rates: &Rates,
) -> Option<Cause> {
    let shifts =
        [1, -1, 2, -2, 3, -3].map(|places| (Cause::DecimalShift(places), f64::from(places) * 10_f64.ln(), 0.0));
    let own = rates.get(currency).map(|rate| rate.0 as f64);
    let currencies = others.filter_map(|other| {
        let other = other.as_ref();
        let expected = (own? / rates.get(other)?.0 as f64).ln();
        let differs = other != currency && expected.abs() >= RATIO_MIN;
        differs.then(|| (Cause::OtherCurrency(other.to_owned()), expected, RATE_TOLERANCE))
    });
    let near = shifts.into_iter().chain(currencies).filter_map(|(cause, expected, tolerance)| {
        let distance = (ratio - expected).abs();
        (distance <= (SCALES * scale + tolerance).min(TOLERANCE_MAX)).then_some((cause, distance))
    });
    // The first of equally near ones: a decimal point before a currency.
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(cause, _)| cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause_of(ratio: f64, currency: &str) -> Option<Cause> {
        let rates = [("HKD", 1_000_000_000), ("USD", 7_800_000_000), ("SGD", 5_800_000_000)];
        let rates: Rates = rates.into_iter().map(|(code, rate)| (code.to_owned(), Figure(rate))).collect();
        cause(ratio.ln(), 0.005, currency, ["HKD", "SGD", "USD"].into_iter(), &rates)
    }

    #[test]
    fn a_moved_point_and_another_currency_are_told_apart() {
        assert_eq!(cause_of(10.0, "HKD"), Some(Cause::DecimalShift(1)));
        assert_eq!(cause_of(0.01, "HKD"), Some(Cause::DecimalShift(-2)));
        // An amount of HKD written as USD is 7.8 times what it should be, one of USD written as HKD a 7.8th.
        assert_eq!(cause_of(7.8, "USD"), Some(Cause::OtherCurrency("HKD".to_owned())));
        assert_eq!(cause_of(7.6, "USD"), Some(Cause::OtherCurrency("HKD".to_owned())));
        assert_eq!(cause_of(1.0 / 7.8, "HKD"), Some(Cause::OtherCurrency("USD".to_owned())));
    }

    #[test]
    fn other_ratios_have_no_cause() {
        for ratio in [1.2, 3.0, 9.0, 0.5] {
            assert_eq!(cause_of(ratio, "HKD"), None, "{ratio}");
        }
        assert_eq!(cause_of(7.8, "XXX"), None);
    }
}
