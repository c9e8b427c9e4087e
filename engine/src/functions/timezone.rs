//! `timezone(zone, time)`, which `AT TIME ZONE` is: an instant by a zone's clock, or the instant of a clock's time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use tidemark_model::schema::timestamp;

use super::arguments::{DIFFERENCE, INTERVAL, LOCAL, Last, intervals, is_text, out_of_range, read_as, session_zone};
use super::patterns::Zone;

const DAY_US: i64 = 86_400_000_000;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Timezone {
    signature: Signature,
}

impl Timezone {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Stable) }
    }
}

impl ScalarUDFImpl for Timezone {
    fn name(&self) -> &'static str {
        "timezone"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [zone, time] = arg_types else { return plan_err!("timezone takes a zone and a time") };
        let zone = if is_text(zone) { DataType::Utf8 } else { read_as("timezone", zone)? };
        let time = if time.is_null() { timestamp() } else { read_as("timezone", time)? };
        let zone_fits = matches!(zone, DataType::Utf8) || [INTERVAL, DIFFERENCE].contains(&zone);
        if !zone_fits || !matches!(time, DataType::Timestamp(..) | DataType::Date32) {
            return plan_err!("timezone takes a zone's name or interval and a time, not {zone} and {time}");
        }
        Ok(vec![zone, time])
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let without_zone = arg_types.get(1).is_some_and(|time| matches!(time, DataType::Timestamp(_, None)));
        Ok(if without_zone { timestamp() } else { LOCAL })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let session = session_zone(&args)?;
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [zones, times] = arrays.as_slice() else { return exec_err!("timezone takes a zone and a time") };
        let answers: ArrayRef = match times.data_type() {
            DataType::Timestamp(_, None) => {
                Arc::new(shift(zones, &micros(times), Zone::instant_us)?.with_timezone("UTC"))
            }
            DataType::Date32 => Arc::new(shift(zones, &midnights(times, session)?, Zone::local_us)?),
            _ => Arc::new(shift(zones, &micros(times), Zone::local_us)?),
        };
        Ok(ColumnarValue::Array(answers))
    }
}

fn micros(times: &ArrayRef) -> Vec<Option<i64>> {
    times.as_primitive::<TimestampMicrosecondType>().iter().collect()
}

/// A day is an instant first, that of its midnight in the session's zone, as PostgreSQL casts it.
fn midnights(days: &ArrayRef, session: Zone) -> Result<Vec<Option<i64>>> {
    let midnight = |day: i32| session.instant_us(i64::from(day) * DAY_US).ok_or_else(out_of_range);
    days.as_primitive::<Date32Type>().iter().map(|day| day.map(midnight).transpose()).collect()
}

/// The times shifted by their row's zone; null where one of them is.
fn shift(
    zones: &ArrayRef,
    times: &[Option<i64>],
    shifted: impl Fn(&Zone, i64) -> Option<i64>,
) -> Result<TimestampMicrosecondArray> {
    let mut zone_of = zones_of(zones);
    let mut answer = |(row, time): (usize, &Option<i64>)| -> Result<Option<i64>> {
        match (zones.is_valid(row), time) {
            (true, Some(time)) => Ok(Some(shifted(&zone_of(row)?, *time).ok_or_else(out_of_range)?)),
            _ => Ok(None),
        }
    };
    times.iter().enumerate().map(&mut answer).collect()
}

fn zones_of(zones: &ArrayRef) -> Box<dyn FnMut(usize) -> Result<Zone> + '_> {
    if let Some(names) = zones.as_string_opt::<i32>() {
        let mut last = Last::new();
        return Box::new(move |row| last.get(names.value(row), Zone::named).copied());
    }
    let intervals = intervals(zones);
    Box::new(move |row| {
        let interval = intervals.value(row);
        if interval.months != 0 || interval.days != 0 {
            return exec_err!("interval time zone must not include months or days");
        }
        let zone = i32::try_from(interval.nanoseconds / 1_000_000_000).ok().and_then(Zone::fixed);
        zone.ok_or_else(out_of_range)
    })
}
