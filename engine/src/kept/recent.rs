//! The events of the ids that changed last: what changes again soon is not read from files again.
//!
//! An invoice is heard of a dozen times within minutes, and each time its row needs all of its events. Those that it was
//! made of last time are here; what has come since is in memory, too. So an id whose events lie in many small files is
//! looked for in them once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasherDefault;

use arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use datafusion::common::{Result, exec_datafusion_err};

use super::rows::{Hashed, hash, num_bytes};

/// Bytes of events that are remembered of a view: those of some minutes at ten thousand a second.
pub(super) const BYTES_MAX: usize = 256 << 20;

/// See the module.
#[derive(Debug)]
pub(super) struct Recent {
    bytes_max: usize,
    /// What was remembered together, oldest first.
    rounds: VecDeque<Round>,
    /// The number of the round in which an id's events lie.
    round_of: HashMap<u128, u64, BuildHasherDefault<Hashed>>,
    next_round: u64,
    num_bytes: usize,
}

#[derive(Debug)]
struct Round {
    number: u64,
    ids: Vec<u128>,
    /// One batch: rounds are made of earlier ones, and their batches would add up.
    events: RecordBatch,
    num_bytes: usize,
}

impl Recent {
    /// Nothing yet, and never more than so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, rounds: VecDeque::new(), round_of: HashMap::default(), next_round: 0, num_bytes: 0 }
    }

    /// All events of those of the ids that are remembered, and the ids that are not. `column` is the column of ids.
    pub(super) fn find<'a>(
        &self,
        column: &str,
        ids: &HashSet<&'a str>,
    ) -> Result<(Vec<RecordBatch>, HashSet<&'a str>)> {
        let mut found: HashMap<u64, HashSet<&str>> = HashMap::new();
        let mut others = HashSet::new();
        for id in ids {
            match self.round_of.get(&hash(id)) {
                Some(round) => _ = found.entry(*round).or_default().insert(id),
                None => _ = others.insert(*id),
            }
        }
        let mut events = vec![];
        for round in &self.rounds {
            if let Some(ids) = found.get(&round.number) {
                events.push(of_ids(&round.events, column, ids)?);
            }
        }
        Ok((events, others))
    }

    /// Remembers all events of these ids, in place of what was remembered of them. `column` is the column of ids.
    pub(super) fn remember(&mut self, column: &str, ids: &HashSet<&str>, events: RecordBatch) -> Result<()> {
        let num_bytes = num_bytes(&events);
        let ids: Vec<u128> = ids.iter().map(|id| hash(id)).collect();
        if num_bytes > self.bytes_max {
            for id in ids {
                self.round_of.remove(&id);
            }
            return Ok(());
        }
        let number = self.next_round;
        self.next_round += 1;
        self.num_bytes += num_bytes;
        for id in &ids {
            self.round_of.insert(*id, number);
        }
        self.rounds.push_back(Round { number, ids, events, num_bytes });
        if self.num_bytes > self.bytes_max {
            self.forget_replaced(column)?;
            // With some room left, so that this is seldom.
            while self.num_bytes > self.bytes_max / 4 * 3 {
                self.forget_oldest();
            }
        }
        Ok(())
    }

    /// Forgets events of ids that lie in a later round, too: most of all, where an id is heard of again and again.
    fn forget_replaced(&mut self, column: &str) -> Result<()> {
        for round in &mut self.rounds {
            let is_newest = |id: u128| self.round_of.get(&id) == Some(&round.number);
            let num_ids = round.ids.len();
            round.ids.retain(|id| is_newest(*id));
            if round.ids.len() < num_ids {
                let is_newest =
                    ids_of(&round.events, column)?.iter().map(|id| Some(id.is_some_and(|id| is_newest(hash(id)))));
                round.events = filter_record_batch(&round.events, &is_newest.collect::<BooleanArray>())?;
                self.num_bytes -= round.num_bytes;
                round.num_bytes = num_bytes(&round.events);
                self.num_bytes += round.num_bytes;
            }
        }
        self.rounds.retain(|round| !round.ids.is_empty());
        Ok(())
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        *self = Self { next_round: self.next_round, ..Self::new(self.bytes_max) };
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.rounds.pop_front() else { return };
        self.num_bytes -= oldest.num_bytes;
        for id in oldest.ids {
            // An id that changed again lies in a later round.
            if self.round_of.get(&id) == Some(&oldest.number) {
                self.round_of.remove(&id);
            }
        }
    }
}

