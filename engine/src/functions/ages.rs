//! `age`, `justify_days`, `justify_hours`, `justify_interval`, `make_timestamp` and `make_timestamptz`.
//!
//! Source: PostgreSQL 16, 9.9, and `timestamp_age` and its neighbours in `src/backend/utils/adt/timestamp.c`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, IntervalMonthDayNano, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use tidemark_model::schema::timestamp;

use super::arguments::{
    DIFFERENCE, INTERVAL, LOCAL, as_given, intervals, is_text, out_of_range, read_as, session_zone,
};
use super::patterns::Zone;

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;
const DAY_NS: i64 = DAY_US * 1_000;
const DAYS_PER_MONTH: i32 = 30;

/// The functions of this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Does {
    Age,
    JustifyDays,
    JustifyHours,
    JustifyInterval,
    MakeLocal,
    MakeInstant,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Age {
    name: &'static str,
    does: Does,
    signature: Signature,
}

/// All of them.
pub(crate) fn functions() -> [ScalarUDF; 6] {
    [
        ("age", Does::Age),
        ("justify_days", Does::JustifyDays),
        ("justify_hours", Does::JustifyHours),
        ("justify_interval", Does::JustifyInterval),
        ("make_timestamp", Does::MakeLocal),
        ("make_timestamptz", Does::MakeInstant),
    ]
    .map(|(name, does)| ScalarUDF::from(Age { name, does, signature: Signature::user_defined(Volatility::Stable) }))
}

