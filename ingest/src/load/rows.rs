//! Parquet: each row is an event in structured mode.
//!
//! Columns that are called as an attribute of the envelope (`id`, `source`, `type`, `time`, `city`, ...) are that
//! attribute. The event's own members are either in one column `data`, as a struct or as JSON text, or they are the
//! other columns. Rows are written as the JSON that a producer would have sent and go the way of every other record,
//! so that a bad row becomes a dead letter and not an error. Nulls count as members that are not there.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::json::LineDelimitedWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{CHUNK_RECORDS, Source};
use crate::error::IngestError;
use crate::record::Chunk;

/// The envelope's attributes (`events.md`), and the name of an event's id in our own tables.
const ATTRIBUTES: [&str; 11] = [
    "specversion",
    "id",
    "event_id",
    "source",
    "type",
    "time",
    "city",
    "tenant",
    "subject",
    "datacontenttype",
    "dataschema",
];
const DATA: &str = "data";

/// A file of rows.
pub(super) struct Rows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    size_bytes: u64,
    num_rows: u64,
    rows_read: u64,
}

impl Rows {
    /// Opens the file and checks its columns.
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let file = File::open(path).map_err(IngestError::file(path))?;
        let size_bytes = file.metadata().map_err(IngestError::file(path))?.len();
        let unreadable = |error: parquet::errors::ParquetError| IngestError::columns(path, error.to_string());
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
        check(builder.schema()).map_err(|why| IngestError::columns(path, why))?;
        let num_rows = builder.metadata().file_metadata().num_rows().max(1) as u64;
        let reader = builder.with_batch_size(CHUNK_RECORDS).build().map_err(unreadable)?;
        Ok(Self { path: path.to_owned(), reader, size_bytes, num_rows, rows_read: 0 })
    }
}

impl Source for Rows {
    fn fill(&mut self, chunk: &mut Chunk, first: i64) -> Result<(), IngestError> {
        while chunk.is_empty()
            && let Some(rows) = self.reader.next()
        {
            let rows = rows.map_err(|error| IngestError::columns(&self.path, error.to_string()))?;
            self.rows_read += rows.num_rows() as u64;
            for record in records(&rows)? {
                chunk.push(0, first + chunk.len() as i64, None, None, Some(&record), std::iter::empty());
            }
        }
        Ok(())
    }

    fn bytes_read(&self) -> u64 {
        self.size_bytes * self.rows_read / self.num_rows
    }
}

fn check(schema: &Schema) -> Result<(), String> {
    let has = |name| schema.field_with_name(name).is_ok();
    if let Some(own) = schema.fields().iter().find(|field| field.name().starts_with('_')) {
        return Err(format!(
            "column \"{}\" is one that Tidemark adds; write the file without it (SELECT * EXCEPT (...))",
            own.name()
        ));
    }
    if !has("id") && !has("event_id") {
        return Err("there is no column \"id\"; each row must be an event with id, source, type, time and city".into());
    }
    Ok(())
}

/// Each row as the JSON text of an event.
fn records(rows: &RecordBatch) -> Result<Vec<Vec<u8>>, IngestError> {
    let data = rows.column_by_name(DATA);
    let text = match data.map(|data| data.data_type()) {
        Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => data,
        _ => None,
    };
    let text = text.map(|text| cast(text, &DataType::Utf8)).transpose()?;
    let mut lines = Vec::new();
    let mut writer = LineDelimitedWriter::new(&mut lines);
    writer.write(&envelopes(rows, text.is_some())?)?;
    writer.finish()?;
    drop(writer);
    let splice = |(row, line): (usize, &[u8])| match &text {
        Some(text) if !text.is_null(row) => with_data(line, text.as_string::<i32>().value(row)),
        _ => line.to_vec(),
    };
    let lines = lines.split(|byte| *byte == b'\n').take(rows.num_rows());
    Ok(lines.enumerate().map(splice).collect())
}

