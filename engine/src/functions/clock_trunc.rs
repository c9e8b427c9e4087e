//! `pg_date_trunc(field, value [, zone])`: `date_trunc` by the session's clock or a zone's, as clients mean it.
//!
//! DataFusion's cuts an instant by the clock of its column's zone and knows fewer fields. Where the two are the same,
//! this one becomes `date_trunc` while the query is planned. Source: PostgreSQL 16, 9.9.2.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray, StringArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, IntervalMonthDayNano, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Weekday};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use tidemark_model::schema::timestamp;

use super::arguments::{
    DIFFERENCE, INTERVAL, LOCAL, Last, as_given, intervals, is_text, out_of_range, read_as, session_zone,
};
use super::patterns::Zone;

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

/// Fields that DataFusion's function knows under the same names.
const SHARED: [&str; 10] =
    ["microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];

#[derive(Debug, PartialEq, Eq, Hash)]
struct ClockTrunc {
    by_utc: Arc<ScalarUDF>,
    signature: Signature,
}

/// The function, with the one that cuts by UTC.
pub(crate) fn date_trunc(by_utc: Arc<ScalarUDF>) -> ScalarUDF {
    ScalarUDF::from(ClockTrunc { by_utc, signature: Signature::user_defined(Volatility::Stable) })
}

impl ScalarUDFImpl for ClockTrunc {
    fn name(&self) -> &'static str {
        "pg_date_trunc"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let (field, value, zone) = match arg_types {
            [field, value] => (field, value, None),
            [field, value, zone] => (field, value, Some(zone)),
            _ => return plan_err!("date_trunc takes a field and a time"),
        };
        let value = match value {
            text if is_text(text) => LOCAL,
            DataType::Timestamp(_, Some(_)) => value.clone(),
            other => read_as("date_trunc", other)?,
        };
        let has_fields =
            matches!(value, DataType::Timestamp(..) | DataType::Date32) || [INTERVAL, DIFFERENCE].contains(&value);
        if !is_text(field) || !has_fields || zone.is_some_and(|zone| !is_text(zone)) {
            return plan_err!("date_trunc takes a field and a time, not {field} and {value}");
        }
        Ok([DataType::Utf8, value].into_iter().chain(zone.map(|_| DataType::Utf8)).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match arg_types.get(1) {
            Some(DataType::Date32) => timestamp(),
            Some(DataType::Duration(_)) => INTERVAL,
            Some(value) => value.clone(),
            None => return plan_err!("date_trunc takes a field and a time"),
        })
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let is_utc = info.config_options().execution.time_zone.as_deref().unwrap_or("UTC") == "UTC";
        let [Expr::Literal(ScalarValue::Utf8(Some(field)), _), value] = args.as_slice() else {
            return Ok(ExprSimplifyResult::Original(args));
        };
        let is_the_same = match info.get_data_type(value)? {
            DataType::Timestamp(_, Some(zone)) => is_utc && matches!(&*zone, "UTC" | "+00:00"),
            DataType::Timestamp(_, None) => true,
            _ => false,
        };
        if is_the_same && SHARED.contains(&field.to_ascii_lowercase().as_str()) {
            return Ok(ExprSimplifyResult::Simplified(self.by_utc.call(args)));
        }
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let session = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [fields, values, zones @ ..] = arrays.as_slice() else {
            return exec_err!("date_trunc takes a field and a time");
        };
        let fields = fields.as_string::<i32>();
        let answer: ArrayRef = if let DataType::Interval(_) | DataType::Duration(_) = values.data_type() {
            let cut = |(field, value): (Option<&str>, Option<IntervalMonthDayNano>)| match (field, value) {
                (Some(field), Some(value)) => interval(&field.to_ascii_lowercase(), value).map(Some),
                _ => Ok(None),
            };
            Arc::new(fields.iter().zip(&intervals(values)).map(cut).collect::<Result<IntervalMonthDayNanoArray>>()?)
        } else {
            times(fields, values, zones.first(), session)?
        };
        as_given(&args.args, cast(&answer, args.return_field.data_type())?)
    }
}

/// Cuts times; days are midnights by the session's clock, as PostgreSQL casts them.
fn times(fields: &StringArray, values: &ArrayRef, zones: Option<&ArrayRef>, session: Zone) -> Result<ArrayRef> {
    let is_day = *values.data_type() == DataType::Date32;
    let is_local = matches!(values.data_type(), DataType::Timestamp(_, None));
    let micros = cast(values, &LOCAL)?;
    let micros = micros.as_primitive::<TimestampMicrosecondType>();
    let zones = zones.map(|zones| zones.as_string::<i32>());
    let mut named = Last::new();
    let mut cut = |row: usize| -> Result<Option<i64>> {
        let zone = match zones {
            Some(zones) if zones.is_null(row) => return Ok(None),
            Some(zones) => *named.get(zones.value(row), Zone::named)?,
            None => session,
        };
        if fields.is_null(row) || micros.is_null(row) {
            return Ok(None);
        }
        let given = micros.value(row);
        let local = if is_local || is_day { Some(given) } else { zone.local_us(given) };
        let cut = truncated(&fields.value(row).to_ascii_lowercase(), local.ok_or_else(out_of_range)?)?;
        let answer = if is_local { Some(cut) } else { zone.instant_us(cut) };
        answer.map(Some).ok_or_else(out_of_range)
    };
    let cut = (0..micros.len()).map(&mut cut).collect::<Result<TimestampMicrosecondArray>>()?;
    Ok(if is_local { Arc::new(cut) } else { Arc::new(cut.with_timezone("UTC")) })
}

