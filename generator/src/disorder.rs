//! How far the order of arrival departs from the order of events: transport, lateness, repeats, outages.

use crate::clock::{DAY, HOUR, MILLI, MINUTE, SECOND};
use crate::incident::Window;
use crate::kind::Place;
use crate::rng::Draw;

/// A record that arrives longer than this after its event's time counts as late.
pub(crate) const LATE_AFTER: i64 = MINUTE;

/// Most seconds over which what was held back in an outage then floods in, per second of outage.
const FLOOD_RATIO: i64 = 15;

/// Shares and limits of disorder.
#[derive(Debug, Clone)]
pub(crate) struct Disorder {
    /// Share of events that arrive late.
    pub(crate) late: f64,
    /// Longest lateness, in microseconds.
    pub(crate) late_max: i64,
    /// Share of events that arrive twice.
    pub(crate) duplicate: f64,
    /// Longest time until the second arrival, in microseconds.
    pub(crate) duplicate_max: i64,
    /// Malformed records per event.
    pub(crate) malformed: f64,
    /// A place that sends nothing for a while.
    pub(crate) outage: Option<(Place, Window)>,
}

impl Disorder {
    /// That of a history.
    pub(crate) fn of_history(outage: (Place, Window)) -> Self {
        Self {
            late: 0.02,
            late_max: 36 * HOUR,
            duplicate: 0.01,
            duplicate_max: 2 * DAY,
            malformed: 0.001,
            outage: Some(outage),
        }
    }

    /// That of live traffic: little, and soon over.
    pub(crate) fn of_live() -> Self {
        Self {
            late: 0.004,
            late_max: 10 * MINUTE,
            duplicate: 0.004,
            duplicate_max: 5 * MINUTE,
            malformed: 0.0002,
            outage: None,
        }
    }

    /// When an event arrives first; never before it happened.
    pub(crate) fn arrival(&self, place: Place, at: i64, late: bool, rng: &mut impl Draw) -> i64 {
        if let Some((city, window)) = self.outage
            && city == place
            && window.contains(at)
        {
            return window.to + (at - window.from) / FLOOD_RATIO + rng.between(0, SECOND);
        }
        if late {
            return at + rng.log_between(2 * MINUTE, self.late_max);
        }
        let transport = -(1.0 - rng.unit()).ln() * 1.3 * SECOND as f64;
        at + 40 * MILLI + (transport as i64).min(40 * SECOND)
    }

    /// When it arrives again.
    pub(crate) fn again(&self, arrival: i64, rng: &mut impl Draw) -> i64 {
        arrival + rng.log_between(2 * SECOND, self.duplicate_max)
    }
}
