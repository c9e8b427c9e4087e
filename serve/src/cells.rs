//! Columns made ready for text: zones become UTC, and each cell can be written as JSON: decimals as strings so that no
//! client rounds money, and strings for the numbers that JSON lacks (`NaN`, `Infinity`, `-Infinity`), as PostgreSQL does.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray, RecordBatch, StringBuilder};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{
    DataType, DurationMicrosecondType, Field, FieldRef, Float32Type, Float64Type, Schema, SchemaRef, TimeUnit,
};
use arrow::error::ArrowError;
use arrow::json::writer::{Encoder, EncoderFactory, EncoderOptions, NullableEncoder, make_encoder};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use tidemark_model::pg_text::{self, Texts};

/// The zone of all instants we write; an offset needs no zone database.
const UTC: &str = "+00:00";

/// The type with every instant in UTC and every plain encoding undone, inside lists and structs too.
pub(crate) fn plain(kind: &DataType) -> DataType {
    let child = |field: &FieldRef| Arc::new(field.as_ref().clone().with_data_type(plain(field.data_type())));
    match kind {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some(UTC.into())),
        DataType::Dictionary(_, value) => plain(value),
        DataType::RunEndEncoded(_, value) => plain(value.data_type()),
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Float16 => DataType::Float32,
        DataType::List(field) => DataType::List(child(field)),
        DataType::LargeList(field) => DataType::LargeList(child(field)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(child).collect()),
        other => other.clone(),
    }
}

/// A schema with each column's type mapped.
pub(crate) fn map_schema(schema: &Schema, map: impl Fn(&DataType) -> DataType) -> SchemaRef {
    let fields = schema.fields().iter();
    let mapped: Vec<Field> =
        fields.map(|field| field.as_ref().clone().with_data_type(map(field.data_type())).with_nullable(true)).collect();
    Arc::new(Schema::new(mapped))
}

/// The batch in a schema of [`map_schema`]; nested columns that shall be text become JSON.
pub(crate) fn convert(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        let (from, to) = (column.data_type(), field.data_type());
        match to {
            _ if from == to => Ok(Arc::clone(column)),
            DataType::Utf8 if is_nested(from) => json_text(column),
            // A number that does not fit is an error, not NULL.
            DataType::Int64 | DataType::Decimal128(..) => {
                cast_with_options(column, to, &CastOptions { safe: false, ..CastOptions::default() })
            }
            DataType::Interval(_) if matches!(from, DataType::Duration(_)) => in_days(column),
            _ => cast(column, to),
        }
    });
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns.collect::<Result<_, _>>()?, &options)
}

fn in_days(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let micros = cast(column, &DataType::Duration(TimeUnit::Microsecond))?;
    let intervals = micros.as_primitive::<DurationMicrosecondType>().iter().map(|us| us.map(pg_text::difference));
    Ok(Arc::new(intervals.collect::<IntervalMonthDayNanoArray>()))
}

/// Whether values of the type hold other values.
pub(crate) fn is_nested(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, value) => is_nested(value),
        other => other.is_nested() && !matches!(other, DataType::RunEndEncoded(..)),
    }
}

/// PostgreSQL's name of the type, as it is shown to people.
pub(crate) fn type_name(kind: &DataType) -> String {
    match kind {
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => "smallint".to_owned(),
        DataType::Int32 | DataType::UInt16 => "integer".to_owned(),
        DataType::Int64 | DataType::UInt32 => "bigint".to_owned(),
        DataType::UInt64 => "numeric(20,0)".to_owned(),
        DataType::Float16 | DataType::Float32 => "real".to_owned(),
        DataType::Float64 => "double precision".to_owned(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("numeric({precision},{scale})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "time".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamptz".to_owned(),
        DataType::Timestamp(_, None) => "timestamp".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) => "interval".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "bytea".to_owned()
        }
        DataType::Dictionary(_, value) => type_name(value),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("{}[]", type_name(item.data_type()))
        }
        DataType::Null => "unknown".to_owned(),
        _ => "json".to_owned(),
    }
}

/// Writes the cells of a batch as JSON values, column by column.
pub(crate) struct Cells<'a> {
    columns: Vec<NullableEncoder<'a>>,
}

impl std::fmt::Debug for Cells<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cells").field("columns", &self.columns.len()).finish()
    }
}

/// How cells become JSON.
pub(crate) fn options() -> EncoderOptions {
    EncoderOptions::default().with_explicit_nulls(true).with_encoder_factory(Arc::new(ExactCells))
}

impl<'a> Cells<'a> {
    pub(crate) fn try_new(batch: &'a RecordBatch, options: &'a EncoderOptions) -> Result<Self, ArrowError> {
        let columns = batch.schema_ref().fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| make_encoder(field, column.as_ref(), options));
        Ok(Self { columns: columns.collect::<Result<_, _>>()? })
    }

    pub(crate) fn write(&mut self, column: usize, row: usize, out: &mut Vec<u8>) {
        match self.columns.get_mut(column) {
            Some(encoder) if !encoder.is_null(row) => encoder.encode(row, out),
            _ => out.extend_from_slice(b"null"),
        }
    }

    /// Writes a row as a JSON array.
    pub(crate) fn write_row(&mut self, row: usize, out: &mut Vec<u8>) {
        out.push(b'[');
        for column in 0..self.columns.len() {
            if column > 0 {
                out.push(b',');
            }
            self.write(column, row, out);
        }
        out.push(b']');
    }
}

