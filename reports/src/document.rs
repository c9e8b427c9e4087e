//! A report before it is written: facts, checks and sections with their rows, in one language. Every writer shows the
//! same, so what is in a document is in the workbook, in the PDF and in the JSON.

use arrow::array::RecordBatch;
use chrono::{DateTime, Utc};
use tidemark_model::currency::minor_digits;
use tidemark_model::report::Language;

use crate::value::{Cell, Number, texts};
use crate::words::{ADJUSTED, AS_OF, CURRENT, DOCUMENT_ID, DRAFT, ENTITY, FINAL, PERIOD, STATUS, Words};

/// A report.
#[derive(Debug, Clone)]
pub struct Document {
    /// What names exactly this content: hexadecimal digits of a SHA-256 over what was asked and what it was made from.
    pub id: String,
    /// The report's kind: `cost-allocation`.
    pub kind: &'static str,
    /// The language of all its words.
    pub language: Language,
    /// What it is: `Cost allocation`.
    pub title: String,
    /// Whose it is: a city's name, several, or the whole group.
    pub entity: String,
    /// What it is of: `2026-03`, or `2025-10 – 2026-03`.
    pub period: String,
    /// How final it is.
    pub status: Status,
    /// The newest of what it was made from. Files carry it as the moment when they were made.
    pub as_of: DateTime<Utc>,
    /// What the head says beside this, in order: currency, policy, pack, who prepared and approved, versions of tables.
    pub facts: Vec<Fact>,
    /// What must hold of the figures, and whether it does.
    pub checks: Vec<Check>,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// How final a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Figures as they stood at its moment, of no period that could be closed.
    Current,
    /// Figures still change: a draft.
    Draft,
    /// The period is closed: the figures stay.
    Final,
    /// The period is closed, and what arrived later is booked in a later one.
    Adjusted,
}

/// A line of the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its name, the same in all languages: `currency`.
    pub name: &'static str,
    /// What people read: `Currency`.
    pub label: String,
    /// The value, as text.
    pub value: String,
}

/// Two figures that must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What must hold: `infrastructure: billed = allocated + unallocated`.
    pub title: String,
    /// What is expected.
    pub expected: Number,
    /// What was found.
    pub found: Number,
    /// How far they may lie apart: 0, or half a unit of rounding where a currency was converted.
    pub tolerance: Number,
    /// Currency of the figures.
    pub currency: String,
    /// Whether it holds.
    pub passed: bool,
}

/// A part of a report: a table with a title.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its name, the same in all languages: `allocation`. Letters, digits and underscores.
    pub name: &'static str,
    /// What people read above it.
    pub title: String,
    /// What they should know of it; empty where nothing.
    pub note: String,
    /// How it is meant to be read.
    pub role: Role,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: batches with exactly these columns, in order.
    pub rows: Vec<RecordBatch>,
}

/// How a section is meant to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The figures that the report is about; writers put it first and show all of it.
    Main,
    /// What stands behind them: may have a million rows. Writers for readers may leave rows out and must say so.
    Detail,
    /// What explains them: rules, rates, reasons.
    Explanation,
    /// Words: a term and what it means.
    Glossary,
}

/// A column of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, as SQL has it.
    pub name: String,
    /// What people read above it, without the currency.
    pub title: String,
    /// What its cells hold.
    pub kind: Kind,
    /// Whether its sum says something: it then has a total.
    pub is_summed: bool,
}

/// What the cells of a column hold, and how they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// An identifier: left-aligned, never a number whatever its digits.
    Code,
    /// A whole number.
    Count,
    /// A measured quantity: shown without trailing zeros.
    Quantity,
    /// An amount of money.
    Money {
        /// Its currency; `None` where each row says it in a column of its own.
        currency: Option<String>,
        /// The column of the same section that says it then.
        said_by: Option<String>,
    },
    /// A share: 0.25 is shown as 25 %.
    Ratio,
    /// A calendar day.
    Date,
    /// An instant, shown in UTC.
    Instant,
}

impl Kind {
    /// Whether it is money, of a currency that each row says.
    #[must_use]
    pub const fn is_said_by_rows(&self) -> bool {
        matches!(self, Self::Money { currency: None, .. })
    }
}

impl Section {
    /// How many rows it has.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }

    /// Its rows, each as its cells in the columns' order.
    pub fn cells(&self) -> impl Iterator<Item = Vec<Cell<'_>>> {
        self.rows.iter().flat_map(|batch| {
            (0..batch.num_rows()).map(move |row| batch.columns().iter().map(|column| Cell::of(column, row)).collect())
        })
    }

    /// The texts of a column; none where there is no such column.
    pub(crate) fn texts(&self, column: &str) -> Vec<String> {
        let place = self.columns.iter().position(|of| of.name == column);
        place.map_or_else(Vec::new, |place| texts(&self.rows, place))
    }

    /// Digits after the point that an amount in a row is shown with at least: those of its currency, or two where that is
    /// not known.
    #[must_use]
    pub fn money_digits(&self, column: usize, row: &[Cell<'_>]) -> u8 {
        let Some(Kind::Money { currency, said_by }) = self.columns.get(column).map(|column| &column.kind) else {
            return 0;
        };
        let said = || {
            let place = self.columns.iter().position(|other| Some(&other.name) == said_by.as_ref())?;
            if let Some(Cell::Text(text)) = row.get(place) { Some(*text) } else { None }
        };
        minor_digits(currency.as_deref().or_else(said).unwrap_or_default())
    }

    /// The sum of a column, where it [is summed](Column::is_summed) and no cell of it overflows 128 bits.
    #[must_use]
    pub fn total(&self, column: usize) -> Option<Number> {
        if !self.columns.get(column)?.is_summed {
            return None;
        }
        let cells = self.rows.iter().flat_map(|batch| {
            let column = batch.column(column);
            (0..batch.num_rows()).map(move |row| Cell::of(column, row))
        });
        let numbers = cells.filter_map(|cell| if let Cell::Number(number) = cell { Some(number) } else { None });
        numbers.into_iter().try_fold(Number::ZERO, Number::checked_add)
    }
}

impl Column {
    /// Its title, of an amount with the currency: `Total (HKD)`.
    #[must_use]
    pub fn full_title(&self) -> String {
        match &self.kind {
            Kind::Money { currency: Some(currency), .. } => format!("{} ({currency})", self.title),
            _ => self.title.clone(),
        }
    }
}

impl Document {
    /// The section whose rows stand for the report where only one table can: its detail, else its first.
    #[must_use]
    pub fn detail(&self) -> Option<&Section> {
        self.sections.iter().find(|section| section.role == Role::Detail).or_else(|| self.sections.first())
    }

    /// All lines of the head: the label, and the value as text.
    #[must_use]
    pub fn head(&self) -> Vec<(String, String)> {
        let line = |label: &Words, value: &str| (self.language.of(label).to_owned(), value.to_owned());
        let status = match self.status {
            Status::Current => CURRENT,
            Status::Draft => DRAFT,
            Status::Final => FINAL,
            Status::Adjusted => ADJUSTED,
        };
        let mut lines = vec![
            line(&PERIOD, &self.period),
            line(&ENTITY, &self.entity),
            line(&STATUS, self.language.of(&status)),
            line(&AS_OF, &self.as_of.format("%Y-%m-%d %H:%M:%S").to_string()),
        ];
        lines.extend(self.facts.iter().map(|fact| (fact.label.clone(), fact.value.clone())));
        lines.push(line(&DOCUMENT_ID, &self.id));
        lines
    }
}
