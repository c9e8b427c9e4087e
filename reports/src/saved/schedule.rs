//! When a report runs by itself: a timetable by a zone's clock and calendar.
//!
//! # Working days
//! Where the zone is that of a city's code (`HKG`), its working days are that city's: public holidays are off, and
//! weekend days that are worked in exchange are on. An IANA name says a clock only, and works from Monday to Friday.
//!
//! # Clocks
//! Each local day has one run at most. A time that clocks skip is the first moment after the gap; of a time that they
//! repeat the first counts; a day that a zone leaves out has no run. So a daily report comes every day, once, also on
//! the days when clocks change.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use tidemark_model::city::{self, City};
use tidemark_model::holidays::DaysOff;

use super::definition::{self, Definition, Every, Schedule};
use super::edition::Edition;
use super::problem::Misfit;
use super::zone;

/// A run that begins so long after its time was not missed: the service was merely busy.
pub const ON_TIME: TimeDelta = TimeDelta::minutes(15);

/// Most missed runs that are made up.
const CATCH_UP_MAX: u8 = 31;

/// Missed runs that are made up where nothing is said.
const CATCH_UP_DEFAULT: u8 = 1;

/// No timetable rests longer: runs of a month lie 35 days apart at most, and a zone leaves out one day in a century.
const REST_DAYS_MAX: usize = 70;

/// A schedule whose members fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    zone: Tz,
    /// Whose working days count; those of no city are Monday to Friday.
    city: Option<&'static City>,
    at: NaiveTime,
    on: On,
    catch_up: usize,
}

/// On which days.
#[derive(Debug, Clone, PartialEq, Eq)]
enum On {
    All,
    Of(Vec<Weekday>),
    Numbered(u32),
    Last,
    FirstWorking,
    LastWorking,
}

impl Timetable {
    /// When a definition runs by itself, a timetable for each of its editions; none where it does not, or where its
    /// schedule would not pass the check.
    #[must_use]
    pub fn all_of(definition: &Definition) -> Vec<Self> {
        let editions = Edition::all(definition).into_iter();
        editions.filter_map(|edition| Self::of_edition(definition, edition.city)).collect()
    }

    /// When the edition of a city is due, or the one for all.
    pub(super) fn of_edition(definition: &Definition, city: Option<&City>) -> Option<Self> {
        let zone = city.map_or(definition.zone.as_str(), |city| city.code);
        Self::of(definition.schedule.as_ref()?, zone).ok()
    }

    /// What a schedule means, in its own zone or else the one of this name.
    pub(super) fn of(schedule: &Schedule, zone: &str) -> Result<Self, Misfit> {
        let name = schedule.zone.as_deref().unwrap_or(zone);
        let zone = zone::find(name).ok_or_else(|| no_zone(name))?;
        let catch_up = schedule.catch_up.unwrap_or(CATCH_UP_DEFAULT);
        if catch_up > CATCH_UP_MAX {
            let cure = format!("give 0 to {CATCH_UP_MAX}");
            return Err(Misfit::new("catch_up", format!("{catch_up} runs are too many to make up"), cure));
        }
        if schedule.every != Every::Week && !schedule.days.is_empty() {
            return Err(Misfit::new("days", "only a week has days", "leave days out, or choose week"));
        }
        if schedule.every != Every::Month && schedule.day.is_some() {
            return Err(Misfit::new("day", "only a month has a day", "leave day out, or choose month"));
        }
        let on = match schedule.every {
            Every::Day => On::All,
            Every::Week => On::Of(weekdays(&schedule.days)?),
            Every::Month => of_month(schedule.day.as_deref())?,
        };
        Ok(Self { zone, city: city::find(name), at: clock_time(&schedule.at)?, on, catch_up: catch_up.into() })
    }

