//! Going down in order: no new connections, idle ones closed, running answers given a while to finish.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long running answers may go on after the shutdown began.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Waits for the shutdown and then for `idle`, but no longer than [`DRAIN_MAX`].
pub async fn drained(shutdown: &CancellationToken, idle: impl Future<Output = ()>) {
    shutdown.cancelled().await;
    if tokio::time::timeout(DRAIN_MAX, idle).await.is_err() {
        tracing::warn!(limit_s = DRAIN_MAX.as_secs(), "answers still running were cut off");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_idle_connection_ends_with_the_shutdown() {
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        drained(&shutdown, async {}).await;
    }
}
