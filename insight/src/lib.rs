//! What the figures mean for decisions. What computes is pure, values in and results out; what it needs is asked for in
//! SQL through the ports of `model`. No store, no engine, no clock.
//!
//! # Layout
//! * [`allocation`]: what each city pays of a month's costs, and why, to the cent
//! * [`close`]: the end of a month: what is closed stays, what arrives later is booked later
//! * [`budgets`]: which steps of budgets are passed
//! * [`forecast`]: what comes next, and how sure that is; [`capacity`]: what will then not suffice
//! * [`anomaly`]: what is unusual, and why; [`drift`]: distributions that are not what they were
//! * [`experiment`]: whether one variant is better than another
//! * [`learning`]: what the rule engine should know of its rules
//! * `probability`: the distributions behind tests and intervals
//! * `literal`: values in questions; `columns`: answers' columns as the types that the computations take; `cells`: values
//!   as columns of result tables

pub mod allocation;
pub mod anomaly;
#[cfg(test)]
mod answers;
pub mod budgets;
pub mod capacity;
mod cells;
pub mod close;
mod columns;
pub mod drift;
pub mod experiment;
pub mod forecast;
pub mod learning;
mod literal;
mod probability;
