//! A section as a table on paper: which rows are printed, and as which text.

use arrow::array::Array;
use serde::Serialize;

use super::room::{self, Paper, Wish};
use super::{figure, words};
use crate::document::{Check, Column, Kind, Role, Section};
use crate::value::{Cell, Number};
use tidemark_model::report::Language;

/// What stands for no value.
const NOTHING: &str = "–";
/// A table, as the template takes it.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    title: String,
    note: String,
    /// What all rows have in common, instead of columns that say it in each; empty where nothing.
    same: String,
    columns: Vec<Heading>,
    rows: Vec<Vec<String>>,
    /// A text a column; empty where no column is summed.
    total: Vec<String>,
    /// What is said below it; empty where nothing.
    remark: String,
    /// The paper that it takes.
    #[serde(flatten)]
    pub(super) paper: Paper,
}

#[derive(Debug, Serialize)]
struct Heading {
    title: String,
    /// The currency; empty where there is none.
    unit: String,
    is_figure: bool,
    /// Its part of the room that is left; 0 where it takes what its text needs.
    stretch: f64,
}

/// A section's rows and their totals. Of details only the first are printed.
pub(super) fn section(section: &Section, language: Language) -> Table {
    let num_printed = section.num_rows().min(num_rows_max(section.role));
    let (places, same) = told_once(section, language);
    let columns: Vec<&Column> = places.iter().map(|place| &section.columns[*place]).collect();
    let totals: Vec<Option<Number>> = places.iter().map(|place| total(section, *place)).collect();
    let rows: Vec<Vec<Cell<'_>>> = section.cells().take(num_printed).collect();
    let digits: Vec<Digits> =
        places.iter().zip(&totals).map(|(place, total)| digits(section, *place, &rows, *total)).collect();
    let row = |(number, row): (usize, &[Cell<'_>])| -> Vec<String> {
        let shown = row.iter().zip(&columns).zip(&digits);
        shown.map(|((cell, column), digits)| figure::cell(*cell, &column.kind, digits.of(number))).collect()
    };
    let mut table = Table {
        title: section.title.clone(),
        note: section.note.clone(),
        same,
        columns: columns.iter().map(|column| heading(&column.title, &column.kind)).collect(),
        rows: rows
            .iter()
            .map(|row| chosen(row, &places))
            .enumerate()
            .map(|(number, cells)| row((number, &cells)))
            .collect(),
        total: Vec::new(),
        remark: remark(section, num_printed, language),
        paper: Paper::default(),
    };
    if totals.iter().any(Option::is_some) {
        let sums: Vec<Cell<'_>> = totals.iter().map(|total| total.map_or(Cell::Empty, Cell::Number)).collect();
        table.total = row((rows.len(), &sums));
        if let Some(label) = table.total.first_mut().filter(|first| first.is_empty()) {
            label.push_str(language.of(&words::TOTAL));
        }
    }
    fitted(table)
}

/// The columns to print, and what stands above the table for those that say the same in each row: paper is narrow.
/// Figures are printed in full, but where there are none. A currency that headings say is not said again.
fn told_once(section: &Section, language: Language) -> (Vec<usize>, String) {
    let is_printed = |place: usize| {
        let column = &section.columns[place];
        let is_kept = is_figure(&column.kind) && (section.role == Role::Main || !is_empty(section, place));
        is_kept || section.num_rows() < 2 || !is_constant(section, place)
    };
    let (printed, once): (Vec<usize>, Vec<usize>) = (0..section.columns.len()).partition(|place| is_printed(*place));
    let first = section.cells().next().unwrap_or_default();
    let said = once.iter().filter_map(|place| {
        let column = &section.columns[*place];
        let value = figure::cell(first[*place], &column.kind, 0);
        let is_said = section.columns.iter().any(|column| currency(&column.kind) == Some(value.as_str()));
        (!is_said).then(|| format!("{} {}", column.title, if value.is_empty() { NOTHING } else { value.as_str() }))
    });
    let said: Vec<String> = said.collect();
    if printed.is_empty() {
        return (once, String::new());
    }
    let said = said.join(language.of(&words::AND));
    let same = if said.is_empty() { said } else { language.of(&words::SAME).replace("{same}", &said) };
    (printed, same)
}

/// The sum of a column; none where no row has a figure, for no budget is not a budget of 0.
fn total(section: &Section, place: usize) -> Option<Number> {
    if is_empty(section, place) { None } else { section.total(place) }
}

fn is_empty(section: &Section, place: usize) -> bool {
    section.rows.iter().all(|batch| batch.column(place).null_count() == batch.num_rows())
}

fn is_constant(section: &Section, place: usize) -> bool {
    let mut cells = section.rows.iter().flat_map(|batch| {
        let column = batch.column(place);
        (0..batch.num_rows()).map(move |row| Cell::of(column, row))
    });
    let first = cells.next();
    cells.all(|cell| Some(cell) == first)
}

/// The checks of a document, each with what it compares.
pub(super) fn checks(checks: &[Check], language: Language) -> Table {
    let figures = |title: &words::Words| Heading { is_figure: true, ..text_heading(language.of(title)) };
    let row = |check: &Check| {
        let amount = |number: Number| format!("{} {}", figure::grouped(&number.with_digits(2)), check.currency);
        let result = language.of(if check.passed { &words::PASSED } else { &words::FAILED });
        [check.title.clone(), amount(check.expected), amount(check.found), result.to_owned()].into()
    };
    let table = Table {
        title: language.of(&words::CHECKS).to_owned(),
        note: String::new(),
        same: String::new(),
        columns: vec![
            text_heading(language.of(&words::CHECK)),
            figures(&words::EXPECTED),
            figures(&words::FOUND),
            text_heading(language.of(&words::RESULT)),
        ],
        rows: checks.iter().map(row).collect(),
        total: Vec::new(),
        remark: String::new(),
        paper: Paper::default(),
    };
    fitted(table)
}

/// How many rows of a section are printed: people read the figures, and look details up.
const fn num_rows_max(role: Role) -> usize {
    match role {
        Role::Main => 2_000,
        Role::Detail => 100,
        Role::Explanation | Role::Glossary => 500,
    }
}

fn remark(section: &Section, num_printed: usize, language: Language) -> String {
    if section.num_rows() == 0 {
        return language.of(&words::NO_ROWS).to_owned();
    }
    if num_printed == section.num_rows() {
        return String::new();
    }
    let count = |rows: usize| figure::grouped(&rows.to_string());
    language.of(&words::LEFT_OUT).replace("{printed}", &count(num_printed)).replace("{all}", &count(section.num_rows()))
}

/// The cells of a row at these places.
fn chosen<'a>(row: &[Cell<'a>], places: &[usize]) -> Vec<Cell<'a>> {
    places.iter().map(|place| row[*place]).collect()
}

