//! The physical plan of a statement: DataFusion's, and where that contradicts itself, a plainer one.
//!
//! DataFusion 55 checks its plan at the end. It refuses some of its own that sort what a filter has fixed to one value
//! behind a window or a union: the rule that sorts partitions side by side takes the fixed column for sorted, and the
//! check does not see why. Without that rule the same statement is planned; it sorts in one partition.

use std::sync::Arc;

use datafusion::common::{DataFusionError, Result, internal_datafusion_err};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;

/// What the check of DataFusion's plan says where the plan contradicts itself.
const REFUSALS: [&str; 2] = ["does not satisfy order requirements", "does not satisfy distribution requirements"];

/// The physical plan of a statement.
///
/// # Errors
/// It cannot be planned.
pub(crate) async fn plan(state: &SessionState, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
    let planned = state.create_physical_plan(plan).await;
    let Err(error) = planned.as_ref() else { return planned };
    if !is_refusal(error) {
        return planned;
    }
    tracing::debug!(%error, "a plan contradicts itself; the statement is planned again without sorts side by side");
    let mut plainer = state.clone();
    plainer.config_mut().options_mut().optimizer.repartition_sorts = false;
    plainer.create_physical_plan(plan).await.map_err(|error| match is_refusal(&error) {
        true => internal_datafusion_err!("no plan was found for this statement; without its ORDER BY there may be one"),
        false => error,
    })
}

fn is_refusal(error: &DataFusionError) -> bool {
    let DataFusionError::Plan(message) = error.find_root() else { return false };
    REFUSALS.iter().any(|refusal| message.contains(refusal))
}
