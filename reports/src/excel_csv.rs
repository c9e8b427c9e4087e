//! The report's rows as CSV for Excel: a byte order mark, without which Excel reads Chinese by the machine's old code
//! page; titles in the language; and no text that Excel would work out as a formula.

use csv::{Terminator, WriterBuilder};

use crate::document::{Document, Kind};
use crate::error::WriteError;
use crate::value::Cell;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a text begins with that spreadsheets take for a formula; the wide forms are what input methods make of them.
const FORMULA_STARTS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// The rows of the document's detail, or of its first section, under titles for people.
///
/// # Errors
/// As a writer of CSV; none while it writes to memory.
pub(crate) fn excel_csv(document: &Document) -> Result<Vec<u8>, WriteError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    if let Some(section) = document.detail() {
        writer.write_record(section.columns.iter().map(|column| neutral(&column.full_title())))?;
        for row in section.cells() {
            let cells = row.iter().enumerate().zip(&section.columns);
            let cells =
                cells.map(|((place, cell), column)| shown(cell, &column.kind, section.money_digits(place, &row)));
            writer.write_record(cells)?;
        }
    }
    writer.into_inner().map_err(|error| WriteError::Csv(error.into_error().into()))
}

/// Money has so many `digits` after the point at least.
fn shown(cell: &Cell<'_>, kind: &Kind, digits: u8) -> String {
    match (cell, kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Text(text), _) => neutral(text),
        (Cell::Number(number), Kind::Money { .. }) => number.with_digits(digits.into()),
        (Cell::Number(number), _) => number.trimmed().to_string(),
        (Cell::Date(day), _) => day.to_string(),
        (Cell::Instant(at), _) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// The text, with an apostrophe before what would be a formula.
fn neutral(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_a_text() {
        for text in ["=1+1", "@x", "-2", "+3", "\t=1", "\u{ff1d}1"] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        assert_eq!(neutral("a=1"), "a=1");
    }

    #[test]
    fn a_negative_amount_stays_a_number() {
        let money = Kind::Money { currency: None, said_by: None };
        let amount = crate::value::Number { units: -1_500_000_000, scale: 9 };
        assert_eq!(shown(&Cell::Number(amount), &money, 2), "-1.50");
    }
}
