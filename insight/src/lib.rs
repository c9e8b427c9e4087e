//! What the figures mean for decisions. Pure: exact decimals in, results out; no store, no engine, no clock.
//!
//! # Layout
//! * [`allocation`]: what each city pays of a month's costs, and why, to the cent

pub mod allocation;
