//! How many units a comparison needs, so that a difference that matters is found with the planned power.

use super::plan::{Decides, Goal, Metric, Plan, Scale};
use super::sequence::Sequence;
use super::tally::Tally;
use crate::probability::normal;

/// More units than any experiment will have: what needs more is never found.
const NUM_UNITS_MAX: u64 = 1 << 40;

/// What the noise of a comparison depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// Variance of single units of the control.
    pub control: f64,
    /// Variance of single units of the variant, if it has the effect that matters.
    pub variant: f64,
    /// The variant's share of the units of both; between 0 and 1.
    pub share: f64,
}

impl Noise {
    /// What units so far tell; `None` where they are too few. Shares are told from the control alone: what the variant
    /// would be with the effect that matters follows from it.
    #[must_use]
    pub fn observed(metric: &Metric, goal: &Goal, tallies: [&Tally; 2], share: f64) -> Option<Self> {
        let [control, variant] = tallies;
        let of_control = control.variance(metric.scale)?;
        let of_variant = match metric.scale {
            Scale::Share => {
                let moved = (control.mean()? + metric.gain(goal.effect_min)).clamp(0.0, 1.0);
                moved * (1.0 - moved)
            }
            Scale::Amount => variant.variance(metric.scale)?,
        };
        Some(Self { control: of_control, variant: of_variant, share })
    }

    /// Squared standard error of the difference of one unit in all; that of n units is an n-th of it.
    fn of_one_unit(&self) -> f64 {
        self.control / (1.0 - self.share) + self.variant / self.share
    }
}

/// Units of control and variant together that find the goal's least effect with the plan's power, at the plan's way to
/// decide. `None` where no number that anybody will have is enough.
///
/// For a confidence sequence it is the number at which the interval of that look excludes zero with that power. It has
/// had looks before, so the true power is somewhat higher.
#[must_use]
pub fn units_needed(plan: &Plan, goal: &Goal, noise: Noise) -> Option<u64> {
    let error_max = plan.error_per_goal();
    let sequence = Sequence { width: goal.effect_min, error_max };
    let of_one_unit = noise.of_one_unit();
    let (z_error, z_power) = (normal::quantile(1.0 - 0.5 * error_max), normal::quantile(plan.power));
    let found = |num_units: u64| {
        let variance = of_one_unit / num_units as f64;
        let radius = match plan.decides {
            Decides::AtAnyLook => sequence.radius(variance),
            Decides::AtTheEnd => z_error * variance.sqrt(),
        };
        radius + z_power * variance.sqrt() <= goal.effect_min
    };
    if !(of_one_unit.is_finite() && of_one_unit > 0.0 && found(NUM_UNITS_MAX)) {
        return None;
    }
    let (mut too_few, mut enough) = (0, NUM_UNITS_MAX);
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if found(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    let smaller = noise.share.min(1.0 - noise.share);
    let first_look = plan.metrics.get(goal.metric).map_or(0, Metric::first_look) as f64 / smaller;
    Some(enough.max(first_look.ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::super::tests::plan;
    use super::*;

    #[test]
    fn the_end_needs_as_many_units_as_the_textbook_says() {
        // (z(0.975) + z(0.8))² (s0² / (1 - q) + s1² / q) / effect², with scipy's quantiles: 6420.38, 643.6 and 1138.09.
        let mut plan = plan();
        plan.decides = Decides::AtTheEnd;
        let noise = Noise { control: 0.9 * 0.1, variant: 0.92 * 0.08, share: 0.5 };
        assert_eq!(units_needed(&plan, &plan.goals[0], noise), Some(6_421));
        plan.goals[0] = Goal { metric: 1, effect_min: 0.5 };
        let noise = Noise { control: 4.0, variant: 6.25, share: 0.5 };
        assert_eq!(units_needed(&plan, &plan.goals[0], noise), Some(644));
        assert_eq!(units_needed(&plan, &plan.goals[0], Noise { share: 0.2, ..noise }), Some(1_139));
    }

    #[test]
    fn to_look_at_any_time_costs_units_and_nothing_is_found_without_end() {
        let (mut plan, noise) = (plan(), Noise { control: 0.09, variant: 0.0736, share: 0.5 });
        let at_any_look = units_needed(&plan, &plan.goals[0], noise).unwrap();
        plan.decides = Decides::AtTheEnd;
        let at_the_end = units_needed(&plan, &plan.goals[0], noise).unwrap();
        assert!(at_the_end < at_any_look && at_any_look < 3 * at_the_end, "{at_the_end} {at_any_look}");
        plan.goals[0].effect_min = 1e-9;
        assert_eq!(units_needed(&plan, &plan.goals[0], noise), None);
    }
}
