//! Round figures for an axis: steps of 1, 2 or 5 by a power of ten that cover the values (Heckbert, Nice Numbers for
//! Graph Labels, Graphics Gems 1990). Only additions, multiplications and divisions are used, which round alike on all
//! machines.

/// How many steps an axis has about; it may have a few more or less.
const STEPS: f64 = 5.0;

/// An axis from a round figure to a round figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    /// The figures that are written, in order; two at least.
    pub(super) ticks: Vec<f64>,
    /// Digits behind the point that tell them apart.
    pub(super) decimals: usize,
}

impl Scale {
    /// The axis of values. It begins at zero where `from_zero`, or where the values lie nearer to zero than to each
    /// other: a line between 0.93 and 0.97 is drawn large, one between 3 and 90 is not cut off below.
    pub(super) fn of(values: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        let (least, greatest) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, g), value| (l.min(value), g.max(value)));
        // Nothing, or one value: an axis that shows it.
        let (mut least, mut greatest) = if least <= greatest { (least, greatest) } else { (0.0, 1.0) };
        let spread = greatest - least;
        if from_zero || spread == 0.0 || least.abs().min(greatest.abs()) < spread {
            (least, greatest) = (least.min(0.0), greatest.max(0.0));
        }
        if least == greatest {
            greatest = least + 1.0;
        }
        let (step, decimals) = step((greatest - least) / STEPS);
        let (first, last) = ((least / step).floor(), (greatest / step).ceil());
        let count = (last - first) as usize;
        let ticks = (0..=count).map(|number| (first + number as f64) * step).collect();
        Self { ticks, decimals }
    }

    /// Where a value lies: 0 at the axis' beginning, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        let (Some(first), Some(last)) = (self.ticks.first(), self.ticks.last()) else { return 0.0 };
        (value - first) / (last - first)
    }
}

/// The least round step that is not below this one, and its digits behind the point.
fn step(least: f64) -> (f64, usize) {
    let (mut power, mut decimals) = (1.0, 0);
    while power * 10.0 <= least && power < 1e300 {
        power *= 10.0;
    }
    // Powers below 1 are divided anew from 10^n, for 0.1 * 0.1 is not the nearest float to 0.01.
    let mut tens = 1.0;
    while power > least && decimals < MANTISSA_DIGITS {
        tens *= 10.0;
        decimals += 1;
        power = 1.0 / tens;
    }
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| *step >= least);
    let step = round.unwrap_or(10.0 * power);
    // A step of ten tenths is 1, and needs a digit less.
    (step, if step >= 10.0 * power { decimals.saturating_sub(1) } else { decimals })
}

/// Digits behind the point that are told apart at most: more than a float of a report's figures has.
const MANTISSA_DIGITS: usize = 12;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticks(values: &[f64], from_zero: bool) -> (Vec<f64>, usize) {
        let scale = Scale::of(values.iter().copied(), from_zero);
        (scale.ticks, scale.decimals)
    }

    #[test]
    fn axes_have_round_figures() {
        assert_eq!(ticks(&[3.0, 97.0], true), (vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0], 0));
        assert_eq!(ticks(&[-40.0, 100.0], true), (vec![-50.0, 0.0, 50.0, 100.0], 0));
        assert_eq!(ticks(&[], true).0.len(), 6);
        let (shares, decimals) = ticks(&[0.93, 0.97], false);
        assert_eq!(decimals, 2);
        assert!((shares[0] - 0.93).abs() < 1e-12 && (shares[4] - 0.97).abs() < 1e-12, "{shares:?}");
        assert_eq!(ticks(&[7.0], false).0.first(), Some(&0.0));
    }

    proptest! {
        #[test]
        fn an_axis_covers_its_values_with_few_figures(
            values in prop::collection::vec(-1e9..1e9f64, 1..20),
            from_zero: bool,
        ) {
            let scale = Scale::of(values.iter().copied(), from_zero);
            prop_assert!((2..=12).contains(&scale.ticks.len()), "{:?}", scale.ticks);
            prop_assert!(scale.ticks.windows(2).all(|pair| pair[0] < pair[1]));
            for value in values {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&scale.share(value)), "{value} on {:?}", scale.ticks);
            }
        }
    }
}
