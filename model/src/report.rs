//! What a report is asked for by: its kind, its month, whose costs, in which language and which form.

use std::fmt;
use std::str::FromStr;

use crate::city::City;
use crate::month::Month;

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese in Traditional characters.
    TraditionalChinese,
    /// Chinese in Simplified characters.
    SimplifiedChinese,
}

impl Language {
    /// All of them, in the order in which words are written down.
    pub const ALL: [Self; 3] = [Self::English, Self::TraditionalChinese, Self::SimplifiedChinese];

    /// As BCP 47 has it: `en`, `zh-Hant`, `zh-Hans`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-Hant",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    /// The language of a city's people, as far as reports have it.
    #[must_use]
    pub fn of_city(city: &City) -> Self {
        match city.currency {
            "HKD" | "TWD" => Self::TraditionalChinese,
            "CNY" => Self::SimplifiedChinese,
            _ => Self::English,
        }
    }

    /// This language's words of three.
    #[must_use]
    pub const fn of<'a>(self, words: &[&'a str; 3]) -> &'a str {
        words[self as usize]
    }
}

/// A form that a report is written in. All but [`Self::Focus`] hold the same figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportFormat {
    /// A workbook of Excel, a sheet a section.
    Xlsx,
    /// A document to read and to file.
    Pdf,
    /// CSV for Excel: with a byte order mark, titles in the language, and no text that Excel takes for a formula.
    ExcelCsv,
    /// The whole document as JSON: facts, checks, sections.
    Document,
    /// Cost and usage by the columns of FOCUS, as CSV.
    Focus,
    /// Everybody's documents in all languages, in one archive.
    Pack,
}

impl ReportFormat {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Xlsx, Self::Pdf, Self::ExcelCsv, Self::Document, Self::Focus, Self::Pack];

    /// What it is asked for by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::ExcelCsv => "excel-csv",
            Self::Document => "document",
            Self::Focus => "focus",
            Self::Pack => "pack",
        }
    }

    /// How names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::ExcelCsv => "csv",
            Self::Document => "json",
            Self::Focus => "focus.csv",
            Self::Pack => "zip",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
            Self::ExcelCsv | Self::Focus => "text/csv; charset=utf-8; header=present",
            Self::Document => "application/json",
            Self::Pack => "application/zip",
        }
    }

    /// Whether its bytes are not to be shown on a terminal.
    #[must_use]
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Xlsx | Self::Pdf | Self::Pack)
    }
}

/// Which report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRequest {
    /// The report's kind, such as `cost-allocation`.
    pub kind: String,
    /// Its month; of a report over several, the last.
    pub month: Month,
    /// Only this city; all that the principal may see where it is not given.
    pub city: Option<String>,
    /// The language of its words.
    pub language: Language,
}

/// A report as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// What it is called; may hold any character that a file's name may.
    pub name: String,
    /// Its form.
    pub format: ReportFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A name that none of the values has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is unknown: use {known}")]
pub struct UnknownName {
    given: String,
    known: String,
}

fn find<T: Copy>(all: &[T], given: &str, name: impl Fn(T) -> &'static str) -> Result<T, UnknownName> {
    let found = all.iter().find(|one| name(**one).eq_ignore_ascii_case(given));
    found.copied().ok_or_else(|| UnknownName {
        given: given.to_owned(),
        known: all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", "),
    })
}

impl FromStr for Language {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find(&Self::ALL, text, Self::tag)
    }
}

impl FromStr for ReportFormat {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find(&Self::ALL, text, Self::name)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_others_are_refused_with_those_that_are_known() {
        assert_eq!("ZH-hant".parse(), Ok(Language::TraditionalChinese));
        assert_eq!("excel-csv".parse(), Ok(ReportFormat::ExcelCsv));
        let refused = "de".parse::<Language>().unwrap_err();
        assert_eq!(refused.to_string(), "\"de\" is unknown: use en, zh-Hant, zh-Hans");
    }
}
