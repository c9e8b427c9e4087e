//! A series of dated values made regular: one value a step, so that a method can continue it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// What a day without a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing happened: a count of events of which there were none.
    IsZero,
    /// It is not known: a rate without a denominator, a day that was not recorded.
    IsUnknown,
}

/// A value for each day from the first dated one to `last`. Of a date that comes twice, the later value counts; days after
/// `last` are left out. Days without a value, and values that are not finite, are 0 or interpolated. Empty where no
/// value is known.
#[must_use]
pub fn fill_days(dated: &[(NaiveDate, f64)], last: NaiveDate, missing: Missing) -> Vec<f64> {
    let by_date: BTreeMap<NaiveDate, f64> = dated.iter().copied().filter(|(date, _)| *date <= last).collect();
    let Some(first) = by_date.iter().find(|(_, value)| value.is_finite()).map(|(date, _)| *date) else {
        return Vec::new();
    };
    let absent = if missing == Missing::IsZero { 0.0 } else { f64::NAN };
    let days = first.iter_days().take_while(|day| *day <= last);
    let mut values: Vec<f64> = days.map(|day| by_date.get(&day).copied().unwrap_or(absent)).collect();
    interpolate(&mut values);
    values
}

/// Puts a straight line across each gap of values that are not finite, and the nearest value before the first and after
/// the last that is. Nothing changes where none is finite.
pub fn interpolate(values: &mut [f64]) {
    let mut before: Option<usize> = None;
    for index in 0..values.len() {
        if !values[index].is_finite() {
            continue;
        }
        let gap = before.map_or(0, |before| before + 1)..index;
        let start = before.map_or(values[index], |before| values[before]);
        let slope = (values[index] - start) / (gap.len() + 1) as f64;
        for (step, value) in values[gap].iter_mut().enumerate() {
            *value = start + slope * (step + 1) as f64;
        }
        before = Some(index);
    }
    if let Some(before) = before {
        let value = values[before];
        values[before + 1..].fill(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, of_month).unwrap()
    }

    #[test]
    fn a_missing_day_of_a_count_is_zero_and_of_a_rate_is_interpolated() {
        let dated = [(day(5), 8.0), (day(1), 2.0), (day(4), f64::NAN), (day(5), 10.0), (day(7), 1.0)];
        assert_eq!(fill_days(&dated, day(6), Missing::IsZero), [2.0, 0.0, 0.0, 5.0, 10.0, 0.0]);
        assert_eq!(fill_days(&dated, day(6), Missing::IsUnknown), [2.0, 4.0, 6.0, 8.0, 10.0, 10.0]);
    }

    #[test]
    fn ends_take_the_nearest_value_and_nothing_known_stays_so() {
        let mut values = [f64::NAN, 3.0, f64::NAN, 7.0, f64::INFINITY];
        interpolate(&mut values);
        assert_eq!(values, [3.0, 3.0, 5.0, 7.0, 7.0]);
        assert_eq!(fill_days(&[(day(1), f64::NAN)], day(3), Missing::IsZero), [0.0; 0]);
        let mut unknown = [f64::NAN];
        interpolate(&mut unknown);
        assert!(unknown[0].is_nan());
    }
}
