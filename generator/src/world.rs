//! Everything that is fixed before the first event: who takes part, what demand looks like, which trouble is planted.

use crate::calendar::Calendar;
use crate::clock::{DAY, LocalClock};
use crate::device::Devices;
use crate::forwarder;
use crate::incident::Incidents;
use crate::kind::Place;
use crate::plan::Plan;
use crate::rng::Weights;
use crate::rules::Rules;
use crate::user::Users;

/// Customers of the remote-support product, as `tenant` carries them.
pub(crate) const TENANTS: [&str; 6] =
    ["kaiden-a", "maris-line", "northgate", "pelion-foods", "tsing-yi-cold", "orchid-retail"];

/// The fixed surroundings of all events.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) scale: f64,
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Invoices live this many times faster than real ones: 1 in a history.
    pub(crate) pace: i64,
    /// What ids of invoices, sessions and tickets begin with after their kind's letters; empty in a history.
    pub(crate) mark: String,
    /// Sets contents of invoices apart from those of equal numbers elsewhere: 0 in a history.
    pub(crate) origin: u64,
    pub(crate) calendar: Calendar,
    pub(crate) clock: LocalClock,
    pub(crate) incidents: Incidents,
    pub(crate) rules: Rules,
    pub(crate) users: Users,
    pub(crate) devices: Devices,
    pub(crate) forwarder_shares: Weights,
}

impl World {
    /// Lays out the world of a plan.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self::reaching(plan, 0)
    }

    /// Lays out the world of a plan and of days after it (0 or more), in which demand goes on as it was.
    pub(crate) fn reaching(plan: &Plan, ahead_days: i64) -> Self {
        let incidents = Incidents::new(plan);
        Self {
            seed: plan.seed,
            scale: plan.scale,
            start: plan.start_micros(),
            end: plan.end_micros(),
            pace: 1,
            mark: String::new(),
            origin: 0,
            calendar: Calendar::reaching(plan, ahead_days),
            clock: LocalClock::new(plan.start_micros() / DAY, plan.num_days() + 1),
            rules: Rules::new(plan, &incidents),
            users: Users::new(plan.scale),
            devices: Devices::new(plan),
            forwarder_shares: forwarder::shares(),
            incidents,
        }
    }

    /// An instant as a place's wall clock shows it, as if that were UTC; UTC itself where there is no city.
    pub(crate) fn local(&self, place: Place, at: i64) -> i64 {
        place.city().map_or(at, |city| self.clock.local(city, at))
    }

    /// How far into the history an instant lies, from 0 to 1.
    pub(crate) fn progress(&self, at: i64) -> f64 {
        ((at - self.start) as f64 / (self.end - self.start) as f64).clamp(0.0, 1.0)
    }
}
