//! `?format=rows`: lines of JSON made for a browser that shows rows while they arrive. The first line says the columns,
//! each further one is a row as an array, the last says how many rows there were: without it the answer broke off.
//! Whole numbers of 64 bits are text, as decimals are: a browser's numbers are exact only up to 2^53.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use arrow::error::ArrowError;
use serde_json::{Value, json};

use super::answer::Pieces;
use crate::cells::{self, Cells};

/// See the module.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<Value>,
    schema: SchemaRef,
    num_rows: usize,
}

impl Rows {
    pub(super) fn new(schema: &SchemaRef) -> Self {
        Self { columns: columns(schema), schema: cells::map_schema(schema, exact), num_rows: 0 }
    }
}

impl Pieces for Rows {
    fn start(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(format!("{}\n", json!({"columns": self.columns})).into_bytes())
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        let batch = cells::convert(batch, &self.schema)?;
        let options = cells::options();
        let mut cells = Cells::try_new(&batch, &options)?;
        let mut out = Vec::new();
        for row in 0..batch.num_rows() {
            cells.write_row(row, &mut out);
            out.push(b'\n');
        }
        self.num_rows += batch.num_rows();
        Ok(out)
    }

    fn end(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(format!("{}\n", json!({"rows": self.num_rows})).into_bytes())
    }
}

/// Names and types of columns, as JSON says them.
pub(super) fn columns(schema: &SchemaRef) -> Vec<Value> {
    let fields = schema.fields().iter();
    fields.map(|field| json!({"name": field.name(), "type": cells::type_name(field.data_type())})).collect()
}

/// The type with every whole number of 64 bits as text, inside lists and structs too.
fn exact(kind: &DataType) -> DataType {
    let child = |field: &FieldRef| Arc::new(field.as_ref().clone().with_data_type(exact(field.data_type())));
    match cells::plain(kind) {
        DataType::Int64 | DataType::UInt64 => DataType::Utf8,
        DataType::List(field) => DataType::List(child(&field)),
        DataType::LargeList(field) => DataType::LargeList(child(&field)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(child).collect()),
        other => other,
    }
}
