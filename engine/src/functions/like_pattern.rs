//! `like_pattern(pattern, escape)`: a pattern of `LIKE ... ESCAPE` with backslashes, the only escape that DataFusion has.

use std::sync::Arc;

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_sql::dialect;

/// The function.
pub(crate) fn like_pattern() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let [patterns, escapes] = [0, 1].map(|index: usize| arrays[index].as_string::<i32>());
        let pattern = |(pattern, escape): (Option<&str>, Option<&str>)| match (pattern, escape) {
            (Some(pattern), Some(escape)) => escaped(pattern, escape).map(Some),
            _ => Ok(None),
        };
        let patterns = patterns.iter().zip(escapes).map(pattern).collect::<Result<StringArray>>()?;
        Ok(ColumnarValue::Array(Arc::new(patterns)))
    };
    create_udf("like_pattern", vec![DataType::Utf8; 2], DataType::Utf8, Volatility::Immutable, Arc::new(run))
}

fn escaped(pattern: &str, escape: &str) -> Result<String> {
    let mut characters = escape.chars();
    let escape = characters.next();
    if characters.next().is_some() {
        return exec_err!("an escape is one character");
    }
    match dialect::like_pattern(pattern, escape) {
        Some(pattern) => Ok(pattern),
        None => exec_err!("LIKE pattern must not end with escape character"),
    }
}
