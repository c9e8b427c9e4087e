//! Load: traffic without end at a steady rate, the same kinds of events as the past, with ids of its own.
//!
//! Lives are faster here than real ones (an invoice takes seconds to minutes instead of hours), so that the rate is
//! reached soon after the start.

use chrono::{DateTime, Utc};
use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;

use crate::arrivals::Arrivals;
use crate::clock::{DAY, LocalClock, MINUTE, SECOND};
use crate::disorder::Disorder;
use crate::envelope::push_base32;
use crate::plan::Plan;
use crate::record::Record;
use crate::rng::{Draw, Purpose, Weights, mix, stream};
use crate::sink::Sink;
use crate::usage::{self, Reading};
use crate::user::Visit;
use crate::world::World;
use crate::{device, invoice, quality, session, ticket};

/// How much faster than in a history.
const PACE: i64 = 120;

/// Kinds of lives: how often each begins, and how many events it has on average.
const LIVES: [(f64, f64); 6] = [(480.0, 9.9), (30.0, 3.1), (11.0, 3.9), (75.0, 5.5), (110.0, 2.0), (190.0, 1.0)];

/// Endless live traffic, deterministic given the seed and the first instant.
#[derive(Debug)]
pub struct Live {
    world: World,
    sink: Sink,
    rng: Pcg64Mcg,
    cities: Weights,
    lives: Weights,
    lives_per_s: f64,
    /// First instant for which nothing has been made.
    next: i64,
    number: u64,
    arrivals: Arrivals,
}

impl Live {
    /// Starts traffic at `from` with about `rate_per_s` events per second on average (0 or more).
    #[must_use]
    pub fn new(plan: &Plan, from: DateTime<Utc>, rate_per_s: f64) -> Self {
        let start = from.timestamp_micros();
        // "L" and "U" are not among the letters of base 32, so no id of a history or of a repeat has them.
        let mut mark = String::from("L");
        push_base32(&mut mark, mix(start as u64 ^ mix(plan.seed)), 6);
        let mut world = World::new(plan);
        world.pace = PACE;
        world.clock = LocalClock::new(start.div_euclid(DAY), 30);
        world.mark = format!("{mark}-");
        world.origin = mix(start as u64);
        let rng = stream(plan.seed, Purpose::Live, start as u64, 0);
        let sink_rng = stream(plan.seed, Purpose::Live, start as u64, 1);
        let events_per_life = LIVES.iter().map(|(often, events)| often * events).sum::<f64>()
            / LIVES.iter().map(|(often, _)| often).sum::<f64>();
        Self {
            world,
            sink: Sink::new(start, i64::MAX, mark, Disorder::of_live(), sink_rng),
            rng,
            cities: Weights::new(CITIES.iter().map(|city| f64::from(city.weight))),
            lives: Weights::new(LIVES.iter().map(|(often, _)| *often)),
            lives_per_s: rate_per_s.max(0.0) / events_per_life,
            next: start,
            number: 0,
            arrivals: Arrivals::default(),
        }
    }

    /// Everything that arrives up to `now` and was not taken before, in the order of arrival.
    pub fn take_until(&mut self, now: DateTime<Utc>) -> Vec<Record> {
        let now = now.timestamp_micros();
        while self.next <= now {
            self.make_second();
        }
        self.arrivals.take_until(now)
    }

    fn make_second(&mut self) {
        for _ in 0..self.rng.count(self.lives_per_s) {
            let at = self.next + self.rng.between(0, SECOND);
            self.number += 1;
            self.begin(at);
        }
        self.next += SECOND;
        self.arrivals.extend(self.sink.made.drain(..));
    }

    fn begin(&mut self, at: i64) {
        let Self { world, sink, rng, number, .. } = self;
        let city = self.cities.draw(rng);
        match self.lives.draw(rng) {
            0 => invoice::emit(at, city, *number, world, rng, sink),
            1 => session::emit(at, city, *number, world, rng, sink),
            2 => ticket::emit(at, city, *number, world, rng, sink),
            3 => Visit { city, user: rng.below(world.users.count(city)), at }.emit(world, rng, sink),
            4 => {
                let lasts = rng.between(SECOND, MINUTE);
                device::flap(world.devices.pick(city, rng), at, lasts, rng, sink);
            }
            _ if rng.chance(0.03) => quality::score(at, city, world, rng, sink),
            _ => {
                let reading = Reading::new(at, crate::kind::Place::of(city), usage::API_REQUESTS, rng.between(1, 400));
                let reading = Reading { status: Some("ok"), latency_ms: rng.skewed(38, 0.4), ..reading };
                usage::record(&reading, world, sink);
            }
        }
    }
}
