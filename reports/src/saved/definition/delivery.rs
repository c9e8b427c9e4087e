//! When a saved report runs by itself, where its files go, and their forms.

use serde::{Deserialize, Serialize};

/// When it runs, by a zone's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// How often; says which of the other members there are.
    pub every: Every,
    /// When on such a day: `08:30`.
    pub at: String,
    /// Of `week`: on which days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Weekday>,
    /// Of `month`: `1` to `31`, `last`, `first-working-day` or `last-working-day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Whose clock; the report's where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How many of the runs that were missed are made up, the newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<u8>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Every {
    Day,
    Week,
    Month,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Where files go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Its kind; says which of the other members there are.
    pub kind: DestinationKind,
    /// Of `folder`: below the operator's place for reports, such as `finance/monthly`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Of `webhook`: who is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of `webhook`: the environment variable that holds the secret of its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
    /// Of `webhook`: the file in the operator's folder of secrets that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<String>,
}

/// The kinds of destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// A folder in the object store.
    Folder,
    /// An address that takes a signed POST.
    Webhook,
}

/// A form that a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A workbook of Excel.
    Xlsx,
    /// Names and values as SQL has them, for machines.
    Csv,
    /// For Excel: titles, a byte order mark, no formulas.
    ExcelCsv,
    /// To read and to file.
    Pdf,
    /// The chart as a picture.
    Png,
}

impl Format {
    /// What it is asked for by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::ExcelCsv => "excel-csv",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }

    /// How names of its files end; no two forms share one, so that all of a run can lie in one folder.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::ExcelCsv => "excel.csv",
            Self::Xlsx | Self::Csv | Self::Pdf | Self::Png => self.name(),
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv | Self::ExcelCsv => "text/csv; charset=utf-8; header=present",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
        }
    }
}
