//! Remote-support sessions: requested, started, ended, or failed on the way.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, SessionId, TicketId};

use crate::clock::{HOUR, MINUTE, SECOND};
use crate::json::numbered;
use crate::kind::{Kind, Place};
use crate::rng::Draw;
use crate::sink::{Event, Sink};
use crate::truth::kpi::Kpi;
use crate::world::World;

/// Sessions of a working day over all cities, at the domain's volume.
const PER_DAY: f64 = 90.0;

/// Emits the sessions of one city that are requested in one UTC day; `next` numbers them.
pub(crate) fn day(day: i64, city: usize, world: &World, next: &mut u64, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let per_day = PER_DAY * world.scale * f64::from(CITIES[city].weight) / 1_000.0;
    for hour in 0..24 {
        let from = day + hour * HOUR;
        let activity = world.calendar.activity_in_hour(city, from, world.clock.local(city, from));
        for _ in 0..rng.count(per_day * activity) {
            let at = from + rng.between(0, HOUR);
            *next += 1;
            emit(at, city, *next, world, rng, sink);
        }
    }
}

/// Emits one session's life.
pub(crate) fn emit(at: i64, city: usize, number: u64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let device = world.devices.pick(city, rng);
    let id = SessionId::new(numbered(&format!("ses-{}", world.mark), number, 7));
    let place = Place::of(city);
    let event = |kind, at| Event { kind, at, place, tenant: Some(device.tenant), subject: id.as_str() };
    let engineer = world.users.nth(city, 1 + rng.below(4));
    let ticket = rng.chance(0.4).then(|| TicketId::new(numbered("tic-", number / 2 + 1, 6)));
    let requested = sink.emit(&event(Kind::SessionRequested, at), |data| {
        data.id(&id).id(&device.id);
        data.code("cluster_id", "k3s-", device.cluster, 2).code("node_name", "node-", device.node, 2);
        data.text("engineer", engineer.as_str());
        if let Some(ticket) = &ticket {
            data.id(ticket);
        }
        data.text("notes", "check agent & disk");
    });
    count(requested, Kpi::SessionsRequested, (1, 0), place, at, world, sink);
    let fails = rng.chance(0.065);
    let connected = at + rng.skewed(4 * SECOND, 0.7).clamp(SECOND / 2, MINUTE);
    if !fails || rng.chance(0.2) {
        sink.emit(&event(Kind::SessionStarted, connected), |data| {
            data.id(&id).code("tunnel_id", "tun-", number, 8);
            data.code("public_url", "https://relay.example.net/s/", number, 8);
        });
    }
    let lasts = rng.skewed(14 * MINUTE, 0.8).clamp(20 * SECOND, 6 * HOUR) / world.pace;
    if fails {
        let failed_at = connected + lasts.min(30 * SECOND);
        let reason = rng.pick(&["tunnel_error", "device_offline", "device_offline", "auth_denied", "timeout", "other"]);
        let failed = sink.emit(&event(Kind::SessionFailed, failed_at), |data| {
            data.id(&id).text("reason", reason).text("detail", "no route after 3 attempts");
        });
        count(failed, Kpi::SessionFailureRate, (1, 0), place, failed_at, world, sink);
        return;
    }
    let ended_by = rng.pick(&["engineer", "engineer", "engineer", "device", "timeout"]);
    let (up, down) = (rng.skewed(2_400_000, 1.1), rng.skewed(9_800_000, 1.2));
    sink.emit(&event(Kind::SessionEnded, connected + lasts), |data| {
        data.id(&id).text("ended_by", ended_by).int("bytes_up", up).int("bytes_down", down);
    });
}

fn count(happened: bool, kpi: Kpi, parts: (i64, i64), place: Place, at: i64, world: &World, sink: &mut Sink) {
    let local = world.local(place, at);
    if let Some(tally) = sink.tally.as_mut().filter(|_| happened) {
        tally.kpi(place, local, kpi, parts);
        if kpi == Kpi::SessionsRequested {
            tally.kpi(place, local, Kpi::SessionFailureRate, (0, 1));
        }
    }
}
