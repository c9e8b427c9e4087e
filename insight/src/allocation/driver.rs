//! Drivers: by what a pool of costs is split over the cities.

use std::fmt;
use std::str::FromStr;

/// By what a pool is split. The names are those of files and tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Driver {
    /// Invoices that settled in the city's local month.
    Invoices,
    /// What the city's own usage cost, in HKD.
    DirectCost,
    /// Bytes stored, added up over the days of the month.
    Storage,
    /// Distinct users who were active in the month.
    ActiveUsers,
    /// Percentages that the policy fixes.
    Fixed,
    /// The same for every live city.
    Even,
}

/// A text that names no driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a driver: invoices, direct_cost, storage, active_users, fixed or even")]
pub struct DriverError;

impl Driver {
    /// Every driver.
    pub const ALL: [Self; 6] =
        [Self::Invoices, Self::DirectCost, Self::Storage, Self::ActiveUsers, Self::Fixed, Self::Even];

    /// Its name: `direct_cost`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::DirectCost => "direct_cost",
            Self::Storage => "storage",
            Self::ActiveUsers => "active_users",
            Self::Fixed => "fixed",
            Self::Even => "even",
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Driver {
    type Err = DriverError;

    fn from_str(text: &str) -> Result<Self, DriverError> {
        Self::ALL.into_iter().find(|driver| driver.name() == text).ok_or(DriverError)
    }
}
