//! `interval_mul(interval, number)` and `interval_div(interval, number)`, which `*` and `/` of an interval are.
//!
//! Fractions of months become days of 30 a month, and fractions of days become time. Source: PostgreSQL's functions of
//! these names, whose arithmetic is that of doubles.

use std::sync::Arc;

use arrow::array::{AsArray, IntervalMonthDayNanoArray};
use arrow::datatypes::{DataType, Float64Type, IntervalMonthDayNano};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::arguments::{DIFFERENCE, INTERVAL, intervals, read_as};

const DAYS_PER_MONTH: f64 = 30.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// One of the functions.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Scale {
    name: &'static str,
    divides: bool,
    signature: Signature,
}

/// Both of them.
pub(crate) fn functions() -> [ScalarUDF; 2] {
    [("interval_mul", false), ("interval_div", true)].map(|(name, divides)| {
        ScalarUDF::from(Scale { name, divides, signature: Signature::user_defined(Volatility::Immutable) })
    })
}

impl ScalarUDFImpl for Scale {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [interval, number] = arg_types else { return plan_err!("{} takes an interval and a number", self.name) };
        let interval = if interval.is_null() { INTERVAL } else { read_as(self.name, interval)? };
        if ![INTERVAL, DIFFERENCE].contains(&interval) || !(number.is_numeric() || number.is_null()) {
            return plan_err!("{} takes an interval and a number, not {interval} and {number}", self.name);
        }
        Ok(vec![interval, DataType::Float64])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(INTERVAL)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [lengths, numbers] = arrays.as_slice() else {
            return exec_err!("{} takes an interval and a number", self.name);
        };
        let (lengths, numbers) = (intervals(lengths), numbers.as_primitive::<Float64Type>());
        let scale = |(interval, number): (Option<IntervalMonthDayNano>, Option<f64>)| match (interval, number) {
            (Some(interval), Some(number)) => self.scaled(interval, number).map(Some),
            _ => Ok(None),
        };
        let scaled = lengths.iter().zip(numbers).map(scale).collect::<Result<IntervalMonthDayNanoArray>>()?;
        Ok(ColumnarValue::Array(Arc::new(scaled)))
    }
}

impl Scale {
    fn scaled(&self, interval: IntervalMonthDayNano, number: f64) -> Result<IntervalMonthDayNano> {
        if self.divides && number == 0.0 {
            return exec_err!("division by zero");
        }
        let times = |value: f64| if self.divides { value / number } else { value * number };
        scale(interval, times).ok_or_else(|| exec_datafusion_err!("interval out of range"))
    }
}

fn scale(interval: IntervalMonthDayNano, times: impl Fn(f64) -> f64) -> Option<IntervalMonthDayNano> {
    let (months, days) = (times(interval.months.into()), times(interval.days.into()));
    let month_days = to_micros((months - months.trunc()) * DAYS_PER_MONTH);
    let seconds = to_micros((days - days.trunc() + month_days - month_days.trunc()) * SECONDS_PER_DAY);
    let carried = (seconds / SECONDS_PER_DAY).trunc();
    let micros = times(interval.nanoseconds as f64 / 1000.0) + (seconds - carried * SECONDS_PER_DAY) * 1e6;
    let nanos = whole(micros.round_ties_even(), i64::MAX as f64)?.checked_mul(1000)?;
    let months = i32::try_from(whole(months, i32::MAX.into())?).ok()?;
    let days = i32::try_from(whole(days.trunc() + carried + month_days.trunc(), i32::MAX.into())?).ok()?;
    Some(IntervalMonthDayNano::new(months, days, nanos))
}

/// Rounded to the millionth, so that what is nearly a whole becomes one.
fn to_micros(value: f64) -> f64 {
    (value * 1e6).round_ties_even() / 1e6
}

/// The integer part; none beyond the bound.
fn whole(value: f64, bound: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "within the range of an i64")]
    let whole = (value.abs() < bound).then_some(value as i64);
    whole
}
