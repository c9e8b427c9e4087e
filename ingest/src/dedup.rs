//! `(source, id)` twice is one event: the window of identities that have been seen.
//!
//! Exact within its window: it holds a 128-bit hash of each identity, and two different identities share one with a
//! probability below 2^-60 even at a billion events. The window is bounded in event time and in entries; what is
//! evicted and comes again is found by compaction, which compares the identities themselves.

use std::collections::BTreeMap;
use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashSet;
use tidemark_model::time::{DAY, Micros};
use xxhash_rust::xxh3::Xxh3;

/// An identity's hash.
pub type Identity = u128;

/// Hashes a source and an id; the separator cannot stand in a valid source's JSON text unescaped.
#[must_use]
pub fn identity(source: &str, id: &str) -> Identity {
    let mut hasher = Xxh3::new();
    hasher.update(source.as_bytes());
    hasher.update(&[0]);
    hasher.update(id.as_bytes());
    hasher.digest128()
}

/// Takes a part of what is a hash already.
#[derive(Debug, Default)]
struct Passthrough(u64);

impl Hasher for Passthrough {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("identities are hashed as u128")
    }

    fn write_u128(&mut self, identity: u128) {
        self.0 = identity as u64;
    }
}

/// The identities of recent events.
#[derive(Debug)]
pub struct Window {
    seen: HashSet<Identity, BuildHasherDefault<Passthrough>>,
    by_day: BTreeMap<i64, Vec<Identity>>,
    days_max: i64,
    entries_max: usize,
    evicted: u64,
}

impl Window {
    /// A window of so many days of event time before the newest event, and so many entries at most. An entry takes
    /// about 36 bytes.
    #[must_use]
    pub fn new(days_max: u32, entries_max: usize) -> Self {
        Self {
            seen: HashSet::default(),
            by_day: BTreeMap::new(),
            days_max: i64::from(days_max),
            entries_max,
            evicted: 0,
        }
    }

    /// Notes an event; `false` where it has been noted before.
    pub fn insert(&mut self, identity: Identity, time: Micros) -> bool {
        if !self.seen.insert(identity) {
            return false;
        }
        self.by_day.entry(time.div_euclid(DAY)).or_default().push(identity);
        true
    }

    /// Drops whole days that are older than the window, then the oldest ones while there are too many entries.
    pub fn evict(&mut self) {
        let Some(newest) = self.by_day.keys().next_back().copied() else { return };
        while let Some(oldest) = self.by_day.first_entry() {
            let outside = *oldest.key() < newest - self.days_max;
            if !outside && (self.seen.len() <= self.entries_max || *oldest.key() == newest) {
                return;
            }
            for identity in oldest.remove() {
                self.seen.remove(&identity);
                self.evicted += u64::from(!outside);
            }
        }
    }

    /// How many identities it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Identities dropped for want of room, so that their repeats are left to compaction.
    #[must_use]
    pub const fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.seen.clear();
        self.by_day.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeat_is_found_and_another_source_is_another_event() {
        let mut window = Window::new(30, 100);
        assert!(window.insert(identity("/a", "1"), 0));
        assert!(!window.insert(identity("/a", "1"), 5 * DAY));
        assert!(window.insert(identity("/b", "1"), 0));
        assert!(window.insert(identity("/a1", ""), 0) && window.insert(identity("/a", "1\u{1}"), 0));
    }

    #[test]
    fn old_days_leave_and_room_is_bounded() {
        let mut window = Window::new(30, 3);
        window.insert(1, 0);
        window.insert(2, 40 * DAY);
        window.evict();
        assert!(window.insert(1, 0), "outside the window it may come again");
        for n in 3..9 {
            window.insert(n, (40 + n as i64) * DAY);
        }
        window.evict();
        assert!(window.len() <= 3);
        assert!(window.evicted() > 0);
    }
}