    /// The first run after an instant; `None` at the end of the calendar.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.days_from(after).take(REST_DAYS_MAX).filter_map(|day| self.run_on(day)).find(|at| *at > after)
    }

    /// All runs after an instant until another, that one included, in their order.
    #[must_use]
    pub fn between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let last = until.with_timezone(&self.zone).date_naive();
        let days = self.days_from(after).take_while(|day| *day <= last);
        days.filter_map(|day| self.run_on(day)).filter(|at| *at > after && *at <= until).collect()
    }

    /// Whether a run is due at just this instant.
    #[must_use]
    pub fn has(&self, at: DateTime<Utc>) -> bool {
        self.run_on(at.with_timezone(&self.zone).date_naive()) == Some(at)
    }

    /// The runs to begin now, where all until `after` are dealt with: those that are [on time](ON_TIME), and of those
    /// that were missed the newest, as many as the schedule makes up. In their order.
    #[must_use]
    pub fn due(&self, after: DateTime<Utc>, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let runs = self.between(after, now);
        let num_missed = runs.iter().filter(|at| now - **at > ON_TIME).count();
        runs.into_iter().skip(num_missed.saturating_sub(self.catch_up)).collect()
    }

    /// The days from the one before an instant's: its run may come after midnight where clocks skip that.
    fn days_from(&self, after: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let day = after.with_timezone(&self.zone).date_naive();
        day.pred_opt().unwrap_or(day).iter_days()
    }

    fn run_on(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        if !self.on.has(day, self.city) {
            return None;
        }
        zone::day_start(self.zone, day)?;
        zone::instant(self.zone, day.and_time(self.at))
    }
}

impl On {
    fn has(&self, day: NaiveDate, city: Option<&City>) -> bool {
        match self {
            Self::All => true,
            Self::Of(days) => days.contains(&day.weekday()),
            Self::Numbered(number) => day.day() == *number || (day.day() < *number && is_last(day)),
            Self::Last => is_last(day),
            Self::FirstWorking => is_alone(day, 1..=day.day(), city),
            Self::LastWorking => is_alone(day, day.day()..=31, city),
        }
    }
}

fn is_last(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.month() != day.month())
}

/// Whether a day is the only working one among days of its month; numbers that the month has not do not count.
fn is_alone(day: NaiveDate, mut among: RangeInclusive<u32>, city: Option<&City>) -> bool {
    let days_off = city.map_or_else(DaysOff::default, |city| DaysOff::of(city.code, day.year()..=day.year()));
    let is_working = |number| day.with_day(number).is_some_and(|day| days_off.is_working(day));
    days_off.is_working(day) && among.all(|number| number == day.day() || !is_working(number))
}

fn weekdays(days: &[definition::Weekday]) -> Result<Vec<Weekday>, Misfit> {
    let cure = "choose one or more of monday to sunday, each once";
    if days.is_empty() {
        return Err(Misfit::new("days", "a weekly report needs its days", cure));
    }
    let repeats = days.iter().enumerate().any(|(place, day)| days[..place].contains(day));
    if repeats {
        return Err(Misfit::new("days", "a day stands there twice", cure));
    }
    let weekday = |day: &definition::Weekday| match day {
        definition::Weekday::Monday => Weekday::Mon,
        definition::Weekday::Tuesday => Weekday::Tue,
        definition::Weekday::Wednesday => Weekday::Wed,
        definition::Weekday::Thursday => Weekday::Thu,
        definition::Weekday::Friday => Weekday::Fri,
        definition::Weekday::Saturday => Weekday::Sat,
        definition::Weekday::Sunday => Weekday::Sun,
    };
    Ok(days.iter().map(weekday).collect())
}

fn of_month(day: Option<&str>) -> Result<On, Misfit> {
    let cure = "give 1 to 31, last, first-working-day or last-working-day";
    match day {
        Some("last") => Ok(On::Last),
        Some("first-working-day") => Ok(On::FirstWorking),
        Some("last-working-day") => Ok(On::LastWorking),
        Some(text) => {
            let number = (1..=31).find(|number: &u32| number.to_string() == text);
            number.map(On::Numbered).ok_or_else(|| Misfit::new("day", format!("\"{text}\" is no day of a month"), cure))
        }
        None => Err(Misfit::new("day", "a monthly report needs its day", cure)),
    }
}

/// `08:30`, two digits each.
fn clock_time(text: &str) -> Result<NaiveTime, Misfit> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
    let time = time.filter(|time| time.format("%H:%M").to_string() == text);
    time.ok_or_else(|| Misfit::new("at", format!("\"{text}\" is no time of day"), "give it as in 08:30"))
}

/// The problem of a zone that is none.
pub(super) fn no_zone(name: &str) -> Misfit {
    let cure = "use a city's code such as HKG, or an IANA name such as Asia/Hong_Kong";
    Misfit::new("zone", format!("there is no time zone \"{name}\""), cure)
}

#[cfg(test)]
mod tests;
