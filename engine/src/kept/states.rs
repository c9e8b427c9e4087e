//! What the events of an id came to so far: new events are put together with it, and older ones are not read again.
//!
//! DataFusion aggregates in two steps. The first makes a state of each group's events (how many, the least, the first
//! and when that was); the second puts states together and makes values of them. So the plan of a view is cut between
//! both, wherever a first step groups its events by the id, maybe among others. Its states are put together with those
//! that are known of the same ids, and the rest of the plan makes rows of them. What the first steps came to is
//! answered, too, for the next time.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::execution::TaskContext;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, collect};

use crate::file_states;

/// DataFusion's rule that makes one step of both.
const ONE_STEP: &str = "CombinePartialFinalAggregate";

/// What may lie between events and a first step: each takes one row and makes at most one of it, or only moves it.
const ROW_BY_ROW: [&str; 6] =
    ["FilterExec", "ProjectionExec", "CooperativeExec", "RepartitionExec", "CoalescePartitionsExec", "SortExec"];

/// The states of some ids, of each first step of a view in the order of its plan.
pub(super) type States = Vec<RecordBatch>;

/// The rows that a query in a session has of its events by their id, and of others before them whose states are known;
/// and the states of all of them. There are none where the query cannot be cut: it has then seen its events alone.
///
/// # Errors
/// The query fails, or the known states are another query's.
pub(super) async fn rows_of(
    events: SessionState,
    sql: &str,
    id: &str,
    known: &[States],
) -> Result<(Vec<RecordBatch>, Option<States>)> {
    let state = in_two_steps(events);
    let plan = state.create_physical_plan(&state.create_logical_plan(sql).await?).await?;
    let context = state.task_ctx();
    if !is_cut(&plan, id) {
        return Ok((collect(plan, context).await?, None));
    }
    let mut states = vec![];
    for (nth, first) in firsts(&plan, id)?.iter().enumerate() {
        let known = known.iter().filter_map(|states| states.get(nth)).cloned().collect();
        states.push(merged(first, known, &context).await?);
    }
    let rows = collect(resumed(plan, id, &states)?, context).await?;
    Ok((rows, Some(states)))
}

/// The same with aggregates in two steps, in the same order whatever the numbers of rows. Events are few here, so that
/// more than one thread would only cost.
fn in_two_steps(state: SessionState) -> SessionState {
    let rules = state.physical_optimizers().iter();
    let rules = rules.filter(|rule| rule.name() != ONE_STEP && !file_states::is_this(rule)).cloned().collect();
    let mut state = SessionStateBuilder::new_from_existing(state).with_physical_optimizer_rules(rules).build();
    let options = state.config_mut().options_mut();
    options.execution.target_partitions = 1;
    options.optimizer.join_reordering = false;
    // A filter that one part of a plan learns while it runs would be another part's that runs before.
    options.optimizer.enable_dynamic_filter_pushdown = false;
    state
}

/// The node as a first step by the id over events row by row.
fn first<'a>(node: &'a Arc<dyn ExecutionPlan>, id: &str) -> Option<&'a AggregateExec> {
    let step = node.downcast_ref::<AggregateExec>().filter(|step| *step.mode() == AggregateMode::Partial)?;
    let is_of_id = |(of, name): &(Arc<dyn PhysicalExpr>, String)| name == id && of.downcast_ref::<Column>().is_some();
    let group = step.group_expr();
    (group.is_single() && group.expr().iter().any(is_of_id) && is_row_by_row(step.input())).then_some(step)
}

fn is_row_by_row(node: &Arc<dyn ExecutionPlan>) -> bool {
    match node.children()[..] {
        [] => true,
        [below] => ROW_BY_ROW.contains(&node.name()) && is_row_by_row(below),
        _ => false,
    }
}

/// Whether whatever a plan reads goes through first steps.
fn is_cut(plan: &Arc<dyn ExecutionPlan>, id: &str) -> bool {
    let below = plan.children();
    first(plan, id).is_some() || !below.is_empty() && below.into_iter().all(|below| is_cut(below, id))
}

