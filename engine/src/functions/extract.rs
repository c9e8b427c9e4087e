//! `pg_extract(field, value)`: a field of a time, a date or an interval, with its fraction, as PostgreSQL's `extract`.
//!
//! DataFusion's `date_part` has whole numbers, so that `extract(minute from t) / 60` was 0. The views are DataFusion's
//! SQL and keep it; statements of clients get this one. An instant is read by the session's clock. Source: PostgreSQL
//! 16, 9.9.1 and `timestamp_part_common`, `interval_part_common`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNano, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::arguments::{DIFFERENCE, INTERVAL, LOCAL, intervals, is_text, read_as, session_zone};
use super::patterns::Zone;

const SECOND_US: f64 = 1_000_000.0;
const DAY_S: f64 = 86_400.0;
/// The Julian day of 1970-01-01.
const JULIAN_EPOCH: f64 = 2_440_588.0;
/// Days of a year and of a month in an interval's epoch.
const DAYS_PER_YEAR: f64 = 365.25;
const DAYS_PER_MONTH: f64 = 30.0;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Extract {
    signature: Signature,
}

/// The function.
pub(crate) fn extract() -> ScalarUDF {
    ScalarUDF::from(Extract { signature: Signature::user_defined(Volatility::Stable) })
}

impl ScalarUDFImpl for Extract {
    fn name(&self) -> &'static str {
        "pg_extract"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [field, value] = arg_types else { return plan_err!("extract takes a field and a time") };
        let value = if is_text(value) { LOCAL } else { read_as("extract", value)? };
        let has_fields = matches!(value, DataType::Timestamp(..) | DataType::Date32 | DataType::Time64(_))
            || [INTERVAL, DIFFERENCE].contains(&value);
        if !is_text(field) || !has_fields {
            return plan_err!("extract takes a field and a time, not {field} and {value}");
        }
        Ok(vec![DataType::Utf8, value])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [fields, values] = arrays.as_slice() else { return exec_err!("extract takes a field and a time") };
        let fields = fields.as_string::<i32>();
        let part = part_of(values, zone)?;
        let parts = fields.iter().enumerate().map(|(row, field)| match field {
            Some(field) if values.is_valid(row) => part(&field.to_ascii_lowercase(), row).map(Some),
            _ => Ok(None),
        });
        Ok(ColumnarValue::Array(Arc::new(parts.collect::<Result<Float64Array>>()?)))
    }
}

type Part<'a> = Box<dyn Fn(&str, usize) -> Result<f64> + 'a>;

/// How to find a row's field.
fn part_of(values: &ArrayRef, zone: Zone) -> Result<Part<'_>> {
    Ok(match values.data_type() {
        DataType::Interval(_) | DataType::Duration(_) => {
            let values = intervals(values);
            Box::new(move |field, row| of_interval(field, values.value(row)))
        }
        DataType::Time64(_) => {
            let values = values.as_primitive::<Time64MicrosecondType>().clone();
            Box::new(move |field, row| of_clock(field, values.value(row) as f64))
        }
        DataType::Timestamp(_, Some(_)) => {
            let values = values.as_primitive::<TimestampMicrosecondType>().clone();
            Box::new(move |field, row| of_instant(field, values.value(row), zone))
        }
        _ => {
            let values = cast(values, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
            let values = values.as_primitive::<TimestampMicrosecondType>().clone();
            Box::new(move |field, row| of_local(field, values.value(row)))
        }
    })
}

fn of_instant(field: &str, instant_us: i64, zone: Zone) -> Result<f64> {
    if field == "epoch" {
        return Ok(instant_us as f64 / SECOND_US);
    }
    let Some(local_us) = zone.local_us(instant_us) else { return exec_err!("timestamp out of range") };
    let offset_s = ((local_us - instant_us) / 1_000_000) as f64;
    match field {
        "timezone" => Ok(offset_s),
        "timezone_hour" => Ok((offset_s / 3_600.0).trunc()),
        "timezone_minute" => Ok((offset_s % 3_600.0 / 60.0).trunc()),
        _ => of_local(field, local_us),
    }
}

