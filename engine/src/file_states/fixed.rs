//! Expressions that say the same of a row whenever they are asked.

use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr, Literal, NegativeExpr,
    NotExpr,
};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use crate::answers::is_fixed;

/// Longest list of values in a question: longer ones are made by programs, each another one.
const LIST_MAX: usize = 64;

/// Whether an expression is one of those. Only what is known to be is let through: a plan may hold filters that grow
/// while it runs, and answers of other parts of it.
pub(super) fn is_of_its_row(expression: &Arc<dyn PhysicalExpr>) -> bool {
    let mut is_of_its_row = true;
    let looked = expression.apply(|part| {
        is_of_its_row = is_known(part);
        Ok(if is_of_its_row { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    });
    looked.is_ok() && is_of_its_row
}

fn is_known(part: &Arc<dyn PhysicalExpr>) -> bool {
    if let Some(call) = part.downcast_ref::<ScalarFunctionExpr>() {
        return is_fixed(call.fun());
    }
    if let Some(list) = part.downcast_ref::<InListExpr>() {
        return list.len() <= LIST_MAX;
    }
    part.is::<Column>()
        || part.is::<Literal>()
        || part.is::<BinaryExpr>()
        || part.is::<CaseExpr>()
        || part.is::<CastExpr>()
        || part.is::<IsNullExpr>()
        || part.is::<IsNotNullExpr>()
        || part.is::<LikeExpr>()
        || part.is::<NegativeExpr>()
        || part.is::<NotExpr>()
}
