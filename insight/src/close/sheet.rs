//! Files of a pack as CSV in UTF-8: the same rows always the same bytes, and read back as they were.
//!
//! Lines end in a line feed; a value is quoted where it has to be. Written by hand: a library's next release may quote
//! otherwise, and these bytes must be the same in seven years.

use csv::{ReaderBuilder, StringRecord};

/// What is wrong with a file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A file is not there.
    #[error("\"{0}\" is missing")]
    Missing(String),
    /// It is no CSV, or has other columns.
    #[error("\"{file}\" is not CSV with the columns {columns}")]
    Columns {
        /// The file.
        file: String,
        /// The columns that it must have.
        columns: String,
    },
    /// A value that cannot be read.
    #[error("\"{file}\", row {row}: {column} cannot be read")]
    Value {
        /// The file.
        file: String,
        /// The row, from 1.
        row: usize,
        /// The column.
        column: &'static str,
    },
}

/// Writes rows under their header.
pub(super) fn write(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = columns.join(",");
    text.push('\n');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|value| cell(value)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn cell(value: &str) -> String {
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// A row that is read.
#[derive(Debug)]
pub(super) struct Row<'a> {
    file: &'a str,
    columns: &'static [&'static str],
    number: usize,
    values: StringRecord,
}

/// Reads the rows of a file that has exactly these columns.
pub(super) fn read<'a>(
    file: &'a str,
    columns: &'static [&'static str],
    text: &str,
) -> Result<Vec<Row<'a>>, SheetError> {
    let other = || SheetError::Columns { file: file.to_owned(), columns: columns.join(",") };
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().and_then(Result::ok).ok_or_else(other)?;
    if !header.iter().eq(columns.iter().copied()) {
        return Err(other());
    }
    let row = |(number, values): (usize, Result<StringRecord, csv::Error>)| {
        Ok(Row { file, columns, number, values: values.map_err(|_| other())? })
    };
    (1..).zip(records).map(row).collect()
}

impl Row<'_> {
    /// A column's text; nothing where the file has no such column.
    pub(super) fn text(&self, column: &'static str) -> &str {
        let place = self.columns.iter().position(|known| *known == column);
        place.and_then(|place| self.values.get(place)).unwrap_or_default()
    }

    /// A column's text, where there is any.
    pub(super) fn optional(&self, column: &'static str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A column's value.
    pub(super) fn value<T>(&self, column: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, SheetError> {
        read(self.text(column)).ok_or_else(|| self.unreadable(column))
    }

    /// The error of a value that cannot be read.
    pub(super) fn unreadable(&self, column: &'static str) -> SheetError {
        SheetError::Value { file: self.file.to_owned(), row: self.number, column }
    }
}

/// Units of 10^-`scale` as a plain decimal, without needless zeros.
pub(super) fn decimal(units: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// Reads what [`decimal`] wrote; `None` for any other text.
pub(super) fn read_decimal(text: &str, scale: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > scale {
        return None;
    }
    let units: i128 = format!("{whole}{fraction:0<scale$}").parse().ok()?;
    (decimal(units, scale) == text).then_some(units)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: &[&str] = &["a", "b"];

    #[test]
    fn a_file_is_the_text_that_is_expected() {
        let rows = [["x", ""], ["a, b", "say \"so\""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(write(COLUMNS, rows), "a,b\nx,\n\"a, b\",\"say \"\"so\"\"\"\n");
        assert_eq!(write(COLUMNS, []), "a,b\n");
    }

    #[test]
    fn another_file_is_refused_with_its_place() {
        let columns = |text: &str| read("f.csv", COLUMNS, text).map(|rows| rows.len()).unwrap_err().to_string();
        for text in ["", "a\n", "b,a\n", "a,b\n1\n"] {
            assert_eq!(columns(text), "\"f.csv\" is not CSV with the columns a,b");
        }
        let rows = read("f.csv", COLUMNS, "a,b\n1,2\n3,x\n").unwrap();
        let value = rows[1].value("b", |text| read_decimal(text, 0)).unwrap_err();
        assert_eq!(value.to_string(), "\"f.csv\", row 2: b cannot be read");
    }

    #[test]
    fn decimals_are_plain_and_have_one_form() {
        let written =
            [(0, "0"), (-5, "-0.005"), (1_500, "1.5"), (i128::MIN, "-170141183460469231731687303715884105.728")];
        for (units, text) in written {
            assert_eq!(decimal(units, 3), text);
            assert_eq!(read_decimal(text, 3), Some(units));
        }
        for text in ["", "1.50", "+1", "-0", "01", "1.", ".5", "1.0005", "1e3", "1 "] {
            assert_eq!(read_decimal(text, 3), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_values_are_read_back(rows in vec(("\\PC{0,8}|[\",\r\n ]{0,4}", "[^\\p{Cc}]{1,8}"), 0..5)) {
            let text = write(COLUMNS, rows.iter().map(|(a, b)| vec![a.clone(), b.clone()]));
            let found = read("f.csv", COLUMNS, &text).unwrap();
            let found: Vec<_> = found.iter().map(|row| (row.text("a").to_owned(), row.text("b").to_owned())).collect();
            prop_assert_eq!(found, rows);
        }
    }
}
