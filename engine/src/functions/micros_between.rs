//! `micros_between(start, end)`: microseconds from one instant to another.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array};
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_model::schema::timestamp;

/// The function; negative where the end is before the start, null where one is.
pub(crate) fn micros_between() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let [start, end] = [0, 1].map(|index: usize| arrays[index].as_primitive::<TimestampMicrosecondType>());
        let micros = |(start, end): (Option<i64>, Option<i64>)| end?.checked_sub(start?);
        Ok(ColumnarValue::Array(Arc::new(start.iter().zip(end).map(micros).collect::<Int64Array>())))
    };
    create_udf("micros_between", vec![timestamp(), timestamp()], DataType::Int64, Volatility::Immutable, Arc::new(run))
}
