//! What each city pays of a month's costs, and why, to the cent.
//!
//! A month has cost pools; each names the driver by which it is split. Everything is decimals in and rows out: what is
//! measured comes from the platform's SQL, what finance decides from its files, and the same facts give the same rows
//! in whatever order they come.
//!
//! # What always holds
//! * The parts of a pool add up to it exactly. What no city caused, what nobody used and what cannot be split stand
//!   in rows of their own (`unallocated`, `idle`), never hidden.
//! * Sums and products are checked: a figure that does not fit is an error, never another figure.
//!
//! # Layout (also the reading order)
//! * [`Driver`], [`Party`]: by what costs are split, and who bears them
//! * [`policy`]: what finance decides: weights, exclusions, percentages, order, rounding unit, in versions
//! * [`mod@input`]: finance's files, taken as a whole or refused with every problem in them
//! * [`book`]: which of what was imported is in force in a month
//! * [`mod@allocate`]: a month's pools become rows; `claims`: who takes part in a pool, and with how much
//! * [`inputs`]: all that a month is made of, as values of its own; `facts`: how the platform is asked for it
//! * [`part`]: the rows as they are shown, and kept when the month is closed
//! * [`entries`]: the files as rows of the table that keeps what was imported
//! * [`apportion`]: the largest-remainder method; `exact`: products and sums without loss

pub mod allocate;
pub mod apportion;
pub mod book;
mod claims;
mod driver;
pub mod entries;
pub(crate) mod exact;
pub(crate) mod facts;
pub mod input;
pub mod inputs;
pub mod part;
mod party;
pub mod policy;
#[cfg(test)]
mod tests;

pub use allocate::{Allocation, AllocationError, MonthFacts, PoolAllocation, Row, allocate};
pub use claims::{Measure, Reason};
pub use driver::Driver;
pub use inputs::MonthInputs;
pub use part::{Basis, Part, parts};
pub use party::Party;
pub use policy::Policy;
