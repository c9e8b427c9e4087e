//! Reports of people's own. A definition, written as a file or sent by a form, is checked against the catalogue and
//! compiled to one statement within what its owner may see; its answer becomes a document and a chart. A timetable says
//! when, and a run's id that it happens once. Everything here is pure: who calls it has clock, engine and network.
//!
//! # Layout (also the reading order)
//! * [`definition`]: what an owner writes; [`catalogue`]: what there is to ask
//! * [`check`]: whether it means something; `condition`, `measure`, `literal`, `period`, `output`: what its parts mean
//! * [`sql`]: the statement; [`schedule`], [`zone`]: when it runs; [`run`]: which run that is
//! * [`document`]: the answer as a document, from `cells`; [`chart`]: the picture; [`files`]: its files
//! * [`edition`]: reports of the platform in the place of a question of one's own, city by city
//! * [`webhook`], [`retry`]: telling others

pub mod catalogue;
mod cells;
pub mod chart;
pub mod check;
mod condition;
pub mod definition;
pub mod document;
pub mod edition;
#[cfg(test)]
pub(crate) mod examples;
pub mod files;
mod literal;
mod measure;
mod output;
mod period;
mod problem;
pub mod retry;
pub mod run;
pub mod schedule;
pub mod sql;
pub mod webhook;
mod words;
pub mod zone;
