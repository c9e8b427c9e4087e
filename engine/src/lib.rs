//! The only user of DataFusion execution: sessions per principal, statements over one consistent view, system tables.
//!
//! # Layout (a statement's way)
//! * [`config`]: the bounds of one engine
//! * [`service`]: the [`Engine`], which is a [`tidemark_model::port::QueryService`]
//! * `session`: one principal's session; every statement passes the gate of `tidemark_sql` first
//! * `settings`: what `SET` and `SHOW` see
//! * `template`: functions, optimizer rules and runtime, built once
//! * `order_hint`: files are read from where a search for the newest rows will find them
//! * `file_states`: what the rows of a file came to, kept for questions that are asked again
//! * `catalog`: the tables as one statement sees them, all pinned at its start
//! * `query`: plan, run on the engine's own threads, stream, within a deadline
//! * `answers`: answers of KPI cells that are kept while the cells hold
//! * `output`: columns as they may leave: plain types, no bytes of other rows
//! * `kept`: views whose rows are kept in memory and follow their events
//! * `kpis`: the KPI catalogue and its cells as relations; `reference`: cities and exchange rates
//! * `derived`: relations that other crates work out, such as the cost allocation
//! * `own_queries`: the platform's own questions, all of one moment
//! * `origin`: what `EXPLAIN` says of rows that are kept
//! * [`system`]: relations about the platform itself
//! * `functions`: what PostgreSQL's clients expect and DataFusion lacks, one a file
//! * `error`: DataFusion's errors in the platform's vocabulary
//!
//! # What is absent
//! Nothing here writes: the gate refuses it, and each plan is verified to be read-only. There is no global context: a
//! statement's catalog dies with it.

mod answers;
mod catalog;
pub mod config;
mod cursors;
mod derived;
mod dictionary;
mod error;
mod file_states;
mod functions;
mod kept;
mod kpis;
mod order_hint;
mod origin;
mod output;
mod own_queries;
mod parameters;
mod partitions;
mod pg_catalog;
mod physical;
mod pool;
mod query;
mod reference;
mod running;
pub mod service;
mod session;
mod settings;
mod shape;
pub mod system;
mod template;

#[cfg(test)]
mod tests;

pub use catalog::OwnRelations;
pub use config::EngineConfig;
pub use service::{Audit, Engine};
pub use system::SystemTable;
