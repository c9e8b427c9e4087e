//! `to_char(value, pattern)`: a time, an interval or a number as PostgreSQL's pattern says.
//!
//! DataFusion's own takes chrono's patterns and answers wrong text for PostgreSQL's, without an error.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::arguments::{INTERVAL, Last, intervals, is_text, out_of_range, read_as, refused, session_zone};
use super::patterns::{Number, NumberPattern, Parts, Pattern, Zone, format, format_number};

const DAY_US: i64 = 86_400_000_000;
/// Digits that a double and a single float are sure of. Source: C's `DBL_DIG` and `FLT_DIG`.
const DOUBLE_DIGITS: usize = 15;
const SINGLE_DIGITS: usize = 6;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ToChar {
    signature: Signature,
}

impl ToChar {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Stable) }
    }
}

impl ScalarUDFImpl for ToChar {
    fn name(&self) -> &'static str {
        "to_char"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [value, pattern] if is_text(pattern) => Ok(vec![read_as("to_char", value)?, DataType::Utf8]),
            _ => plan_err!("to_char takes a value and its pattern"),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [values, patterns] = arrays.as_slice() else {
            return exec_err!("to_char takes a value and its pattern");
        };
        let texts = if values.data_type().is_numeric() {
            let mut last = Last::new();
            let number = numbers(values)?;
            texts(values, patterns, |row, pattern| {
                Ok(format_number(number(row), last.get(pattern, NumberPattern::new)?))
            })?
        } else {
            let mut last = Last::new();
            let parts = times(values, zone)?;
            texts(values, patterns, |row, pattern| {
                let pattern = last.get(pattern, |pattern| Ok(Pattern::new(pattern)))?;
                format(&parts(row).ok_or_else(out_of_range)?, pattern).map_err(refused)
            })?
        };
        Ok(ColumnarValue::Array(Arc::new(texts)))
    }
}

/// A text for each row that has a value and a pattern.
fn texts(
    values: &ArrayRef,
    patterns: &ArrayRef,
    mut text: impl FnMut(usize, &str) -> Result<String>,
) -> Result<StringArray> {
    let patterns = patterns.as_string::<i32>();
    let mut texts = StringBuilder::new();
    for row in 0..values.len() {
        if values.is_valid(row) && patterns.is_valid(row) {
            texts.append_value(text(row, patterns.value(row))?);
        } else {
            texts.append_null();
        }
    }
    Ok(texts.finish())
}

/// The number of a row.
fn numbers(values: &ArrayRef) -> Result<Box<dyn Fn(usize) -> Number + '_>> {
    Ok(match values.data_type() {
        DataType::Int64 => {
            let values = values.as_primitive::<Int64Type>();
            Box::new(|row| Number::Decimal { value: values.value(row).into(), scale: 0 })
        }
        DataType::Decimal128(_, scale) => {
            let (values, scale) = (values.as_primitive::<Decimal128Type>(), i32::from(*scale));
            Box::new(move |row| Number::Decimal { value: values.value(row), scale })
        }
        DataType::Float64 => {
            let values = values.as_primitive::<Float64Type>();
            Box::new(|row| Number::Float { value: values.value(row), digits_max: DOUBLE_DIGITS })
        }
        DataType::Float32 => {
            let values = values.as_primitive::<Float32Type>();
            Box::new(|row| Number::Float { value: values.value(row).into(), digits_max: SINGLE_DIGITS })
        }
        other => return exec_err!("to_char does not take {other}"),
    })
}

/// The parts of a row's time; none beyond the calendar. A day is the instant of its midnight in the session's zone.
fn times(values: &ArrayRef, zone: Zone) -> Result<Box<dyn Fn(usize) -> Option<Parts> + '_>> {
    Ok(match values.data_type() {
        DataType::Timestamp(_, with_zone) => {
            let values = values.as_primitive::<TimestampMicrosecondType>();
            match with_zone {
                Some(_) => Box::new(move |row| zone.parts(values.value(row))),
                None => Box::new(|row| Some(Parts::local(values.value_as_datetime(row)?))),
            }
        }
        DataType::Date32 => {
            let values = values.as_primitive::<Date32Type>();
            Box::new(move |row| zone.parts(zone.instant_us(i64::from(values.value(row)) * DAY_US)?))
        }
        DataType::Time64(_) => {
            let values = values.as_primitive::<Time64MicrosecondType>();
            Box::new(|row| Some(Parts::interval(0, 0, values.value(row))))
        }
        DataType::Interval(_) | DataType::Duration(_) => {
            let values = intervals(values);
            Box::new(move |row| {
                let interval = values.value(row);
                Some(Parts::interval(interval.months, interval.days, interval.nanoseconds / 1000))
            })
        }
        other => return exec_err!("to_char does not take {other} but {INTERVAL}, times and numbers"),
    })
}
