//! Units as counts: what a look at an experiment knows of each variant, and the difference of two variants.

use super::plan::Scale;

/// So many units and what they add up to. It is all that tests need, and adds up over days and cities.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Units that have a value.
    pub num_units: u64,
    /// Sum of their values.
    pub sum: f64,
    /// Sum of the squares of their values.
    pub sum_of_squares: f64,
}

/// A variant until a look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arm {
    /// Units that were assigned to it, with or without values.
    pub num_units: u64,
    /// What each metric of the plan adds up to.
    pub metrics: Vec<Tally>,
}

/// All variants of an experiment until some moment, in the plan's order. Counts never fall from look to look.
pub type Look = Vec<Arm>;

/// How far a variant's mean is above the control's, and how uncertain that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean of the variant minus mean of the control.
    pub estimate: f64,
    /// Squared standard error of the estimate; above 0.
    pub variance: f64,
}

impl Tally {
    /// Adds a unit. A value that is not finite says nothing and is left out.
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.num_units += 1;
            self.sum += value;
            self.sum_of_squares += value * value;
        }
    }

    /// Takes a unit back, which had this value.
    pub fn remove(&mut self, value: f64) {
        if value.is_finite() && self.num_units > 0 {
            self.num_units -= 1;
            self.sum -= value;
            self.sum_of_squares -= value * value;
        }
    }

    /// The mean; `None` of no units.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.num_units > 0).then(|| self.sum / self.num_units as f64)
    }

    /// The variance of single units. `None` of fewer than two.
    ///
    /// Shares count half a success and half a failure more (Jeffreys' prior): where all units of a young experiment
    /// agree, nothing would be uncertain otherwise, and any difference would be proof.
    #[must_use]
    pub fn variance(&self, scale: Scale) -> Option<f64> {
        if self.num_units < 2 {
            return None;
        }
        let n = self.num_units as f64;
        match scale {
            Scale::Share => {
                let share = ((self.sum + 0.5) / (n + 1.0)).clamp(0.0, 1.0);
                Some(share * (1.0 - share))
            }
            Scale::Amount => Some(((self.sum_of_squares - self.sum * self.sum / n) / (n - 1.0)).max(0.0)),
        }
    }
}

impl Difference {
    /// The difference of a variant from the control; `None` where it has no standard error (too few units, or amounts
    /// that are all the same).
    #[must_use]
    pub fn between(control: &Tally, variant: &Tally, scale: Scale) -> Option<Self> {
        let estimate = variant.mean()? - control.mean()?;
        let variance =
            variant.variance(scale)? / variant.num_units as f64 + control.variance(scale)? / control.num_units as f64;
        (estimate.is_finite() && variance.is_finite() && variance > 0.0).then_some(Self { estimate, variance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(values: &[f64]) -> Tally {
        let mut tally = Tally::default();
        for value in values {
            tally.add(*value);
        }
        tally
    }

    #[test]
    fn means_and_variances_are_those_of_the_units() {
        // numpy: mean, var(ddof=1), and the sum of both variances by their counts.
        let (variant, control) = (tally(&[2.0, 3.5, 7.25, 1.0]), tally(&[1.5, 2.0, 2.5]));
        assert_eq!((variant.mean(), variant.variance(Scale::Amount)), (Some(3.4375), Some(7.515_625)));
        let difference = Difference::between(&control, &variant, Scale::Amount).unwrap();
        assert!((difference.estimate - 1.4375).abs() < 1e-15);
        assert!((difference.variance - 1.962_239_583_333_333_3).abs() < 1e-14);
        assert_eq!((tally(&[]).mean(), tally(&[1.0]).variance(Scale::Amount)), (None, None));
    }

    #[test]
    fn a_unit_that_is_taken_back_was_never_there() {
        let mut with = tally(&[1.0, 4.0, 2.5]);
        with.remove(4.0);
        assert_eq!(with, tally(&[1.0, 2.5]));
    }

    #[test]
    fn units_that_all_agree_stay_uncertain_as_shares_and_prove_nothing_as_amounts() {
        let (all, none) = (tally(&[1.0; 10]), tally(&[0.0; 10]));
        // Jeffreys: 10.5 of 11; two variances of 10.5 * 0.5 / 121 over 10 units each.
        let difference = Difference::between(&none, &all, Scale::Share).unwrap();
        assert!((difference.variance - 2.0 * 10.5 * 0.5 / 121.0 / 10.0).abs() < 1e-15);
        assert_eq!(Difference::between(&none, &all, Scale::Amount), None);
    }

    #[test]
    fn values_that_are_no_numbers_are_left_out() {
        assert_eq!(tally(&[1.0, f64::NAN, f64::INFINITY]), tally(&[1.0]));
    }
}
