//! What a variant does to a goal: followed from look to look by a confidence sequence, or tested once at the end.

use super::plan::{Decides, Goal, Metric, Plan};
use super::sequence::{Interval, Sequence};
use super::size::{Noise, units_needed};
use super::tally::{Arm, Difference, Look, Tally};
use crate::probability::normal;

/// What is known of a goal in one variant.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalFinding {
    /// Its metric's place in the plan.
    pub metric: usize,
    /// Means of control and variant at the last look; `None` of no units.
    pub means: [Option<f64>; 2],
    /// Variant minus control at the last look, in the metric's unit; `None` before the first look that counts.
    pub effect: Option<Effect>,
    /// The p-value of "no difference": the least so far of the sequence, or that of the test at the end; 1 before.
    pub p_value: f64,
    /// When it was decided, and how; it stays decided.
    pub decided: Option<Decided>,
    /// The fixed test when all planned units were there, whether it decides or not.
    pub at_the_end: Option<EndTest>,
    /// Units that both have a value for.
    pub num_units: u64,
    /// Units of both that find the least effect that matters with the planned power; `None` where no number does, or
    /// where nothing is known of the noise yet.
    pub num_units_needed: Option<u64>,
}

/// A difference of means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The most likely.
    pub estimate: f64,
    /// What it may be.
    pub interval: Interval,
}

/// That a goal is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// Whether the variant is better than the control.
    pub improves: bool,
    /// Units of both at that look.
    pub num_units: u64,
}

/// The z-test at the planned end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndTest {
    /// The difference then.
    pub effect: Effect,
    /// Its p-value on two sides.
    pub p_value: f64,
}

/// Follows a goal in the variant at this place through all looks. The plan was checked.
pub(super) fn follow(plan: &Plan, goal: &Goal, variant: usize, looks: &[Look]) -> Option<GoalFinding> {
    let metric = plan.metrics.get(goal.metric)?;
    let sequence = Sequence { width: goal.effect_min, error_max: plan.error_per_goal() };
    let mut finding = GoalFinding::unknown(goal.metric);
    for look in looks {
        let Some((num_assigned, tallies)) = compared(look, variant, goal.metric) else { continue };
        finding.means = tallies.map(Tally::mean);
        finding.num_units = tallies.map(|tally| tally.num_units).iter().sum();
        let Some(difference) = difference(metric, tallies) else { continue };
        if finding.at_the_end.is_none() && num_assigned >= plan.num_units_planned {
            finding.at_the_end = Some(test(difference, plan.error_per_goal()));
        }
        finding.see(metric, plan.decides, &sequence, difference);
    }
    finding.num_units_needed = needed(plan, goal, variant, looks.last()?);
    Some(finding)
}

/// Units that were assigned to control and variant, and what a metric adds up to in both.
pub(super) fn compared(look: &Look, variant: usize, metric: usize) -> Option<(u64, [&Tally; 2])> {
    let (control, variant): (&Arm, &Arm) = (look.first()?, look.get(variant)?);
    Some((control.num_units + variant.num_units, [control.metrics.get(metric)?, variant.metrics.get(metric)?]))
}

/// The difference at a look; `None` before the first one that counts.
pub(super) fn difference(metric: &Metric, [control, variant]: [&Tally; 2]) -> Option<Difference> {
    let started = control.num_units.min(variant.num_units) >= metric.first_look();
    started.then(|| Difference::between(control, variant, metric.scale)).flatten()
}

impl GoalFinding {
    const fn unknown(metric: usize) -> Self {
        Self {
            metric,
            means: [None; 2],
            effect: None,
            p_value: 1.0,
            decided: None,
            at_the_end: None,
            num_units: 0,
            num_units_needed: None,
        }
    }

