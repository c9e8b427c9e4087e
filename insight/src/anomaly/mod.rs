//! What is unusual, why, and what people said about it. Detectors are pure: values in, findings out; the same values
//! give the same findings, in the same order.
//!
//! # Layout (a finding's way)
//! * [`finding`]: what every detector gives: a row of the relation `anomalies`
//! * [`series`]: KPI series, usage and costs beside what was expected of them
//! * [`charges`]: single charges of invoices; [`duplicates`]: invoices that were received before
//! * [`sign_in`]: bursts of failures, unusual hours and addresses
//! * [`explain`]: which forwarder, city, model or service made a figure change, and by how much
//! * [`discovery`]: how many findings of a batch are named, so that few of them are false
//! * [`life`]: what people marked, and how an anomaly stands; [`marks`]: the same as rows
//! * [`watch`]: asks the platform for what is new, and says which rows are due

pub mod charges;
pub mod discovery;
pub mod duplicates;
pub mod explain;
pub mod finding;
pub mod life;
pub mod marks;
pub mod series;
pub mod sign_in;
pub mod watch;
