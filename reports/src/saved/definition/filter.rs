//! Which rows a saved report asks for: what columns must be, and in which time.

use serde::{Deserialize, Serialize};

/// What a column of each row must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The column.
    pub column: String,
    /// How it is compared; says which of the other members there are.
    pub operator: Operator,
    /// With what, of operators with one value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// With what, of operators with several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// In which time, of `in_period`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it, and the document of definitions has a table of them")]
pub enum Operator {
    Equals,
    NotEquals,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Between,
    In,
    NotIn,
    Contains,
    StartsWith,
    IsEmpty,
    IsNotEmpty,
    InPeriod,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a text, an integer, a decimal, true or false (dates and times in quotes)")]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point. Where each digit counts it is given as a text.
    Decimal(f64),
    /// A text; dates, instants, months and exact decimals too.
    Text(String),
}

/// A time, counted from the instant at which a run is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Its kind; says which of the other members there are.
    pub kind: PeriodKind,
    /// How many units, of `last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The unit, of all but `days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The first day, of `days`: `2026-01-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The last day, of `days`, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Whose clock and calendar; the report's where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// The kinds of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// Whole units before the one that runs.
    Last,
    /// The one before the one that runs.
    Previous,
    /// The one that runs, until the run is due.
    This,
    /// Fixed days.
    Days,
}

/// A unit of time by a zone's clock and calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Hour,
    Day,
    /// From Monday, as ISO 8601 has it.
    Week,
    Month,
    Quarter,
    Year,
}
