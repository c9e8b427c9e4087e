//! `minor_digits(currency)`: how many digits after the point an amount has when it is paid, by ISO 4217.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_model::currency;

use super::as_given;

/// The function; null of no currency.
pub(crate) fn minor_digits() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let currencies = arrays[0].as_string::<i32>().iter();
        let digits = currencies.map(|code| code.map(|code| i64::from(currency::minor_digits(code))));
        as_given(arguments, Arc::new(digits.collect::<Int64Array>()))
    };
    create_udf("minor_digits", vec![DataType::Utf8], DataType::Int64, Volatility::Immutable, Arc::new(run))
}
