//! What was made and has not arrived yet: entries leave in the order of arrival, as far as a clock has come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::record::Record;
use crate::sink::Entry;

/// Entries that wait for their moment.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    waiting: BinaryHeap<Reverse<Waiting>>,
}

impl Arrivals {
    /// Lets entries wait.
    pub(crate) fn extend(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.waiting.extend(entries.into_iter().map(|entry| Reverse(Waiting(entry))));
    }

    /// Takes everything that arrives up to `now` (microseconds since 1970), in the order of arrival.
    pub(crate) fn take_until(&mut self, now: i64) -> Vec<Record> {
        let mut records = Vec::new();
        while self.waiting.peek().is_some_and(|Reverse(waiting)| waiting.0.at <= now) {
            records.extend(self.waiting.pop().map(|Reverse(waiting)| waiting.0.record));
        }
        records
    }
}

/// Orders entries by arrival.
#[derive(Debug)]
struct Waiting(Entry);

impl Waiting {
    fn order(&self) -> (i64, u64) {
        (self.0.at, self.0.seq)
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}
