//! Drift: whether values still look as they did: confidences, fields that stay empty, ports, currencies.
//!
//! The usual measures (the population stability index and its limits .1 and .25) say nothing about chance: with ten bins
//! and a hundred values that have not changed at all, the index is above .1 in a third of the windows beside a large
//! reference. So an alarm needs
//! an index that is large and one that chance does not explain, in two windows that follow each other.
//!
//! # Layout
//! * [`sample`]: values counted by bin; [`mod@compare`]: a window against a reference, bin by bin
//! * [`alarm`]: which columns are named
//!
//! Source: Yurdakul and Naranjo, "Statistical properties of the population stability index", J. Risk Model Validation 14
//! (2020): without a change, the index over (1/n + 1/N) follows χ² with one degree of freedom less than there are bins.

pub mod alarm;
pub mod compare;
pub mod sample;

pub use alarm::{Watched, alarms};
pub use compare::{Bin, Compared, compare};
pub use sample::Sample;
