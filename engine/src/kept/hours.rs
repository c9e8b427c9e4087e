//! Hours whose figures may differ after a change, and the local days and months that they lie in.

use std::collections::BTreeSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use tidemark_model::city::CITIES;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
/// No place's midnight is further from that of UTC.
const ZONE_US: i64 = 15 * HOUR_US;

/// Starts of hours of UTC, in microseconds since 1970.
pub(crate) type Hours = BTreeSet<i64>;

/// What may differ between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    Nothing,
    /// What counts at an instant in these hours.
    In(Hours),
    /// Anything.
    Everything,
}

impl Change {
    pub(crate) fn of(hours: Hours) -> Self {
        if hours.is_empty() { Self::Nothing } else { Self::In(hours) }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everything, _) | (_, Self::Everything) => Self::Everything,
            (Self::Nothing, change) | (change, Self::Nothing) => change,
            (Self::In(mut hours), Self::In(more)) => {
                hours.extend(more);
                Self::In(hours)
            }
        }
    }
}

/// The hours of all instants in some rows.
pub(crate) fn of_rows(rows: &RecordBatch) -> Hours {
    let is_instant = |data_type: &DataType| matches!(data_type, DataType::Timestamp(TimeUnit::Microsecond, _));
    let instants = rows.columns().iter().filter(|column| is_instant(column.data_type()));
    instants.flat_map(|column| column.as_primitive::<TimestampMicrosecondType>().iter().flatten()).map(start).collect()
}

/// The start of an instant's hour.
pub(crate) const fn start(instant_us: i64) -> i64 {
    instant_us.div_euclid(HOUR_US) * HOUR_US
}

/// The local days that hours lie in, in any city and in UTC.
pub(crate) fn days(hours: &Hours) -> BTreeSet<NaiveDate> {
    let local = |hour: &i64| {
        let at: Option<DateTime<Utc>> = DateTime::from_timestamp_micros(*hour);
        at.into_iter().flat_map(|at| CITIES.iter().map(move |city| city.local_day(at)).chain([at.date_naive()]))
    };
    hours.iter().flat_map(local).collect()
}

/// The first days of the months of days.
pub(crate) fn months(days: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
    days.iter().filter_map(|day| day.with_day(1)).collect()
}

/// The condition that an instant lies in one of the hours.
pub(crate) fn in_hours(instant: &str, hours: &Hours) -> String {
    in_spans(instant, hours.iter().map(|hour| (*hour, hour + HOUR_US)))
}

/// The condition that an instant may lie in one of the local days.
pub(crate) fn in_days(instant: &str, days: impl Iterator<Item = NaiveDate>) -> String {
    let start = |day: NaiveDate| (day - NaiveDate::default()).num_days() * DAY_US;
    in_spans(instant, days.map(|day| (start(day) - ZONE_US, start(day) + DAY_US + ZONE_US)))
}

/// The condition that an instant may lie in one of the local months, given by their first days.
pub(crate) fn in_months(instant: &str, months: &BTreeSet<NaiveDate>) -> String {
    in_days(instant, months.iter().flat_map(|first| first.iter_days().take_while(|day| day.month() == first.month())))
}

/// Spans in order of their starts; those that touch are one.
fn in_spans(instant: &str, spans: impl Iterator<Item = (i64, i64)>) -> String {
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, until) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    let span =
        |(from, until): &(i64, i64)| format!("({instant} >= {} AND {instant} < {})", literal(*from), literal(*until));
    joined.iter().map(span).collect::<Vec<_>>().join(" OR ")
}

/// An instant as SQL.
pub(crate) fn literal(instant_us: i64) -> String {
    let at = DateTime::from_timestamp_micros(instant_us).unwrap_or_default();
    format!("TIMESTAMPTZ '{}'", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_hour_lies_in_the_days_of_every_city() {
        // 2026-03-31T22:00Z is the first of April from Singapore to Sydney.
        let days = days(&Hours::from([1_774_994_400_000_000]));
        assert_eq!(days, BTreeSet::from([day("2026-03-31"), day("2026-04-01")]));
        assert_eq!(months(&days), BTreeSet::from([day("2026-03-01"), day("2026-04-01")]));
    }

    #[test]
    fn spans_that_touch_are_one() {
        let days = [day("2026-03-31"), day("2026-04-01"), day("2026-05-01")];
        let expected = "(at >= TIMESTAMPTZ '2026-03-30T09:00:00.000000Z' AND at < TIMESTAMPTZ '2026-04-02T15:00:00.000000Z') \
                        OR (at >= TIMESTAMPTZ '2026-04-30T09:00:00.000000Z' AND at < TIMESTAMPTZ '2026-05-02T15:00:00.000000Z')";
        assert_eq!(in_days("at", days.into_iter()), expected);
    }
}
