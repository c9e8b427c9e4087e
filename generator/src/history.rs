//! The past: one UTC day at a time, every producer's events are made, and records leave in the order of arrival.
//!
//! Whatever is made on a day happens on that day or later, so when a day has been made, nothing can arrive before
//! the next one that is not known. Only what crosses days stays in memory.

use std::collections::VecDeque;

use crate::clock::{DAY, instant};
use crate::disorder::Disorder;
use crate::plan::Plan;
use crate::producers::{Numbers, make_day};
use crate::record::Record;
use crate::rng::{Purpose, stream};
use crate::sink::{Entry, Sink};
use crate::truth::tally::Tally;
use crate::truth::{PlanEcho, Truth};
use crate::world::World;

/// Records a year at scale 1, for estimates.
const RECORDS_PER_YEAR: f64 = 6_000_000.0;

/// Days (in tenths of the history) with a record that is too large.
const TOO_LARGE_AT: [i64; 3] = [2, 5, 8];

/// A year (or any number of days) of records in the order of arrival.
///
/// # Example
/// ```
/// use chrono::NaiveDate;
/// use tidemark_generator::{History, Plan};
///
/// let end = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
/// let plan = Plan { scale: 0.001, ..Plan::new(1, 2, end) };
/// let mut history = History::new(&plan);
/// let num_records = history.by_ref().count() as u64;
/// assert_eq!(history.truth().records.values().sum::<u64>(), num_records);
/// ```
#[derive(Debug)]
pub struct History {
    plan: Plan,
    world: World,
    sink: Sink,
    numbers: Numbers,
    /// Number of the next day to make.
    next_day: i64,
    /// Records by the number of the day on which they arrive.
    waiting: Vec<Vec<Entry>>,
    /// Records of the day that leaves now, in order.
    leaving: VecDeque<Entry>,
}

impl History {
    /// Starts a plan's history.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let world = World::new(plan);
        let disorder = Disorder::of_history((world.incidents.offline_place, world.incidents.offline));
        let rng = stream(plan.seed, Purpose::Disorder, 0, 0);
        let mut sink = Sink::new(world.start, world.end, String::new(), disorder, rng);
        sink.tally = Some(Tally::new(world.start, world.end));
        let waiting = (0..plan.num_days()).map(|_| Vec::new()).collect();
        let (numbers, leaving) = (Numbers::default(), VecDeque::new());
        Self { plan: plan.clone(), world, sink, numbers, next_day: 0, waiting, leaving }
    }

    /// Starts the same history for files of JSON Lines: every event in structured mode, no record without a value.
    #[must_use]
    pub fn for_files(plan: &Plan) -> Self {
        let mut history = Self::new(plan);
        history.sink.in_files = true;
        history
    }

    /// Estimates how many records there will be, for progress bars.
    #[must_use]
    pub fn len_hint(&self) -> u64 {
        (RECORDS_PER_YEAR * self.plan.scale * self.plan.num_days() as f64 / 365.0) as u64
    }

    /// The exact figures about everything made so far: about the whole history once the iterator is exhausted.
    #[must_use]
    pub fn truth(&self) -> Truth {
        let empty = || Tally::new(self.world.start, self.world.end);
        let tally = self.sink.tally.clone().unwrap_or_else(empty);
        let dead_letters = tally.dead_letters();
        Truth {
            plan: PlanEcho {
                seed: self.plan.seed,
                days: self.plan.num_days() as u32,
                from: instant(self.world.start),
                to: instant(self.world.end),
                scale: self.plan.scale,
            },
            records: tally.records(),
            unique_events: tally.unique_events(),
            duplicates: tally.duplicates(),
            dead_letters_total: dead_letters.values().flat_map(|reasons| reasons.values()).sum(),
            dead_letters,
            late: tally.late(),
            events_by_city_month: tally.events_by_city_month(),
            events_by_type: tally.events_by_type(),
            sums: tally.sums(),
            kpi_by_city_month: tally.kpi_by_city_month(),
            incidents: self.world.incidents.list(self.world.rules.bad()),
        }
    }

    fn make_day(&mut self) {
        let Self { world, sink, numbers, .. } = self;
        let number = self.next_day;
        let day = world.start + number * DAY;
        make_day(number, world, numbers, sink);
        if TOO_LARGE_AT.iter().any(|tenth| self.plan.num_days() * tenth / 10 == number) {
            sink.emit_too_large(day + DAY / 3);
        }
        self.next_day += 1;
        for entry in self.sink.made.drain(..) {
            debug_assert!(entry.at >= day, "nothing made on a day arrives before it");
            let arrives = ((entry.at - self.world.start) / DAY).max(number);
            self.waiting[arrives as usize].push(entry);
        }
        let mut today = std::mem::take(&mut self.waiting[number as usize]);
        today.sort_unstable_by_key(|entry| (entry.at, entry.seq));
        self.leaving = today.into();
    }
}

impl Iterator for History {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            if let Some(entry) = self.leaving.pop_front() {
                return Some(entry.record);
            }
            if self.next_day >= self.plan.num_days() {
                return None;
            }
            self.make_day();
        }
    }
}

#[cfg(test)]
mod tests;
