//! What Prometheus and Alertmanager see of the business: gauges from the KPI catalogue under a budget of series, and
//! the rules and configuration that turn them into alerts.
//!
//! The gauges ask through the ports of `tidemark_model` only, so they are tested with a fake. They see live events, as
//! panels do.

mod budgets;
mod findings;
mod gauges;
mod labelled;
mod read;
pub mod rules;

pub use gauges::{Gauges, GaugesError, Options};