/// The first steps of a plan.
fn firsts(plan: &Arc<dyn ExecutionPlan>, id: &str) -> Result<Vec<Arc<dyn ExecutionPlan>>> {
    let mut firsts = vec![];
    plan.apply(|node| {
        if first(node, id).is_none() {
            return Ok(TreeNodeRecursion::Continue);
        }
        firsts.push(Arc::clone(node));
        Ok(TreeNodeRecursion::Jump)
    })?;
    Ok(firsts)
}

/// What a first step makes of its events, put together with known states.
async fn merged(
    first: &Arc<dyn ExecutionPlan>,
    known: Vec<RecordBatch>,
    context: &Arc<TaskContext>,
) -> Result<RecordBatch> {
    let schema = first.schema();
    let mut states = collect(Arc::clone(first), Arc::clone(context)).await?;
    states.extend(known);
    if let Some(step) = first.downcast_ref::<AggregateExec>() {
        let states_of = MemorySourceConfig::try_new_exec(&[states], Arc::clone(&schema), None)?;
        let (group, values) = (step.group_expr().as_final(), step.aggr_expr().to_vec());
        let no_filters = vec![None; values.len()];
        let both = AggregateMode::PartialReduce;
        let merging = AggregateExec::try_new(both, group, values, no_filters, states_of, step.input_schema())?;
        states = collect(Arc::new(merging), Arc::clone(context)).await?;
    }
    Ok(concat_batches(&schema, &states)?)
}

