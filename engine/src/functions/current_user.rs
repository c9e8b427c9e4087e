//! `current_user`, `session_user`, `user`: the principal that the session was made for.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// The function under its three names.
pub(crate) fn current_user(name: &str) -> ScalarUDF {
    let name = name.to_owned();
    let answer = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(name.clone()))));
    create_udf("current_user", vec![], DataType::Utf8, Volatility::Stable, Arc::new(answer))
        .with_aliases(["session_user", "user"])
}