/// A clock's time with all below a field at its beginning.
fn truncated(field: &str, local_us: i64) -> Result<i64> {
    let unit_us = match field {
        "microsecond" | "microseconds" => Some(1),
        "millisecond" | "milliseconds" => Some(1_000),
        "second" => Some(SECOND_US),
        "minute" => Some(60 * SECOND_US),
        "hour" => Some(3_600 * SECOND_US),
        "day" => Some(DAY_US),
        _ => None,
    };
    if let Some(unit_us) = unit_us {
        return Ok(local_us - local_us.rem_euclid(unit_us));
    }
    let Some(local) = DateTime::from_timestamp_micros(local_us) else { return Err(out_of_range()) };
    let date = local.date_naive();
    let year = date.year();
    let start = match field {
        "week" => Some(date.week(Weekday::Mon).first_day()),
        "month" => NaiveDate::from_ymd_opt(year, date.month(), 1),
        "quarter" => NaiveDate::from_ymd_opt(year, date.month0() / 3 * 3 + 1, 1),
        "year" => NaiveDate::from_ymd_opt(year, 1, 1),
        "decade" => NaiveDate::from_ymd_opt(year.div_euclid(10) * 10, 1, 1),
        // The first year of a century is its 01.
        "century" => NaiveDate::from_ymd_opt((year - 1).div_euclid(100) * 100 + 1, 1, 1),
        "millennium" => NaiveDate::from_ymd_opt((year - 1).div_euclid(1_000) * 1_000 + 1, 1, 1),
        other => return exec_err!("unit \"{other}\" is not one of a time"),
    };
    let start = start.ok_or_else(out_of_range)?;
    Ok(start.and_time(NaiveTime::MIN).and_utc().timestamp_micros())
}

/// An interval without what is below a field. Source: PostgreSQL 16, `interval_trunc`.
fn interval(field: &str, value: IntervalMonthDayNano) -> Result<IntervalMonthDayNano> {
    let months = |unit: i32| Ok(IntervalMonthDayNano::new(value.months / unit * unit, 0, 0));
    let nanos = |unit: i64| {
        let nanoseconds = value.nanoseconds / unit * unit;
        Ok(IntervalMonthDayNano::new(value.months, value.days, nanoseconds))
    };
    match field {
        "millennium" => months(12_000),
        "century" => months(1_200),
        "decade" => months(120),
        "year" => months(12),
        "quarter" => months(3),
        "month" => months(1),
        "day" => Ok(IntervalMonthDayNano::new(value.months, value.days, 0)),
        "hour" => nanos(3_600 * SECOND_US * 1_000),
        "minute" => nanos(60 * SECOND_US * 1_000),
        "second" => nanos(SECOND_US * 1_000),
        "millisecond" | "milliseconds" => nanos(1_000_000),
        "microsecond" | "microseconds" => nanos(1_000),
        other => exec_err!("unit \"{other}\" is not one of an interval"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_as_postgresql_cuts_them() {
        // SELECT date_trunc(..., TIMESTAMP '2026-03-05 14:07:09.123456')
        let at = "2026-03-05T14:07:09.123456";
        let micros = |text: &str| text.parse::<chrono::NaiveDateTime>().unwrap().and_utc().timestamp_micros();
        for (field, cut) in [
            ("milliseconds", "2026-03-05T14:07:09.123"),
            ("hour", "2026-03-05T14:00:00"),
            ("week", "2026-03-02T00:00:00"),
            ("quarter", "2026-01-01T00:00:00"),
            ("decade", "2020-01-01T00:00:00"),
            ("century", "2001-01-01T00:00:00"),
            ("millennium", "2001-01-01T00:00:00"),
        ] {
            assert_eq!(truncated(field, micros(at)).unwrap(), micros(cut), "{field}");
        }
        assert_eq!(truncated("day", -1).unwrap(), -DAY_US);
        assert!(truncated("fortnight", 0).is_err());
    }

    #[test]
    fn an_interval_keeps_what_is_above() {
        // SELECT date_trunc('hour', INTERVAL '14 mons 3 days 03:20:00')
        let value = IntervalMonthDayNano::new(14, 3, 12_000_000_000_000);
        assert_eq!(interval("hour", value).unwrap(), IntervalMonthDayNano::new(14, 3, 10_800_000_000_000));
        assert_eq!(interval("year", value).unwrap(), IntervalMonthDayNano::new(12, 0, 0));
    }
}
