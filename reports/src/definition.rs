//! What a report is made of, as data: statements, the columns that they answer, and words. No report has code of its own.

use crate::document::Role;
use crate::words::Words;

/// A report.
#[derive(Debug)]
pub(crate) struct Definition {
    /// What it is asked for by: `cost-allocation`.
    pub(crate) kind: &'static str,
    pub(crate) title: Words,
    /// How many months it covers; the last one is that which is asked for.
    pub(crate) months: u32,
    /// What is missing where it has no rows, and what to do about it.
    pub(crate) absent: [&'static str; 2],
    /// Its sections, in order. The rows of the first with [`Role::Detail`], else of the first, are the report's rows.
    pub(crate) sections: &'static [SectionDefinition],
    /// What must hold of them.
    pub(crate) checks: &'static [CheckDefinition],
    /// The statement for the form [FOCUS](crate::focus), where its costs have one.
    pub(crate) focus: Option<&'static str>,
    /// What its words mean.
    pub(crate) glossary: &'static [(Words, Words)],
}

/// A section.
#[derive(Debug)]
pub(crate) struct SectionDefinition {
    pub(crate) name: &'static str,
    pub(crate) title: Words,
    pub(crate) note: Words,
    pub(crate) role: Role,
    /// The statement. `:month` and `:first_month` stand for the months, `:city_name` for the column of names of cities.
    pub(crate) sql: &'static str,
    /// The columns that it answers, in order.
    pub(crate) columns: &'static [&'static str],
    pub(crate) pivot: Option<Pivot>,
    /// Whether it is only shown to who may see all cities: its figures say nothing of a part of them.
    pub(crate) is_of_whole: bool,
}

/// The values of one column become columns; the rows before it with the same values are one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pivot {
    /// The column whose values become columns; where it is null there is nothing to show.
    pub(crate) column: &'static str,
    /// The column behind it, whose values they hold.
    pub(crate) value: &'static str,
}

/// What must hold.
#[derive(Debug)]
pub(crate) enum CheckDefinition {
    /// In each row of a section two amounts are equal, within the amount in its column `tolerance`.
    Rows {
        title: Words,
        section: &'static str,
        /// The column that says which row it is.
        label: &'static str,
        expected: &'static str,
        found: &'static str,
    },
    /// The sums of two sections' columns are equal, currency by currency.
    Sums { title: Words, expected: (&'static str, &'static str), found: (&'static str, &'static str) },
}

impl Definition {
    /// The section whose rows are the report's rows for machines.
    pub(crate) fn rows(&self) -> &'static SectionDefinition {
        let detail = self.sections.iter().find(|section| section.role == Role::Detail);
        // A definition has a section: a test says so of all.
        detail.unwrap_or(&self.sections[0])
    }
}
