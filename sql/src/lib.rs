//! SQL as text: what may be asked of the platform at all. No engine stands behind this crate, so it is the first
//! check on every statement of every door, and it is made for hostile input.

mod error;
pub mod gate;

pub use error::GateError;
pub use gate::{Kind, Statement, Transaction};
