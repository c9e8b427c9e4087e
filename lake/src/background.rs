//! Work that nobody waits for: one piece at a time in the process, on a thread that comes after all others.
//!
//! Merging files takes seconds of processor time, and memory for all their rows. Three tables may want to at once.

use std::future::Future;
use std::panic::resume_unwind;
use std::thread;

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::error::LakeError;

/// From 0, which runs when nothing else does, to 99; threads are started with 50. It gets about a tenth of a core that
/// others want, so that files become fewer on a machine that is never idle, too.
const PRIORITY: u8 = 25;

static TURN: Semaphore = Semaphore::const_new(1);

/// Does the work when its turn comes. Where the system denies the priority, it is done all the same.
///
/// # Errors
/// Those of the work, and [`LakeError::Task`] where it ended unexpectedly.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl Future<Output = Result<T, LakeError>> + Send + 'static,
) -> Result<T, LakeError> {
    let _turn = TURN.acquire().await;
    let runtime = Handle::current();
    // A thread of its own, because a priority that was lowered is not raised again; one of the runtime's waits for it, so
    // that the runtime does not end before it.
    let done = spawn_blocking(move || {
        let do_it = || {
            give_way();
            runtime.block_on(work)
        };
        thread::scope(|scope| scope.spawn(do_it).join()).unwrap_or_else(|panic| resume_unwind(panic))
    });
    done.await?
}

/// Lets the thread that calls this come after all others from now on. Where the system denies that, it stays as it is.
pub fn give_way() {
    let lowered = ThreadPriorityValue::try_from(PRIORITY)
        .map(|priority| set_current_thread_priority(ThreadPriority::Crossplatform(priority)));
    if !matches!(lowered, Ok(Ok(()))) {
        tracing::debug!("work in the background has the priority of all other threads: {lowered:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::task::yield_now;

    use super::*;

    /// The thread's nice value: field 19 of `/proc/self/task/TID/stat`, the 17th behind the name in brackets (proc_pid_stat(5)).
    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_comes_after_other_threads_which_keep_their_place() {
        let before = niceness();
        let during = in_background(async { Ok(niceness()) }).await.unwrap();
        // Who runs the tests at a priority as low as that has no lower one.
        assert!(during > before || before >= 10, "{during} after {before}");
        assert_eq!(niceness(), before);
        assert_eq!(spawn_blocking(niceness).await.unwrap(), before);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_piece_of_work_is_done_at_a_time() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let piece = || {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            in_background(async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..100 {
                    yield_now().await;
                }
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            })
        };
        assert!(join_all((0..8).map(|_| piece())).await.into_iter().all(|done| done.is_ok()));
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_the_next_has_its_turn() {
        let failed: Result<(), _> = in_background(async { panic!("planned") }).await;
        assert!(matches!(failed, Err(LakeError::Task(_))));
        assert_eq!(in_background(async { Ok(1) }).await.unwrap(), 1);
    }
}
