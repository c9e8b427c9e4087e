//! From forecasts to advice: peaks against limits, workers that are needed, dates on which something runs out, and what
//! a month will have cost.
//!
//! What computes is pure: a forecast, and how far earlier ones were off, as values in; advice with its reason out. What
//! forecasts do not say is asked of the platform first.
//!
//! # What always holds
//! * A mean is never enough to plan by. Everything is read off a thousand ways in which the forecast may be missed, as
//!   it was missed before ([`paths`]), so that each figure has a probability.
//! * The same forecast gives the same advice, to the last bit ([`random`]).
//! * "Not within the forecast" is an answer, and no date is made up beyond it.
//!
//! # Layout (a forecast's way)
//! * [`outlook`]: what is planned from; [`paths`]: what may happen; [`random`]: the dice
//! * [`mod@peak`]: the busiest hour; [`erlang`]: how long work waits; [`workers`]: how many are needed
//! * [`mod@run_out`]: when disk or a quota is full; [`budget`]: the month's end against its budget
//! * [`advice`]: what to do about each; `reason`: why, in a sentence
//! * [`mod@advise`]: all advice of the platform; [`facts`]: what is asked for it; `ahead`: forecasts as outlooks; `steps`: the
//!   pipeline's workers; [`mod@rows`]: advice as rows of its table

pub mod advice;
pub mod advise;
mod ahead;
pub mod budget;
pub mod erlang;
pub mod facts;
pub mod outlook;
pub mod paths;
pub mod peak;
pub mod random;
mod reason;
pub mod rows;
pub mod run_out;
mod steps;
#[cfg(test)]
mod tests;
pub mod workers;

pub use advice::{Advice, Kind, Urgency, advise_on_budget, advise_on_peak, advise_on_run_out, advise_on_workers};
pub use advise::{Advised, Facts, Limits, advise, advise_by, ask};
pub use budget::{MonthEnd, month_end};
pub use erlang::{Demand, Service, Target};
pub use outlook::{Accuracy, BackTest, Confidence, Outlook, Refusal};
pub use paths::{Paths, simulate};
pub use peak::{Exceeded, Peak, peak};
pub use rows::rows;
pub use run_out::{Reservoir, RunOut, When, at_this_pace, run_out};
pub use workers::{Scaling, Staffing, Step, probability_short, staff};
