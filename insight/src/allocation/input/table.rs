//! Reads a CSV file row by row, and notes every problem instead of stopping at the first.

use std::collections::BTreeMap;
use std::fmt::Display;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::problem::{Problem, Problems, unless_problems};

/// One row, as its reader sees it.
pub(super) struct Cells<'a> {
    columns: &'static [&'static str],
    record: &'a ByteRecord,
    line: u64,
    problems: &'a mut Vec<Problem>,
}

impl Cells<'_> {
    /// Reads a column's value; a value that cannot be read is noted, and the other columns are read all the same.
    pub(super) fn read<V, E: Display>(&mut self, column: &str, read: impl FnOnce(&str) -> Result<V, E>) -> Option<V> {
        let place = self.columns.iter().position(|known| *known == column)?;
        let outcome = match std::str::from_utf8(self.record.get(place)?) {
            Ok(text) => read(text).map_err(|error| error.to_string()),
            Err(_) => Err("not UTF-8: save the file as CSV UTF-8".to_owned()),
        };
        outcome.map_err(|reason| self.note(column, reason)).ok()
    }

    /// Notes a problem of a column.
    pub(super) fn note(&mut self, column: &str, reason: String) {
        self.problems.push(Problem { line: self.line, place: Some(column.to_owned()), reason });
    }
}

/// Reads a file with exactly these columns. `read` makes a row of its cells (`None` where it noted a problem); two
/// rows of one key are a problem.
pub(super) fn read_rows<T, K: Ord>(
    bytes: &[u8],
    columns: &'static [&'static str],
    mut read: impl FnMut(&mut Cells<'_>) -> Option<T>,
    key: impl Fn(&T) -> K,
) -> Result<Vec<T>, Problems> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(bytes);
    let (mut record, mut lines) = (ByteRecord::new(), Lines { bytes, seen: 0, line: 1 });
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut first_line_of: BTreeMap<K, u64> = BTreeMap::new();
    let mut has_header = false;
    let mut num_records = 0_u64;
    while reader.read_byte_record(&mut record).map_err(unreadable)? {
        let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
        if !has_header {
            check_header(&record, columns, line)?;
            has_header = true;
            continue;
        }
        num_records += 1;
        if record.len() != columns.len() {
            let reason = format!("{} values, {} are expected: {}", record.len(), columns.len(), columns.join(","));
            problems.push(Problem { line, place: None, reason });
            continue;
        }
        let Some(row) = read(&mut Cells { columns, record: &record, line, problems: &mut problems }) else { continue };
        match first_line_of.get(&key(&row)) {
            Some(first) => {
                let reason = format!("says the same as line {first} again: keep one of them");
                problems.push(Problem { line, place: None, reason });
            }
            None => {
                first_line_of.insert(key(&row), line);
                rows.push(row);
            }
        }
    }
    if num_records == 0 {
        let reason = format!("no rows: the header {} and at least one row are expected", columns.join(","));
        problems.push(Problem { line: 1, place: None, reason });
    }
    unless_problems(rows, problems)
}

/// Without the right header nothing else in the file can be judged.
fn check_header(record: &ByteRecord, columns: &[&str], line: u64) -> Result<(), Problems> {
    if record.iter().eq(columns.iter().map(|column| column.as_bytes())) {
        return Ok(());
    }
    Err(Problems(vec![Problem { line, place: None, reason: format!("the header must be {}", columns.join(",")) }]))
}

fn unreadable(error: csv::Error) -> Problems {
    Problems(vec![Problem { line: 1, place: None, reason: format!("cannot be read as CSV: {error}") }])
}

/// Counts lines as an editor does; the CSV reader counts those that it skips to the record before.
struct Lines<'a> {
    bytes: &'a [u8],
    seen: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record begins that the reader found from this byte on. Bytes must not decrease.
    fn line_of(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).min(self.bytes.len());
        let skipped = self.bytes[from..].iter().take_while(|b| matches!(**b, b'\r' | b'\n')).count();
        let newlines = self.bytes[self.seen..from + skipped].iter().filter(|b| **b == b'\n').count();
        self.seen = from + skipped;
        self.line += newlines as u64;
        self.line
    }
}
