//! Lets a search for the newest (or first) rows read where they lie, also where files and the live tail are read side
//! by side.
//!
//! `ORDER BY time DESC LIMIT 100` reads little where the files are read from the newest on: after 100 rows a bound is
//! known that the other files are measured by. DataFusion's own `PushdownSort` tells the files so where they stand right
//! below the sort; it stops at a union, which is what a scan is while events arrive, and at a filter. This rule tells
//! them through both. The sort stays: the order in which rows are read is a hint, never the answer's order.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions, SortOrderPushdownResult,
};

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// See the module.
#[derive(Debug)]
struct OrderHint;

/// DataFusion's rules with this one where sorts are pushed down, which is before filters found while running are.
pub(crate) fn rules() -> Vec<Rule> {
    let mut rules = PhysicalOptimizer::new().rules;
    let place = rules.iter().position(|rule| rule.name() == "PushdownSort").unwrap_or(rules.len());
    rules.insert(place, Arc::new(OrderHint));
    rules
}

impl PhysicalOptimizerRule for OrderHint {
    fn name(&self) -> &'static str {
        "order_hint"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let Some(sort) = plan.downcast_ref::<SortExec>().filter(|sort| sort.fetch().is_some()) else {
                return Ok(Transformed::no(plan));
            };
            match through(sort.input(), sort.expr())? {
                Some(input) => over(&plan, vec![input]).map(Transformed::yes),
                None => Ok(Transformed::no(plan)),
            }
        })
        .data()
    }
}

/// A union or a filter whose sources know the order; `None` where it is neither, or none of them can use it.
fn through(plan: &Arc<dyn ExecutionPlan>, order: &[PhysicalSortExpr]) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if plan.is::<UnionExec>() {
        let hinted = plan.children().into_iter().map(|child| hinted(child, order)).collect::<Result<Vec<_>>>()?;
        if hinted.iter().all(Option::is_none) {
            return Ok(None);
        }
        let children = hinted.into_iter().zip(plan.children()).map(|(new, old)| new.unwrap_or_else(|| Arc::clone(old)));
        return over(plan, children.collect()).map(Some);
    }
    let Some(filter) = plan.downcast_ref::<FilterExec>() else { return Ok(None) };
    let below = match filter.projection() {
        Some(kept) => order.iter().map(|sort| below(sort, kept)).collect::<Result<Vec<_>>>()?,
        None => order.to_vec(),
    };
    let input = hinted(filter.input(), &below)?;
    input.map(|input| over(plan, vec![input])).transpose()
}

fn hinted(plan: &Arc<dyn ExecutionPlan>, order: &[PhysicalSortExpr]) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    if let Some(plan) = through(plan, order)? {
        return Ok(Some(plan));
    }
    Ok(match plan.try_pushdown_sort(order)? {
        SortOrderPushdownResult::Exact { inner } | SortOrderPushdownResult::Inexact { inner } => Some(inner),
        SortOrderPushdownResult::Unsupported => None,
    })
}

/// The same node over other children, whose order may be another.
fn over(plan: &Arc<dyn ExecutionPlan>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    Arc::clone(plan).replace_children(children, options)
}

/// A sort by the columns that a filter keeps, as one by those that it reads.
fn below(sort: &PhysicalSortExpr, kept: &[usize]) -> Result<PhysicalSortExpr> {
    let expr = Arc::clone(&sort.expr).transform(|expr| {
        let read = expr.downcast_ref::<Column>().and_then(|column| Some((column.name(), *kept.get(column.index())?)));
        Ok(match read {
            Some((name, index)) => Transformed::yes(Arc::new(Column::new(name, index)) as _),
            None => Transformed::no(expr),
        })
    });
    Ok(PhysicalSortExpr { expr: expr.data()?, options: sort.options })
}