    /// Takes in a look.
    fn see(&mut self, metric: &Metric, decides: Decides, sequence: &Sequence, difference: Difference) {
        let live = Effect { estimate: difference.estimate, interval: sequence.interval(difference) };
        let (effect, p_value) = match (decides, self.at_the_end) {
            (Decides::AtAnyLook, _) => (live, self.p_value.min(sequence.p_value(difference))),
            // What comes after the planned end would be one more look, which the test does not allow.
            (Decides::AtTheEnd, Some(test)) => (test.effect, test.p_value),
            (Decides::AtTheEnd, None) => {
                self.effect = Some(live);
                return;
            }
        };
        (self.effect, self.p_value) = (Some(effect), p_value);
        let Interval { low, high } = effect.interval;
        if self.decided.is_none() && (low > 0.0 || high < 0.0) {
            let improves = metric.gain(effect.estimate) > 0.0;
            self.decided = Some(Decided { improves, num_units: self.num_units });
        }
    }
}

/// The test of two means at one look: Welch's with the normal distribution, for there are many units.
fn test(difference: Difference, error_max: f64) -> EndTest {
    let Difference { estimate, variance } = difference;
    let radius = normal::quantile(1.0 - 0.5 * error_max) * variance.sqrt();
    let interval = Interval { low: estimate - radius, high: estimate + radius };
    let p_value = 2.0 * normal::below(-estimate.abs() / variance.sqrt());
    EndTest { effect: Effect { estimate, interval }, p_value }
}

/// By the plan's weights, for the split so far is chance.
fn needed(plan: &Plan, goal: &Goal, variant: usize, look: &Look) -> Option<u64> {
    let metric = plan.metrics.get(goal.metric)?;
    let (_, tallies) = compared(look, variant, goal.metric)?;
    difference(metric, tallies)?;
    let weight = plan.variants.get(variant)?.weight;
    let share = weight / (weight + plan.variants.first()?.weight);
    units_needed(plan, goal, Noise::observed(metric, goal, tallies, share)?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, plan};
    use super::*;

    #[test]
    fn the_test_at_the_end_is_that_of_two_proportions() {
        // Python, scipy.stats.norm: the difference 110 / 3100 with the variances q (1 - q) / 3100, q = (s + 0.5) / 3101.
        let mut plan = plan();
        plan.decides = Decides::AtTheEnd;
        let finding = follow(&plan, &plan.goals[0], 1, &[look([3_100, 2_790], [3_100, 2_900])]).unwrap();
        let test = finding.at_the_end.unwrap();
        assert!((test.effect.estimate - 0.035_483_870_967_741_84).abs() < 1e-12);
        assert!((test.effect.interval.low - 0.021_823_898_192_679_905).abs() < 1e-12);
        assert!((test.effect.interval.high - 0.049_143_843_742_803_81).abs() < 1e-12);
        assert!((test.p_value / 3.556_045_248_758_531e-7 - 1.0).abs() < 1e-9);
        assert_eq!(finding.decided, Some(Decided { improves: true, num_units: 6_200 }));
    }

    #[test]
    fn the_end_is_tested_once_and_looks_after_it_change_nothing() {
        let mut plan = plan();
        plan.decides = Decides::AtTheEnd;
        let until_the_end = [look([1_000, 900], [1_000, 910]), look([3_000, 2_700], [3_200, 2_900])];
        let finding = follow(&plan, &plan.goals[0], 1, &until_the_end).unwrap();
        assert_eq!(finding.decided, None);
        let mut later = until_the_end.to_vec();
        later.push(look([9_000, 8_100], [9_000, 8_600]));
        let after = follow(&plan, &plan.goals[0], 1, &later).unwrap();
        assert_eq!((after.decided, after.p_value), (None, finding.p_value));
        assert_eq!(after.at_the_end, finding.at_the_end);
    }

    #[test]
    fn a_goal_that_was_decided_stays_decided() {
        let looks = [look([2_000, 1_800], [2_000, 1_920]), look([4_000, 3_700], [4_000, 3_700])];
        let finding = follow(&plan(), &plan().goals[0], 1, &looks).unwrap();
        assert_eq!(finding.decided, Some(Decided { improves: true, num_units: 4_000 }));
        assert!(finding.p_value < 0.05 && finding.effect.unwrap().interval.low < 0.0);
    }

    #[test]
    fn nothing_is_said_before_the_first_look_that_counts() {
        let finding = follow(&plan(), &plan().goals[0], 1, &[look([49, 49], [49, 0])]).unwrap();
        assert_eq!((finding.effect, finding.p_value, finding.num_units), (None, 1.0, 98));
    }
}
