//! The columns of an answer as documents have them: whatever the engine's types, cells become text, exact numbers, days
//! or instants. What is by a zone's clock is written as text, for a document's instants are in UTC.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::DateTime;
use chrono_tz::Tz;

use super::output::Output;
use crate::document::Kind;

/// Digits of a decimal that a float becomes, and how many stand after the point, as figures of KPIs have them.
const DECIMAL: (u8, i8) = (38, 9);

/// Largest float that has room before the point of such a decimal.
const FLOAT_MAX: f64 = 1e28;

/// A local time by a clock alone, to the minute: the hour that a row is of.
const BY_CLOCK: &str = "%Y-%m-%d %H:%M";

/// An instant by a zone's clock, with its distance from UTC.
const IN_ZONE: &str = "%Y-%m-%d %H:%M:%S%:z";

/// The rows with their columns as documents have them, in the order of the outputs and under their names. A column that
/// became text has the kind of text from then on.
pub(super) fn cells(rows: &[RecordBatch], outputs: &mut [Output], zone: Tz) -> Result<Vec<RecordBatch>, ArrowError> {
    for output in outputs.iter_mut() {
        if output.kind == Kind::Instant && zone != Tz::UTC {
            output.kind = Kind::Text;
        }
    }
    // A float that no decimal holds makes its column text in all batches, so that they stay of one type.
    let as_text: Vec<bool> = (0..outputs.len()).map(|place| rows.iter().any(|batch| is_huge(batch, place))).collect();
    for (output, as_text) in outputs.iter_mut().zip(&as_text) {
        if *as_text {
            (output.kind, output.is_summed) = (Kind::Text, false);
        }
    }
    rows.iter().map(|batch| of_batch(batch, outputs, (&as_text, zone))).collect()
}

fn of_batch(
    batch: &RecordBatch,
    outputs: &[Output],
    (as_text, zone): (&[bool], Tz),
) -> Result<RecordBatch, ArrowError> {
    if batch.num_columns() != outputs.len() {
        let message = format!("{} columns came where {} were asked for", batch.num_columns(), outputs.len());
        return Err(ArrowError::SchemaError(message));
    }
    let mut columns = Vec::new();
    for (column, as_text) in batch.columns().iter().zip(as_text) {
        columns.push(if *as_text { text(column)? } else { known(column, zone)? });
    }
    let field = |(column, output): (&ArrayRef, &Output)| Field::new(&output.name, column.data_type().clone(), true);
    let fields: Vec<Field> = columns.iter().zip(outputs).map(field).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The column in a type that [cells](crate::value::Cell) are read from.
fn known(column: &ArrayRef, zone: Tz) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => Ok(Arc::clone(column)),
        DataType::Int32 | DataType::Int64 | DataType::UInt64 => Ok(Arc::clone(column)),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => {
            cast(column, &DataType::Int64)
        }
        DataType::Decimal128(_, scale) if *scale >= 0 => Ok(Arc::clone(column)),
        DataType::Float16 | DataType::Float32 => known(&cast(column, &DataType::Float64)?, zone),
        DataType::Float64 => decimals(column),
        DataType::Date32 => Ok(Arc::clone(column)),
        DataType::Date64 => cast(column, &DataType::Date32),
        DataType::Timestamp(unit, offset) if *unit != TimeUnit::Microsecond => {
            known(&cast(column, &DataType::Timestamp(TimeUnit::Microsecond, offset.clone()))?, zone)
        }
        DataType::Timestamp(_, None) => Ok(clock(column, Tz::UTC, BY_CLOCK)),
        DataType::Timestamp(_, Some(_)) if zone != Tz::UTC => Ok(clock(column, zone, IN_ZONE)),
        DataType::Timestamp(_, Some(_)) => Ok(Arc::clone(column)),
        _ => text(column),
    }
}

/// The column of instants, each as a zone's clock shows it.
fn clock(column: &ArrayRef, zone: Tz, form: &str) -> ArrayRef {
    let times = column.as_primitive::<TimestampMicrosecondType>().iter();
    let shown = times.map(|time| {
        let at = DateTime::from_timestamp_micros(time?)?;
        Some(at.with_timezone(&zone).format(form).to_string())
    });
    Arc::new(shown.collect::<StringArray>())
}

/// The column of floats as decimals, each rounded once; what is no number is nothing.
fn decimals(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let (precision, scale) = DECIMAL;
    let digits = scale.unsigned_abs().into();
    // Formatting rounds the exact value of the float.
    let units = |value: f64| -> Option<i128> { format!("{value:.digits$}").replace('.', "").parse().ok() };
    let units = column.as_primitive::<Float64Type>().iter().map(|value| value.and_then(units));
    let column: Decimal128Array = units.collect();
    Ok(Arc::new(column.with_precision_and_scale(precision, scale)?))
}

fn is_huge(batch: &RecordBatch, place: usize) -> bool {
    let Some(column) = batch.columns().get(place) else { return false };
    let floats = cast(column, &DataType::Float64).ok().filter(|_| column.data_type().is_floating());
    floats.is_some_and(|floats| floats.as_primitive::<Float64Type>().iter().flatten().any(|v| v.abs() >= FLOAT_MAX))
}

/// The column as Arrow writes it.
fn text(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let mut texts: Vec<Option<String>> = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        texts.push(if column.is_null(row) { None } else { Some(formatter.value(row).try_to_string()?) });
    }
    Ok(Arc::new(StringArray::from(texts)))
}
