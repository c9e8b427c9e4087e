//! Anomalies in one series of a KPI, hour by hour or day by day, found as the points arrive.
//!
//! A point is compared with what its hour, weekday and kind of day usually bring ([`expectation`](Detector)), alone and
//! summed with those before it, so that a burst of hours and a shift of weeks are both seen. How likely a deviation is
//! by chance is asked twice, of a predictive distribution that knows small counts, and of the series' own past
//! deviations; the larger probability counts. Alarms are held to a budget of false ones a month, and an incident is
//! one [`Finding`] however long it lasts.
//!
//! [`Novelty`] is the detector for a series of which nothing is known: no season, no unit, no volume.

mod detector;
mod dispersion;
mod expectation;
mod finding;
mod incident;
mod judgement;
mod novelty;
mod point;
mod predictive;
mod ranks;
mod season;
mod settings;
mod windows;

#[cfg(test)]
mod tests;

pub use detector::Detector;
pub use finding::{Finding, findings};
pub use judgement::{Judgement, Kind, Severity};
pub use novelty::Novelty;
pub use point::{Measure, Point};
pub use settings::{Settings, Share};