fn of_local(field: &str, local_us: i64) -> Result<f64> {
    if field == "epoch" {
        return Ok(local_us as f64 / SECOND_US);
    }
    let Some(local) = DateTime::from_timestamp_micros(local_us) else { return exec_err!("timestamp out of range") };
    let local = local.naive_utc();
    match of_date(field, &local, local_us) {
        Some(part) => Ok(part),
        None => of_clock(field, local_us.rem_euclid(86_400_000_000) as f64),
    }
}

fn of_date(field: &str, local: &NaiveDateTime, local_us: i64) -> Option<f64> {
    let year = local.year();
    Some(match field {
        "century" => f64::from((year + 99).div_euclid(100)),
        "day" => f64::from(local.day()),
        "decade" => f64::from(year.div_euclid(10)),
        "dow" => f64::from(local.weekday().num_days_from_sunday()),
        "doy" => f64::from(local.ordinal()),
        "isodow" => f64::from(local.weekday().number_from_monday()),
        "isoyear" => f64::from(local.iso_week().year()),
        "julian" => local_us as f64 / SECOND_US / DAY_S + JULIAN_EPOCH,
        "millennium" => f64::from((year + 999).div_euclid(1000)),
        "month" => f64::from(local.month()),
        "quarter" => f64::from(local.month0() / 3 + 1),
        "week" => f64::from(local.iso_week().week()),
        "year" => f64::from(year),
        "hour" => f64::from(local.hour()),
        "minute" => f64::from(local.minute()),
        _ => return None,
    })
}

/// A field of a time of day, in microseconds since midnight.
fn of_clock(field: &str, micros: f64) -> Result<f64> {
    let in_minute = micros % 60_000_000.0;
    Ok(match field {
        "epoch" => micros / SECOND_US,
        "hour" => (micros / 3_600_000_000.0).trunc(),
        "minute" => (micros / 60_000_000.0).trunc() % 60.0,
        "second" => in_minute / SECOND_US,
        "millisecond" | "milliseconds" => in_minute / 1_000.0,
        "microsecond" | "microseconds" => in_minute,
        other => return exec_err!("unit \"{other}\" is not one of this type"),
    })
}

fn of_interval(field: &str, value: IntervalMonthDayNano) -> Result<f64> {
    let (years, months) = (f64::from(value.months / 12), f64::from(value.months % 12));
    let micros = (value.nanoseconds / 1_000) as f64;
    Ok(match field {
        "epoch" => {
            let days = years * DAYS_PER_YEAR + months * DAYS_PER_MONTH + f64::from(value.days);
            days * DAY_S + micros / SECOND_US
        }
        "millennium" => (years / 1_000.0).trunc(),
        "century" => (years / 100.0).trunc(),
        "decade" => (years / 10.0).trunc(),
        "year" => years,
        "quarter" => (months / 3.0).trunc() + 1.0,
        "month" => months,
        "day" => f64::from(value.days),
        other => return of_clock(other, micros),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_postgresqls() {
        // SELECT extract(... from TIMESTAMP '2026-03-05 14:07:09.123456')
        let at = 1_772_719_629_123_456;
        for (field, value) in [
            ("century", 21.0),
            ("decade", 202.0),
            ("doy", 64.0),
            ("epoch", 1_772_719_629.123_456),
            ("hour", 14.0),
            ("milliseconds", 9_123.456),
            ("second", 9.123_456),
            ("week", 10.0),
        ] {
            assert!((of_local(field, at).unwrap() - value).abs() < 1e-6, "{field}");
        }
        assert!(of_local("fortnight", at).is_err());
        // SELECT extract(epoch from INTERVAL '1 year 1 mon 1 day 00:00:01.5')
        let interval = IntervalMonthDayNano::new(13, 1, 1_500_000_000);
        assert_eq!(of_interval("epoch", interval).unwrap(), 34_236_001.5);
    }
}
