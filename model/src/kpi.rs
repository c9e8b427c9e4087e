//! What a KPI is: its words in three languages, its unit, its targets and thresholds. One definition that SQL, boards,
//! gauges, alerts and reports all read.
//!
//! Source: the domain's KPI table. The numbers are exact decimals with [`FIGURE_SCALE`] digits after the point.

use std::fmt;
use std::str::FromStr;

use crate::amount::{self, AMOUNT_SCALE, AmountError};

/// Digits of numerators, denominators, values and targets in all: as many as a decimal column has.
pub const FIGURE_PRECISION: u8 = 38;
/// Digits after the point, those of amounts.
pub const FIGURE_SCALE: i8 = AMOUNT_SCALE;

/// What AI should cost in a calendar month in all cities together, when to be warned and when to act, in HKD: no header of
/// a KPI can say it. Source: section 6 of the domain.
pub const MONTHLY_AI_HKD: [Figure; 3] = [Figure::of(25_000), Figure::of(30_000), Figure::of(40_000)];

/// An exact figure in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure(pub i128);

impl Figure {
    /// A whole number.
    #[must_use]
    pub const fn of(whole: i64) -> Self {
        // The product of 64 bits and 10⁹ fits into 128.
        Self(whole as i128 * 10_i128.pow(FIGURE_SCALE.unsigned_abs() as u32))
    }
}

impl fmt::Display for Figure {
    /// Without needless zeros: `0.9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u128.pow(FIGURE_SCALE.unsigned_abs().into());
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / scale, self.0.unsigned_abs() % scale);
        let digits = format!("{rest:09}");
        match digits.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            digits => write!(f, "{sign}{whole}.{digits}"),
        }
    }
}

impl FromStr for Figure {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        amount::parse(text).map(Self)
    }
}

/// What a KPI is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// How many.
    Count,
    /// A share from 0 to 1.
    Ratio,
    /// Milliseconds.
    Millis,
    /// Hong Kong dollars.
    Hkd,
    /// Points from -100 to 100.
    Points,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 5] = [Self::Count, Self::Ratio, Self::Millis, Self::Hkd, Self::Points];

    /// Its name: `ratio`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Millis => "ms",
            Self::Hkd => "hkd",
            Self::Points => "points",
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither: a volume.
    None,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 3] = [Self::Up, Self::Down, Self::None];

    /// Its name: `up`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::None => "none",
        }
    }
}

/// Spans of time over which a KPI has values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// A clock hour.
    Hour,
    /// A local day of the city.
    Day,
    /// A local month of the city.
    Month,
}

impl Grain {
    /// Every grain.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// Its name: `day`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// A KPI of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kpi {
    /// Its id: `automation_rate`.
    pub id: String,
    /// Its title in English, Traditional and Simplified Chinese.
    pub titles: [String; 3],
    /// What it says, in a sentence, in the same languages.
    pub meanings: [String; 3],
    /// Numerator and denominator as SQL over the entities, for people to read.
    pub formula: String,
    /// What it is measured in.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Who answers for it.
    pub owner: String,
    /// What it is about: the board on which it stands.
    pub topic: String,
    /// Targets until 3 months, until 6 months and from then on after a city's go-live.
    pub targets: Option<[Figure; 3]>,
    /// The value beyond which (in the bad direction) people should look.
    pub warn: Option<Figure>,
    /// The value beyond which people must act.
    pub act: Option<Figure>,
    /// Spans over which it has values.
    pub grains: Vec<Grain>,
    /// Whether it is also kept by forwarder.
    pub by_forwarder: bool,
    /// Whether numerators and denominators of cells add up to those of larger spans and groups.
    pub additive: bool,
    /// Spans whose values are foretold.
    pub forecast: Vec<Grain>,
    /// Spans in whose values unusual ones are looked for.
    pub watch: Vec<Grain>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_reads_back_as_it_was_written() {
        for text in ["0", "0.9", "-12.000000001", "40000", "999999999999999999.999999999"] {
            assert_eq!(text.parse::<Figure>().unwrap().to_string(), text);
        }
        for text in ["", ".5", "1e3", "1.0000000001", "--1", "five", "0.5 %"] {
            assert!(text.parse::<Figure>().is_err(), "{text}");
        }
    }
}
