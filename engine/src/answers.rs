//! Answers made of KPI cells, kept for whoever asks the same again: cells hold for a moment, and until entities have
//! followed newer events the same question has the same answer.
//!
//! Only statements that read nothing else and do not look at the clock are kept. All are forgotten with their moment.
//! Within it, which lasts as long as no event comes, their memory is bounded: dashboards move their windows with each
//! refresh, so what was asked before is asked for no more, and makes room for what is.

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
/// What those may take that were asked for lately; those of before as much.
const LATELY_BYTES_MAX: usize = BYTES_MAX / 2;
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
    /// Those that were asked for since the others were put aside.
    lately: HashMap<Question, Known>,
    lately_bytes: usize,
    before: HashMap<Question, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
    /// What it takes, with its question.
    num_bytes: usize,
}

impl Answers {
    /// The answer that somebody got since then.
    pub(crate) fn get(&self, question: &Question, since: Instant) -> Option<Answer> {
        let known = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.advance(since);
            all.get(question)?
        };
        let rows = futures::stream::iter(known.rows.into_iter().map(Ok)).boxed();
        Some(Answer { schema: known.schema, rows })
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn keep(&self, question: Question, since: Instant, schema: SchemaRef, rows: Vec<RecordBatch>) {
        let num_bytes = question.num_bytes() + rows.iter().map(RecordBatch::get_array_memory_size).sum::<usize>();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.advance(since);
        if all.since == Some(since) {
            all.insert(question, Known { schema, rows, num_bytes });
        }
    }
}

impl OfMoment {
    fn advance(&mut self, since: Instant) {
        if self.since.is_none_or(|known| known < since) {
            *self = Self { since: Some(since), ..Self::default() };
        }
    }

    fn get(&mut self, question: &Question) -> Option<Known> {
        if let Some(known) = self.lately.get(question) {
            return Some(known.clone());
        }
        let (question, known) = self.before.remove_entry(question)?;
        self.insert(question, known.clone());
        Some(known)
    }

    fn insert(&mut self, question: Question, known: Known) {
        if self.lately_bytes + known.num_bytes > LATELY_BYTES_MAX {
            self.before = std::mem::take(&mut self.lately);
            self.lately_bytes = 0;
        }
        self.lately_bytes += known.num_bytes;
        if let Some(same) = self.lately.insert(question, known) {
            self.lately_bytes -= same.num_bytes;
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.lately.len() + self.before.len()
    }
}

impl Question {
    fn num_bytes(&self) -> usize {
        let settings: usize = self.settings.iter().map(|(name, value)| name.len() + value.len()).sum();
        // Room for the entries of maps, roughly.
        size_of::<Self>() + 2 * self.settings.len() * size_of::<String>() + settings + self.user.len() + self.text.len()
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
        self.answers.keep(self.question, self.since, schema, self.rows);
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

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    const MIB_OF_NUMBERS: usize = (1 << 20) / size_of::<i64>();

    fn question(number: usize) -> Question {
        let text = format!("SELECT {number}");
        Question { user: String::new(), settings: BTreeMap::new(), text, parameters: Vec::new() }
    }

    fn keep(answers: &Answers, number: usize, since: Instant) {
        let schema = Arc::new(Schema::new(vec![Field::new("number", DataType::Int64, false)]));
        let column = Arc::new(Int64Array::from(vec![0; MIB_OF_NUMBERS]));
        let rows = RecordBatch::try_new(Arc::clone(&schema), vec![column]).unwrap();
        answers.keep(question(number), since, schema, vec![rows]);
    }

    #[test]
    fn what_is_asked_for_stays_and_what_was_makes_room() {
        let (answers, since) = (Answers::default(), Instant::now());
        for number in 0..100 {
            keep(&answers, number, since);
            assert!(answers.get(&question(number), since).is_some(), "the newest of {number} is not kept");
            assert!(
                answers.get(&question(0), since).is_some(),
                "{number} more, and what is asked for each time is gone"
            );
            assert!(answers.len() <= BYTES_MAX >> 20, "{} MiB are kept", answers.len());
        }
        assert!(answers.get(&question(50), since).is_none());
        assert!(answers.get(&question(0), Instant::now()).is_none(), "its moment is over");
    }

    #[test]
    fn who_answers_too_late_is_not_kept() {
        let (answers, since) = (Answers::default(), Instant::now());
        assert!(answers.get(&question(0), Instant::now()).is_none());
        keep(&answers, 0, since);
        assert_eq!(answers.len(), 0);
    }
}
