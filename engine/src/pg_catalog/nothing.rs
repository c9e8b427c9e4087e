//! Queries as values that certainly have no row: NULL.
//!
//! Clients ask for defaults, sequences and policies of each column and relation, in queries that DataFusion cannot untie
//! from the row around them. Nothing of that is here, and the relations that would hold it are empty for the planner.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinType, Result, ScalarValue};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// Aggregates that are NULL over no rows.
const NULL_OVER_NOTHING: [&str; 6] = ["array_agg", "max", "min", "only", "string_agg", "sum"];

/// The plan with NULL for queries as values over nothing.
pub(crate) fn replaced(plan: LogicalPlan) -> Result<LogicalPlan> {
    if !reads_nothing(&plan)? {
        return Ok(plan);
    }
    let replaced = plan.transform_up_with_subqueries(|node| {
        let names = NamePreserver::new(&node);
        node.map_expressions(|expression| {
            let name = names.save(&expression);
            let replaced = expression.transform_up(|part| match &part {
                Expr::ScalarSubquery(query) if is_null(&query.subquery) => {
                    let data_type = query.subquery.schema().field(0).data_type();
                    Ok(Transformed::yes(Expr::Literal(ScalarValue::try_from(data_type)?, None)))
                }
                _ => Ok(Transformed::no(part)),
            })?;
            Ok(replaced.update_data(|expression| name.restore(expression)))
        })
    });
    Ok(replaced?.data)
}

/// Whether some part of the plan has no rows; few statements but those over the catalogs have one.
fn reads_nothing(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        found = matches!(node, LogicalPlan::EmptyRelation(relation) if !relation.produce_one_row);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// Whether a query is an aggregate of no rows, and that is NULL.
fn is_null(query: &LogicalPlan) -> bool {
    match query {
        LogicalPlan::Projection(projection) => {
            let passes = |expression: &Expr| matches!(expression.clone().unalias_nested().data, Expr::Column(_));
            projection.expr.iter().all(passes) && is_null(&projection.input)
        }
        LogicalPlan::SubqueryAlias(alias) => is_null(&alias.input),
        LogicalPlan::Aggregate(aggregate) => {
            let is_null = |expression: &Expr| match expression.clone().unalias_nested().data {
                Expr::AggregateFunction(call) => NULL_OVER_NOTHING.contains(&call.func.name()),
                _ => false,
            };
            aggregate.group_expr.is_empty() && aggregate.aggr_expr.iter().all(is_null) && has_no_rows(&aggregate.input)
        }
        _ => false,
    }
}

fn has_no_rows(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::EmptyRelation(relation) => !relation.produce_one_row,
        LogicalPlan::Filter(filter) => has_no_rows(&filter.input),
        LogicalPlan::Projection(projection) => has_no_rows(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => has_no_rows(&alias.input),
        LogicalPlan::Sort(sort) => has_no_rows(&sort.input),
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner => has_no_rows(&join.left) || has_no_rows(&join.right),
            JoinType::Left => has_no_rows(&join.left),
            JoinType::Right => has_no_rows(&join.right),
            _ => false,
        },
        _ => false,
    }
}
