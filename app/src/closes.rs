//! Steps towards closes on their way into the lake: each is made from what is committed, and lands in one commit.

use tidemark_insight::close::NextStep;
use tidemark_lake::table::TableSpec;
use tidemark_lake::{LakeError, Store};
use tidemark_model::time;

use crate::numbered::{Landed, Numbered};

/// The word for steps in the log.
pub(crate) const STEPS: &str = "steps";

/// Commits a step as the one of its number. The table is made by the first.
///
/// # Errors
/// As [`Numbered::open`] and [`Numbered::land`].
pub(crate) async fn land(store: &Store, step: &NextStep) -> Result<Landed, LakeError> {
    let at = time::now();
    let table = Numbered::open(store, TableSpec::closes(), STEPS).await?;
    table.land(step.number, step.rows(at)?, at).await
}
