//! The present: a history goes on past its end, by the same clock, calendar and volume, up to whatever moment it is
//! asked for.
//!
//! What a day brings depends on the plan and the day alone, so a start after a pause makes the events of the pause, with
//! the ids that they would have had without it.

use chrono::{DateTime, Utc};

use crate::arrivals::Arrivals;
use crate::clock::DAY;
use crate::disorder::Disorder;
use crate::envelope::push_base32;
use crate::plan::Plan;
use crate::producers::{Numbers, make_day};
use crate::record::Record;
use crate::rng::{Purpose, stream};
use crate::sink::Sink;
use crate::world::World;

/// Days after which nothing more comes of what began: the longest life is twelve days, lateness and repeats add two.
const LIFE_DAYS: i64 = 14;
/// How far ahead of its start demand is known, in days.
const AHEAD_DAYS: i64 = 3_650;
/// Invoices, sessions and tickets of a day are numbered from its number times this, so that days share none and none is
/// a number of the history.
const NUMBERS_PER_DAY: u64 = 1_000_000;

/// The history's own traffic from its end on, deterministic given the plan.
#[derive(Debug)]
pub struct Present {
    world: World,
    /// Number of the next day to make, from the first of the history.
    next_day: i64,
    arrivals: Arrivals,
}

impl Present {
    /// Goes on with a plan's history, for a caller who has everything that arrived before `from` (the plan's end, or
    /// the moment up to which he took it last).
    #[must_use]
    pub fn new(plan: &Plan, from: DateTime<Utc>) -> Self {
        let from = from.timestamp_micros().max(plan.end_micros());
        let of_from = (from - plan.start_micros()) / DAY;
        let world = World::reaching(plan, of_from - plan.num_days() + AHEAD_DAYS);
        let next_day = (of_from - LIFE_DAYS).max(plan.num_days());
        let mut present = Self { world, next_day, arrivals: Arrivals::default() };
        present.make_until(from);
        present.arrivals.take_until(from - 1);
        present
    }

    /// Everything that arrives up to `now` and was not taken before, in the order of arrival.
    pub fn take_until(&mut self, now: DateTime<Utc>) -> Vec<Record> {
        let now = now.timestamp_micros();
        self.make_until(now);
        self.arrivals.take_until(now)
    }

    fn make_until(&mut self, now: i64) {
        while self.world.start + self.next_day * DAY <= now {
            self.make_next_day();
        }
    }

    fn make_next_day(&mut self) {
        let number = self.next_day;
        let first = number as u64 * NUMBERS_PER_DAY;
        let mut numbers = Numbers { invoices: first, sessions: first, tickets: first };
        // "O" is not among the letters of base 32, so no id of a history or of a repeat has it.
        let mut mark = String::from("O");
        push_base32(&mut mark, number as u64, 3);
        let incidents = &self.world.incidents;
        let disorder = Disorder::of_history((incidents.offline_place, incidents.offline));
        let rng = stream(self.world.seed, Purpose::Disorder, 1, number as u64);
        let mut sink = Sink::new(self.world.start + number * DAY, i64::MAX, mark, disorder, rng);
        make_day(number, &self.world, &mut numbers, &mut sink);
        self.arrivals.extend(sink.made);
        self.next_day += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{NaiveDate, TimeDelta};

    use super::*;
    use crate::clock::instant;
    use crate::history::History;

    fn plan() -> Plan {
        Plan { scale: 0.3, ..Plan::new(3, 28, NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()) }
    }

    /// What a reader knows a record by: its topic, key and bytes.
    fn known(records: &[Record]) -> BTreeSet<String> {
        records.iter().map(|record| format!("{record:?}")).collect()
    }

    #[test]
    fn a_start_after_a_pause_makes_what_was_missed_and_nothing_twice() {
        let plan = plan();
        let end = instant(plan.end_micros());
        let (stopped, now) = (end + TimeDelta::hours(53), end + TimeDelta::days(16));
        let whole = Present::new(&plan, end).take_until(now);
        let mut parts = Present::new(&plan, end).take_until(stopped - TimeDelta::microseconds(1));
        parts.extend(Present::new(&plan, stopped).take_until(now));
        assert_eq!(parts.len(), whole.len());
        assert_eq!(known(&parts), known(&whole));
        assert!(whole.is_sorted_by_key(|record| record.arrival));
    }

    #[test]
    fn the_volume_goes_on_as_it_was() {
        let plan = plan();
        let end = instant(plan.end_micros());
        // Whole weeks, away from the busy days around a month's end.
        let within = |record: &&Record, from: i64, to: i64| {
            (end + TimeDelta::days(from)..end + TimeDelta::days(to)).contains(&record.arrival)
        };
        let history: Vec<_> = History::new(&plan).collect();
        let present = Present::new(&plan, end).take_until(end + TimeDelta::days(22));
        let before = history.iter().filter(|record| within(record, -19, -5)).count() as f64;
        let after = present.iter().filter(|record| within(record, 8, 22)).count() as f64;
        assert!((0.85..1.25).contains(&(after / before)), "{before} before, {after} after");
    }

    #[test]
    fn nothing_of_it_has_an_id_of_the_history() {
        let plan = plan();
        let end = instant(plan.end_micros());
        let invoices = |records: Vec<Record>| -> BTreeSet<String> {
            records.into_iter().filter_map(|record| record.key).filter(|key| key.starts_with("inv-")).collect()
        };
        let history = invoices(History::new(&plan).collect());
        let present = invoices(Present::new(&plan, end).take_until(end + TimeDelta::days(9)));
        assert!(history.len() > 1_000 && present.len() > 300, "{} and {}", history.len(), present.len());
        assert!(history.is_disjoint(&present));
    }
}