impl ScalarUDFImpl for Age {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match (self.does, arg_types) {
            (Does::Age, [_, _]) => arg_types.iter().map(|given| self.time(given)).collect(),
            (Does::MakeLocal | Does::MakeInstant, [_, _, _, _, _, _])
                if arg_types.iter().all(|given| given.is_numeric() || given.is_null()) =>
            {
                Ok([vec![DataType::Int64; 5], vec![DataType::Float64]].concat())
            }
            (Does::JustifyDays | Does::JustifyHours | Does::JustifyInterval, [given]) => {
                let read = if is_text(given) { INTERVAL } else { read_as(self.name, given)? };
                let is_interval = [INTERVAL, DIFFERENCE].contains(&read);
                if is_interval { Ok(vec![read]) } else { plan_err!("{} takes an interval, not {read}", self.name) }
            }
            _ => plan_err!("{} does not take {} arguments", self.name, arg_types.len()),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.does {
            Does::MakeLocal => LOCAL,
            Does::MakeInstant => timestamp(),
            _ => INTERVAL,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let answer: ArrayRef = match (self.does, arrays.as_slice()) {
            (Does::Age, [to, from]) => ages(&clock(to, zone)?, &clock(from, zone)?)?,
            (Does::MakeLocal, parts @ [_, _, _, _, _, _]) => Arc::new(made(parts, Some)?),
            (Does::MakeInstant, parts @ [_, _, _, _, _, _]) => {
                Arc::new(made(parts, |local| zone.instant_us(local))?.with_timezone("UTC"))
            }
            (does, [values]) => {
                let justify = match does {
                    Does::JustifyDays => justified_days,
                    Does::JustifyHours => justified_hours,
                    _ => justified,
                };
                Arc::new(
                    intervals(values).iter().map(|value| value.map(justify)).collect::<IntervalMonthDayNanoArray>(),
                )
            }
            _ => return exec_err!("{} got other arguments than it takes", self.name),
        };
        as_given(&args.args, answer)
    }
}

impl Age {
    fn time(&self, given: &DataType) -> Result<DataType> {
        let read = if is_text(given) { LOCAL } else { read_as(self.name, given)? };
        match read {
            DataType::Timestamp(..) | DataType::Date32 => Ok(read),
            other => plan_err!("{} takes times, not {other}", self.name),
        }
    }
}

/// Times by the session's clock, which is what an age is counted on.
fn clock(times: &ArrayRef, zone: Zone) -> Result<TimestampMicrosecondArray> {
    let is_instant = matches!(times.data_type(), DataType::Timestamp(_, Some(_)));
    let micros = cast(times, &LOCAL)?;
    let local = |us: i64| if is_instant { zone.local_us(us) } else { Some(us) };
    let local = |us: Option<i64>| us.map(|us| local(us).ok_or_else(out_of_range)).transpose();
    micros.as_primitive::<TimestampMicrosecondType>().iter().map(local).collect()
}

fn ages(to: &TimestampMicrosecondArray, from: &TimestampMicrosecondArray) -> Result<ArrayRef> {
    let between = |(to, from): (Option<i64>, Option<i64>)| match (to, from) {
        (Some(to), Some(from)) => age(to, from).map(Some).ok_or_else(out_of_range),
        _ => Ok(None),
    };
    Ok(Arc::new(to.iter().zip(from).map(between).collect::<Result<IntervalMonthDayNanoArray>>()?))
}

/// Years, months, days and time between two clocks' times. Days that are missing are borrowed from the month in which
/// the earlier one is.
fn age(to_us: i64, from_us: i64) -> Option<IntervalMonthDayNano> {
    let (early_us, late_us) = (to_us.min(from_us), to_us.max(from_us));
    let early = DateTime::from_timestamp_micros(early_us)?.date_naive();
    let late = DateTime::from_timestamp_micros(late_us)?.date_naive();
    let mut time_us = late_us.rem_euclid(DAY_US) - early_us.rem_euclid(DAY_US);
    let mut days = late.day() as i32 - early.day() as i32;
    let mut months = (late.year() - early.year()) * 12 + late.month() as i32 - early.month() as i32;
    if time_us < 0 {
        time_us += DAY_US;
        days -= 1;
    }
    if days < 0 {
        days += days_in_month(early)?;
        months -= 1;
    }
    let sign = if to_us < from_us { -1 } else { 1 };
    Some(IntervalMonthDayNano::new(sign * months, sign * days, i64::from(sign) * time_us * 1_000))
}

fn days_in_month(date: NaiveDate) -> Option<i32> {
    let next = date.with_day(1)?.checked_add_months(Months::new(1))?;
    Some(next.checked_sub_days(Days::new(1))?.day() as i32)
}

fn justified_hours(value: IntervalMonthDayNano) -> IntervalMonthDayNano {
    let days = value.nanoseconds / DAY_NS;
    let (days, nanoseconds) = one_sign(i64::from(value.days) + days, value.nanoseconds % DAY_NS, DAY_NS);
    IntervalMonthDayNano::new(value.months, days as i32, nanoseconds)
}

fn justified_days(value: IntervalMonthDayNano) -> IntervalMonthDayNano {
    let months = i64::from(value.months) + i64::from(value.days / DAYS_PER_MONTH);
    let (months, days) = one_sign(months, i64::from(value.days % DAYS_PER_MONTH), i64::from(DAYS_PER_MONTH));
    IntervalMonthDayNano::new(months as i32, days as i32, value.nanoseconds)
}

/// All parts with one sign.
fn justified(value: IntervalMonthDayNano) -> IntervalMonthDayNano {
    let value = justified_hours(value);
    let value = justified_days(value);
    let is_positive = value.months > 0 || value.months == 0 && value.days > 0;
    let is_negative = value.months < 0 || value.months == 0 && value.days < 0;
    if is_positive && value.nanoseconds < 0 {
        let (days, nanoseconds) = (value.days - 1, value.nanoseconds + DAY_NS);
        return justified_days(IntervalMonthDayNano::new(value.months, days, nanoseconds));
    }
    if is_negative && value.nanoseconds > 0 {
        let (days, nanoseconds) = (value.days + 1, value.nanoseconds - DAY_NS);
        return justified_days(IntervalMonthDayNano::new(value.months, days, nanoseconds));
    }
    value
}

/// Two parts with the sign of the greater; `unit` of the lesser are one of the greater.
fn one_sign(greater: i64, lesser: i64, unit: i64) -> (i64, i64) {
    if greater > 0 && lesser < 0 {
        (greater - 1, lesser + unit)
    } else if greater < 0 && lesser > 0 {
        (greater + 1, lesser - unit)
    } else {
        (greater, lesser)
    }
}

/// Times of year, month, day, hour, minute and second.
fn made(parts: &[ArrayRef], at: impl Fn(i64) -> Option<i64>) -> Result<TimestampMicrosecondArray> {
    let [whole @ .., seconds] = parts else { return exec_err!("a time has six parts") };
    let seconds = seconds.as_primitive::<Float64Type>().iter();
    let whole: Vec<_> = whole.iter().map(|part| part.as_primitive::<Int64Type>()).collect();
    let time = |(row, seconds): (usize, Option<f64>)| {
        let parts: Option<Vec<i64>> =
            whole.iter().map(|part| arrow::array::Array::is_valid(*part, row).then(|| part.value(row))).collect();
        match (parts.as_deref(), seconds) {
            (Some(&[year, month, day, hour, minute]), Some(second)) => {
                let local = local_us([year, month, day, hour, minute], second);
                local.and_then(&at).map(Some).ok_or_else(out_of_range)
            }
            _ => Ok(None),
        }
    };
    seconds.enumerate().map(time).collect()
}

fn local_us([year, month, day, hour, minute]: [i64; 5], second: f64) -> Option<i64> {
    let small = |part: i64| u32::try_from(part).ok();
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, small(month)?, small(day)?)?;
    let is_time = (0.0..=60.0).contains(&second);
    let minute_us = date.and_hms_opt(small(hour)?, small(minute)?, 0)?.and_utc().timestamp_micros();
    is_time.then(|| minute_us + (second * SECOND_US as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(text: &str) -> i64 {
        text.parse::<chrono::NaiveDateTime>().unwrap().and_utc().timestamp_micros()
    }

    #[test]
    fn ages_are_postgresqls() {
        // SELECT age(TIMESTAMP ..., TIMESTAMP ...)
        for (to, from, (months, days, seconds)) in [
            ("2026-03-05T00:00:00", "2024-01-31T00:00:00", (25, 5, 0)),
            ("2026-03-05T10:00:00", "2026-03-01T12:00:00", (0, 3, 79_200)),
            ("2024-01-31T00:00:00", "2026-03-05T00:00:00", (-25, -5, 0)),
        ] {
            let expected = IntervalMonthDayNano::new(months, days, seconds * 1_000_000_000);
            assert_eq!(age(micros(to), micros(from)), Some(expected), "{to} {from}");
        }
    }

    #[test]
    fn intervals_are_justified_as_postgresql_does() {
        let hour = 3_600_000_000_000;
        let interval = IntervalMonthDayNano::new;
        assert_eq!(justified_days(interval(0, 35, 0)), interval(1, 5, 0));
        assert_eq!(justified_hours(interval(0, 0, 27 * hour)), interval(0, 1, 3 * hour));
        // SELECT justify_interval(INTERVAL '1 mon -1 hour')
        assert_eq!(justified(interval(1, 0, -hour)), interval(0, 29, 23 * hour));
    }

    #[test]
    fn a_time_is_made_of_its_parts() {
        assert_eq!(local_us([2026, 3, 5, 14, 7], 9.5), Some(micros("2026-03-05T14:07:09.5")));
        assert_eq!(local_us([2026, 2, 30, 0, 0], 0.0), None);
    }
}
