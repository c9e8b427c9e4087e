//! Who bears a part of a pool: a city, or one of the two rows that keep what no city bears in sight.

use std::fmt;

/// Who bears a part. The order is that of the rows, and of the last step of rounding where remainders are equal:
/// cities by their codes, then what is unallocated, then what is idle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A city, by its code: `HKG`. A code that the group does not have is a city like any other.
    City(String),
    /// What has no city, and what cannot be split.
    Unallocated,
    /// Capacity that was paid for and used by nobody.
    Idle,
}

impl Party {
    /// How the column `city` names what no city bears.
    pub const UNALLOCATED: &'static str = "unallocated";
    /// How the column `city` names capacity that nobody used.
    pub const IDLE: &'static str = "idle";

    /// A city by its code.
    #[must_use]
    pub fn city(code: impl Into<String>) -> Self {
        Self::City(code.into())
    }

    /// The party of this name in the column `city`.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        match name {
            Self::UNALLOCATED => Self::Unallocated,
            Self::IDLE => Self::Idle,
            code => Self::city(code),
        }
    }

    /// Its name in the column `city`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::City(code) => code,
            Self::Unallocated => Self::UNALLOCATED,
            Self::Idle => Self::IDLE,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
