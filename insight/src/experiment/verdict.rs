//! The verdict on each variant: one word that decides, the figures behind it, and a sentence for those who decide.

use super::exposures::Gathered;
use super::goal::{GoalFinding, follow};
use super::guardrail::{GuardrailFinding, Standing, watch};
use super::plan::{Plan, PlanError};
use super::ratio::Ratio;
use super::sentence::say;
use super::tally::Arm;

/// How a variant stands against the control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A goal is reached, none is lost, and all guardrails are held.
    Better,
    /// A goal has become worse.
    Worse,
    /// Neither is known yet.
    NoDifferenceYet,
    /// Units were not split as planned: no figure of it means anything.
    SampleRatio,
    /// A guardrail is worse by more than its margin.
    HarmsGuardrail,
}

/// An experiment as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name.
    pub experiment: String,
    /// How units were split.
    pub ratio: Ratio,
    /// Units that were seen in more than one variant, and are in no figure.
    pub num_crossed: u64,
    /// Events of variants that are not in the plan, and are in no figure.
    pub num_unplanned: u64,
    /// Each variant but the control, in the plan's order.
    pub comparisons: Vec<Comparison>,
}

/// A variant against the control.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The variant's name.
    pub variant: String,
    /// How it stands.
    pub verdict: Verdict,
    /// The verdict and its reason, in English.
    pub sentence: String,
    /// What is known of the plan's goals, in their order.
    pub goals: Vec<GoalFinding>,
    /// What is known of the plan's guardrails, in their order.
    pub guardrails: Vec<GuardrailFinding>,
}

impl Verdict {
    /// Its name: `no difference yet`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NoDifferenceYet => "no difference yet",
            Self::SampleRatio => "do not trust: sample ratio",
            Self::HarmsGuardrail => "harms guardrail",
        }
    }
}

/// Judges an experiment by everything that was seen of it so far.
///
/// # Errors
/// [`PlanError`] where the plan cannot be judged by.
pub fn judge(plan: &Plan, gathered: &Gathered) -> Result<Report, PlanError> {
    plan.check()?;
    let none = Arm::default();
    let last = gathered.looks.last();
    let arm = |place: usize| last.and_then(|look| look.get(place)).unwrap_or(&none);
    let observed: Vec<u64> = (0..plan.variants.len()).map(|place| arm(place).num_units).collect();
    let ratio = Ratio::compare(&plan.variants, &observed);
    let comparisons = (1..plan.variants.len()).map(|variant| compare(plan, gathered, &ratio, variant)).collect();
    Ok(Report {
        experiment: plan.experiment.clone(),
        ratio,
        num_crossed: gathered.num_crossed,
        num_unplanned: gathered.num_unplanned,
        comparisons,
    })
}

fn compare(plan: &Plan, gathered: &Gathered, ratio: &Ratio, variant: usize) -> Comparison {
    let looks = gathered.looks.as_slice();
    let mut comparison = Comparison {
        variant: plan.variants[variant].name.clone(),
        verdict: Verdict::NoDifferenceYet,
        sentence: String::new(),
        goals: plan.goals.iter().filter_map(|goal| follow(plan, goal, variant, looks)).collect(),
        guardrails: plan.guardrails.iter().filter_map(|rail| watch(plan, rail, variant, looks)).collect(),
    };
    comparison.verdict = decide(&comparison, ratio);
    comparison.sentence = say(plan, &comparison, ratio);
    comparison
}

/// What cannot be trusted comes first, then harm, then loss: a gain is only good where nothing speaks against it.
fn decide(comparison: &Comparison, ratio: &Ratio) -> Verdict {
    let decided = |improves| comparison.goals.iter().filter_map(|goal| goal.decided).any(|it| it.improves == improves);
    let stands = |standing| move |rail: &GuardrailFinding| rail.standing == standing;
    if !ratio.is_planned() {
        Verdict::SampleRatio
    } else if comparison.guardrails.iter().any(stands(Standing::Harmed)) {
        Verdict::HarmsGuardrail
    } else if decided(false) {
        Verdict::Worse
    } else if decided(true) && comparison.guardrails.iter().all(stands(Standing::Held)) {
        Verdict::Better
    } else {
        Verdict::NoDifferenceYet
    }
}
