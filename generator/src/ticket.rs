//! Tickets of customers: opened, worked on, resolved, closed; the urgent ones sooner.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, TicketId};

use crate::clock::{HOUR, MINUTE};
use crate::json::numbered;
use crate::kind::{Kind, Place};
use crate::rng::Draw;
use crate::sink::{Event, Sink};
use crate::truth::kpi::Kpi;
use crate::world::World;

/// Tickets of a working day over all cities, at the domain's volume.
const PER_DAY: f64 = 42.0;

/// Priorities with the usual minutes to a resolution.
const PRIORITIES: [(&str, i64); 8] = [
    ("urgent", 95),
    ("high", 230),
    ("high", 230),
    ("normal", 520),
    ("normal", 520),
    ("normal", 520),
    ("low", 1_500),
    ("low", 1_500),
];

const TITLES: [&str; 5] =
    ["Node not ready", "Agent does not connect", "Label printer \"LP-2\" offline", "Disk almost full", "憑證即將到期"];

/// Emits the tickets of one city that are opened in one UTC day; `next` numbers them.
pub(crate) fn day(day: i64, city: usize, world: &World, next: &mut u64, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let per_day = PER_DAY * world.scale * f64::from(CITIES[city].weight) / 1_000.0;
    for hour in 0..24 {
        let from = day + hour * HOUR;
        let activity = world.calendar.activity_in_hour(city, from, world.clock.local(city, from));
        for _ in 0..rng.count(per_day * activity) {
            *next += 1;
            emit(from + rng.between(0, HOUR), city, *next, world, rng, sink);
        }
    }
}

/// Emits one ticket's life.
pub(crate) fn emit(at: i64, city: usize, number: u64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let device = world.devices.pick(city, rng);
    let id = TicketId::new(numbered(&format!("tic-{}", world.mark), number, 6));
    let place = Place::of(city);
    let event = |kind, at| Event { kind, at, place, tenant: Some(device.tenant), subject: id.as_str() };
    let (priority, usual) = rng.pick(&PRIORITIES);
    let title = rng.pick(&TITLES);
    sink.emit(&event(Kind::TicketOpened, at), |data| {
        data.id(&id).text("priority", priority).text("title", title).id(&device.id);
    });
    let total = rng.skewed(usual * MINUTE, 0.6) / world.pace;
    let assigned = world.users.nth(city, 1 + rng.below(4));
    for (status, share) in [("in_progress", 4), ("resolved", 1)] {
        let event = event(Kind::TicketStatusChanged, at + total / share);
        sink.emit(&event, |data| {
            data.id(&id).text("status", status).text("assigned_to", assigned.as_str());
        });
    }
    if rng.chance(0.03) {
        return; // stays resolved
    }
    let closed_at = at + total + rng.between(5 * MINUTE, 5 * HOUR) / world.pace;
    let closed = sink.emit(&event(Kind::TicketClosed, closed_at), |data| {
        data.id(&id).text("resolution", "fixed");
    });
    let local = world.local(place, closed_at);
    if let Some(tally) = sink.tally.as_mut().filter(|_| closed) {
        tally.kpi(place, local, Kpi::TicketsResolved, (1, 0));
    }
}
