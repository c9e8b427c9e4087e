//! Rows on the wire, in text and in binary. `arrow_pg` writes plain values; decimals, which it cuts to 28 digits, and
//! nested values, on which it may panic, are made text before.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use futures::future::ready;
use futures::{StreamExt, stream};
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::{DataRow, FieldDescription, RowDescription};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::Answer;

use super::error::failure;
use super::numeric;
use super::parameters::is_binary;
use crate::cells;

/// The columns as the client is told of them.
pub(super) fn fields(schema: &Schema, format: &Format) -> PgWireResult<Vec<FieldInfo>> {
    let one = |(index, field): (usize, &FieldRef)| {
        let (kind, modifier) = wire_type(field)?;
        let format = if is_binary(format, index) { FieldFormat::Binary } else { FieldFormat::Text };
        let size = type_size(&kind);
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
    let fields = Arc::clone(fields);
    let mut encoder = DataRowEncoder::new(Arc::clone(&fields));
    Ok((0..batch.num_rows()).map(move |row| {
        for (column, info) in fields.iter().enumerate() {
            encode_cell(&mut encoder, &batch, column, row, info)?;
        }
        Ok(encoder.take_row())
    }))
}

fn encode_cell(
    encoder: &mut DataRowEncoder,
    batch: &RecordBatch,
    column: usize,
    row: usize,
    info: &FieldInfo,
) -> PgWireResult<()> {
    let array = batch.column(column);
    let instant = array.as_any().downcast_ref::<TimestampMicrosecondArray>();
    if let (Some(instant), FieldFormat::Text) = (instant, info.format()) {
        let text = instant_text(instant, row);
        let format = info.format();
        return encoder.encode_field_with_type_and_format(&text, info.datatype(), format, info.format_options());
    }
    let decimal = array.as_any().downcast_ref::<StringArray>().filter(|_| *info.datatype() == Type::NUMERIC);
    let (Some(texts), FieldFormat::Binary) = (decimal, info.format()) else {
        return arrow_pg::encoder::encode_value(encoder, array, row, batch.schema_ref().field(column), info);
    };
    let value = texts.is_valid(row).then(|| numeric::to_binary(texts.value(row))).flatten();
    encoder.encode_field_with_type_and_format(
        &value.as_deref(),
        info.datatype(),
        FieldFormat::Binary,
        info.format_options(),
    )
}

/// As PostgreSQL writes it: no fraction where there is none, and the zone as hours.
fn instant_text(array: &TimestampMicrosecondArray, row: usize) -> Option<String> {
    let local = array.is_valid(row).then(|| array.value_as_datetime(row)).flatten()?;
    Some(format!("{local}{}", if array.timezone().is_some() { "+00" } else { "" }))
}

/// The type that a column is converted to before it is written.
fn encodable(kind: &DataType) -> DataType {
    match kind {
        DataType::Dictionary(_, value) => encodable(value),
        DataType::RunEndEncoded(_, value) => encodable(value.data_type()),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) if is_array(item) => {
            DataType::List(Arc::new(Field::new("item", encodable(item.data_type()), true)))
        }
        kind if kind.is_nested() || kind.is_decimal() => DataType::Utf8,
        // PostgreSQL counts time in microseconds.
        DataType::Timestamp(_, None) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(_, Some(_)) => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Date64 => DataType::Date32,
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
    )
}

/// The type on the wire and its modifier, -1 for none.
fn wire_type(field: &FieldRef) -> PgWireResult<(Type, i32)> {
    let kind = field.data_type();
    if let DataType::Decimal32(precision, scale)
    | DataType::Decimal64(precision, scale)
    | DataType::Decimal128(precision, scale)
    | DataType::Decimal256(precision, scale) = kind
    {
        return Ok((Type::NUMERIC, ((i32::from(*precision) << 16) | (i32::from(*scale) & 0x7ff)) + 4));
    }
    let to = encodable(kind);
    if cells::is_nested(kind) && to == DataType::Utf8 {
        return Ok((Type::JSON, -1));
    }
    let field = Arc::new(field.as_ref().clone().with_data_type(to));
    Ok((arrow_pg::datatypes::field_into_pg_type(&field)?, -1))
}

fn type_size(kind: &Type) -> i16 {
    match *kind {
        Type::BOOL | Type::CHAR => 1,
        Type::INT2 => 2,
        Type::INT4 | Type::FLOAT4 | Type::DATE | Type::OID => 4,
        Type::INT8 | Type::FLOAT8 | Type::TIME | Type::TIMESTAMP | Type::TIMESTAMPTZ => 8,
        Type::INTERVAL => 16,
        _ => -1,
    }
}

fn internal(message: &str) -> PgWireError {
    failure(ServiceError::new(ErrorCode::Internal, format!("the answer could not be written: {message}")))
}
