//! A saved report as its owner writes it: a file of TOML, or the same members as JSON. It says what is asked (source,
//! filters, groups, aggregations; or a report of the platform), how it is shown, when it runs and where it goes. Objects are flat, so that a form
//! can fill them; [`check`](super::check) says whether they mean something.

mod delivery;
mod filter;
mod question;
mod read;
mod words;

use serde::{Deserialize, Serialize};
use tidemark_model::report::Language;

pub use delivery::{Destination, DestinationKind, Every, Format, Schedule, Weekday};
pub use filter::{Filter, Operator, Period, PeriodKind, Unit, Value};
pub use question::{Aggregation, Column, Direction, Function, Grain, Group, Order, ShownAs};
pub use read::{BYTES_MAX, Unreadable, from_json, from_toml, to_toml};
pub use words::Words;

/// Rows of a report that does not say how many.
const LIMIT_DEFAULT: u32 = 10_000;

/// The zone of a report that names none.
const ZONE_DEFAULT: &str = "UTC";

/// A saved report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What its file, its runs and its folder are called.
    pub name: String,
    /// The principal whose rights every run has.
    pub owner: String,
    /// The relation of the catalogue that is read; empty where a report of the platform is made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The report of the platform that is made, of the month that is over: `cost-allocation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Of such a report: the cities that get one each, by their codes. One for all that the owner may see where none
    /// is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cities: Vec<String>,
    /// A city's code or an IANA name: days, periods and the schedule go by it unless they name their own.
    #[serde(default = "zone_default")]
    pub zone: String,
    /// The language of its files.
    #[serde(default, with = "words::tag")]
    pub language: Language,
    /// Most rows that it has.
    #[serde(default = "limit_default")]
    pub limit: u32,
    /// The forms that a run writes.
    #[serde(default = "formats_default")]
    pub formats: Vec<Format>,
    /// What people read above it.
    pub title: Words,
    /// What readers should know.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub note: Words,
    /// Rows as they are: these columns of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// What rows must be, all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// What rows are put together by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<Group>,
    /// What is worked out of each group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregations: Vec<Aggregation>,
    /// What comes first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Order>,
    /// What is drawn of it.
    #[serde(default, skip_serializing_if = "is_table")]
    pub visual: Visual,
    /// When it runs by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Where its files go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<Destination>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visual {
    /// Its kind.
    pub kind: VisualKind,
    /// The output along the lower edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The outputs that are drawn, each a number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub y: Vec<String>,
    /// The output whose values are told apart by colour; there is then one `y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
}

/// The kinds of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisualKind {
    /// None: rows alone.
    #[default]
    Table,
    /// Lines over time.
    Line,
    /// Bars side by side.
    Bar,
}

impl Definition {
    /// Whether it answers groups; else rows as they are.
    #[must_use]
    pub const fn is_grouped(&self) -> bool {
        !self.group_by.is_empty() || !self.aggregations.is_empty()
    }
}

fn is_table(visual: &Visual) -> bool {
    *visual == Visual::default()
}

fn zone_default() -> String {
    ZONE_DEFAULT.to_owned()
}

const fn limit_default() -> u32 {
    LIMIT_DEFAULT
}

fn formats_default() -> Vec<Format> {
    vec![Format::Xlsx]
}
