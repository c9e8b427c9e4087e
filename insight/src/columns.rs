//! Columns of answers as the types that the computations take, whatever form the engine gave them.

use arrow::array::{
    Array, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE};
use tidemark_model::schema::timestamp;

/// The first columns as texts.
pub(crate) fn texts<const N: usize>(rows: &RecordBatch) -> Result<[StringArray; N], ServiceError> {
    let columns = (0..N).map(|place| text(rows, place)).collect::<Result<Vec<_>, _>>()?;
    columns.try_into().map_err(|_| unreadable(&ArrowError::SchemaError("columns are missing".to_owned())))
}

/// A column as text.
pub(crate) fn text(rows: &RecordBatch, place: usize) -> Result<StringArray, ServiceError> {
    Ok(as_type(rows, place, &DataType::Utf8)?.as_string::<i32>().clone())
}

/// A column as exact figures.
pub(crate) fn figures(rows: &RecordBatch, place: usize) -> Result<Decimal128Array, ServiceError> {
    let figure = DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE);
    Ok(as_type(rows, place, &figure)?.as_primitive::<Decimal128Type>().clone())
}

/// A column as floating-point numbers, for estimates.
pub(crate) fn numbers(rows: &RecordBatch, place: usize) -> Result<Float64Array, ServiceError> {
    Ok(as_type(rows, place, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

/// A column as whole numbers.
pub(crate) fn counts(rows: &RecordBatch, place: usize) -> Result<Int64Array, ServiceError> {
    Ok(as_type(rows, place, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}

/// A column as instants, microseconds UTC.
pub(crate) fn instants(rows: &RecordBatch, place: usize) -> Result<TimestampMicrosecondArray, ServiceError> {
    Ok(as_type(rows, place, &timestamp())?.as_primitive::<TimestampMicrosecondType>().clone())
}

/// A column as flags.
pub(crate) fn flags(rows: &RecordBatch, place: usize) -> Result<BooleanArray, ServiceError> {
    Ok(as_type(rows, place, &DataType::Boolean)?.as_boolean().clone())
}

/// The value of a row, where it has one.
pub(crate) fn value(texts: &StringArray, row: usize) -> Option<&str> {
    (!texts.is_null(row)).then(|| texts.value(row))
}

fn as_type(rows: &RecordBatch, place: usize, wanted: &DataType) -> Result<arrow::array::ArrayRef, ServiceError> {
    let column = rows.columns().get(place);
    let column = column.ok_or_else(|| unreadable(&ArrowError::SchemaError("columns are missing".to_owned())))?;
    cast(column, wanted).map_err(|error| unreadable(&error))
}

fn unreadable(error: &ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("the platform's own answer could not be read: {error}"))
}