fn ids_of<'a>(events: &'a RecordBatch, column: &str) -> Result<&'a StringArray> {
    let found = events.column_by_name(column);
    let found = found.ok_or_else(|| exec_datafusion_err!("events that are remembered have no column {column}"))?;
    Ok(found.as_string::<i32>())
}

fn of_ids(events: &RecordBatch, column: &str, ids: &HashSet<&str>) -> Result<RecordBatch> {
    let is_wanted = ids_of(events, column)?.iter().map(|id| Some(id.is_some_and(|id| ids.contains(id))));
    Ok(filter_record_batch(events, &is_wanted.collect::<BooleanArray>())?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::ArrayRef;

    use super::*;

    const BYTES: usize = 1 << 20;

    fn events(of: &[(&str, &str)]) -> RecordBatch {
        let column = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
        let ids = column(of.iter().map(|(id, _)| *id).collect());
        let kinds = column(of.iter().map(|(_, kind)| *kind).collect());
        RecordBatch::try_from_iter([("id", ids), ("kind", kinds)]).unwrap()
    }

    fn remember(recent: &mut Recent, ids: &[&str], of: &[(&str, &str)]) {
        recent.remember("id", &ids.iter().copied().collect(), events(of)).unwrap();
    }

    fn found(recent: &Recent, ids: &[&'static str]) -> (Vec<String>, Vec<&'static str>) {
        let (events, others) = recent.find("id", &ids.iter().copied().collect()).unwrap();
        let texts = |batch: &RecordBatch| {
            let columns = [0, 1].map(|column| batch.column(column).as_string::<i32>().clone());
            let of = |row| format!("{} {}", columns[0].value(row), columns[1].value(row));
            (0..batch.num_rows()).map(of).collect::<Vec<_>>()
        };
        let mut others: Vec<_> = others.into_iter().collect();
        others.sort_unstable();
        (events.iter().flat_map(texts).collect(), others)
    }

    #[test]
    fn the_last_that_was_remembered_of_an_id_is_all_of_it() {
        let mut recent = Recent::new(BYTES);
        remember(&mut recent, &["a", "b"], &[("a", "received"), ("b", "received")]);
        remember(&mut recent, &["a"], &[("a", "received"), ("a", "completed")]);
        assert_eq!(found(&recent, &["a", "c"]), (vec!["a received".to_owned(), "a completed".to_owned()], vec!["c"]));
        assert_eq!(found(&recent, &["b"]).0, ["b received"]);
        recent.forget_oldest();
        assert_eq!(found(&recent, &["a", "b"]), (vec!["a received".to_owned(), "a completed".to_owned()], vec!["b"]));
        recent.forget();
        assert_eq!(found(&recent, &["a"]), (vec![], vec!["a"]));
        assert_eq!(recent.num_bytes, 0);
    }

    #[test]
    fn what_is_replaced_makes_room_for_others() {
        let mut recent = Recent::new(BYTES);
        let large = "x".repeat(BYTES / 6);
        remember(&mut recent, &["a", "b"], &[("a", "received"), ("b", &large)]);
        for _ in 0..9 {
            remember(&mut recent, &["b"], &[("b", &large)]);
            remember(&mut recent, &["c"], &[("c", &large)]);
        }
        assert!(recent.num_bytes <= BYTES);
        assert_eq!(found(&recent, &["a"]), (vec!["a received".to_owned()], vec![]), "it was there before all others");
        let (all, others) = recent.find("id", &HashSet::from(["a", "b", "c"])).unwrap();
        assert_eq!((all.iter().map(RecordBatch::num_rows).sum::<usize>(), others.len()), (3, 0));
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_so_is_what_it_replaces() {
        let mut recent = Recent::new(BYTES);
        let large = "x".repeat(BYTES / 3);
        for id in ["a", "b", "c", "d"] {
            remember(&mut recent, &[id], &[(id, &large)]);
        }
        assert!(recent.num_bytes <= BYTES);
        let (events_of_d, others) = recent.find("id", &HashSet::from(["a", "b", "d"])).unwrap();
        assert_eq!(events_of_d.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
        assert!(others.contains("a"), "the oldest is forgotten first");
        let larger = "x".repeat(BYTES + 1);
        remember(&mut recent, &["d"], &[("d", &larger)]);
        assert_eq!(found(&recent, &["d"]), (vec![], vec!["d"]));
    }
}
