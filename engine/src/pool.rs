//! The threads that run queries, apart from those of the doors, so that logins and health checks always answer; and
//! others for those that nobody waits for, which come after them.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::thread;
use std::time::Duration;

use tidemark_lake::give_way;
use tidemark_model::error::{ErrorCode, ServiceError};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Planning recurses over expressions; with the gate's limits this stack is enough in debug builds, too.
const STACK_BYTES: usize = 16 << 20;

/// How long the threads have to end; what a query does without a pause goes on longer.
const END_WITHIN: Duration = Duration::from_secs(10);

/// A query in the background has one part, so that while one of them runs a thread is left to read. An object store's
/// client shares its connections among all pools, and who has haste may read over one that was opened here.
const BACKGROUND_THREADS: usize = 2;

/// Whether somebody waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Haste {
    /// Somebody does.
    Waited,
    /// Nobody does. Such a query must not do what those with haste would wait for, such as letting kept rows follow.
    Background,
}

/// A pool for each haste.
#[derive(Debug)]
pub(crate) struct Pools {
    waited: Pool,
    background: Pool,
}

impl Pools {
    /// `threads` are those of queries that somebody waits for.
    pub(crate) fn new(threads: usize) -> Result<Self, ServiceError> {
        let waited = Pool::new("tidemark-query", threads.max(1), || {})?;
        Ok(Self { waited, background: Pool::new("tidemark-later", BACKGROUND_THREADS, give_way)? })
    }

    pub(crate) const fn of(&self, haste: Haste) -> &Pool {
        match haste {
            Haste::Waited => &self.waited,
            Haste::Background => &self.background,
        }
    }

    /// Tasks that have not ended. Those that a query starts for its own parts count, too.
    pub(crate) fn num_running(&self) -> usize {
        self.waited.num_running() + self.background.num_running()
    }
}

/// A runtime of its own, which may be dropped from within another one.
#[derive(Debug)]
pub(crate) struct Pool {
    runtime: Option<Runtime>,
}

impl Pool {
    /// Each thread does `at_start` first, those that only wait for files among them.
    fn new(name: &str, threads: usize, at_start: fn()) -> Result<Self, ServiceError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name(name)
            .thread_stack_size(STACK_BYTES)
            .on_thread_start(at_start)
            .enable_all()
            .build()
            .map_err(|error| unavailable(&error.to_string()))?;
        Ok(Self { runtime: Some(runtime) })
    }

    fn num_running(&self) -> usize {
        self.runtime.as_ref().map_or(0, |runtime| runtime.metrics().num_alive_tasks())
    }

    /// Runs a future on the pool. It stops when the task is dropped.
    pub(crate) fn start<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Task<T>, ServiceError> {
        let runtime = self.runtime.as_ref().ok_or_else(|| unavailable("it is stopping"))?;
        Ok(Task(runtime.spawn(work)))
    }
}

impl Drop for Pool {
    /// Ends the threads without making the caller wait, who may be a task.
    ///
    /// They are joined by a thread of its own: dropping their handles, as `shutdown_background` does, calls
    /// `pthread_detach` on threads that are just ending, which reads what they have unmapped (glibc bug 19951) and ended
    /// the process by a signal after its answer was printed.
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        // Where no thread can be had, the pool's are left to the end of the process.
        let runtime = ManuallyDrop::new(runtime);
        let end = move || ManuallyDrop::into_inner(runtime).shutdown_timeout(END_WITHIN);
        let _ = thread::Builder::new().name("tidemark-end".to_owned()).spawn(end);
    }
}

fn unavailable(why: &str) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, format!("could not run a query: {why}"))
}

/// Work under way; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T> Task<T> {
    /// Waits for the outcome.
    pub(crate) async fn outcome(mut self) -> Result<T, ServiceError> {
        (&mut self.0).await.map_err(|error| {
            tracing::error!(%error, "a query task ended unexpectedly");
            ended_unexpectedly()
        })
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The error of a query whose task is gone without an answer.
pub(crate) fn ended_unexpectedly() -> ServiceError {
    ServiceError::new(ErrorCode::Internal, "the query ended unexpectedly")
        .with_hint("this is a defect: the server's log says more")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The calling thread's nice value: field 19 of `/proc/self/task/TID/stat`, the 17th behind the name (proc_pid_stat(5)).
    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_nobody_waits_for_comes_after_all_else_its_reading_of_files_included() {
        let pools = Pools::new(2).unwrap();
        let niceness_of = async |haste| {
            let work = async { (niceness(), tokio::task::spawn_blocking(niceness).await.unwrap()) };
            pools.of(haste).start(work).unwrap().outcome().await.unwrap()
        };
        let own = niceness();
        assert_eq!(niceness_of(Haste::Waited).await, (own, own));
        let (computing, reading) = niceness_of(Haste::Background).await;
        // Who runs the tests at a priority as low as that has no lower one.
        let is_lower = |niceness| niceness > own || own >= 10;
        assert!(is_lower(computing) && is_lower(reading), "{computing}, {reading} after {own}");
    }
}
