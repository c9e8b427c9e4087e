//! What Prometheus sees of the business: gauges from the KPI catalogue, under a budget of series.
//!
//! Asks through the ports of `tidemark_model` only, so it is tested with a fake. Alerts on money must not change their
//! mind, so it reads committed data only.

mod gauges;

pub use gauges::{Gauges, GaugesError, Options};
