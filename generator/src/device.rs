//! Customers' devices: registered when their city goes live, then online but for short breaks.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{DeviceId, Id};

use crate::clock::{HOUR, MINUTE, SECOND};
use crate::kind::{Kind, Place};
use crate::plan::Plan;
use crate::rng::{Draw, Purpose, Weights, stream};
use crate::sink::{Event, Sink};
use crate::world::{TENANTS, World};

/// Devices at the domain's volume.
const NUM_DEVICES: f64 = 320.0;
/// Breaks of a device in a day at the domain's volume.
const BREAKS_PER_DAY: f64 = 1.25;

const SYSTEMS: [&str; 4] = ["ubuntu-24.04", "debian-13", "windows-11", "rhel-9"];
const VERSIONS: [&str; 3] = ["2.8.1", "2.8.4", "2.9.0"];
const REASONS: [&str; 4] = ["network", "power", "agent_update", "unknown"];

/// A customer's machine.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) city: usize,
    pub(crate) tenant: &'static str,
    pub(crate) cluster: u64,
    pub(crate) node: u64,
    system: &'static str,
    version: &'static str,
}

/// All devices.
#[derive(Debug)]
pub(crate) struct Devices {
    all: Vec<Device>,
    by_city: Vec<Vec<usize>>,
    /// Breaks of a device in a day, fewer where a small volume needs less than the fewest devices.
    breaks_per_day: f64,
}

impl Devices {
    /// Spreads devices over cities and customers; every city has some.
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut rng = stream(plan.seed, Purpose::Devices, 0, 0);
        let num = (NUM_DEVICES * plan.scale).clamp(2.0 * CITIES.len() as f64, 20_000.0) as usize;
        let shares = Weights::new(CITIES.iter().map(|city| f64::from(city.weight)));
        let mut by_city = vec![Vec::new(); CITIES.len()];
        let mut all = Vec::with_capacity(num);
        for index in 0..num {
            let city = if index < CITIES.len() { index } else { shares.draw(&mut rng) };
            by_city[city].push(index);
            all.push(Device {
                id: DeviceId::new(format!("dev-{:04}", index + 1)),
                city,
                tenant: rng.pick(&TENANTS),
                cluster: rng.below(3),
                node: rng.below(24),
                system: rng.pick(&SYSTEMS),
                version: rng.pick(&VERSIONS),
            });
        }
        let breaks_per_day = BREAKS_PER_DAY * (NUM_DEVICES * plan.scale / num as f64).min(1.0);
        Self { all, by_city, breaks_per_day }
    }

    /// One of a city's devices.
    pub(crate) fn pick(&self, city: usize, rng: &mut impl Draw) -> &Device {
        &self.all[rng.pick(&self.by_city[city])]
    }
}

/// Emits one UTC day of all devices.
pub(crate) fn day(day: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    for (number, device) in world.devices.all.iter().enumerate() {
        let live_from = world.calendar.live_from(device.city);
        if live_from > day {
            continue;
        }
        if live_from == day {
            let at = day + 10 * SECOND + number as i64 * SECOND;
            register(device, at, sink);
            change(device, Kind::DeviceOnline, at + 4 * SECOND, None, sink);
        }
        let breaks = rng.count(world.devices.breaks_per_day);
        // Breaks share the day after its first six hours evenly, so that none reaches into the next.
        let share = 18 * HOUR / breaks.max(1) as i64;
        for nth in 0..breaks as i64 {
            let from = day + 6 * HOUR + nth * share + rng.between(0, share / 2);
            let lasts = rng.skewed(8 * MINUTE, 1.0).clamp(20 * SECOND, share / 2 - SECOND);
            flap(device, from, lasts, rng, sink);
        }
    }
}

/// Emits a break: offline, then online again.
pub(crate) fn flap(device: &Device, from: i64, lasts: i64, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let reason = rng.pick(&REASONS);
    change(device, Kind::DeviceOffline, from, Some(reason), sink);
    change(device, Kind::DeviceOnline, from + lasts, None, sink);
}

fn event(device: &Device, kind: Kind, at: i64) -> Event<'_> {
    Event { kind, at, place: Place::of(device.city), tenant: Some(device.tenant), subject: device.id.as_str() }
}

fn register(device: &Device, at: i64, sink: &mut Sink) {
    sink.emit(&event(device, Kind::DeviceRegistered, at), |data| {
        data.id(&device.id).text("name", device.id.as_str());
        data.code("hostname", "edge-", device.node, 3).text("os", device.system);
        data.text("agent_version", device.version);
        data.code("cluster_id", "k3s-", device.cluster, 2).code("node_name", "node-", device.node, 2);
        data.object("labels", |labels| {
            labels.text("site", CITIES[device.city].code).text("customer", device.tenant);
        });
    });
}

fn change(device: &Device, kind: Kind, at: i64, reason: Option<&str>, sink: &mut Sink) {
    sink.emit(&event(device, kind, at), |data| {
        data.id(&device.id);
        data.code("ip_address", "172.16.4.", device.node + 10 * device.cluster, 1);
        data.text("agent_version", device.version);
        if let Some(reason) = reason {
            data.text("reason", reason);
        }
    });
}
