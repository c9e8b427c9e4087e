//! `to_timestamp(text, pattern)` and `to_date(text, pattern)` by PostgreSQL's patterns, and `to_timestamp(seconds)`.
//!
//! A text without an offset is by the session's clock. Seconds count from 1970.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, StringArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use chrono::{Datelike, NaiveDate};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use tidemark_model::schema::timestamp;

use super::arguments::{Last, is_text, out_of_range, read_as, refused, session_zone};
use super::patterns::{Moment, Pattern, Zone, parse};

const SECOND_US: i64 = 1_000_000;

/// One of the functions.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ToTime {
    name: &'static str,
    answer: DataType,
    signature: Signature,
}

/// Both of them.
pub(crate) fn functions() -> [ScalarUDF; 2] {
    [("to_timestamp", timestamp()), ("to_date", DataType::Date32)].map(|(name, answer)| {
        ScalarUDF::from(ToTime { name, answer, signature: Signature::user_defined(Volatility::Stable) })
    })
}

impl ScalarUDFImpl for ToTime {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [text, pattern] if is_text(text) && is_text(pattern) => Ok(vec![DataType::Utf8; 2]),
            [seconds] if self.name == "to_timestamp" && is_text(seconds) => Ok(vec![DataType::Float64]),
            [seconds] if self.name == "to_timestamp" && seconds.is_numeric() => Ok(vec![read_as(self.name, seconds)?]),
            _ => plan_err!("{} takes a text and its pattern", self.name),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.answer.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let times: ArrayRef = match arrays.as_slice() {
            [seconds] => Arc::new(of_seconds(seconds)?.with_timezone("UTC")),
            [texts, patterns] => {
                let (texts, patterns) = (texts.as_string::<i32>(), patterns.as_string::<i32>());
                if self.answer == DataType::Date32 {
                    Arc::new(read(texts, patterns, days)?.collect::<Date32Array>())
                } else {
                    let instants = read(texts, patterns, |moment| instant_us(moment, zone))?;
                    Arc::new(instants.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
                }
            }
            _ => return exec_err!("{} takes a text and its pattern", self.name),
        };
        Ok(ColumnarValue::Array(times))
    }
}

/// The texts read by their patterns; null where one of them is.
fn read<T>(
    texts: &StringArray,
    patterns: &StringArray,
    value: impl Fn(&Moment) -> Option<T>,
) -> Result<impl Iterator<Item = Option<T>>> {
    let mut last = Last::new();
    let mut values = Vec::with_capacity(texts.len());
    for (text, pattern) in texts.iter().zip(patterns) {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            values.push(None);
            continue;
        };
        let pattern = last.get(pattern, |pattern| Ok(Pattern::new(pattern)))?;
        let moment = parse(text, pattern).map_err(refused)?;
        values.push(Some(value(&moment).ok_or_else(out_of_range)?));
    }
    Ok(values.into_iter())
}

fn days(moment: &Moment) -> Option<i32> {
    let epoch = NaiveDate::default().num_days_from_ce();
    moment.local.date().num_days_from_ce().checked_sub(epoch)
}

fn instant_us(moment: &Moment, zone: Zone) -> Option<i64> {
    let local_us = moment.local.and_utc().timestamp_micros();
    match moment.offset_s {
        Some(offset_s) => local_us.checked_sub(i64::from(offset_s) * SECOND_US),
        None => zone.instant_us(local_us),
    }
}

fn of_seconds(seconds: &ArrayRef) -> Result<TimestampMicrosecondArray> {
    match seconds.data_type() {
        DataType::Int64 => every(seconds.as_primitive::<Int64Type>().iter(), |value| value.checked_mul(SECOND_US)),
        DataType::Decimal128(_, scale) => {
            let scale = i32::from(*scale);
            every(seconds.as_primitive::<Decimal128Type>().iter(), |value| decimal_us(value, scale))
        }
        _ => every(cast(seconds, &DataType::Float64)?.as_primitive::<Float64Type>().iter(), float_us),
    }
}

fn every<T>(
    values: impl Iterator<Item = Option<T>>,
    micros: impl Fn(T) -> Option<i64>,
) -> Result<TimestampMicrosecondArray> {
    values.map(|value| value.map(|value| micros(value).ok_or_else(out_of_range)).transpose()).collect()
}

/// Rounded half away from zero to the microsecond.
fn decimal_us(value: i128, scale: i32) -> Option<i64> {
    let factor = 10_i128.checked_pow((6 - scale).unsigned_abs())?;
    let micros =
        if scale <= 6 { value.checked_mul(factor)? } else { (value / factor) + (value % factor) / (factor / 2) };
    i64::try_from(micros).ok()
}

fn float_us(seconds: f64) -> Option<i64> {
    let micros = (seconds * SECOND_US as f64).round_ties_even();
    #[expect(clippy::cast_possible_truncation, reason = "within the range of an i64")]
    let micros = (micros.abs() < i64::MAX as f64).then_some(micros as i64);
    micros
}
