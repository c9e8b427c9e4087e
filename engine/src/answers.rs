//! Answers made of KPI cells, kept for whoever asks the same again: cells hold for a moment, and until entities have
//! followed newer events the same question has the same answer.
//!
//! Only statements that read nothing else and do not look at the clock are kept. All are forgotten with their moment,
//! so there is nothing to grow old; within it their memory is bounded.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF, Volatility};
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;
use tidemark_model::port::{Answer, Parameter};

use crate::origin::Origin;

/// What all answers of a moment may take, in bytes.
const BYTES_MAX: usize = 32 << 20;
/// What one of them may take.
const ANSWER_BYTES_MAX: usize = 2 << 20;
/// Functions whose answers change with the session's settings alone, which are part of the question.
const BY_SETTINGS: [&str; 8] =
    ["clock_date", "clock_time", "pg_date_trunc", "pg_extract", "timezone", "to_char", "to_text", "to_timestamp"];

/// A question: who asks it, how the session is set, and what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) user: String,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// All answers of one moment.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<OfMoment>);

#[derive(Debug, Default)]
struct OfMoment {
    /// Since when nothing has changed; answers of before are forgotten.
    since: Option<Instant>,
    num_bytes: usize,
    answers: HashMap<Question, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
}

impl Answers {
    /// The answer that somebody got since then.
    pub(crate) fn get(&self, question: &Question, since: Instant) -> Option<Answer> {
        let known = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.advance(since);
            all.answers.get(question)?.clone()
        };
        let rows = futures::stream::iter(known.rows.into_iter().map(Ok)).boxed();
        Some(Answer { schema: known.schema, rows })
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).answers.len()
    }

    fn keep(&self, question: Question, since: Instant, known: Known) {
        let num_bytes = known.rows.iter().map(RecordBatch::get_array_memory_size).sum::<usize>();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.advance(since);
        if all.since == Some(since) && all.num_bytes + num_bytes <= BYTES_MAX {
            all.num_bytes += num_bytes;
            all.answers.insert(question, known);
        }
    }
}

impl OfMoment {
    fn advance(&mut self, since: Instant) {
        if self.since.is_none_or(|known| known < since) {
            *self = Self { since: Some(since), ..Self::default() };
        }
    }
}

/// An answer on its way to the client, to be kept when it is complete.
#[derive(Debug)]
pub(crate) struct Keeping {
    answers: Arc<Answers>,
    question: Question,
    since: Instant,
    rows: Vec<RecordBatch>,
    num_bytes: usize,
}

impl Keeping {
    pub(crate) fn new(answers: &Arc<Answers>, question: Question, since: Instant) -> Self {
        Self { answers: Arc::clone(answers), question, since, rows: vec![], num_bytes: 0 }
    }

    /// The same where the answer stays the same while cells do. Cells that are older than their moment will be newer
    /// without any event.
    ///
    /// # Errors
    /// Where the plan cannot be walked.
    pub(crate) fn of(self, plan: &LogicalPlan, physical: &Arc<dyn ExecutionPlan>) -> Result<Option<Self>> {
        let is_of_cells = is_of_cells_since(physical, self.since);
        Ok((is_of_cells && !looks_elsewhere(plan)?).then_some(self))
    }

    /// Another part of the answer; `None` where it has become too large to be kept.
    pub(crate) fn with(mut self, rows: &RecordBatch) -> Option<Self> {
        self.num_bytes += rows.get_array_memory_size();
        self.rows.push(rows.clone());
        (self.num_bytes <= ANSWER_BYTES_MAX).then_some(self)
    }

    /// The answer is complete.
    pub(crate) fn done(self, schema: SchemaRef) {
        self.answers.keep(self.question, self.since, Known { schema, rows: self.rows });
    }
}

fn is_of_cells_since(plan: &Arc<dyn ExecutionPlan>, moment: Instant) -> bool {
    let children = plan.children();
    if children.is_empty() {
        return plan.downcast_ref::<Origin>().is_some_and(|origin| origin.is_of_cells_since(moment));
    }
    children.into_iter().all(|child| is_of_cells_since(child, moment))
}

/// Whether a function answers the same of the same values while the session's settings stay as they are.
pub(crate) fn is_fixed(function: &ScalarUDF) -> bool {
    function.signature().volatility == Volatility::Immutable || BY_SETTINGS.contains(&function.name())
}

/// Whether a function looks at the clock, at chance, or at who knows what.
fn looks_elsewhere(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::ScalarFunction(call) = expression {
                    found |= !is_fixed(&call.func);
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(found)
}
