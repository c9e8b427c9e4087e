//! Zones by name, and local times as instants where clocks skip or repeat some.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use tidemark_model::city;

/// The zone of a city's code (`HKG`), or of an IANA name.
#[must_use]
pub fn find(name: &str) -> Option<Tz> {
    city::find(name).map(|city| city.zone).or_else(|| name.parse().ok())
}

/// The instant at which a zone's clocks show a local time: the first where they show it twice, the end of the gap where
/// they skip it.
///
/// `None` where the zone's rules do not say; those of the IANA database always do.
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let at = match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
        LocalResult::None => GapInfo::new(&local, &zone)?.end?,
    };
    Some(at.with_timezone(&Utc))
}

/// The first instant of a local day; `None` where the zone leaves the day out, as Samoa did with 30 December 2011.
#[must_use]
pub fn day_start(zone: Tz, day: NaiveDate) -> Option<DateTime<Utc>> {
    let start = instant(zone, day.and_time(NaiveTime::MIN))?;
    (start.with_timezone(&zone).date_naive() == day).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        let local = local.parse().unwrap();
        instant(find(zone).unwrap(), local).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// Instants from Python's zoneinfo (tzdata 2025b): `datetime(..., tzinfo=ZoneInfo(zone), fold=0)`, and for gaps the
    /// first instant whose local time is not before the wanted one.
    #[test]
    fn what_clocks_skip_is_the_end_of_the_gap_and_what_they_repeat_is_the_first() {
        assert_eq!(at("SYD", "2026-10-04T02:30:00"), "2026-10-03T16:00:00Z");
        assert_eq!(at("SYD", "2026-04-05T02:30:00"), "2026-04-04T15:30:00Z");
        assert_eq!(at("HKG", "2026-04-05T02:30:00"), "2026-04-04T18:30:00Z");
        // Half an hour is skipped and repeated here.
        assert_eq!(at("Australia/Lord_Howe", "2026-10-04T02:10:00"), "2026-10-03T15:30:00Z");
        assert_eq!(at("Australia/Lord_Howe", "2026-04-05T01:40:00"), "2026-04-04T14:40:00Z");
        assert_eq!(at("Africa/Cairo", "2026-04-24T00:00:00"), "2026-04-23T22:00:00Z");
    }

    #[test]
    fn a_day_that_a_zone_leaves_out_has_no_start() {
        let apia = find("Pacific/Apia").unwrap();
        let start = |day: &str| day_start(apia, day.parse().unwrap()).map(|at| at.to_rfc3339());
        assert_eq!(start("2011-12-30"), None);
        assert_eq!(start("2011-12-31").as_deref(), Some("2011-12-30T10:00:00+00:00"));
        assert!(find("HKX").is_none() && find("Mars/Phobos").is_none());
    }
}
