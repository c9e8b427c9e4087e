//! Column builders that take the cells of one row and fill the rest with nulls when the batch is made.

use std::sync::Arc;

use arrow::array::builder::NullBufferBuilder;
use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int32Builder, Int64Builder, ListArray, StringBuilder,
    StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{Field, Fields};
use arrow::error::ArrowError;
use tidemark_model::contract::{Kind, Member};
use tidemark_model::schema::{decimal, row_type};

use super::value::Cell;

/// A column under construction. Rows without a value are filled with nulls up to the next one, so a row costs only
/// the columns that it has.
#[derive(Debug)]
pub(super) enum Column {
    Text(StringBuilder),
    Flag(BooleanBuilder),
    Int(Int64Builder),
    SmallInt(Int32Builder),
    Real(Float64Builder),
    Decimal(Decimal128Builder),
    Rows(RowsColumn),
}

/// Fills a builder with nulls up to a row.
macro_rules! pad {
    ($builder:expr, $row:expr) => {
        for _ in arrow::array::ArrayBuilder::len($builder)..$row {
            $builder.append_null();
        }
    };
}

impl Column {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Id(_) | Kind::Labels => Self::Text(StringBuilder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Count | Kind::Millis => Self::Int(Int64Builder::new()),
            Kind::Score => Self::SmallInt(Int32Builder::new()),
            Kind::Fraction => Self::Real(Float64Builder::new()),
            Kind::Decimal => Self::Decimal(Decimal128Builder::new().with_data_type(decimal())),
            Kind::Rows(members) => Self::Rows(RowsColumn::new(members)),
        }
    }

    /// Sets the value of a row; rows are set in order, each at most once.
    pub(super) fn set(&mut self, row: usize, cell: &Cell<'_>) {
        self.pad(row);
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Flag(builder), Cell::Flag(flag)) => builder.append_value(*flag),
            (Self::Int(builder), Cell::Int(value)) => builder.append_value(*value),
            (Self::SmallInt(builder), Cell::Int(value)) => builder.append_value(*value as i32),
            (Self::Real(builder), Cell::Real(value)) => builder.append_value(*value),
            (Self::Decimal(builder), Cell::Decimal(value)) => builder.append_value(*value),
            (Self::Rows(column), Cell::Rows(rows)) => column.push(rows),
            // A cell is read by the kind of its column, so no other pair exists; null is the safe answer.
            (column, _) => column.pad(row + 1),
        }
    }

    fn pad(&mut self, row: usize) {
        match self {
            Self::Text(builder) => pad!(builder, row),
            Self::Flag(builder) => pad!(builder, row),
            Self::Int(builder) => pad!(builder, row),
            Self::SmallInt(builder) => pad!(builder, row),
            Self::Real(builder) => pad!(builder, row),
            Self::Decimal(builder) => pad!(builder, row),
            Self::Rows(column) => column.pad(row),
        }
    }

    /// The finished column of so many rows; the builder starts again.
    pub(super) fn finish(&mut self, num_rows: usize) -> Result<ArrayRef, ArrowError> {
        self.pad(num_rows);
        Ok(match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::SmallInt(builder) => Arc::new(builder.finish()),
            Self::Real(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Rows(column) => Arc::new(column.finish()?),
        })
    }
}

/// A list of rows in each row.
#[derive(Debug)]
pub(super) struct RowsColumn {
    members: &'static [Member],
    columns: Vec<Column>,
    num_inner: usize,
    offsets: Vec<i32>,
    valid: NullBufferBuilder,
}

impl RowsColumn {
    fn new(members: &'static [Member]) -> Self {
        let columns = members.iter().map(|member| Column::new(member.kind)).collect();
        Self { members, columns, num_inner: 0, offsets: vec![0], valid: NullBufferBuilder::new(0) }
    }

    fn push(&mut self, rows: &[Vec<Option<Cell<'_>>>]) {
        for cells in rows {
            for (column, cell) in self.columns.iter_mut().zip(cells) {
                if let Some(cell) = cell {
                    column.set(self.num_inner, cell);
                }
            }
            self.num_inner += 1;
        }
        self.offsets.push(self.num_inner as i32);
        self.valid.append_non_null();
    }

    fn pad(&mut self, row: usize) {
        while self.offsets.len() <= row {
            self.offsets.push(self.num_inner as i32);
            self.valid.append_null();
        }
    }

    fn finish(&mut self) -> Result<ListArray, ArrowError> {
        let inner_type = row_type(self.members);
        let arrow::datatypes::DataType::Struct(fields) = &inner_type else { unreachable!("row_type is a struct") };
        let fields: Fields = fields.clone();
        let columns = self.columns.iter_mut().map(|column| column.finish(self.num_inner));
        let inner = StructArray::try_new_with_length(fields, columns.collect::<Result<_, _>>()?, None, self.num_inner)?;
        let offsets = OffsetBuffer::new(std::mem::replace(&mut self.offsets, vec![0]).into());
        let element = Arc::new(Field::new("element", inner_type, true));
        self.num_inner = 0;
        ListArray::try_new(element, offsets, Arc::new(inner), self.valid.finish())
    }
}
