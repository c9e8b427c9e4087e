//! `tidemark report`: what can be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use tidemark_model::month::Month;
use tidemark_model::report::{Language, ReportFormat};

use super::{Format, Source};

/// `report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Which report
    #[arg(value_parser = PossibleValuesParser::new(tidemark_reports::kinds()))]
    pub(crate) kind: String,
    /// The month; of a report over several, the last
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Month,
    /// Only this city
    #[arg(long)]
    pub(crate) city: Option<String>,
    /// Language of titles and words: en, zh-hant or zh-hans; rows have SQL's names in every one
    #[arg(long, default_value = "en")]
    pub(crate) language: Language,
    /// For whom: a principal of the file of principals sees its cities
    #[arg(long = "as", value_name = "PRINCIPAL", default_value = "local")]
    pub(crate) principal: String,
    /// File that says which cities each principal may see; without one everybody sees all. A server has its own
    #[arg(long, value_name = "FILE", env = "TIDEMARK_PRINCIPALS")]
    pub(crate) principals: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Source,
    /// Form of the report; its rows as a table on a terminal, as CSV in a pipe
    #[arg(long, value_enum)]
    pub(crate) format: Option<Form>,
    /// Write to this file instead of standard output
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
}

/// Forms of a report: its rows alone, or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Its rows as aligned columns for people
    Table,
    /// Its rows as comma-separated values with a header
    Csv,
    /// Its rows as one array of objects
    Json,
    /// Its rows, one object a line
    Jsonl,
    /// Its rows as an Apache Parquet file
    Parquet,
    /// Its rows as an Arrow IPC stream
    Arrow,
    /// A workbook of Excel
    Xlsx,
    /// A document to read and to file
    Pdf,
    /// CSV that Excel opens as it is: byte order mark, titles, no formulas
    ExcelCsv,
    /// The whole document as JSON: facts, checks, sections
    Document,
    /// Cost and usage by the columns of FOCUS, as CSV
    Focus,
    /// Workbook and PDF for the group and each city in every language, in one ZIP archive with their checksums
    Pack,
}

impl Form {
    /// The form of rows, or of a document.
    pub(crate) const fn kind(self) -> Result<Format, ReportFormat> {
        match self {
            Self::Table => Ok(Format::Table),
            Self::Csv => Ok(Format::Csv),
            Self::Json => Ok(Format::Json),
            Self::Jsonl => Ok(Format::Jsonl),
            Self::Parquet => Ok(Format::Parquet),
            Self::Arrow => Ok(Format::Arrow),
            Self::Xlsx => Err(ReportFormat::Xlsx),
            Self::Pdf => Err(ReportFormat::Pdf),
            Self::ExcelCsv => Err(ReportFormat::ExcelCsv),
            Self::Document => Err(ReportFormat::Document),
            Self::Focus => Err(ReportFormat::Focus),
            Self::Pack => Err(ReportFormat::Pack),
        }
    }
}
