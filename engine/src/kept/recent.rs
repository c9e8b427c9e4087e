//! The states of the ids that changed last: what changes again soon is not read from files again.
//!
//! An invoice is heard of a dozen times within minutes, and each time its row needs all of its events. What they came
//! to is here; so an id whose events lie in many small files is looked for in them once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::hash::BuildHasherDefault;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use datafusion::common::{Result, exec_datafusion_err};

use super::rows::{Hashed, hash, num_bytes};
use super::states::States;

/// Bytes of states that are remembered of a view: those of some minutes at ten thousand events a second.
pub(super) const BYTES_MAX: usize = 256 << 20;

/// See the module.
#[derive(Debug)]
pub(super) struct Recent {
    bytes_max: usize,
    /// What was remembered together, oldest first.
    rounds: VecDeque<Round>,
    /// The number of the round in which an id's states lie.
    round_of: HashMap<u128, u64, BuildHasherDefault<Hashed>>,
    next_round: u64,
    num_bytes: usize,
}

impl fmt::Display for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { round_of, rounds, num_bytes, .. } = self;
        write!(f, "{} ids are remembered, in {} rounds, {num_bytes} bytes", round_of.len(), rounds.len())
    }
}

#[derive(Debug)]
struct Round {
    number: u64,
    ids: Vec<u128>,
    states: States,
    num_bytes: usize,
}

impl Recent {
    /// Nothing yet, and never more than so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, rounds: VecDeque::new(), round_of: HashMap::default(), next_round: 0, num_bytes: 0 }
    }

    /// The states of those of the ids that are remembered, and the ids that are not. `column` is the column of ids.
    pub(super) fn find<'a>(&self, column: &str, ids: &HashSet<&'a str>) -> Result<(Vec<States>, HashSet<&'a str>)> {
        let mut found: HashMap<u64, HashSet<&str>> = HashMap::new();
        let mut others = HashSet::new();
        for id in ids {
            match self.round_of.get(&hash(id)) {
                Some(round) => _ = found.entry(*round).or_default().insert(id),
                None => _ = others.insert(*id),
            }
        }
        let of_round = |round: &Round| Some(of_ids(&round.states, column, found.get(&round.number)?));
        let states = self.rounds.iter().filter_map(of_round).collect::<Result<_>>()?;
        Ok((states, others))
    }

    /// Remembers the states of these ids, in place of what was remembered of them. `column` is the column of ids.
    pub(super) fn remember(&mut self, column: &str, ids: &HashSet<&str>, states: States) -> Result<()> {
        let num_bytes = states.iter().map(num_bytes).sum();
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
        self.rounds.push_back(Round { number, ids, states, num_bytes });
        if self.num_bytes > self.bytes_max {
            self.forget_replaced(column)?;
            // With some room left, so that this is seldom.
            while self.num_bytes > self.bytes_max / 4 * 3 {
                self.forget_oldest();
            }
        }
        Ok(())
    }

    /// Forgets states of ids that lie in a later round, too: most of all, where an id is heard of again and again.
    fn forget_replaced(&mut self, column: &str) -> Result<()> {
        for round in &mut self.rounds {
            let is_newest = |id: u128| self.round_of.get(&id) == Some(&round.number);
            let num_ids = round.ids.len();
            round.ids.retain(|id| is_newest(*id));
            if round.ids.len() < num_ids {
                round.states = filtered(&round.states, column, |id| is_newest(hash(id)))?;
                self.num_bytes -= round.num_bytes;
                round.num_bytes = round.states.iter().map(num_bytes).sum();
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

fn of_ids(states: &States, column: &str, ids: &HashSet<&str>) -> Result<States> {
    filtered(states, column, |id| ids.contains(id))
}

fn filtered(states: &States, column: &str, is_wanted: impl Fn(&str) -> bool) -> Result<States> {
    let of_step = |states: &RecordBatch| {
        let ids = states.column_by_name(column);
        let ids = ids.ok_or_else(|| exec_datafusion_err!("states that are remembered have no column {column}"))?;
        let is_wanted = ids.as_string::<i32>().iter().map(|id| Some(id.is_some_and(&is_wanted)));
        Ok(filter_record_batch(states, &is_wanted.collect::<BooleanArray>())?)
    };
    states.iter().map(of_step).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;

    const BYTES: usize = 1 << 20;

    fn states(of: &[(&str, &str)]) -> States {
        let column = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
        let ids = column(of.iter().map(|(id, _)| *id).collect());
        let kinds = column(of.iter().map(|(_, kind)| *kind).collect());
        vec![RecordBatch::try_from_iter([("id", ids), ("kind", kinds)]).unwrap()]
    }

    fn remember(recent: &mut Recent, ids: &[&str], of: &[(&str, &str)]) {
        recent.remember("id", &ids.iter().copied().collect(), states(of)).unwrap();
    }

    fn found(recent: &Recent, ids: &[&'static str]) -> (Vec<String>, Vec<&'static str>) {
        let (states, others) = recent.find("id", &ids.iter().copied().collect()).unwrap();
        let texts = |batch: &RecordBatch| {
            let columns = [0, 1].map(|column| batch.column(column).as_string::<i32>().clone());
            let of = |row| format!("{} {}", columns[0].value(row), columns[1].value(row));
            (0..batch.num_rows()).map(of).collect::<Vec<_>>()
        };
        let mut others: Vec<_> = others.into_iter().collect();
        others.sort_unstable();
        (states.iter().flatten().flat_map(texts).collect(), others)
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
        assert_eq!((all.iter().flatten().map(RecordBatch::num_rows).sum::<usize>(), others.len()), (3, 0));
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_so_is_what_it_replaces() {
        let mut recent = Recent::new(BYTES);
        let large = "x".repeat(BYTES / 3);
        for id in ["a", "b", "c", "d"] {
            remember(&mut recent, &[id], &[(id, &large)]);
        }
        assert!(recent.num_bytes <= BYTES);
        let (of_d, others) = recent.find("id", &HashSet::from(["a", "b", "d"])).unwrap();
        assert_eq!(of_d.iter().flatten().map(RecordBatch::num_rows).sum::<usize>(), 1);
        assert!(others.contains("a"), "the oldest is forgotten first");
        let larger = "x".repeat(BYTES + 1);
        remember(&mut recent, &["d"], &[("d", &larger)]);
        assert_eq!(found(&recent, &["d"]), (vec![], vec!["d"]));
    }
}