/// The rows as the writer is to write them: attributes, and `data` as a struct unless its text is spliced in later.
fn envelopes(rows: &RecordBatch, data_is_text: bool) -> Result<RecordBatch, IngestError> {
    let schema = rows.schema();
    let columns = || schema.fields().iter().zip(rows.columns());
    let is_attribute = |field: &Field| ATTRIBUTES.contains(&field.name().as_str());
    let mut envelope: Vec<(Arc<Field>, ArrayRef)> = columns()
        .filter(|(field, _)| is_attribute(field))
        .map(|(field, column)| {
            let name = if field.name() == "event_id" { "id" } else { field.name() };
            (Arc::new(Field::clone(field).with_name(name)), Arc::clone(column))
        })
        .collect();
    if schema.field_with_name("specversion").is_err() {
        let versions: ArrayRef = Arc::new(arrow::array::StringArray::from(vec!["1.0"; rows.num_rows()]));
        envelope.push((Arc::new(Field::new("specversion", DataType::Utf8, false)), versions));
    }
    match (columns().find(|(field, _)| field.name() == DATA), data_is_text) {
        (Some((field, data)), false) => envelope.push((Arc::clone(field), Arc::clone(data))),
        (Some(_), true) => {}
        (None, _) => {
            let members = columns().filter(|(field, _)| !is_attribute(field));
            let (fields, members): (Vec<_>, Vec<_>) =
                members.map(|(field, column)| (Arc::clone(field), Arc::clone(column))).unzip();
            let data = StructArray::try_new_with_length(Fields::from(fields), members, None, rows.num_rows())?;
            envelope.push((Arc::new(Field::new(DATA, data.data_type().clone(), false)), Arc::new(data)));
        }
    }
    let (fields, columns): (Vec<_>, Vec<_>) = envelope.into_iter().unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// Adds the member `data` to an object; where the text is no JSON, neither is the record, and decode refuses it.
fn with_data(line: &[u8], data: &str) -> Vec<u8> {
    let open = line.strip_suffix(b"}").unwrap_or(line);
    [open, b",\"data\":", data.as_bytes(), b"}"].concat()
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, StringArray, TimestampMicrosecondArray};
    use serde_json::{Value, json};

    use super::*;

    fn rows(more: Vec<(&str, ArrayRef)>) -> RecordBatch {
        let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
        let time = TimestampMicrosecondArray::from(vec![1_774_000_000_123_456]).with_timezone("UTC");
        let envelope = vec![("id", text("u1")), ("source", text("/bill")), ("type", text("usage.recorded"))];
        let envelope = envelope.into_iter().chain([("city", text("HKG")), ("time", Arc::new(time) as ArrayRef)]);
        RecordBatch::try_from_iter(envelope.chain(more)).unwrap()
    }

    fn only(rows: &RecordBatch) -> Value {
        let records = records(rows).unwrap();
        assert_eq!(records.len(), 1);
        serde_json::from_slice(&records[0]).unwrap()
    }

    #[test]
    fn other_columns_are_the_members_of_data_and_decimals_stay_exact() {
        let cost =
            Decimal128Array::from(vec![12_345_678_901_234_567_890_i128]).with_precision_and_scale(38, 9).unwrap();
        let meter: ArrayRef = Arc::new(StringArray::from(vec!["llm.calls"]));
        let record = records(&rows(vec![("cost", Arc::new(cost)), ("meter", meter)])).unwrap().remove(0);
        let text = String::from_utf8(record).unwrap();
        assert!(text.contains("12345678901.23456789"), "{text}");
        let event: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["time"], json!("2026-03-20T09:46:40.123456Z"));
        assert_eq!(event["specversion"], json!("1.0"));
        assert_eq!(event["data"]["meter"], json!("llm.calls"));
    }

    #[test]
    fn a_data_column_of_text_is_taken_as_json_even_where_it_is_none() {
        let data: ArrayRef = Arc::new(StringArray::from(vec!["{\"meter\":\"x\"}"]));
        assert_eq!(only(&rows(vec![("data", data)]))["data"], json!({"meter": "x"}));
        let broken: ArrayRef = Arc::new(StringArray::from(vec!["{"]));
        let record = records(&rows(vec![("data", broken)])).unwrap().remove(0);
        assert!(serde_json::from_slice::<Value>(&record).is_err());
    }

    #[test]
    fn columns_of_our_own_and_rows_without_identity_are_refused() {
        let field = |name: &str| Field::new(name, DataType::Utf8, true);
        assert!(check(&Schema::new(vec![field("id"), field("_offset")])).unwrap_err().contains("_offset"));
        assert!(check(&Schema::new(vec![field("source")])).unwrap_err().contains("\"id\""));
        assert!(check(&Schema::new(vec![field("event_id")])).is_ok());
    }
}
