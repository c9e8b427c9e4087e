//! The plan by which experiments are judged that only events name: nobody planned their end, so every look counts.

use super::plan::{Better, Decides, Goal, Guardrail, Metric, Plan, Scale, Variant};

/// The least difference of a share that matters: two points, as the targets of KPI `automation_rate` and `ai_accuracy`
/// rise from one phase to the next (90, 92, 95 %).
pub const SHARE_EFFECT_MIN: f64 = 0.02;
/// How much dearer an invoice may become, in HKD: a tenth of the 0.50 that an invoice may cost (KPI
/// `ai_cost_per_invoice_hkd`).
pub const COST_MARGIN_HKD: f64 = 0.05;
/// How much longer the model calls of an invoice may take, in milliseconds: a tenth of the 30,000 that reading and
/// extraction may take (KPI `ai_processing_p95_ms`).
pub const LATENCY_MARGIN_MS: f64 = 3_000.0;
/// How much more often an invoice may meet a call that fails: a point, a fifth of the error rate that alerts.
pub const ERROR_MARGIN: f64 = 0.01;

/// The probability of a wrong verdict, over all looks and goals, and that of finding what matters: by custom.
const ERROR_MAX: f64 = 0.05;
const POWER: f64 = 0.8;

/// What is measured on each invoice, in the order of the plan's metrics.
pub(super) const NUM_METRICS: usize = 5;

/// The plan of an experiment with these variants, which share its invoices evenly. The control is the one that is named
/// so, or `a`, or else the first by name.
#[must_use]
pub fn plan(experiment: &str, variants: &[&str]) -> Plan {
    let mut names = variants.to_vec();
    names.sort_unstable_by_key(|name| (rank(name), *name));
    let metric = |name: &str, scale, better| Metric { name: name.to_owned(), scale, better };
    let metrics: [Metric; NUM_METRICS] = [
        metric("success", Scale::Share, Better::More),
        metric("automation_rate", Scale::Share, Better::More),
        metric("ai_cost_per_invoice_hkd", Scale::Amount, Better::Less),
        metric("ai_latency_ms", Scale::Amount, Better::Less),
        metric("ai_error_rate", Scale::Share, Better::Less),
    ];
    let margins = [(2, COST_MARGIN_HKD), (3, LATENCY_MARGIN_MS), (4, ERROR_MARGIN)];
    Plan {
        experiment: experiment.to_owned(),
        variants: names.iter().map(|name| Variant { name: (*name).to_owned(), weight: 1.0 }).collect(),
        metrics: metrics.to_vec(),
        goals: [0, 1].map(|metric| Goal { metric, effect_min: SHARE_EFFECT_MIN }).to_vec(),
        guardrails: margins.map(|(metric, margin)| Guardrail { metric, margin }).to_vec(),
        error_max: ERROR_MAX,
        power: POWER,
        num_units_planned: u64::MAX,
        decides: Decides::AtAnyLook,
    }
}

fn rank(name: &str) -> u8 {
    match name {
        "control" => 0,
        "a" => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_is_the_one_that_is_named_so() {
        let control = |variants: &[&str]| plan("x", variants).variants[0].name.clone();
        assert_eq!(control(&["a", "0", "control"]), "control");
        assert_eq!(control(&["0", "b", "a"]), "a");
        assert_eq!(control(&["new", "c", "d"]), "c");
        assert_eq!(plan("x", &["b", "a"]).check(), Ok(()));
    }
}
