//! `pg_postmaster_start_time()` and `pg_conf_load_time()`: when this process began to answer.

use std::sync::Arc;

use arrow::datatypes::DataType;
use chrono::Utc;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_model::schema::timestamp;

/// Both of them, with now as their answer.
pub(super) fn functions() -> [ScalarUDF; 2] {
    let now = ScalarValue::TimestampMicrosecond(Some(Utc::now().timestamp_micros()), Some("UTC".into()));
    ["pg_postmaster_start_time", "pg_conf_load_time"].map(|name| {
        let now = now.clone();
        let answer = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(now.clone()));
        create_udf(name, Vec::<DataType>::new(), timestamp(), Volatility::Stable, Arc::new(answer))
    })
}
