//! Sign-ins that are not as usual: bursts of failures, one address that tries many users, hours and addresses at which a
//! user never signs in.
//!
//! # Layout
//! * `rate`: how probable so many events are, by what is known of one user, one address or one city
//! * `failures`: bursts of failures by user and by city, and spraying by address
//! * `habits`: hours and addresses

mod failures;
mod habits;
mod rate;
#[cfg(test)]
mod tests;

use tidemark_model::time::Micros;

pub use failures::{Failures, find_failures};
pub use habits::{Habits, find_unusual};

/// One try to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// Who, or who it claims to be.
    pub user: &'a str,
    /// The city's code.
    pub city: &'a str,
    /// When.
    pub at: Micros,
    /// The hour by the city's clock, 0 to 23.
    pub local_hour: u8,
    /// From where, where it is known.
    pub address: Option<&'a str>,
    /// Whether it succeeded.
    pub succeeded: bool,
}
