//! A section as a sheet: head lines, a table with its totals, and all that printing needs.

use rust_xlsxwriter::{ExcelDateTime, Table, TableColumn, TableFunction, TableStyle, Workbook, Worksheet, XlsxError};

use super::formats::{Formats, is_right};
use super::live;
use super::names::{Names, unique_titles};
use crate::document::{Column, Document, Section};
use crate::value::{Cell, Number};
use crate::words::{PAGE, TOTAL};

/// The row of a table's titles.
const HEADER_ROW: u32 = 4;
/// The height of a line in points: rows with more than one are given theirs, for few programs find it out.
pub(super) const LINE_HEIGHT: f64 = 15.0;
/// Rows of a sheet that hold data: Excel has 1,048,576 in all.
const ROWS_MAX: usize = 1_048_000;
/// Rows from which on a sheet is written as it goes, without a table of Excel's, which needs all of it in memory.
const TABLE_ROWS_MAX: usize = 20_000;
/// Characters that a cell of Excel holds.
const TEXT_CHARS_MAX: usize = 32_767;
/// Rows that widths of columns are taken from.
const WIDTH_ROWS: usize = 200;
/// A4 in Excel's list of papers.
const A4: u8 = 9;

/// Adds the sheets of a section; more than one where it has more rows than a sheet.
pub(super) fn add(
    book: &mut Workbook,
    document: &Document,
    section: &Section,
    formats: &Formats,
    names: &mut Names,
) -> Result<(), XlsxError> {
    let titles = unique_titles(section);
    let is_long = section.num_rows() > TABLE_ROWS_MAX;
    let mut rows = section.cells().peekable();
    loop {
        let sheet = if is_long { book.add_worksheet_with_constant_memory()? } else { book.add_worksheet() };
        sheet.set_name(names.sheet(&section.title))?;
        set_up(sheet, document, section)?;
        let mut page = Page { sheet, section, formats, titles: &titles, totals: vec![Number::ZERO; titles.len()] };
        page.head(document)?;
        if is_long {
            page.header()?;
        }
        let num_rows = page.rows(rows.by_ref().take(ROWS_MAX))?;
        if is_long {
            page.total_row(num_rows, document)?;
            page.sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + num_rows.max(1), last_column(&titles))?;
        } else {
            page.table(num_rows, document, names.table(section.name))?;
        }
        if rows.peek().is_none() {
            return Ok(());
        }
    }
}

/// Paper, repeated rows, head and foot, and the part that stays when one scrolls.
pub(super) fn set_up(sheet: &mut Worksheet, document: &Document, section: &Section) -> Result<(), XlsxError> {
    print_ready(sheet, document);
    sheet.set_freeze_panes(HEADER_ROW + 1, 0)?.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    sheet.set_row_height(HEADER_ROW, 2.0 * LINE_HEIGHT)?;
    for (place, column) in section.columns.iter().enumerate() {
        sheet.set_column_width(u16::try_from(place).unwrap_or(u16::MAX), width(section, place, column))?;
    }
    Ok(())
}

/// A4 across, as wide as a page, with what names the document on each.
pub(super) fn print_ready(sheet: &mut Worksheet, document: &Document) {
    let plain = |text: &str| text.chars().take(100).collect::<String>().replace('&', "&&");
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_header(format!(
        "&L{}&R{} · {}",
        plain(&document.title),
        plain(&document.entity),
        plain(&document.period)
    ));
    sheet.set_footer(format!("&L{}&R{}", plain(&document.id), document.language.of(&PAGE)));
}

fn width(section: &Section, place: usize, column: &Column) -> f64 {
    let shown = |cell: &Cell<'_>| match cell {
        Cell::Text(text) => columns_of(text),
        Cell::Number(number) => number.trimmed().to_string().len() + 4,
        Cell::Empty => 0,
        Cell::Date(_) => 10,
        Cell::Instant(_) => 19,
    };
    let longest = section.cells().take(WIDTH_ROWS).filter_map(|row| row.get(place).map(shown)).max().unwrap_or(0);
    // A title may take two lines, and has a button for filters.
    let title = columns_of(&column.title) / 2 + 5;
    longest.max(title).clamp(9, 60) as f64 + 1.0
}

/// How wide a text stands: characters of Chinese are twice as wide.
pub(super) fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum()
}

fn last_column(titles: &[String]) -> u16 {
    u16::try_from(titles.len().saturating_sub(1)).unwrap_or(u16::MAX)
}

/// A sheet that is being written.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    section: &'a Section,
    formats: &'a Formats,
    titles: &'a [String],
    /// The sums of this sheet's columns.
    totals: Vec<Number>,
}

