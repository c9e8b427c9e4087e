//! `version()`: what drivers read to learn which PostgreSQL they talk to.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use crate::settings::SERVER_VERSION;

/// The function.
pub(crate) fn version() -> ScalarUDF {
    let text = format!("PostgreSQL {SERVER_VERSION} (Tidemark {})", env!("CARGO_PKG_VERSION"));
    let answer = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text.clone()))));
    create_udf("version", vec![], DataType::Utf8, Volatility::Stable, Arc::new(answer))
}
