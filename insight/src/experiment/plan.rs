//! What is fixed before the first unit is seen: variants and their shares, what is measured, and what counts as proof.

use std::collections::BTreeSet;

/// Units that each variant needs before shares are compared: below, the normal approximation is not to be trusted.
pub const FIRST_LOOK_SHARE: u64 = 50;

/// The same for amounts, which may be skewed (cost, latency). The confidence sequence is asymptotic: its error is the
/// planned one after a start-up (Bibaut, Kallus, Lindon, "Near-optimal non-parametric sequential tests and confidence
/// sequences with possibly dependent observations", 2022).
pub const FIRST_LOOK_AMOUNT: u64 = 200;

/// An experiment as it was planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its name, as `usage.recorded` carries it.
    pub experiment: String,
    /// Its variants. The first is the control, all others are compared with it.
    pub variants: Vec<Variant>,
    /// Everything that is measured on each unit.
    pub metrics: Vec<Metric>,
    /// What the experiment is about. Where there are several, each must pass a stricter test (Bonferroni).
    pub goals: Vec<Goal>,
    /// What must not get worse.
    pub guardrails: Vec<Guardrail>,
    /// The probability of a wrong verdict where variants do not differ, over all looks and goals; 0.05 by custom.
    pub error_max: f64,
    /// The probability of finding an effect of the least size that matters; 0.8 by custom.
    pub power: f64,
    /// How many units each comparison (control and one variant) sees until the end of the experiment.
    pub num_units_planned: u64,
    /// When goals are decided.
    pub decides: Decides,
}

/// A variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name, as `usage.recorded` carries it.
    pub name: String,
    /// Its planned share of the units, in proportion to the other weights; above 0.
    pub weight: f64,
}

/// What is measured on each unit, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Its name: `automation_rate`.
    pub name: String,
    /// What kind of figure it is.
    pub scale: Scale,
    /// Which way is better.
    pub better: Better,
}

/// What kind of figure a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Each unit is a 0 or a 1; the mean is a share.
    Share,
    /// Each unit is any finite number: a cost, a latency, or what a forwarder's documents have as their share.
    Amount,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// A larger value.
    More,
    /// A smaller value.
    Less,
}

/// A metric that decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its place in [`Plan::metrics`].
    pub metric: usize,
    /// The least difference that matters, in the metric's own unit (0.02 = two points of a share); above 0.
    pub effect_min: f64,
}

/// A metric that may not get worse by more than a margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Guardrail {
    /// Its place in [`Plan::metrics`].
    pub metric: usize,
    /// The largest loss that is tolerated, in the metric's own unit; above 0.
    pub margin: f64,
}

/// When goals are decided. It is part of the plan, since to use whichever comes first would err twice as often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// At any look, by the confidence sequence: however often somebody looks, the error stays as planned.
    AtAnyLook,
    /// Once, when all planned units are there, by the z-test: the same power with fewer units, but nothing before.
    AtTheEnd,
}

/// Why a plan is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing to compare.
    #[error("an experiment needs a control and at least one other variant, each with a name of its own")]
    Variants,
    /// No split.
    #[error("the weight of variant {0} must be a finite number above 0")]
    Weight(String),
    /// Nothing decides.
    #[error("an experiment needs at least one goal")]
    NoGoal,
    /// A goal or guardrail of nothing.
    #[error("there is no metric number {0}")]
    NoMetric(usize),
    /// An effect or margin that is none.
    #[error("the least effect or margin of {0} must be a finite number above 0")]
    Size(String),
    /// A probability that is none.
    #[error("the error must lie between 0 and 0.5, and the power between the error and 1")]
    Probability,
}

impl Plan {
    /// Whether it can be judged by.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn check(&self) -> Result<(), PlanError> {
        let names: BTreeSet<&str> = self.variants.iter().map(|variant| variant.name.as_str()).collect();
        if names.len() < 2 || names.len() < self.variants.len() {
            return Err(PlanError::Variants);
        }
        if let Some(variant) = self.variants.iter().find(|variant| !is_positive(variant.weight)) {
            return Err(PlanError::Weight(variant.name.clone()));
        }
        if self.goals.is_empty() {
            return Err(PlanError::NoGoal);
        }
        let goals = self.goals.iter().map(|goal| (goal.metric, goal.effect_min));
        for (metric, size) in goals.chain(self.guardrails.iter().map(|guardrail| (guardrail.metric, guardrail.margin)))
        {
            let metric = self.metrics.get(metric).ok_or(PlanError::NoMetric(metric))?;
            if !is_positive(size) {
                return Err(PlanError::Size(metric.name.clone()));
            }
        }
        let probable = self.error_max > 0.0 && self.error_max < 0.5 && self.power > self.error_max && self.power < 1.0;
        if probable { Ok(()) } else { Err(PlanError::Probability) }
    }

    /// The error that one goal of one variant may have, so that all together keep the plan's (Bonferroni).
    #[must_use]
    pub fn error_per_goal(&self) -> f64 {
        self.error_max / (self.num_comparisons() * self.goals.len().max(1)) as f64
    }

    /// The error with which one guardrail of one variant may be called harmed.
    #[must_use]
    pub fn error_per_harm(&self) -> f64 {
        self.error_max / (self.num_comparisons() * self.guardrails.len().max(1)) as f64
    }

    fn num_comparisons(&self) -> usize {
        self.variants.len().saturating_sub(1).max(1)
    }
}

impl Metric {
    /// How many units each variant needs before it is looked at.
    #[must_use]
    pub const fn first_look(&self) -> u64 {
        match self.scale {
            Scale::Share => FIRST_LOOK_SHARE,
            Scale::Amount => FIRST_LOOK_AMOUNT,
        }
    }

    /// A difference so that what is better is positive.
    #[must_use]
    pub const fn gain(&self, difference: f64) -> f64 {
        match self.better {
            Better::More => difference,
            Better::Less => -difference,
        }
    }
}

fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

#[cfg(test)]
mod tests {
    use super::super::tests::plan;
    use super::*;

    #[test]
    fn a_plan_that_cannot_be_judged_by_says_why() {
        assert_eq!(plan().check(), Ok(()));
        let broken = |change: fn(&mut Plan)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err()
        };
        assert_eq!(broken(|plan| plan.variants.truncate(1)), PlanError::Variants);
        assert_eq!(broken(|plan| plan.variants[1].name = "control".to_owned()), PlanError::Variants);
        assert_eq!(broken(|plan| plan.variants[1].weight = 0.0), PlanError::Weight("new".to_owned()));
        assert_eq!(broken(|plan| plan.goals.clear()), PlanError::NoGoal);
        assert_eq!(broken(|plan| plan.guardrails[0].metric = 9), PlanError::NoMetric(9));
        assert_eq!(broken(|plan| plan.guardrails[0].margin = f64::NAN), PlanError::Size("cost".to_owned()));
        assert_eq!(broken(|plan| plan.error_max = 0.5), PlanError::Probability);
        assert_eq!(broken(|plan| plan.power = 1.0), PlanError::Probability);
    }

    #[test]
    fn several_goals_and_variants_share_the_error() {
        let mut plan = plan();
        assert!((plan.error_per_goal() - 0.05).abs() < 1e-15);
        plan.goals.push(Goal { metric: 1, effect_min: 0.1 });
        plan.variants.push(Variant { name: "other".to_owned(), weight: 1.0 });
        assert!((plan.error_per_goal() - 0.0125).abs() < 1e-15);
        assert!((plan.error_per_harm() - 0.025).abs() < 1e-15);
    }
}
