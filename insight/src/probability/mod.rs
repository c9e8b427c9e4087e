//! Distributions, as far as tests, intervals and tails of the others need them; each against values of scipy.
//!
//! # Layout
//! * [`normal`], [`student`], [`chi_squared`]: probabilities and the values that belong to them
//! * [`gamma`], [`beta`]: the functions that they and other tails are made of

pub(crate) mod beta;
pub(crate) mod chi_squared;
pub(crate) mod gamma;
pub(crate) mod normal;
pub(crate) mod student;
