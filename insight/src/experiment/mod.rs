//! A/B tests of thresholds and models: does a variant do better, what does it cost, and is it sure enough to decide?
//!
//! Usage and invoice events name the experiment and the variant that a document (or all documents of a forwarder) was
//! given. What computes is pure: events as values in, a verdict with its figures out.
//!
//! # What always holds
//! * Somebody may look at any time, and stop when it suits: over all looks, a verdict that is wrong where nothing
//!   differs has at most the planned probability ([`sequence`]).
//! * A verdict is only as good as its assignment: a split that is not the planned one, and units in two variants, are
//!   found before anything is compared.
//! * Nothing is better that harms a guardrail, or may still do so.
//!
//! # Layout (an event's way)
//! * [`plan`]: what is fixed before the first unit is seen
//! * [`exposures`]: events become units, units become looks; [`tally`]: units as counts and sums
//! * [`ratio`]: whether the split is the planned one
//! * [`sequence`]: intervals that hold at all looks at once
//! * [`goal`]: what should get better; [`guardrail`]: what must not get worse; [`size`]: how many units it takes
//! * [`verdict`]: all of it in a word; `sentence`: and in a sentence
//! * [`ask`]: the platform's experiments; [`standard`]: by what they are judged; [`mod@rows`]: and as rows

pub mod ask;
pub mod exposures;
pub mod goal;
pub mod guardrail;
pub mod plan;
pub mod ratio;
pub mod rows;
mod sentence;
pub mod sequence;
pub mod size;
pub mod standard;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use ask::{Judged, experiments};
pub use exposures::{Exposure, Gathered, gather};
pub use plan::{Better, Decides, Goal, Guardrail, Metric, Plan, PlanError, Scale, Variant};
pub use rows::rows;
pub use tally::{Arm, Look, Tally};
pub use verdict::{Comparison, Report, Verdict, judge};
