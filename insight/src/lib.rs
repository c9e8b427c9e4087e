//! What the figures mean for decisions. What computes is pure, exact decimals in and results out; what it needs is asked
//! for in SQL through the ports of `model`. No store, no engine, no clock.
//!
//! # Layout
//! * [`allocation`]: what each city pays of a month's costs, and why, to the cent
//! * [`close`]: the end of a month: what is closed stays, what arrives later is booked later

pub mod allocation;
pub mod close;
