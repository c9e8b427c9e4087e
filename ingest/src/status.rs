//! What ingest waits for, by part: the brokers, and each table that takes no commits. Nothing while it runs well.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shared by the parts that wait and by those who ask why.
#[derive(Debug, Default)]
pub struct Status(Mutex<BTreeMap<&'static str, String>>);

impl Status {
    /// Says what a part waits for; tells whether that is news.
    pub fn set(&self, part: &'static str, waits_for: Option<String>) -> bool {
        let mut parts = self.parts();
        let before = match &waits_for {
            Some(text) => parts.insert(part, text.clone()),
            None => parts.remove(part),
        };
        before != waits_for
    }

    /// What is waited for; `None` while ingest runs well.
    #[must_use]
    pub fn waits_for(&self) -> Option<String> {
        let parts = self.parts();
        let all: Vec<&str> = parts.values().map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn parts(&self) -> MutexGuard<'_, BTreeMap<&'static str, String>> {
        // A map of texts is whole at every moment, whatever panicked beside it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_wait_and_go_on_by_themselves() {
        let status = Status::default();
        assert!(status.set("kafka", Some("waiting for brokers".into())));
        assert!(!status.set("kafka", Some("waiting for brokers".into())));
        assert!(status.set("usage", Some("no room".into())));
        assert!(status.set("kafka", None));
        assert_eq!(status.waits_for().as_deref(), Some("no room"));
        assert!(status.set("usage", None));
        assert!(!status.set("usage", None));
        assert_eq!(status.waits_for(), None);
    }
}