/// A nested column as text of JSON, NULL staying NULL.
fn json_text(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let column = cast(column, &plain(column.data_type())).unwrap_or_else(|_| Arc::clone(column));
    let field: FieldRef = Arc::new(Field::new("value", column.data_type().clone(), true));
    let options = options();
    let mut encoder = make_encoder(&field, column.as_ref(), &options)?;
    let mut texts = StringBuilder::new();
    let mut cell = Vec::new();
    for row in 0..column.len() {
        if encoder.is_null(row) {
            texts.append_null();
            continue;
        }
        cell.clear();
        encoder.encode(row, &mut cell);
        texts.append_value(String::from_utf8_lossy(&cell));
    }
    Ok(Arc::new(texts.finish()))
}

#[derive(Debug)]
struct ExactCells;

impl EncoderFactory for ExactCells {
    fn make_default_encoder<'a>(
        &self,
        _field: &'a FieldRef,
        array: &'a dyn Array,
        _options: &'a EncoderOptions,
    ) -> Result<Option<NullableEncoder<'a>>, ArrowError> {
        let encoder: Box<dyn Encoder + 'a> = match array.data_type() {
            kind if kind.is_decimal() => Box::new(Quoted(ArrayFormatter::try_new(array, &FormatOptions::default())?)),
            _ if has_no_numbers(array) => match Texts::of(&array.slice(0, array.len())) {
                Some(texts) => Box::new(Floats(texts)),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(NullableEncoder::new(encoder, array.nulls().cloned())))
    }
}

struct Quoted<'a>(ArrayFormatter<'a>);

impl Encoder for Quoted<'_> {
    fn encode(&mut self, idx: usize, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(self.0.value(idx).to_string().as_bytes());
        out.push(b'"');
    }
}

/// Whether floating-point numbers are among the values that JSON has no number for.
fn has_no_numbers(array: &dyn Array) -> bool {
    let doubles = array.as_primitive_opt::<Float64Type>().map(|array| array.values().iter().any(|n| !n.is_finite()));
    let singles = array.as_primitive_opt::<Float32Type>().map(|array| array.values().iter().any(|n| !n.is_finite()));
    doubles.or(singles).unwrap_or(false)
}

/// Floating-point numbers, some of which are none that JSON has.
struct Floats(Texts);

impl Encoder for Floats {
    fn encode(&mut self, idx: usize, out: &mut Vec<u8>) {
        let text = self.0.text(idx).unwrap_or_default();
        let is_number = text.ends_with(|last: char| last.is_ascii_digit());
        let text = if is_number { text } else { format!("\"{text}\"") };
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float32Array, Float64Array, ListArray};

    use super::*;

    fn rows(columns: Vec<(&str, ArrayRef)>) -> Vec<String> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, of)| (name, of, true)));
        let (batch, options) = (batch.unwrap(), options());
        let mut cells = Cells::try_new(&batch, &options).unwrap();
        let row = |row| {
            let mut out = Vec::new();
            cells.write_row(row, &mut out);
            String::from_utf8(out).unwrap()
        };
        (0..batch.num_rows()).map(row).collect()
    }

    #[test]
    fn numbers_that_json_lacks_are_texts_and_others_numbers() {
        // As PostgreSQL 16 answers SELECT to_json(n), with NULL and the numbers beside them.
        let doubles = [Some(f64::NAN), Some(f64::INFINITY), Some(f64::NEG_INFINITY), None, Some(0.1), Some(1e300)];
        let singles = doubles.map(|value| value.filter(|value| *value < 1e30 || !value.is_finite()).map(|n| n as f32));
        let list =
            ListArray::from_iter_primitive::<Float64Type, _, _>((0..6).map(|_| Some([Some(f64::NAN), Some(2.5)])));
        let found = rows(vec![
            ("doubles", Arc::new(Float64Array::from(doubles.to_vec()))),
            ("singles", Arc::new(Float32Array::from(singles.to_vec()))),
            ("lists", Arc::new(list)),
            ("whole", Arc::new(Float64Array::from(vec![0.5; 6]))),
        ]);
        let expected = [
            r#"["NaN","NaN",["NaN",2.5],0.5]"#,
            r#"["Infinity","Infinity",["NaN",2.5],0.5]"#,
            r#"["-Infinity","-Infinity",["NaN",2.5],0.5]"#,
            r#"[null,null,["NaN",2.5],0.5]"#,
            r#"[0.1,0.1,["NaN",2.5],0.5]"#,
            r#"[1e+300,null,["NaN",2.5],0.5]"#,
        ];
        assert_eq!(found, expected);
    }
}
