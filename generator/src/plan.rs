//! What a caller asks for: how many days of which volume, ending when.

use chrono::{NaiveDate, NaiveTime};

use crate::clock::DAY;

/// A history to generate. Equal plans give equal bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Root of all randomness.
    pub seed: u64,
    /// Length in UTC days, at least 1.
    pub days: u32,
    /// The UTC day before whose first instant the history ends: it covers `[end - days, end)`.
    pub end: NaiveDate,
    /// Volume: 1.0 is that of the domain, about 6 million events in 365 days; above 0.
    pub scale: f64,
}

impl Plan {
    /// Plans a history of the domain's own volume.
    #[must_use]
    pub fn new(seed: u64, days: u32, end: NaiveDate) -> Self {
        Self { seed, days, end, scale: 1.0 }
    }

    /// First instant after the history, in microseconds since 1970.
    pub(crate) fn end_micros(&self) -> i64 {
        self.end.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
    }

    /// First instant of the history, in microseconds since 1970.
    pub(crate) fn start_micros(&self) -> i64 {
        self.end_micros() - self.num_days() * DAY
    }

    /// Length in days, at least 1.
    pub(crate) fn num_days(&self) -> i64 {
        i64::from(self.days.max(1))
    }
}
