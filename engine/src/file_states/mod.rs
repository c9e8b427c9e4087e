//! What the rows of a file came to, kept for whoever asks the same again: a file never changes, and a dashboard asks for
//! the same figures every ten seconds.
//!
//! DataFusion aggregates in two steps. The first makes a state of each group's rows (how many, the sum, the values that a
//! percentile is found in), the second puts states together and makes figures of them. What the first step makes of a
//! file is the same each time, so it is kept, and the file is not read again.
//!
//! # What is kept of what
//! * Of a question that is asked for the second time; the first time costs nothing more than before. A question is an
//!   aggregate over rows of tables that are filtered and projected one by one ([`question`]).
//! * Of a file all of whose rows lie within the times that are asked for, by their bounds in the log, the states. So the
//!   bounds of time are no part of the question: a dashboard's window moves on with each refresh ([`window`]).
//! * Of a file that the window cuts the rows from its beginning on that pass the filter, where they are not many: as the
//!   window moves on, it needs no others.
//! * Where that is far less than the file, within bounded memory; what nobody asked for lately goes first ([`store`]).
//!
//! Everything else, the live tail among it, is read as ever. `EXPLAIN` says of how many files is known what they came to
//! (`FileStates`) or which rows they have in the window (`FileRows`).
//!
//! # Order of the rules
//! The rule runs when the plan is finished, right before DataFusion checks it: its node takes the place of a first step,
//! of which it has the properties, so that nothing around it has to change.

mod files;
mod fixed;
mod node;
mod question;
mod store;
mod window;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};

use self::files::{OfFiles, Parted, first_over};
use self::node::FromFiles;
use self::question::Asked;
use self::store::{Known, Store};

/// The rule's name.
const NAME: &str = "file_states";
/// DataFusion's rule that checks the finished plan.
const CHECK: &str = "SanityCheckPlan";

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// See the module.
#[derive(Debug)]
struct KeepStates(Arc<Store>);

/// The rules with this one right before the last check. It keeps states of at most so many bytes; of none with 0.
pub(crate) fn among(mut rules: Vec<Rule>, bytes_max: usize) -> Vec<Rule> {
    if bytes_max > 0 {
        let place = rules.iter().position(|rule| rule.name() == CHECK).unwrap_or(rules.len());
        rules.insert(place, Arc::new(KeepStates(Arc::new(Store::new(bytes_max)))));
    }
    rules
}

/// Whether a rule is this one.
pub(crate) fn is_this(rule: &Rule) -> bool {
    rule.name() == NAME
}

/// The same state without the rule: whatever is asked in it is found in the rows themselves.
pub(crate) fn without(state: &SessionState) -> SessionState {
    let rules = state.physical_optimizers().iter().filter(|rule| !is_this(rule)).cloned().collect();
    SessionStateBuilder::new_from_existing(state.clone()).with_physical_optimizer_rules(rules).build()
}

impl PhysicalOptimizerRule for KeepStates {
    fn name(&self) -> &'static str {
        NAME
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| {
            let replaced = node.downcast_ref::<AggregateExec>().map(|step| self.with_states(step)).transpose()?;
            Ok(match replaced.flatten() {
                Some(replaced) => Transformed::new(replaced, true, TreeNodeRecursion::Jump),
                None => Transformed::no(node),
            })
        })
        .data()
    }
}

impl KeepStates {
    /// An aggregate that takes what it can of files from what is kept; `None` where that is nothing.
    fn with_states(&self, step: &AggregateExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let is_whole = match step.mode() {
            AggregateMode::Partial => false,
            AggregateMode::Single => true,
            _ => return Ok(None),
        };
        let asked = Asked::all(step).into_iter().map(Arc::new);
        let known = asked.filter_map(|asked| Some((Store::ask(&self.0, &asked.question)?, asked)));
        let parted = known.map(|(known, asked)| (Parted::of(&asked, &known), asked, known));
        let parted: Vec<_> = parted.filter(|(files, ..)| !files.is_empty()).collect();
        if parted.is_empty() {
            return Ok(None);
        }
        let first = if is_whole { first_over(step, Arc::clone(step.input()))? } else { Arc::new(step.clone()) };
        let states = Arc::new(from_files(first, parted)?);
        Ok(Some(if is_whole { second_over(step, states)? } else { states }))
    }
}

/// A first step that takes from files what is known of them, and finds it of others; the rest it reads.
fn from_files(step: Arc<AggregateExec>, parted: Vec<(Parted, Arc<Asked>, Known)>) -> Result<FromFiles> {
    let mut rest = Arc::clone(&step) as Arc<dyn ExecutionPlan>;
    for (files, asked, known) in &parted {
        let with_rows = |others: Arc<dyn ExecutionPlan>| match files.cut.is_empty() {
            true => others,
            false => {
                let rows = FromFiles::new("FileRows", asked.leaf.as_ref(), others);
                Arc::new(rows.with(files.cut.clone(), OfFiles::rows(asked, known))) as _
            }
        };
        rest = files.without(rest, asked, with_rows)?;
    }
    let states = FromFiles::new("FileStates", step.as_ref(), rest);
    let with_states = |states: FromFiles, (files, asked, known): (Parted, Arc<Asked>, Known)| {
        states.with(files.within, OfFiles::states(&asked, &known, Arc::clone(&step)))
    };
    Ok(parted.into_iter().fold(states, with_states))
}

/// The second step.
fn second_over(step: &AggregateExec, states: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let (group, values) = (step.group_expr().as_final(), step.aggr_expr().to_vec());
    let no_filters = vec![None; values.len()];
    let second = AggregateExec::try_new(AggregateMode::Final, group, values, no_filters, states, step.input_schema())?;
    Ok(Arc::new(second))
}
