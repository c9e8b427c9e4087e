//! Which columns have drifted: large, beyond chance, and twice in a row.

use super::compare::Compared;
use crate::anomaly::discovery::discoveries;

/// Least index of a drift. Above, a change is worth a look, by the convention of credit scoring.
const INDEX_FROM: f64 = 0.1;

/// Share of false ones among the columns that one window names.
const FALSE_DISCOVERIES: f64 = 0.05;

/// A column in its last two windows, each against the same reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The column, with what it is split by: `confidence of total_amount, orient-meridian`.
    pub column: String,
    /// The window before the last.
    pub before: Compared,
    /// The last window.
    pub last: Compared,
}

/// The columns that have drifted, the largest index first; then by name. In both windows the index is at least .1, and
/// its p-value is a discovery among all columns'.
#[must_use]
pub fn alarms(columns: &[Watched]) -> Vec<&Watched> {
    let before = named(columns.iter().map(|column| &column.before));
    let last = named(columns.iter().map(|column| &column.last));
    let both = columns.iter().zip(before.into_iter().zip(last));
    let mut drifted: Vec<&Watched> =
        both.filter(|(_, (before, last))| *before && *last).map(|(column, _)| column).collect();
    drifted.sort_by(|a, b| {
        let by_index = b.last.stability_index.total_cmp(&a.last.stability_index);
        by_index.then_with(|| a.column.cmp(&b.column))
    });
    drifted
}

fn named<'a>(windows: impl Iterator<Item = &'a Compared> + Clone) -> Vec<bool> {
    let p_values: Vec<f64> = windows.clone().map(|window| window.p_value).collect();
    let beyond_chance = discoveries(&p_values, FALSE_DISCOVERIES);
    windows.zip(beyond_chance).map(|(window, named)| named && window.stability_index >= INDEX_FROM).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Sample, compare};
    use super::*;

    /// A sample of ten equally frequent values and a stream of draws (SplitMix64).
    fn drawn(num: u32, state: &mut u64, tilt: u64) -> Sample {
        let values: Vec<String> = (0..num)
            .map(|_| {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                ((z ^ (z >> 31)) % (10 + tilt)).min(9).to_string()
            })
            .collect();
        Sample::of_values(values.iter().map(|value| Some(value.as_str())))
    }

    #[test]
    fn chance_alone_has_an_index_above_a_tenth_often_and_an_alarm_never() {
        // With ten bins and 100 values against as many, the index is 9·(1/100 + 1/100) = .18 on average.
        let mut state = 7;
        let (mut num_large, mut num_alarms) = (0, 0);
        let num_rounds = 60;
        for _ in 0..num_rounds {
            let columns: Vec<Watched> = (0..10)
                .map(|nth| {
                    let reference = drawn(100, &mut state, 0);
                    let window = |state: &mut u64| compare(&reference, &drawn(100, state, 0)).unwrap();
                    Watched { column: nth.to_string(), before: window(&mut state), last: window(&mut state) }
                })
                .collect();
            num_large += columns.iter().filter(|column| column.last.stability_index >= INDEX_FROM).count();
            num_alarms += alarms(&columns).len();
        }
        let share_large = num_large as f64 / f64::from(num_rounds * 10);
        println!("index above .1: {share_large:.3}, alarms: {num_alarms} of {}", num_rounds * 10);
        assert!(share_large > 0.5);
        assert_eq!(num_alarms, 0);
    }

    #[test]
    fn a_change_that_stays_is_named_and_one_that_passes_is_not() {
        let mut state = 11;
        let reference = drawn(5_000, &mut state, 0);
        let still = compare(&reference, &drawn(1_000, &mut state, 0)).unwrap();
        let moved = |state: &mut u64| compare(&reference, &drawn(1_000, state, 5)).unwrap();
        let columns = [
            Watched { column: "still".to_owned(), before: still.clone(), last: still.clone() },
            Watched { column: "moved".to_owned(), before: moved(&mut state), last: moved(&mut state) },
            Watched { column: "once".to_owned(), before: still, last: moved(&mut state) },
        ];
        let named: Vec<&str> = alarms(&columns).iter().map(|column| column.column.as_str()).collect();
        assert_eq!(named, ["moved"]);
    }
}
