//! Whether a variant keeps what must not get worse: cost, latency, errors. A loss up to a margin is tolerated.
//!
//! Both questions are asked on one side and at any look: whether the loss is certainly below the margin (then the
//! guardrail is held), and whether it is certainly above it (then it is harmed). All guardrails must be held for a
//! variant to be called better, so each may use the whole error; any that is harmed accuses the variant, so that error
//! is shared (Schultzberg, Ankargren, Franberg, "Risk-aware product decisions in A/B tests with multiple metrics", 2024).

use super::goal::{compared, difference};
use super::plan::{Guardrail, Plan};
use super::sequence::{Interval, Sequence};
use super::tally::Look;

/// How a guardrail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The loss is certainly below the margin.
    Held,
    /// Not known yet.
    Open,
    /// The loss was certainly above the margin at some look.
    Harmed,
}

/// What is known of a guardrail in one variant.
#[derive(Debug, Clone, PartialEq)]
pub struct GuardrailFinding {
    /// Its metric's place in the plan.
    pub metric: usize,
    /// How it stands.
    pub standing: Standing,
    /// How much worse the variant is at the last look, in the metric's unit (negative: it is better); `None` before the
    /// first look that counts.
    pub loss: Option<Loss>,
}

/// How much worse a variant is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// The most likely.
    pub estimate: f64,
    /// The least with the error of a harm, and the most with the error of the plan.
    pub interval: Interval,
}

/// Follows a guardrail in the variant at this place through all looks. The plan was checked.
pub(super) fn watch(plan: &Plan, guardrail: &Guardrail, variant: usize, looks: &[Look]) -> Option<GuardrailFinding> {
    let metric = plan.metrics.get(guardrail.metric)?;
    let held = Sequence { width: guardrail.margin, error_max: plan.error_max };
    let harmed = Sequence { width: guardrail.margin, error_max: plan.error_per_harm() };
    let mut finding = GuardrailFinding { metric: guardrail.metric, standing: Standing::Open, loss: None };
    for look in looks {
        let tallies = compared(look, variant, guardrail.metric);
        let Some(difference) = tallies.and_then(|(_, tallies)| difference(metric, tallies)) else { continue };
        let estimate = -metric.gain(difference.estimate);
        let low = estimate - harmed.radius_one_sided(difference.variance);
        let high = estimate + held.radius_one_sided(difference.variance);
        finding.loss = Some(Loss { estimate, interval: Interval { low, high } });
        finding.standing = match finding.standing {
            Standing::Harmed => Standing::Harmed,
            _ if low > guardrail.margin => Standing::Harmed,
            _ if high < guardrail.margin => Standing::Held,
            _ => Standing::Open,
        };
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::tally::{Arm, Tally};
    use super::super::tests::plan;
    use super::*;

    /// As many units in both, of a standard deviation of 1, with these mean costs.
    fn costs(num_units: u64, control: f64, variant: f64) -> Look {
        let arm = |mean: f64| {
            let n = num_units as f64;
            let cost = Tally { num_units, sum: n * mean, sum_of_squares: n * mean * mean + (n - 1.0) };
            Arm { num_units, metrics: vec![Tally::default(), cost] }
        };
        vec![arm(control), arm(variant)]
    }

    fn standing(looks: &[Look]) -> Standing {
        watch(&plan(), &plan().guardrails[0], 1, looks).unwrap().standing
    }

    #[test]
    fn a_loss_is_held_below_the_margin_and_harms_above_it() {
        // The margin is 0.1, so 20,000 units of a standard deviation of 1 know it well: their standard error is 0.01.
        assert_eq!(standing(&[costs(20_000, 5.0, 5.0)]), Standing::Held);
        assert_eq!(standing(&[costs(20_000, 5.0, 4.0)]), Standing::Held);
        assert_eq!(standing(&[costs(20_000, 5.0, 5.1)]), Standing::Open);
        assert_eq!(standing(&[costs(20_000, 5.0, 5.2)]), Standing::Harmed);
        assert_eq!(standing(&[costs(199, 5.0, 9.0)]), Standing::Open);
    }

    #[test]
    fn guardrails_share_the_error_of_a_harm_and_not_that_of_being_held() {
        let looks = [costs(20_000, 5.0, 5.1)];
        let interval = |plan: &Plan| watch(plan, &plan.guardrails[0], 1, &looks).unwrap().loss.unwrap().interval;
        let mut two = plan();
        two.guardrails.push(two.guardrails[0].clone());
        assert!(interval(&two).low < interval(&plan()).low);
        assert!((interval(&two).high - interval(&plan()).high).abs() < 1e-15);
    }

    #[test]
    fn what_was_harmed_stays_harmed() {
        assert_eq!(standing(&[costs(20_000, 5.0, 5.2), costs(90_000, 5.0, 5.0)]), Standing::Harmed);
        assert_eq!(standing(&[costs(20_000, 5.0, 5.0), costs(90_000, 5.0, 5.2)]), Standing::Harmed);
    }
}
