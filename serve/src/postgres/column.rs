//! One column on the wire: as text by [`Texts`], else by `arrow_pg`. Decimals, which that cuts to 28 digits, become binary
//! by way of their text.

use std::error::Error;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, FieldRef, TimestampMicrosecondType};
use bytes::BytesMut;
use pgwire::api::Type;
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo};
use pgwire::error::PgWireResult;
use pgwire::types::ToSqlText;
use pgwire::types::format::FormatOptions;
use postgres_types::{IsNull, ToSql, WrongType, to_sql_checked};
use tidemark_model::pg_text::Texts;

use super::numeric;

/// A column of a batch and how the client takes it.
#[derive(Debug)]
pub(super) struct Column {
    field: FieldRef,
    array: ArrayRef,
    texts: Option<Texts>,
    info: FieldInfo,
}

impl Column {
    pub(super) fn new(field: &FieldRef, array: &ArrayRef, info: &FieldInfo) -> Self {
        Self { field: field.clone(), array: array.clone(), texts: Texts::of(array), info: info.clone() }
    }

    /// Adds the cell of a row.
    pub(super) fn encode(&self, row: usize, encoder: &mut DataRowEncoder) -> PgWireResult<()> {
        let (kind, options) = (self.info.datatype(), self.info.format_options());
        match (&self.texts, self.info.format()) {
            (Some(column), FieldFormat::Text) => {
                let cell = Cell { column, row };
                encoder.encode_field_with_type_and_format(&cell, kind, FieldFormat::Text, options)
            }
            (None, FieldFormat::Text) => self.encode_plain(row, encoder),
            // Not all that `arrow_pg` writes looks for NULL.
            (_, FieldFormat::Binary) if self.array.is_null(row) => {
                encoder.encode_field_with_type_and_format(&None::<&[u8]>, kind, FieldFormat::Binary, options)
            }
            (_, FieldFormat::Binary) => self.encode_binary(row, encoder),
        }
    }

    fn encode_binary(&self, row: usize, encoder: &mut DataRowEncoder) -> PgWireResult<()> {
        let (kind, options) = (self.info.datatype(), self.info.format_options());
        let bytes = match (self.array.data_type(), &self.texts) {
            (DataType::Timestamp(_, Some(_)), _) => {
                let micros = self.array.as_primitive::<TimestampMicrosecondType>();
                let instant = micros.value_as_datetime(row).map(|utc| utc.and_utc());
                return encoder.encode_field_with_type_and_format(&instant, kind, FieldFormat::Binary, options);
            }
            (_, Some(texts)) if *kind == Type::NUMERIC => texts.text(row).and_then(|text| numeric::to_binary(&text)),
            // Its items are texts of decimals.
            (DataType::List(_), _) if *kind == Type::NUMERIC_ARRAY => {
                numeric::to_binary_array(self.array.as_list::<i32>().value(row).as_string::<i32>().iter())
            }
            _ => return self.encode_plain(row, encoder),
        };
        encoder.encode_field_with_type_and_format(&bytes.as_deref(), kind, FieldFormat::Binary, options)
    }

    fn encode_plain(&self, row: usize, encoder: &mut DataRowEncoder) -> PgWireResult<()> {
        arrow_pg::encoder::encode_value(encoder, &self.array, row, &self.field, &self.info)
    }
}

/// A cell that writes its own text.
#[derive(Debug)]
struct Cell<'a> {
    column: &'a Texts,
    row: usize,
}

impl ToSqlText for Cell<'_> {
    fn to_sql_text(
        &self,
        _: &Type,
        out: &mut BytesMut,
        _: &FormatOptions,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(if self.column.write(self.row, out)? { IsNull::No } else { IsNull::Yes })
    }
}

/// The encoder wants both forms of all it is given.
impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, _: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Err(Box::new(WrongType::new::<&str>(kind.clone())))
    }

    fn accepts(_: &Type) -> bool {
        false
    }

    to_sql_checked!();
}
