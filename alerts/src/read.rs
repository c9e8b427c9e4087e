//! Columns of an answer as gauges need them. A gauge is a float: money is exact in SQL, not here.

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};

pub(crate) fn texts(rows: &RecordBatch, column: usize) -> Option<Vec<Option<String>>> {
    let found = cast(rows.column(column), &DataType::Utf8).ok()?;
    Some(found.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect())
}

pub(crate) fn numbers(rows: &RecordBatch, column: usize) -> Option<Vec<Option<f64>>> {
    let found = cast(rows.column(column), &DataType::Float64).ok()?;
    Some(found.as_primitive::<Float64Type>().iter().collect())
}

/// Instants in seconds since 1970.
pub(crate) fn times(rows: &RecordBatch, column: usize) -> Option<Vec<Option<f64>>> {
    let instants = cast(rows.column(column), &DataType::Timestamp(TimeUnit::Second, Some("UTC".into()))).ok()?;
    let seconds = cast(&instants, &DataType::Int64).ok()?;
    Some(seconds.as_primitive::<Int64Type>().iter().map(|second| second.map(|second| second as f64)).collect())
}
