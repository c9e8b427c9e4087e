//! `local_time`, `local_day` and `local_month` of an instant in a city, by the city's own clock, and back: `day_start`.
//!
//! A city that the group does not have, or none, goes by UTC. Source: the domain's "local day, week and month are the
//! city's own".

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, PrimitiveArray, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Date32Type, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use tidemark_model::city::{self, City};
use tidemark_model::schema::timestamp;

const DAY_US: i64 = 86_400_000_000;
/// Clocks change on a quarter of an hour in UTC, in every zone there is.
const QUARTER_US: i64 = 900_000_000;

/// `local_time(time, city)`: the city's wall clock, a timestamp without zone.
pub(crate) fn local_time() -> ScalarUDF {
    function("local_time", DataType::Timestamp(TimeUnit::Microsecond, None), |times| {
        Ok(Arc::new(times.collect::<TimestampMicrosecondArray>()))
    })
}

/// `local_day(time, city)`: the calendar day in the city.
pub(crate) fn local_day() -> ScalarUDF {
    function("local_day", DataType::Date32, |times| {
        Ok(Arc::new(times.map(|time| Some(day(time?))).collect::<Date32Array>()))
    })
}

/// `local_month(time, city)`: the first day of the calendar month in the city.
pub(crate) fn local_month() -> ScalarUDF {
    function("local_month", DataType::Date32, |times| {
        let first = |time| -> Result<i32> {
            let date = NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(day(time))));
            let date = date.ok_or_else(|| exec_datafusion_err!("the time {time} us is out of range"))?;
            Ok(day(time) - date.day0() as i32)
        };
        let months = times.map(|time| time.map(first).transpose()).collect::<Result<Date32Array>>()?;
        Ok(Arc::new(months))
    })
}

/// `day_start(day, city)`: the instant at which a calendar day starts in the city.
pub(crate) fn day_start() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let (days, cities) = (arrays[0].as_primitive::<Date32Type>(), arrays[1].as_string::<i32>());
        let start = |(day, code): (Option<i32>, Option<&str>)| {
            let date = NaiveDate::default().checked_add_signed(TimeDelta::days(day?.into()))?;
            let start = code.and_then(city::find).map(|city| city.day_start(date));
            Some(start.unwrap_or_else(|| date.and_time(NaiveTime::MIN).and_utc()).timestamp_micros())
        };
        let starts = days.iter().zip(cities).map(start).collect::<TimestampMicrosecondArray>();
        Ok(ColumnarValue::Array(Arc::new(starts.with_timezone("UTC"))))
    };
    create_udf("day_start", vec![DataType::Date32, DataType::Utf8], timestamp(), Volatility::Immutable, Arc::new(run))
}

/// Days since 1970 of a local time.
fn day(local_us: i64) -> i32 {
    local_us.div_euclid(DAY_US) as i32
}

type LocalTimes<'a> = &'a mut dyn Iterator<Item = Option<i64>>;

fn function(
    name: &str,
    answer: DataType,
    of: impl Fn(LocalTimes<'_>) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let run = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let (times, cities) = (arrays[0].as_primitive::<TimestampMicrosecondType>(), arrays[1].as_string::<i32>());
        Ok(ColumnarValue::Array(of(&mut local_times(times, cities))?))
    };
    create_udf(name, vec![timestamp(), DataType::Utf8], answer, Volatility::Immutable, Arc::new(run))
}

/// Wall-clock times in microseconds; null where the instant is.
fn local_times<'a>(
    times: &'a PrimitiveArray<TimestampMicrosecondType>,
    cities: &'a StringArray,
) -> impl Iterator<Item = Option<i64>> + 'a {
    // Rows of a file are of one city and in the order of time, so the last answer is nearly always the next.
    let mut last: Option<(&str, i64, i64)> = None;
    (0..times.len()).map(move |row| {
        let time = times.is_valid(row).then(|| times.value(row))?;
        let code = if cities.is_valid(row) { cities.value(row) } else { "" };
        let quarter = time.div_euclid(QUARTER_US);
        let offset = match last {
            Some((known, at, offset)) if known == code && at == quarter => offset,
            _ => city::find(code).map_or(0, |city| offset(city, time)),
        };
        last = Some((code, quarter, offset));
        Some(time + offset)
    })
}

/// 0 for times beyond the calendar, which no event has.
fn offset(city: &City, time_us: i64) -> i64 {
    DateTime::from_timestamp_micros(time_us).map_or(0, |at| city.offset_us(at))
}