/// Digits after the point of a column's amounts.
enum Digits {
    /// The same in each row, so that the points line up: those that the most exact amount needs.
    Same(u32),
    /// Each row's own, where each has a currency of its own.
    Own(Vec<u32>),
}

impl Digits {
    /// Those of a row; of the totals behind the last one none is known to need fewer than two.
    fn of(&self, row: usize) -> u32 {
        match self {
            Self::Same(digits) => *digits,
            Self::Own(digits) => digits.get(row).copied().unwrap_or(2),
        }
    }
}

fn digits(section: &Section, place: usize, rows: &[Vec<Cell<'_>>], total: Option<Number>) -> Digits {
    let Kind::Money { currency, .. } = &section.columns[place].kind else { return Digits::Same(0) };
    let needed = |row: &Vec<Cell<'_>>| {
        let needed = if let Cell::Number(number) = row[place] { number.trimmed().scale } else { 0 };
        needed.max(section.money_digits(place, row).into())
    };
    let each: Vec<u32> = rows.iter().map(needed).collect();
    if currency.is_none() {
        return Digits::Own(each);
    }
    let least = u32::from(section.money_digits(place, &[]));
    let of_total = total.map(|total| total.trimmed().scale);
    Digits::Same(each.into_iter().chain(of_total).fold(least, u32::max))
}

fn heading(title: &str, kind: &Kind) -> Heading {
    let unit = currency(kind).unwrap_or_default().to_owned();
    Heading { unit, is_figure: is_figure(kind), ..text_heading(title) }
}

/// The currency that a column's heading says.
fn currency(kind: &Kind) -> Option<&str> {
    if let Kind::Money { currency, .. } = kind { currency.as_deref() } else { None }
}

const fn is_figure(kind: &Kind) -> bool {
    matches!(kind, Kind::Count | Kind::Quantity | Kind::Money { .. } | Kind::Ratio)
}

fn text_heading(title: &str) -> Heading {
    Heading { title: title.to_owned(), unit: String::new(), is_figure: false, stretch: 0.0 }
}

/// The table on the paper that it needs, with room given to its columns.
fn fitted(mut table: Table) -> Table {
    let wish = |(place, heading): (usize, &Heading)| {
        let texts = table.rows.iter().chain([&table.total]).filter_map(|row| row.get(place));
        let titles = heading.title.split_whitespace().chain([heading.unit.as_str()]);
        Wish::new(titles, texts.map(String::as_str), !heading.is_figure)
    };
    let wishes: Vec<Wish> = table.columns.iter().enumerate().map(wish).collect();
    let (paper, stretches) = room::share(&wishes);
    for (heading, stretch) in table.columns.iter_mut().zip(stretches) {
        heading.stretch = stretch;
    }
    Table { paper, ..table }
}
