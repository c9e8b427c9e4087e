//! SQL as text: what may be asked of the platform at all, and what it knows how to ask: views and KPIs. No engine
//! stands behind this crate.
//!
//! # Layout
//! * [`gate`]: the first check on every statement of every door, made for hostile input
//! * [`dialect`]: what a parsed statement of PostgreSQL must say for DataFusion to answer as PostgreSQL would
//! * [`boards`]: on which board of Grafana a KPI is looked at
//! * [`library`]: views over the events and the KPI catalogue, from files of SQL under a header

pub mod boards;
pub mod dialect;
mod error;
pub mod gate;
pub mod library;
mod relations;

pub use error::GateError;
pub use gate::{Kind, Statement, Transaction};
pub use library::{Keep, KpiQuery, Library, LibraryError, Merge, Source, View};
