//! Cost and usage by the columns of FOCUS (the FinOps Open Cost and Usage Specification), as CSV: a definition's
//! statement says what stands in each column, here it is only written down.

use arrow::array::RecordBatch;
use csv::{Terminator, WriterBuilder};

use crate::error::WriteError;
use crate::value::Cell;

/// Rows under their columns' names. Numbers are plain decimals, what is not there is an empty field.
///
/// # Errors
/// As a writer of CSV; none while it writes to memory.
pub(crate) fn focus(rows: &[RecordBatch]) -> Result<Vec<u8>, WriteError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    if let Some(first) = rows.first() {
        writer.write_record(first.schema().fields().iter().map(|field| field.name()))?;
    }
    for batch in rows {
        for row in 0..batch.num_rows() {
            writer.write_record(batch.columns().iter().map(|column| written(&Cell::of(column, row))))?;
        }
    }
    writer.into_inner().map_err(|error| WriteError::Csv(error.into_error().into()))
}

fn written(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => (*text).to_owned(),
        Cell::Number(number) => number.trimmed().to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Instant(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    }
}