/// The plan with states in the place of the first steps.
fn resumed(plan: Arc<dyn ExecutionPlan>, id: &str, states: &States) -> Result<Arc<dyn ExecutionPlan>> {
    let mut states = states.iter();
    let plan = plan.transform_down(|node| match first(&node, id).and_then(|_| states.next()) {
        Some(states) => {
            let states = MemorySourceConfig::try_new_exec(&[vec![states.clone()]], states.schema(), None)?;
            Ok(Transformed::new(states as _, true, TreeNodeRecursion::Jump))
        }
        None => Ok(Transformed::no(node)),
    })?;
    Ok(plan.data)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use arrow::util::pretty::pretty_format_batches;
    use datafusion::datasource::MemTable;
    use datafusion::prelude::SessionContext;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use tidemark_model::schema;
    use tidemark_model::stream::Stream;
    use tidemark_sql::{Keep, Library};

    use super::*;
    use crate::functions;

    /// An id, a time that no other event has, a kind and a field.
    type Event = (u8, i64, u8, u8);

    const LIVES: &str = "SELECT l.id, kind, last_field, num, greatest, coalesce(fields, 0) AS fields FROM (
          SELECT id, first_value(kind ORDER BY time) AS kind, count(*) FILTER (WHERE kind <> 'k1') AS num,
            last_value(field ORDER BY time) FILTER (WHERE kind = 'k0') AS last_field, max(time) AS greatest
          FROM events GROUP BY id
        ) l LEFT JOIN (
          SELECT id, count(*) AS fields FROM (SELECT DISTINCT id, field FROM events WHERE kind = 'k2') GROUP BY id
        ) f ON f.id = l.id ORDER BY l.id";

    fn session(events: &[Event]) -> SessionState {
        let texts = |letter: char, of: fn(&Event) -> u8| {
            Arc::new(events.iter().map(|event| Some(format!("{letter}{}", of(event)))).collect::<StringArray>()) as _
        };
        let times = Arc::new(events.iter().map(|event| event.1).collect::<Int64Array>()) as ArrayRef;
        let columns = [
            ("id", texts('i', |of| of.0)),
            ("time", times),
            ("kind", texts('k', |of| of.2)),
            ("field", texts('f', |of| of.3)),
        ];
        let events = RecordBatch::try_from_iter(columns).unwrap();
        let context = SessionContext::new();
        let table = MemTable::try_new(events.schema(), vec![vec![events]]).unwrap();
        context.register_table("events", Arc::new(table)).unwrap();
        context.state()
    }

    fn table(rows: &[RecordBatch]) -> String {
        pretty_format_batches(rows).unwrap().to_string()
    }

    #[tokio::test]
    async fn what_came_later_is_put_together_with_what_is_known() {
        let (rows, states) =
            rows_of(session(&[(1, 5, 0, 7), (1, 6, 2, 7), (2, 7, 1, 1)]), LIVES, "id", &[]).await.unwrap();
        let expected = "\
+----+------+------------+-----+----------+--------+
| id | kind | last_field | num | greatest | fields |
+----+------+------------+-----+----------+--------+
| i1 | k0   | f7         | 2   | 6        | 1      |
| i2 | k1   |            | 0   | 7        | 0      |
+----+------+------------+-----+----------+--------+";
        assert_eq!(table(&rows), expected);
        let later = session(&[(1, 4, 1, 9), (1, 9, 2, 7), (1, 8, 2, 3), (2, 1, 0, 4)]);
        let (rows, _) = rows_of(later, LIVES, "id", &[states.unwrap()]).await.unwrap();
        let expected = "\
+----+------+------------+-----+----------+--------+
| id | kind | last_field | num | greatest | fields |
+----+------+------------+-----+----------+--------+
| i1 | k1   | f7         | 4   | 9        | 2      |
| i2 | k0   | f4         | 1   | 7        | 0      |
+----+------+------------+-----+----------+--------+";
        assert_eq!(table(&rows), expected);
    }

    #[tokio::test]
    async fn the_views_that_are_kept_by_an_id_are_cut() {
        let library = Library::open(None).unwrap();
        let mut num_cut = 0;
        for view in &library.views {
            let Some(Keep::Id(id)) = &view.keep else { continue };
            let mut state = SessionContext::new().state();
            functions::register(&mut state).unwrap();
            let context = SessionContext::new_with_state(in_two_steps(state));
            for stream in Stream::ALL {
                let table = MemTable::try_new(schema::events(stream), vec![vec![]]).unwrap();
                context.register_table(stream.table(), Arc::new(table)).unwrap();
            }
            let plan = context.sql(&view.sql).await.unwrap().create_physical_plan().await.unwrap();
            assert!(is_cut(&plan, id), "{}", view.name);
            num_cut += 1;
        }
        assert!(num_cut >= 3, "{num_cut}");
    }

    #[tokio::test]
    async fn a_query_of_more_than_groups_has_no_states() {
        let all_lines = "SELECT id, time FROM events";
        let of_others = "SELECT id, max(field) OVER (ORDER BY time) AS field FROM events";
        let of_both =
            "SELECT id, max(time) FROM (SELECT id, row_number() OVER (ORDER BY time) AS time FROM events) GROUP BY id";
        let of_kinds = "SELECT kind, count(*) FROM events GROUP BY kind";
        for sql in [all_lines, of_others, of_both, of_kinds] {
            let (rows, states) = rows_of(session(&[(1, 5, 0, 7), (1, 6, 0, 7)]), sql, "id", &[]).await.unwrap();
            assert!(!rows.is_empty() && states.is_none(), "{sql}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// However events are parted, and from wherever an id's states come, its row is that of all its events at once.
        #[test]
        fn parts_come_to_the_same_as_the_whole(events in vec((0..6_u8, 0..4_u8, 0..3_u8), 1..60), ends in vec(0..60_usize, 0..4)) {
            let events: Vec<Event> = (0..).zip(events).map(|(at, (id, kind, field))| (id, at * 7919 % 61, kind, field)).collect();
            let ends: BTreeSet<usize> = ends.into_iter().filter(|end| (1..events.len()).contains(end)).collect();
            let starts = [0].into_iter().chain(ends.iter().copied());
            let parts: Vec<&[Event]> =
                starts.zip(ends.iter().copied().chain([events.len()])).map(|(from, to)| &events[from..to]).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (by_parts, at_once) = runtime.block_on(async {
                let mut known: Vec<States> = vec![];
                let mut rows = vec![];
                for part in parts {
                    let (found, states) = rows_of(session(part), LIVES, "id", &known).await.unwrap();
                    (rows, known) = (found, vec![states.unwrap()]);
                }
                let context = SessionContext::new_with_state(session(&events));
                (rows, context.sql(LIVES).await.unwrap().collect().await.unwrap())
            });
            prop_assert_eq!(table(&by_parts), table(&at_once));
        }
    }
}
