//! Saved reports that are due.

use std::sync::Arc;
use std::time::Duration;

use super::{Job, JobError};
use crate::saved::Saved;

/// Makes the runs that are due.
#[derive(Debug)]
pub(super) struct Reports(pub(super) Arc<Saved>);

impl Job for Reports {
    const NAME: &'static str = "reports";
    const REST: Duration = Duration::from_secs(5);
    const LEARNS: bool = false;

    /// Makes all that are due now, and tells those who wait.
    ///
    /// # Errors
    /// Where the history cannot be read or written.
    async fn round(&self) -> Result<(), JobError> {
        Ok(self.0.round(chrono::Utc::now()).await?)
    }
}
