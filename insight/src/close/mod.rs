//! The end of a month: what finance closes stays as it was, and what arrives later is booked later.
//!
//! A month is open until two principals have agreed on its figures: one prepares the pack of them, another approves
//! exactly that pack. Then nothing changes it any more. What would be another figure today becomes an adjustment in
//! the month that is open now, under the month that it is of.
//!
//! # What always holds
//! * Months are closed one after the other, so there is one month that takes adjustments. There is no way back.
//! * Who approves is not who prepared, and approves the bytes that were prepared.
//! * What was closed and all its adjustments add up to what the month is today.
//!
//! # Layout (a month's way)
//! * [`register`]: which steps were taken, and which may be taken next
//! * [`manifest`]: what a pack holds and what it was made of, as bytes with a hash
//! * [`adjust`]: what arrived later, as rows of the month that is open
//! * [`steps`]: steps as rows of a table; [`files`]: what is in a pack, as bytes (`sheet`: as CSV); `packs`: packs as
//!   they are stored
//! * [`mod@prepare`]: a step is made from what is committed; [`ready`]: what stands in the way; `today`: what closed months
//!   are now
//! * [`mod@reproduce`]: a stored pack once more, compared to the byte
//! * [`relation`]: the relation `cost_allocation`: open months worked out, closed ones as they were closed

pub mod adjust;
pub mod files;
pub mod manifest;
mod packs;
pub mod prepare;
pub mod ready;
pub mod register;
pub mod relation;
pub mod reproduce;
mod sheet;
pub mod steps;
#[cfg(test)]
mod tests;
mod today;

pub use adjust::{Adjustment, Share, adjustments};
pub use manifest::{Manifest, PackHash};
pub use prepare::{Pack, approve, prepare, preview, show};
pub use ready::Obstacle;
pub use register::{Closed, Prepared, Refusal, Register, Status, Step};
pub use relation::CostAllocation;
pub use reproduce::{Finding, Reproduced, reproduce};
pub use sheet::SheetError;
pub use steps::{NextStep, Steps};
