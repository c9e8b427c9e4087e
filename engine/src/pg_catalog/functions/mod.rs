//! Functions that clients call over the catalogs.

mod constants;
mod references;
mod sizes;
mod started;
mod texts;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;

use super::objects::Objects;

/// Registers what is the same for everybody, in place of what has the same name.
pub(super) fn register(state: &mut SessionState, objects: &Arc<Objects>) -> Result<()> {
    let all = constants::functions().chain(references::functions(objects)).chain(texts::functions());
    for function in all.chain([sizes::size_pretty()]).chain(started::functions()) {
        state.deregister_udf(function.name())?;
        state.register_udf(Arc::new(function))?;
    }
    Ok(())
}
