//! What the functions of patterns, zones and intervals share in reading their arguments.

use arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray};
use arrow::datatypes::{DataType, DurationMicrosecondType, IntervalMonthDayNanoType, IntervalUnit, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use tidemark_model::pg_text;

use super::patterns::{PatternError, Zone};

/// A time by the clock, without zone.
pub(super) const LOCAL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
/// An interval as DataFusion reads one.
pub(super) const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);
/// The difference of two times.
pub(super) const DIFFERENCE: DataType = DataType::Duration(TimeUnit::Microsecond);

/// A pattern's or zone's error as the engine's.
pub(super) fn refused(error: PatternError) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}

/// The error for an instant outside of the calendar.
pub(super) fn out_of_range() -> DataFusionError {
    DataFusionError::Execution("timestamp out of range".to_owned())
}

/// The session's zone; UTC without one.
pub(super) fn session_zone(args: &ScalarFunctionArgs) -> Result<Zone> {
    let zone = args.config_options.execution.time_zone.as_deref().unwrap_or("UTC");
    Zone::of_session(zone).map_err(refused)
}

/// Whether a type is text, or a NULL that may be.
pub(super) const fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null)
}

/// The type as which a number, an interval or a time is read; an error for others.
pub(super) fn read_as(function: &str, data_type: &DataType) -> Result<DataType> {
    Ok(match data_type {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => DataType::Int64,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Float32 => DataType::Float32,
        DataType::Float16 | DataType::Float64 => DataType::Float64,
        DataType::Decimal128(..) => data_type.clone(),
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal256(_, scale) => {
            DataType::Decimal128(38, *scale)
        }
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Null => LOCAL,
        DataType::Date32 | DataType::Date64 => DataType::Date32,
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Duration(_) => DIFFERENCE,
        DataType::Interval(_) => INTERVAL,
        other => return plan_err!("{function} does not take {other}"),
    })
}

/// Intervals, with differences of times in days and the rest, as PostgreSQL's are.
pub(super) fn intervals(array: &ArrayRef) -> IntervalMonthDayNanoArray {
    let Some(differences) = array.as_primitive_opt::<DurationMicrosecondType>() else {
        return array.as_primitive::<IntervalMonthDayNanoType>().clone();
    };
    differences.iter().map(|us| us.map(pg_text::difference)).collect()
}

/// Whether a call has the same arguments for every row.
pub(super) fn is_constant(arguments: &[ColumnarValue]) -> bool {
    arguments.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)))
}

/// An answer as its arguments were given: one value of one-value arguments, so that the planner takes it for a constant.
pub(crate) fn as_given(arguments: &[ColumnarValue], answer: ArrayRef) -> Result<ColumnarValue> {
    if is_constant(arguments) {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&answer, 0)?));
    }
    Ok(ColumnarValue::Array(answer))
}

/// What was made of the last row's text, made again only where the text changes; it seldom does.
#[derive(Debug)]
pub(super) struct Last<T>(Option<(String, T)>);

impl<T> Last<T> {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    pub(super) fn get(&mut self, text: &str, make: impl FnOnce(&str) -> Result<T, PatternError>) -> Result<&T> {
        let (_, made) = match self.0.take_if(|(known, _)| known == text) {
            Some(last) => self.0.insert(last),
            None => self.0.insert((text.to_owned(), make(text).map_err(refused)?)),
        };
        Ok(made)
    }
}
