//! The functions of patterns, zones and intervals, called with arrays as the engine calls them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Date32Type, Field, IntervalMonthDayNano, IntervalMonthDayNanoType};
use arrow::datatypes::{TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue, config::ConfigOptions};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

use super::{date_trunc, interval_mul, timezone, to_char, to_timestamp};

const AT_US: i64 = 1_772_719_629_123_456;

fn call(function: &ScalarUDF, zone: &str, args: Vec<ColumnarValue>) -> Result<ArrayRef> {
    let types = function.coerce_types(&args.iter().map(ColumnarValue::data_type).collect::<Vec<_>>())?;
    let args = args.into_iter().zip(&types).map(|(arg, data_type)| arg.cast_to(data_type, None));
    let args = args.collect::<Result<Vec<_>>>()?;
    let mut options = ConfigOptions::new();
    options.execution.time_zone = Some(zone.to_owned());
    let number_rows = args.iter().find_map(|arg| match arg {
        ColumnarValue::Array(array) => Some(array.len()),
        ColumnarValue::Scalar(_) => None,
    });
    let returned = function.return_type(&types)?;
    let arg_fields = types.iter().map(|data_type| Arc::new(Field::new("", data_type.clone(), true))).collect();
    let answer = function.invoke_with_args(ScalarFunctionArgs {
        args,
        arg_fields,
        number_rows: number_rows.unwrap_or(1),
        return_field: Arc::new(Field::new("", returned.clone(), true)),
        config_options: Arc::new(options),
    })?;
    let answer = answer.to_array(1)?;
    assert_eq!(answer.data_type(), &returned);
    Ok(answer)
}

fn text(value: &str) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::from(value))
}

fn array(array: impl Array + 'static) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(array))
}

fn instants() -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(vec![Some(AT_US), None]).with_timezone("UTC")
}

fn only_time(array: &ArrayRef) -> i64 {
    array.as_primitive::<TimestampMicrosecondType>().value(0)
}

#[test]
fn an_instant_is_shown_by_the_sessions_clock_and_null_stays_null() {
    let to_char = ScalarUDF::from(to_char::ToChar::new());
    let shown = |zone, value| {
        let texts = call(&to_char, zone, vec![value, text("YYYY-MM-DD HH24:MI TZ")]).unwrap();
        texts.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(shown("UTC", array(instants())), [Some("2026-03-05 14:07 UTC".to_owned()), None]);
    assert_eq!(shown("Asia/Hong_Kong", array(instants())), [Some("2026-03-05 22:07 HKT".to_owned()), None]);
    let days = Date32Array::from(vec![20_517]);
    assert_eq!(shown("Asia/Hong_Kong", array(days)), [Some("2026-03-05 00:00 HKT".to_owned())]);
}

#[test]
fn patterns_may_differ_by_row_and_decimals_stay_exact() {
    let to_char = ScalarUDF::from(to_char::ToChar::new());
    let values = Decimal128Array::from(vec![1_234_567_891, -5500]).with_precision_and_scale(27, 3).unwrap();
    let patterns = StringArray::from(vec!["FM999,999,999.00", "999.9"]);
    let texts = call(&to_char, "UTC", vec![array(values), array(patterns)]).unwrap();
    assert_eq!(texts.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["1,234,567.89", "  -5.5"]);
    let difference = ColumnarValue::Scalar(ScalarValue::DurationMicrosecond(Some(90_180_000_000)));
    let texts = call(&to_char, "UTC", vec![difference, text("DD HH24:MI")]).unwrap();
    assert_eq!(texts.as_string::<i32>().value(0), "01 01:03");
    assert!(call(&to_char, "UTC", vec![text("2026-03-05"), text("YYYY")]).is_err());
}

#[test]
fn texts_and_seconds_become_instants_and_days() {
    let [to_timestamp, to_date] = to_timestamp::functions();
    let pattern = || text("YYYY-MM-DD HH24:MI");
    let at = |zone| only_time(&call(&to_timestamp, zone, vec![text("2026-03-05 14:07"), pattern()]).unwrap());
    assert_eq!(at("UTC"), 1_772_719_620_000_000);
    assert_eq!(at("Asia/Hong_Kong"), 1_772_719_620_000_000 - 8 * 3_600_000_000);
    let days = call(&to_date, "Asia/Hong_Kong", vec![text("05/03/2026"), text("DD/MM/YYYY")]).unwrap();
    assert_eq!(days.as_primitive::<Date32Type>().value(0), 20_517);
    let seconds = |value| only_time(&call(&to_timestamp, "UTC", vec![ColumnarValue::Scalar(value)]).unwrap());
    assert_eq!(seconds(ScalarValue::from(1_772_719_629_i64)), 1_772_719_629_000_000);
    assert_eq!(seconds(ScalarValue::from(1_772_719_629.5)), 1_772_719_629_500_000);
    assert_eq!(seconds(ScalarValue::Decimal128(Some(1_234_567_850), 20, 8)), 12_345_679);
    assert_eq!(seconds(ScalarValue::Decimal128(Some(-1_234_567_850), 20, 8)), -12_345_679);
    let error = call(&to_date, "UTC", vec![text("2026-02-30"), text("YYYY-MM-DD")]).unwrap_err().to_string();
    assert!(error.contains("2026-02-30"), "{error}");
}

#[test]
fn timezone_goes_both_ways() {
    let timezone = ScalarUDF::from(timezone::Timezone::new());
    let hour = 3_600_000_000;
    let local = |zone, value| call(&timezone, "Asia/Hong_Kong", vec![zone, value]).unwrap();
    let there = local(text("asia/hong_kong"), array(instants()));
    assert_eq!(
        (there.data_type(), only_time(&there)),
        (&DataType::Timestamp(TimeUnit::Microsecond, None), AT_US + 8 * hour)
    );
    assert!(there.is_null(1));
    let clock = || array(TimestampMicrosecondArray::from(vec![AT_US]));
    assert_eq!(only_time(&local(text("Asia/Hong_Kong"), clock())), AT_US - 8 * hour);
    assert_eq!(only_time(&local(text("+08"), array(instants()))), AT_US - 8 * hour);
    let interval = ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, 0, 8 * hour * 1000)));
    assert_eq!(only_time(&local(ColumnarValue::Scalar(interval), array(instants()))), AT_US + 8 * hour);
    assert_eq!(only_time(&local(text("UTC"), array(Date32Array::from(vec![1])))), 16 * hour);
    let error = call(&timezone, "UTC", vec![text("Mars/X"), clock()]).unwrap_err().to_string();
    assert!(error.contains("\"Mars/X\""), "{error}");
}

