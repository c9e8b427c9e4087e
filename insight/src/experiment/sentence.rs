//! A verdict in a sentence that somebody understands who knows the metric and no statistics.

use super::goal::GoalFinding;
use super::guardrail::{GuardrailFinding, Standing};
use super::plan::{Metric, Plan, Scale};
use super::ratio::Ratio;
use super::sequence::Interval;
use super::verdict::{Comparison, Verdict};

/// Digits that amounts are said with: more than anybody acts on.
const NUM_DIGITS: i32 = 3;

/// Says the verdict on a variant and its reason.
pub(super) fn say(plan: &Plan, comparison: &Comparison, ratio: &Ratio) -> String {
    let (variant, control) = (&comparison.variant, &plan.variants[0].name);
    let decided = |improves: bool| {
        let finding = comparison.goals.iter().find(|goal| goal.decided.is_some_and(|it| it.improves == improves));
        finding.map(|finding| evidence(plan, finding)).unwrap_or_default()
    };
    match comparison.verdict {
        Verdict::SampleRatio => mismatch(plan, ratio),
        Verdict::HarmsGuardrail => {
            let harmed = comparison.guardrails.iter().find(|rail| rail.standing == Standing::Harmed);
            format!("Stop {variant}: {}.", harmed.map(|rail| harm(plan, rail)).unwrap_or_default())
        }
        Verdict::Worse => format!("{variant} is worse than {control}: {}.", decided(false)),
        Verdict::Better => format!("{variant} is better than {control}: {}.", decided(true)),
        Verdict::NoDifferenceYet => {
            let gained = comparison.goals.iter().find(|goal| goal.decided.is_some_and(|it| it.improves));
            let open = comparison.guardrails.iter().find(|rail| rail.standing == Standing::Open);
            match (gained, open) {
                (Some(gained), Some(open)) => format!(
                    "Wait with {variant}: {}; but it is not yet sure that {} stays within its margin of {}.",
                    evidence(plan, gained),
                    plan.metrics[open.metric].name,
                    margin(plan, open),
                ),
                _ => undecided(plan, comparison),
            }
        }
    }
}

/// `ai_accuracy is 3 points higher (between 0.9 and 5.1); the evidence sufficed after 1200 units`.
fn evidence(plan: &Plan, finding: &GoalFinding) -> String {
    let (metric, units) = (&plan.metrics[finding.metric], finding.decided.map_or(0, |it| it.num_units));
    let Some(effect) = finding.effect else { return String::new() };
    let direction = if effect.estimate < 0.0 { "lower" } else { "higher" };
    let (size, range) =
        (figure(metric, effect.estimate.abs()), between(metric, effect.interval, effect.estimate < 0.0));
    format!("{} is {size} {direction} ({range}); the evidence sufficed after {units} units", metric.name)
}

fn harm(plan: &Plan, finding: &GuardrailFinding) -> String {
    let (metric, tolerated) = (&plan.metrics[finding.metric], margin(plan, finding));
    let Some(loss) = finding.loss else { return String::new() };
    let (size, range) = (figure(metric, loss.estimate), between(metric, loss.interval, false));
    format!("{} is worse by {size} ({range}), and {tolerated} are tolerated", metric.name)
}

fn mismatch(plan: &Plan, ratio: &Ratio) -> String {
    let told = |((variant, observed), expected): ((&super::plan::Variant, &u64), &f64)| {
        format!("{} has {observed} units instead of {expected:.0}", variant.name)
    };
    let variants = plan.variants.iter().zip(&ratio.observed).zip(&ratio.expected).map(told);
    format!(
        "Do not trust any figure of this experiment: {}. By chance that happens less than once in 1000 experiments; \
         find out who is not counted.",
        Vec::from_iter(variants).join(", ")
    )
}

fn undecided(plan: &Plan, comparison: &Comparison) -> String {
    let Some((finding, goal)) = comparison.goals.iter().zip(&plan.goals).next() else { return String::new() };
    let (metric, variant) = (&plan.metrics[finding.metric], &comparison.variant);
    let Some(effect) = finding.effect else {
        return format!("Too few units to say anything of {variant}: {} so far.", finding.num_units);
    };
    let range = between(metric, effect.interval, false);
    let size = figure(metric, goal.effect_min);
    if effect.interval.low > -goal.effect_min && effect.interval.high < goal.effect_min {
        return format!(
            "{variant} makes no difference that matters: that of {} is {range}, and less than {size} does not matter.",
            metric.name
        );
    }
    let needed = match finding.num_units_needed {
        Some(needed) if needed > finding.num_units => {
            format!("about {needed} units would show a difference of {size}, and there are {}", finding.num_units)
        }
        Some(_) => format!("{} units should have shown a difference of {size}", finding.num_units),
        None => format!("no number of units would show a difference of {size}"),
    };
    format!("No difference of {variant} is known yet: that of {} is {range}; {needed}.", metric.name)
}

fn margin(plan: &Plan, finding: &GuardrailFinding) -> String {
    let metric = &plan.metrics[finding.metric];
    let margin = plan.guardrails.iter().find(|rail| rail.metric == finding.metric).map_or(0.0, |rail| rail.margin);
    figure(metric, margin)
}

/// `between 0.9 and 5.1 points`; turned around where the difference is said as how much lower.
fn between(metric: &Metric, interval: Interval, turned: bool) -> String {
    let (low, high) = if turned { (-interval.high, -interval.low) } else { (interval.low, interval.high) };
    format!("between {} and {}", number(metric, low), figure(metric, high))
}

/// `2.1 points` of a share, and the plain number of an amount.
fn figure(metric: &Metric, value: f64) -> String {
    let unit = match metric.scale {
        Scale::Share => " points",
        Scale::Amount => "",
    };
    format!("{}{unit}", number(metric, value))
}

fn number(metric: &Metric, value: f64) -> String {
    let (value, num_decimals) = match metric.scale {
        Scale::Share => (100.0 * value, 2),
        Scale::Amount if value == 0.0 => (0.0, 0),
        Scale::Amount => (value, (NUM_DIGITS - 1 - value.abs().log10().floor() as i32).clamp(0, 9) as usize),
    };
    let digits = format!("{value:.num_decimals$}");
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    // What rounds to nothing has no sign.
    if digits == "-0" { "0".to_owned() } else { digits.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::plan::Better;
    use super::*;

    #[test]
    fn figures_are_short() {
        let metric = |scale| Metric { name: String::new(), scale, better: Better::More };
        assert_eq!(figure(&metric(Scale::Share), 0.0312), "3.12 points");
        assert_eq!(figure(&metric(Scale::Share), -0.000_01), "0 points");
        assert_eq!(figure(&metric(Scale::Amount), 1234.5), "1234");
        assert_eq!(figure(&metric(Scale::Amount), 1200.0), "1200");
        assert_eq!(figure(&metric(Scale::Amount), -0.049_96), "-0.05");
        assert_eq!(figure(&metric(Scale::Amount), 0.0), "0");
    }
}
