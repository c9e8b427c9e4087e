//! How experiments stand, as rows of their table: one a metric and variant.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow::error::ArrowError;
use tidemark_model::insight::EXPERIMENT_RESULTS;
use tidemark_model::time::Micros;

use super::ask::Judged;
use super::goal::GoalFinding;
use super::guardrail::{GuardrailFinding, Standing};
use super::sequence::Interval;
use super::tally::Tally;
use super::verdict::Comparison;
use crate::capacity::budget::figure;
use crate::cells::{figures, instants, texts};

/// A metric of a variant.
#[derive(Debug)]
struct Row<'a> {
    judged: &'a Judged,
    comparison: &'a Comparison,
    metric: usize,
    role: &'static str,
    standing: &'static str,
    /// Variant less control, and what it may be.
    effect: Option<(f64, Interval)>,
    p_value: Option<f64>,
    units_needed: Option<u64>,
}

/// Experiments as rows of `experiment_results`.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(experiments: &[Judged], made_at: Micros) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<Row<'_>> = experiments.iter().flat_map(of_experiment).collect();
    let text = |of: for<'a> fn(&'a Row<'a>) -> &'a str| texts(rows.iter().map(|row| Some(of(row))));
    let count = |of: &dyn Fn(&Row<'_>) -> Option<u64>| -> ArrayRef {
        let counts = rows.iter().map(|row| of(row).map(|count| i64::try_from(count).unwrap_or(i64::MAX)));
        Arc::new(counts.collect::<Int64Array>())
    };
    let estimate = |of: &dyn Fn(&Row<'_>) -> Option<f64>| figures(rows.iter().map(|row| figure(of(row)?)));
    EXPERIMENT_RESULTS.rows(vec![
        instants(rows.iter().map(|_| Some(made_at))),
        text(|row| &row.judged.plan.experiment),
        text(|row| &row.judged.plan.metrics[row.metric].name),
        text(|row| row.role),
        text(|row| &row.judged.plan.variants[0].name),
        text(|row| &row.comparison.variant),
        count(&|row| Some(row.tallies()?[0].num_units)),
        count(&|row| Some(row.tallies()?[1].num_units)),
        count(&|row| row.units_needed),
        count(&|row| Some(row.judged.report.num_crossed)),
        estimate(&|row| row.tallies()?[0].mean())?,
        estimate(&|row| row.tallies()?[1].mean())?,
        estimate(&|row| Some(row.effect?.0))?,
        estimate(&|row| Some(row.effect?.1.low))?,
        estimate(&|row| Some(row.effect?.1.high))?,
        Arc::new(rows.iter().map(|row| row.p_value).collect::<Float64Array>()),
        text(|row| row.standing),
        text(|row| row.comparison.verdict.name()),
        text(|row| &row.comparison.sentence),
    ])
}

fn of_experiment(judged: &Judged) -> impl Iterator<Item = Row<'_>> {
    judged.report.comparisons.iter().flat_map(move |comparison| {
        let goals = comparison.goals.iter().map(move |goal| of_goal(judged, comparison, goal));
        goals.chain(comparison.guardrails.iter().map(move |rail| of_guardrail(judged, comparison, rail)))
    })
}

fn of_goal<'a>(judged: &'a Judged, comparison: &'a Comparison, goal: &GoalFinding) -> Row<'a> {
    Row {
        judged,
        comparison,
        metric: goal.metric,
        role: "goal",
        standing: goal.decided.map_or("open", |decided| if decided.improves { "better" } else { "worse" }),
        effect: goal.effect.map(|effect| (effect.estimate, effect.interval)),
        p_value: Some(goal.p_value),
        units_needed: goal.num_units_needed,
    }
}

fn of_guardrail<'a>(judged: &'a Judged, comparison: &'a Comparison, rail: &GuardrailFinding) -> Row<'a> {
    let metric = &judged.plan.metrics[rail.metric];
    // A loss is a gain turned around, and a difference is one where more is better.
    let effect = rail.loss.map(|loss| {
        let [estimate, low, high] =
            [loss.estimate, loss.interval.low, loss.interval.high].map(|loss| metric.gain(-loss));
        (estimate, Interval { low: low.min(high), high: low.max(high) })
    });
    let standing = match rail.standing {
        Standing::Held => "held",
        Standing::Open => "open",
        Standing::Harmed => "harmed",
    };
    let (p_value, units_needed) = (None, None);
    Row { judged, comparison, metric: rail.metric, role: "guardrail", standing, effect, p_value, units_needed }
}

impl Row<'_> {
    /// What the metric adds up to in control and variant.
    fn tallies(&self) -> Option<[&Tally; 2]> {
        let variants = &self.judged.plan.variants;
        let place = variants.iter().position(|variant| variant.name == self.comparison.variant)?;
        let tally = |place: usize| self.judged.last.get(place)?.metrics.get(self.metric);
        Some([tally(0)?, tally(place)?])
    }
}
