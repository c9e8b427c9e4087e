//! Planted faults, so that the suites can show that they would notice. Nothing of this is in a release build.
//!
//! A development build reads `TIDEMARK_FAULTS`: a list of `point=action@n`, where `n` counts how often the point is
//! passed (without it, the fault strikes every time). `commit.put=crash@3` dies just before the third log entry.
//!
//! | point | where |
//! |---|---|
//! | `rows.stored` | data files are written, the log entry is not |
//! | `commit.put` | the put of a log entry; also `error` (it fails) and `lost` (it lands, the answer does not) |
//! | `commit.done` | the entry is durable, the view is not changed yet |
//! | `dead_letters.done` | dead letters are committed, their good neighbours are not |
//! | `compaction.stored` | merged files are written, the log entry is not |
//! | `checkpoint.stored` | a checkpoint is written, the pointer to it is not |
//! | `feedback.made` | messages for the rule engine are in the outbox, none of them is published |
//! | `feedback.published` | Kafka has acknowledged messages, the lake does not know |
//! | `feedback.recorded` | the lake knows |
//! | `bug.skip_txn` | commits carry no watermarks |
//! | `bug.watermarks_first` | watermarks are committed before their rows |
//! | `bug.swallow_error` | a failed put of a log entry counts as done |

/// What a planted fault does where it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process dies at once, as by `kill -9`.
    Crash,
    /// The operation fails.
    Error,
    /// The operation happens, but its answer is lost.
    Lost,
    /// The code behaves as if it had this bug.
    On,
}

/// The fault that strikes at this passing of a point, if any. Always `None` in a release build.
#[must_use]
pub fn strikes(point: &str) -> Option<Fault> {
    if cfg!(debug_assertions) { plan::strikes(point) } else { None }
}

/// Dies here if a crash is planted.
pub fn crash_point(point: &str) {
    if strikes(point) == Some(Fault::Crash) {
        std::process::abort();
    }
}

/// Whether the code is to behave as if it had this bug.
#[must_use]
pub fn has_bug(point: &str) -> bool {
    strikes(point) == Some(Fault::On)
}

mod plan {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Fault;

    struct Planted {
        point: String,
        fault: Fault,
        at: Option<u64>,
        passed: AtomicU64,
    }

    /// The faults of this process; a test's environment decides, so it is read once.
    static PLAN: LazyLock<Vec<Planted>> = LazyLock::new(|| read(&std::env::var("TIDEMARK_FAULTS").unwrap_or_default()));

    fn read(text: &str) -> Vec<Planted> {
        text.split(',').filter_map(|entry| parse(entry.trim())).collect()
    }

    fn parse(entry: &str) -> Option<Planted> {
        let (point, action) = entry.split_once('=')?;
        let (action, at) = match action.split_once('@') {
            Some((action, at)) => (action, Some(at.parse().ok()?)),
            None => (action, None),
        };
        let fault = match action {
            "crash" => Fault::Crash,
            "error" => Fault::Error,
            "lost" => Fault::Lost,
            "on" => Fault::On,
            _ => return None,
        };
        Some(Planted { point: point.to_owned(), fault, at, passed: AtomicU64::new(0) })
    }

    pub(super) fn strikes(point: &str) -> Option<Fault> {
        let planted = PLAN.iter().find(|planted| planted.point == point)?;
        let passed = planted.passed.fetch_add(1, Ordering::Relaxed) + 1;
        let strikes = planted.at.is_none_or(|at| at == passed);
        if strikes {
            tracing::warn!("planted fault: {point} {:?}", planted.fault);
        }
        strikes.then_some(planted.fault)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_plan_names_points_actions_and_passings() {
            let plan = read("commit.put=error@3, bug.skip_txn=on,nonsense,commit.put=explode");
            let parsed: Vec<_> = plan.iter().map(|planted| (&*planted.point, planted.fault, planted.at)).collect();
            assert_eq!(parsed, [("commit.put", Fault::Error, Some(3)), ("bug.skip_txn", Fault::On, None)]);
        }
    }
}
