//! Values as the columns of result tables.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, StringArray, TimestampMicrosecondArray};
use arrow::error::ArrowError;
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE, Figure};
use tidemark_model::time::Micros;

/// A column of texts.
pub(crate) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// A column of instants.
pub(crate) fn instants(values: impl Iterator<Item = Option<Micros>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// A column of exact figures.
///
/// # Errors
/// Where a figure has more digits than the column.
pub(crate) fn figures(values: impl Iterator<Item = Option<Figure>>) -> Result<ArrayRef, ArrowError> {
    let column: Decimal128Array = values.map(|value| value.map(|figure| figure.0)).collect();
    let column = column.with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE)?;
    column.validate_decimal_precision(FIGURE_PRECISION)?;
    Ok(Arc::new(column))
}
