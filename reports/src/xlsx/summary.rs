//! The first sheet: what the document is, and whether its figures hold.

use rust_xlsxwriter::{Formula, Workbook, XlsxError};

use super::formats::Formats;
use super::live::cell;
use super::names::Names;
use super::sheet::{LINE_HEIGHT, columns_of, print_ready};
use crate::document::{Check, Document};
use crate::value::Number;
use crate::words::{CHECK, CHECKS, DIFFERENCE, EXPECTED, FAILED, FOUND, PASSED, RESULT, SUMMARY, Words};

/// The widths of its columns, in characters.
const WIDTHS: [u16; 6] = [44, 34, 18, 18, 10, 12];

/// Adds it.
pub(super) fn add(
    book: &mut Workbook,
    document: &Document,
    formats: &Formats,
    names: &mut Names,
) -> Result<(), XlsxError> {
    let word = |words: &Words| document.language.of(words).to_owned();
    let sheet = book.add_worksheet();
    sheet.set_name(names.sheet(&word(&SUMMARY)))?;
    print_ready(sheet, document);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, f64::from(width))?;
    }
    sheet.write_string_with_format(0, 0, &document.title, &formats.title)?;
    let mut row = 2;
    for (label, value) in document.head() {
        sheet.write_string_with_format(row, 0, label, &formats.label)?;
        let num_lines = columns_of(&value).div_ceil(usize::from(WIDTHS[1])).max(1);
        sheet.set_row_height(row, num_lines as f64 * LINE_HEIGHT)?;
        sheet.write_string_with_format(row, 1, value, &formats.wrapped)?;
        row += 1;
    }
    if document.checks.is_empty() {
        return Ok(());
    }
    row += 1;
    sheet.write_string_with_format(row, 0, word(&CHECKS), &formats.title)?;
    row += 1;
    for (column, title) in (0..).zip([CHECK, EXPECTED, FOUND, DIFFERENCE]) {
        let format = if column == 0 { &formats.header } else { &formats.header_right };
        sheet.write_string_with_format(row, column, word(&title), format)?;
    }
    sheet.write_blank(row, 4, &formats.header)?;
    sheet.write_string_with_format(row, 5, word(&RESULT), &formats.header)?;
    for check in &document.checks {
        row += 1;
        let Check { title, expected, found, currency, passed, .. } = check;
        sheet.write_string_with_format(row, 0, title, &formats.text)?;
        sheet.write_number_with_format(row, 1, expected.to_f64(), formats.money())?;
        sheet.write_number_with_format(row, 2, found.to_f64(), formats.money())?;
        sheet.write_formula_with_format(row, 3, difference(row, check), formats.money())?;
        sheet.write_string_with_format(row, 4, currency, &formats.text)?;
        let format = if *passed { &formats.passed } else { &formats.failed };
        sheet.write_formula_with_format(row, 5, result(row, check, &word(&PASSED), &word(&FAILED)), format)?;
    }
    Ok(())
}

fn difference(row: u32, check: &Check) -> Formula {
    let difference = check.found.checked_sub(check.expected).unwrap_or(Number::ZERO);
    Formula::new(format!("=ROUND({}-{},9)", cell(row, 2), cell(row, 1))).set_result(difference.to_f64().to_string())
}

fn result(row: u32, check: &Check, passed: &str, failed: &str) -> Formula {
    let tolerance = check.tolerance.trimmed();
    let formula = format!("=IF(ABS({})<={tolerance},\"{passed}\",\"{failed}\")", cell(row, 3));
    Formula::new(formula).set_result(if check.passed { passed } else { failed })
}
