//! An answer as messages: its columns as the client is told of them, and its rows. Columns are brought into types that
//! [`Column`] writes; nested values become text.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, IntervalUnit, Schema, SchemaRef, TimeUnit};
use futures::future::ready;
use futures::{StreamExt, stream};
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::{DataRow, FieldDescription, RowDescription};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::pg_type::ColumnType;
use tidemark_model::port::Answer;

use super::column::Column;
use super::error::failure;
use super::parameters::is_binary;
use crate::cells;

/// The columns as the client is told of them.
pub(super) fn fields(schema: &Schema, format: &Format) -> PgWireResult<Vec<FieldInfo>> {
    let one = |(index, field): (usize, &FieldRef)| {
        let (kind, modifier, size) = wire_type(field)?;
        let format = if is_binary(format, index) { FieldFormat::Binary } else { FieldFormat::Text };
        let info = FieldInfo::new(field.name().clone(), None, None, kind, format);
        Ok(info.with_type_size(size).with_type_modifier(modifier))
    };
    schema.fields().iter().enumerate().map(one).collect()
}

/// The message that tells of the columns.
pub(super) fn row_description(fields: &[FieldInfo]) -> RowDescription {
    RowDescription::new(fields.iter().map(FieldDescription::from).collect())
}

/// The rows of an answer as messages, made as the client takes them.
pub(super) fn response(answer: Answer, fields: Vec<FieldInfo>) -> QueryResponse {
    let schema = cells::map_schema(&answer.schema, encodable);
    let fields = Arc::new(fields);
    let of_rows = Arc::clone(&fields);
    let rows =
        answer.rows.flat_map(move |batch| match batch.map_err(failure).and_then(|b| rows(&b, &schema, &of_rows)) {
            Ok(rows) => stream::iter(rows).left_stream(),
            Err(error) => stream::once(ready(Err(error))).right_stream(),
        });
    QueryResponse::new(fields, rows)
}

fn rows(
    batch: &RecordBatch,
    schema: &SchemaRef,
    fields: &Arc<Vec<FieldInfo>>,
) -> PgWireResult<impl Iterator<Item = PgWireResult<DataRow>> + Send + use<>> {
    if batch.num_columns() != fields.len() {
        return Err(internal("a batch has other columns than its answer"));
    }
    let batch = cells::convert(batch, schema).map_err(|error| internal(&error.to_string()))?;
    let columns = schema.fields().iter().zip(batch.columns()).zip(fields.iter());
    let columns: Vec<Column> = columns.map(|((field, array), info)| Column::new(field, array, info)).collect();
    let mut encoder = DataRowEncoder::new(Arc::clone(fields));
    Ok((0..batch.num_rows()).map(move |row| {
        columns.iter().try_for_each(|column| column.encode(row, &mut encoder))?;
        Ok(encoder.take_row())
    }))
}

/// The type that a column is converted to before it is written.
fn encodable(kind: &DataType) -> DataType {
    match kind {
        DataType::Dictionary(_, value) => encodable(value),
        DataType::RunEndEncoded(_, value) => encodable(value.data_type()),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) if is_array(item) => {
            let item = match cells::plain(item.data_type()) {
                decimal if decimal.is_decimal() => DataType::Utf8,
                other => encodable(&other),
            };
            DataType::List(Arc::new(Field::new("item", item, true)))
        }
        DataType::Decimal128(_, 0..) => kind.clone(),
        kind if kind.is_nested() || kind.is_decimal() => DataType::Utf8,
        // PostgreSQL counts time in microseconds.
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Date64 => DataType::Date32,
        DataType::Interval(_) | DataType::Duration(_) => DataType::Interval(IntervalUnit::MonthDayNano),
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Int8 | DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::Float16 => DataType::Float32,
        other => cells::plain(other),
    }
}

/// Whether a list of such items is an array in PostgreSQL; others are JSON.
fn is_array(item: &FieldRef) -> bool {
    matches!(
        cells::plain(item.data_type()),
        DataType::Boolean
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Float32
            | DataType::Float64
            | DataType::Utf8
            | DataType::Date32
            | DataType::Timestamp(..)
            | DataType::Decimal128(..)
    )
}

/// The type on the wire, its modifier and the bytes of a value, -1 for none.
fn wire_type(field: &FieldRef) -> PgWireResult<(Type, i32, i16)> {
    let column = column_type(field.data_type());
    let kind = Type::from_oid(column.oid()).ok_or_else(|| internal("a column has a type without a name"))?;
    Ok((kind, column.modifier, column.size()))
}

/// The type of values of an Arrow type on the wire.
pub(super) fn kind(data_type: &DataType) -> Type {
    Type::from_oid(column_type(data_type).oid()).unwrap_or(Type::TEXT)
}

fn column_type(kind: &DataType) -> ColumnType {
    let is_json = cells::is_nested(kind) && encodable(kind) == DataType::Utf8;
    if is_json { ColumnType::of(&DataType::Struct(Fields::empty())) } else { ColumnType::of(kind) }
}

fn internal(message: &str) -> PgWireError {
    failure(ServiceError::new(ErrorCode::Internal, format!("the answer could not be written: {message}")))
}
