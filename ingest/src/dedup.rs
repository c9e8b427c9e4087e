//! `(source, id)` twice is one event: the window of identities that have been seen.
//!
//! Exact within its window: it holds a 128-bit hash of each identity, and two different identities share one with a
//! probability below 2^-60 even at a billion events. The window is bounded in time of arrival (a late event's repeat
//! comes late, too) and in entries; what is evicted and comes again is found by compaction, which compares the identities themselves.

use std::collections::VecDeque;
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

/// The identities of events that arrived lately, oldest first.
#[derive(Debug)]
pub struct Window {
    seen: HashSet<Identity, BuildHasherDefault<Passthrough>>,
    arrived: VecDeque<Identity>,
    /// How many arrived on each day, oldest day first.
    days: VecDeque<(i64, usize)>,
    days_max: i64,
    entries_max: usize,
    evicted: u64,
}

impl Window {
    /// A window of so many days of arrival, and so many entries at most. An entry takes about 40 bytes.
    #[must_use]
    pub fn new(days_max: u32, entries_max: usize) -> Self {
        Self {
            seen: HashSet::default(),
            arrived: VecDeque::new(),
            days: VecDeque::new(),
            days_max: i64::from(days_max),
            entries_max,
            evicted: 0,
        }
    }

    /// Notes an event's arrival; `false` where it has arrived before. Arrivals come in order of time.
    pub fn insert(&mut self, identity: Identity, arrived_at: Micros) -> bool {
        if !self.seen.insert(identity) {
            return false;
        }
        self.arrived.push_back(identity);
        let day = arrived_at.div_euclid(DAY);
        match self.days.back_mut() {
            Some((last, count)) if *last >= day => *count += 1,
            _ => self.days.push_back((day, 1)),
        }
        true
    }

    /// Drops what arrived before the window, then the oldest while there are too many.
    pub fn evict(&mut self) {
        let Some((newest, _)) = self.days.back().copied() else { return };
        while let Some((day, count)) = self.days.front().copied() {
            let outside = day < newest - self.days_max;
            let surplus = self.seen.len().saturating_sub(self.entries_max);
            let num_dropped = if outside { count } else { surplus.min(count) };
            if num_dropped == 0 {
                return;
            }
            for identity in self.arrived.drain(..num_dropped) {
                self.seen.remove(&identity);
            }
            self.evicted += if outside { 0 } else { num_dropped as u64 };
            if num_dropped == count {
                self.days.pop_front();
            } else if let Some((_, count)) = self.days.front_mut() {
                *count -= num_dropped;
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
    fn old_arrivals_leave_and_room_is_bounded() {
        let mut window = Window::new(30, 3);
        window.insert(1, 0);
        window.insert(2, 40 * DAY);
        window.evict();
        assert!(window.insert(1, 40 * DAY), "outside the window it may come again");
        for n in 3..9 {
            window.insert(n, 41 * DAY);
        }
        window.evict();
        assert_eq!((window.len(), window.evicted()), (3, 5));
        assert!(!window.insert(8, 41 * DAY) && window.insert(3, 41 * DAY), "the oldest have left");
    }
}