impl Page<'_> {
    fn head(&mut self, document: &Document) -> Result<(), XlsxError> {
        let of = format!("{} · {} · {}", document.title, document.entity, document.period);
        self.sheet.write_string_with_format(0, 0, &self.section.title, &self.formats.title)?;
        self.sheet.write_string_with_format(1, 0, of, &self.formats.quiet)?;
        self.sheet.write_string_with_format(2, 0, &self.section.note, &self.formats.quiet)?;
        Ok(())
    }

    fn header(&mut self) -> Result<(), XlsxError> {
        for (place, (title, column)) in (0..).zip(self.titles.iter().zip(&self.section.columns)) {
            let format = if is_right(&column.kind) { &self.formats.header_right } else { &self.formats.header };
            self.sheet.write_string_with_format(HEADER_ROW, place, title, format)?;
        }
        Ok(())
    }

    /// Writes rows below the header; how many there were.
    fn rows<'c>(&mut self, rows: impl Iterator<Item = Vec<Cell<'c>>>) -> Result<u32, XlsxError> {
        let terms: Vec<_> = (0..self.titles.len()).map(|place| live::terms(self.section, place)).collect();
        // Looked up once where all rows have the same currency: there may be a million of them.
        let digits: Vec<u8> = (0..self.titles.len()).map(|place| self.section.money_digits(place, &[])).collect();
        let own_digits: Vec<bool> = self.section.columns.iter().map(|column| column.kind.is_said_by_rows()).collect();
        let mut num_rows = 0;
        for cells in rows {
            num_rows += 1;
            for (place, cell) in cells.iter().enumerate() {
                let digits = if own_digits[place] { self.section.money_digits(place, &cells) } else { digits[place] };
                self.cell((HEADER_ROW + num_rows, digits), place, *cell, terms[place].as_deref())?;
            }
        }
        Ok(num_rows)
    }

    /// Writes a cell of a row, where money has so many digits.
    fn cell(
        &mut self,
        (row, digits): (u32, u8),
        place: usize,
        cell: Cell<'_>,
        terms: Option<&[(usize, bool)]>,
    ) -> Result<(), XlsxError> {
        let column = u16::try_from(place).unwrap_or(u16::MAX);
        let kind = &self.section.columns[place].kind;
        match (cell, terms) {
            (Cell::Empty, _) => {}
            (Cell::Text(text), _) => text_cell(self.sheet, (row, column), text, &self.formats.text)?,
            (Cell::Number(number), terms) => {
                self.totals[place] = self.totals[place].checked_add(number).ok_or_else(|| {
                    XlsxError::ParameterError(format!("the sum of \"{}\" does not fit", self.titles[place]))
                })?;
                let format = self.formats.number(kind, number, digits);
                match terms {
                    Some(terms) => {
                        self.sheet.write_formula_with_format(row, column, live::formula(terms, row, number), format)?
                    }
                    None => self.sheet.write_number_with_format(row, column, number.to_f64(), format)?,
                };
            }
            (Cell::Date(day), _) => {
                let at = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
                self.sheet.write_datetime_with_format(
                    row,
                    column,
                    ExcelDateTime::from_timestamp(at)?,
                    self.formats.day(),
                )?;
            }
            (Cell::Instant(at), _) => {
                let at = ExcelDateTime::from_timestamp(at.timestamp())?;
                self.sheet.write_datetime_with_format(row, column, at, self.formats.instant())?;
            }
        }
        Ok(())
    }

    fn has_totals(&self) -> bool {
        self.section.columns.iter().any(|column| column.is_summed)
    }

    /// What stands below a column: a label below the first, sums below those that are summed.
    fn total(&self, place: usize, num_rows: u32) -> Option<rust_xlsxwriter::Formula> {
        let last = HEADER_ROW + num_rows.max(1);
        self.section.columns[place].is_summed.then(|| live::subtotal(place, HEADER_ROW + 1, last, self.totals[place]))
    }

    fn total_row(&mut self, num_rows: u32, document: &Document) -> Result<(), XlsxError> {
        if !self.has_totals() {
            return Ok(());
        }
        let row = HEADER_ROW + num_rows.max(1) + 1;
        for (place, column) in self.section.columns.iter().enumerate() {
            let at = u16::try_from(place).unwrap_or(u16::MAX);
            let format = self.formats.total(&column.kind, self.section.money_digits(place, &[]));
            match self.total(place, num_rows) {
                Some(formula) => self.sheet.write_formula_with_format(row, at, formula, &format)?,
                None if place == 0 => {
                    self.sheet.write_string_with_format(row, at, document.language.of(&TOTAL), &format)?
                }
                None => self.sheet.write_blank(row, at, &format)?,
            };
        }
        Ok(())
    }

    /// Makes the rows a table of Excel's: with filters, bands and a row of totals.
    fn table(&mut self, num_rows: u32, document: &Document, name: String) -> Result<(), XlsxError> {
        let has_totals = self.has_totals();
        let column = |(place, (title, column)): (usize, (&String, &Column))| {
            let header = if is_right(&column.kind) { &self.formats.header_right } else { &self.formats.header };
            let made = TableColumn::new().set_header(title).set_header_format(header);
            match self.total(place, num_rows) {
                Some(formula) => made.set_total_function(TableFunction::Custom(formula)),
                None if place == 0 && has_totals => made.set_total_label(document.language.of(&TOTAL)),
                None => made,
            }
        };
        let columns: Vec<_> = self.titles.iter().zip(&self.section.columns).enumerate().map(column).collect();
        let table = Table::new().set_name(name).set_columns(&columns).set_total_row(has_totals);
        let table = table.set_style(TableStyle::Light1).set_banded_rows(true);
        let last = HEADER_ROW + num_rows.max(1) + u32::from(has_totals);
        self.sheet.add_table(HEADER_ROW, 0, last, last_column(self.titles), &table)?;
        // The table writes its totals without a look of their own.
        self.total_row(num_rows, document)
    }
}

/// A text, which is never taken for a formula or a number.
fn text_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let fits = text.chars().count() <= TEXT_CHARS_MAX;
    let text: String = if fits { text.to_owned() } else { text.chars().take(TEXT_CHARS_MAX).collect() };
    sheet.write_string_with_format(row, column, text, format)?;
    Ok(())
}
