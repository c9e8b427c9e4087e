//! `is_city(code)`: whether the group has a city of this code.

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_model::city;

use super::as_given;

/// The function; null of no code.
pub(crate) fn is_city() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let codes = arrays[0].as_string::<i32>().iter();
        let are_known = codes.map(|code| code.map(|code| city::find(code).is_some()));
        as_given(arguments, Arc::new(are_known.collect::<BooleanArray>()))
    };
    create_udf("is_city", vec![DataType::Utf8], DataType::Boolean, Volatility::Immutable, Arc::new(run))
}
