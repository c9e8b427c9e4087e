//! What comes next: a series of counts or rates continued, with how far the truth may be from it. The methods are pure:
//! values in, values out.
//!
//! # Layout, in reading order
//! * [`Forecaster`]: one series in, its [`Forecast`] out; the entry
//! * [`gap`]: dated values made a regular series
//! * [`method`]: what a method is given and gives back
//! * [`methods`]: the classical ones; [`lag_ridge`]: regression on lags; [`ramp`]: the first weeks of a city
//! * [`calendar`]: the days of a city; `calendar_columns`: what may matter of them; [`calendar_effects`]: what they do to
//!   volumes; [`calendar_ridge`]: the methods that use it
//! * [`select`]: which method, by its past; `combine`: several of them together
//! * [`conformal`]: intervals, from past errors
//! * [`hierarchy`]: cities that add up to their total
//! * [`score`]: how far forecasts were from what happened
//! * `ridge`: the regression that several share
//! * [`past`]: which series are foretold, and what happened in them; `usage`: those that are no KPIs;
//!   [`mod@make`]: all of them foretold, as rows

pub mod calendar;
mod calendar_columns;
pub mod calendar_effects;
pub mod calendar_ridge;
mod combine;
pub mod conformal;
mod forecaster;
pub mod gap;
pub mod hierarchy;
pub mod lag_ridge;
pub mod make;
pub mod method;
pub mod methods;
pub mod past;
pub mod ramp;
mod ridge;
pub mod score;
pub mod select;
pub(crate) mod usage;

pub use forecaster::{Bounds, Forecast, Forecaster};
pub use method::{History, Method};