#[test]
fn intervals_are_scaled_as_postgresql_scales_them() {
    let [times, divided] = interval_mul::functions();
    let scaled = |function, months, days, hours: i64, number: f64| {
        let interval = IntervalMonthDayNano::new(months, days, hours * 3_600_000_000_000);
        let interval = ScalarValue::IntervalMonthDayNano(Some(interval));
        let number = ColumnarValue::Scalar(ScalarValue::from(number));
        let answer = call(function, "UTC", vec![ColumnarValue::Scalar(interval), number])?;
        let answer = answer.as_primitive::<IntervalMonthDayNanoType>().value(0);
        Ok::<_, datafusion::common::DataFusionError>((answer.months, answer.days, answer.nanoseconds / 1_000_000_000))
    };
    assert_eq!(scaled(&times, 0, 1, 0, 3.0).unwrap(), (0, 3, 0));
    assert_eq!(scaled(&times, 0, 1, 0, 1.5).unwrap(), (0, 1, 43_200));
    assert_eq!(scaled(&times, 1, 1, 1, 2.55).unwrap(), (2, 19, 13_500));
    assert_eq!(scaled(&divided, 0, 0, 1, 2.0).unwrap(), (0, 0, 1800));
    assert_eq!(scaled(&divided, 0, 49, 0, 49.0).unwrap(), (0, 1, 0));
    assert!(scaled(&divided, 1, 0, 0, 0.0).is_err());
    assert!(scaled(&times, i32::MAX, 0, 0, 2.0).is_err());
}

#[test]
fn an_instant_is_truncated_by_utc_whatever_the_unit() {
    let date_trunc = ScalarUDF::from(date_trunc::DateTrunc::new());
    // Instants before and after 1970, the first microsecond of a year and the last of a leap day.
    let instants = [
        "1969-12-31T23:59:59.999999Z",
        "2026-03-05T14:07:09.123456Z",
        "2027-01-01T00:00:00Z",
        "2028-02-29T23:59:59.999999Z",
    ];
    let expected = [
        ("hour", ["1969-12-31T23:00:00Z", "2026-03-05T14:00:00Z", "2027-01-01T00:00:00Z", "2028-02-29T23:00:00Z"]),
        ("day", ["1969-12-31T00:00:00Z", "2026-03-05T00:00:00Z", "2027-01-01T00:00:00Z", "2028-02-29T00:00:00Z"]),
        ("week", ["1969-12-29T00:00:00Z", "2026-03-02T00:00:00Z", "2026-12-28T00:00:00Z", "2028-02-28T00:00:00Z"]),
        ("quarter", ["1969-10-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]),
        ("year", ["1969-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]),
    ];
    let micros = |texts: [&str; 4]| {
        texts.map(|text| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros()).to_vec()
    };
    for (unit, starts) in expected {
        let times = TimestampMicrosecondArray::from(micros(instants)).with_timezone("UTC");
        let answer = date_trunc
            .invoke_with_args(ScalarFunctionArgs {
                args: vec![text(unit), array(times)],
                arg_fields: vec![],
                number_rows: 4,
                return_field: Arc::new(Field::new("", tidemark_model::schema::timestamp(), true)),
                config_options: Arc::default(),
            })
            .unwrap();
        let answer = answer.to_array(4).unwrap();
        assert_eq!(answer.data_type(), &tidemark_model::schema::timestamp(), "{unit}");
        assert_eq!(answer.as_primitive::<TimestampMicrosecondType>().values().to_vec(), micros(starts), "{unit}");
    }
}
