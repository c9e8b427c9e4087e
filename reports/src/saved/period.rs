//! A definition's period as the time that it covers, counted from the instant at which a run is due: a run that is
//! repeated asks for the same. Half-open everywhere: the start is within, the end is not.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::definition::{Period, PeriodKind, Unit};
use super::problem::Misfit;
use super::zone;

/// Most units of one period.
const COUNT_MAX: u32 = 1_000;

/// A period whose members fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// So many whole units before the one that runs.
    Last(u32, Unit),
    /// The unit that runs, until the instant.
    This(Unit),
    /// From the start of a day to the start of another.
    Days(NaiveDate, NaiveDate),
}

impl Time {
    /// What the period of a filter means.
    pub(super) fn of(period: &Period) -> Result<Self, Misfit> {
        let unit = || {
            let cure = "choose hour, day, week, month, quarter or year";
            period.unit.ok_or_else(|| Misfit::new("period.unit", "this kind of period needs a unit", cure))
        };
        match period.kind {
            PeriodKind::Last => {
                let count = period.count.filter(|count| (1..=COUNT_MAX).contains(count));
                let message = "how many units is not said, or is out of range";
                let count =
                    count.ok_or_else(|| Misfit::new("period.count", message, format!("give 1 to {COUNT_MAX}")))?;
                Ok(Self::Last(count, unit()?))
            }
            PeriodKind::Previous => Ok(Self::Last(1, unit()?)),
            PeriodKind::This => Ok(Self::This(unit()?)),
            PeriodKind::Days => {
                let (first, last) =
                    (day("period.first", period.first.as_deref())?, day("period.last", period.last.as_deref())?);
                let end = last.checked_add_days(Days::new(1)).filter(|end| first < *end);
                let ends =
                    || Misfit::new("period.last", "the last day is before the first", "give days in their order");
                Ok(Self::Days(first, end.ok_or_else(ends)?))
            }
        }
    }

    /// The instants that it covers; `None` beyond the calendar.
    pub(super) fn instants(self, due_at: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let local = due_at.with_timezone(&zone).naive_local();
        let from = |local: NaiveDateTime| zone::instant(zone, local);
        match self {
            // Hours are counted by instants, so that a change of clocks neither drops nor doubles one.
            Self::Last(count, Unit::Hour) => {
                let end = due_at.checked_sub_signed(into_hour(local))?;
                Some((end.checked_sub_signed(TimeDelta::hours(count.into()))?, end))
            }
            Self::Last(count, unit) => {
                let end = start_of(local, unit)?;
                Some((from(before(end, count, unit)?)?, from(end)?))
            }
            Self::This(Unit::Hour) => Some((due_at.checked_sub_signed(into_hour(local))?, due_at)),
            Self::This(unit) => Some((from(start_of(local, unit)?)?, due_at)),
            Self::Days(first, end) => Some((from(first.into())?, from(end.into())?)),
        }
    }

    /// The calendar days that it covers, with the one that runs where it reaches into that.
    pub(super) fn days(self, due_at: DateTime<Utc>, zone: Tz) -> Option<(NaiveDate, NaiveDate)> {
        let local = due_at.with_timezone(&zone).naive_local();
        match self {
            Self::Last(count, unit) => {
                let end = start_of(local, unit)?;
                Some((before(end, count, unit)?.date(), end.date()))
            }
            Self::This(unit) => {
                let end = local.date().checked_add_days(Days::new(1))?;
                Some((start_of(local, unit)?.date(), end))
            }
            Self::Days(first, end) => Some((first, end)),
        }
    }

    /// The months that it covers, with the one that runs where it reaches into that: the first day of the first, and of
    /// the one after the last.
    pub(super) fn months(self, due_at: DateTime<Utc>, zone: Tz) -> Option<(NaiveDate, NaiveDate)> {
        let (start, end) = self.days(due_at, zone)?;
        let last = end.checked_sub_days(Days::new(1))?;
        Some((start.with_day(1)?, last.with_day(1)?.checked_add_months(Months::new(1))?))
    }

    /// Whether it begins and ends with months.
    pub(super) fn is_of_months(self) -> bool {
        match self {
            Self::Last(_, unit) | Self::This(unit) => matches!(unit, Unit::Month | Unit::Quarter | Unit::Year),
            Self::Days(first, end) => first.day() == 1 && end.day() == 1,
        }
    }

    /// Whether it is counted in hours, which days do not have.
    pub(super) const fn is_of_hours(self) -> bool {
        matches!(self, Self::Last(_, Unit::Hour) | Self::This(Unit::Hour))
    }
}

fn day(member: &'static str, text: Option<&str>) -> Result<NaiveDate, Misfit> {
    let cure = "give it as in 2026-03-31";
    let text = text.ok_or_else(|| Misfit::new(member, "fixed days need a first and a last", cure))?;
    calendar_day(text).ok_or_else(|| Misfit::new(member, format!("\"{text}\" is no day of the calendar"), cure))
}

/// A day as ISO 8601 writes it, with four digits of the year and nothing else.
pub(super) fn calendar_day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (day.to_string() == text && text.len() == "2026-03-31".len()).then_some(day)
}

fn into_hour(local: NaiveDateTime) -> TimeDelta {
    TimeDelta::seconds(i64::from(local.num_seconds_from_midnight() % 3_600))
        + TimeDelta::nanoseconds(i64::from(local.nanosecond() % 1_000_000_000))
}

/// The start of the unit that a local time is in.
fn start_of(local: NaiveDateTime, unit: Unit) -> Option<NaiveDateTime> {
    let day = local.date();
    let first = match unit {
        Unit::Hour => return local.checked_sub_signed(into_hour(local)),
        Unit::Day => day,
        Unit::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?,
        Unit::Month => day.with_day(1)?,
        Unit::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?,
        Unit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1)?,
    };
    Some(first.and_time(NaiveTime::MIN))
}

/// The start of a unit, so many units before the start of one.
fn before(start: NaiveDateTime, count: u32, unit: Unit) -> Option<NaiveDateTime> {
    let months = |each: u32| count.checked_mul(each).map(Months::new);
    match unit {
        Unit::Hour => start.checked_sub_signed(TimeDelta::hours(count.into())),
        Unit::Day => start.checked_sub_days(Days::new(count.into())),
        Unit::Week => start.checked_sub_days(Days::new(u64::from(count) * 7)),
        Unit::Month => start.checked_sub_months(months(1)?),
        Unit::Quarter => start.checked_sub_months(months(3)?),
        Unit::Year => start.checked_sub_months(months(12)?),
    }
}

#[cfg(test)]
mod tests;
