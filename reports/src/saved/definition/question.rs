//! What a saved report shows: columns, or groups and what is worked out of them, and their order.

use serde::{Deserialize, Serialize};

use super::{Filter, Unit, Words};

/// A column of the source, shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the source.
    pub column: String,
    /// What people read above it; its name where nothing is said.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub title: Words,
}

/// How long the steps of a group by time are.
pub type Grain = Unit;

/// What rows are put together by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The column.
    pub column: String,
    /// The step, of instants and dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<Grain>,
    /// Whose clock and calendar; the report's where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// What it is called in the answer; as the column where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What people read above it.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub title: Words,
}

/// What is worked out of each group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregation {
    /// What it is called in the answer.
    pub name: String,
    /// How; says which of the other members there are.
    pub function: Function,
    /// Of which column, of all but `count` and `ratio`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Of `percentile`: the share of values that are not above it, 1 to 99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// Of `ratio`: the name of the aggregation above the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Of `ratio`: the name of the aggregation below the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Of `ratio`: how it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_as: Option<ShownAs>,
    /// Which rows it is worked out of; all where nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// What people read above it.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub title: Words,
}

/// How something is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it, and the document of definitions has a table of them")]
pub enum Function {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
    Median,
    Percentile,
    Ratio,
}

/// How a ratio reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownAs {
    /// 0.25 reads 25 %.
    #[default]
    Share,
    /// 0.25 reads 0.25.
    Number,
}

/// What comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The output that decides.
    pub by: String,
    /// Which way; what is empty comes last either way.
    #[serde(default)]
    pub direction: Direction,
}

/// Which way rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The least first.
    #[default]
    Ascending,
    /// The greatest first.
    Descending,
}
