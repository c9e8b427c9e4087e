//! Time zones as PostgreSQL names them: names of the IANA database, abbreviations, and offsets with POSIX's sign.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{OffsetName, TZ_VARIANTS, Tz};

use super::{Parts, PatternError};

/// A zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

/// Abbreviations, which come before names and know no summer, in hours east. Source: PostgreSQL's `tznames/Default`.
const ABBREVIATIONS: [(&str, i32); 24] = [
    ("Z", 0),
    ("WET", 0),
    ("BST", 1),
    ("CET", 1),
    ("MET", 1),
    ("CEST", 2),
    ("EET", 2),
    ("IST", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("HKT", 8),
    ("SGT", 8),
    ("PHT", 8),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("NZST", 12),
    ("AEDT", 11),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

impl Zone {
    /// The zone of a name, in any case, or of an offset, which as in POSIX counts hours west: `+08` is eight behind UTC.
    pub(crate) fn named(name: &str) -> Result<Self, PatternError> {
        let abbreviation = ABBREVIATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((_, hours)) = abbreviation {
            return Self::fixed(hours * 3600).ok_or_else(|| not_recognized(name));
        }
        let named =
            name.parse().ok().or_else(|| TZ_VARIANTS.into_iter().find(|zone| zone.name().eq_ignore_ascii_case(name)));
        let posix = || posix_s(name).and_then(|west_s| Self::fixed(-west_s));
        named.map(Self::Named).or_else(posix).ok_or_else(|| not_recognized(name))
    }

    /// The session's zone, whose offsets count hours east: `+08:00` is eight ahead of UTC.
    pub(crate) fn of_session(name: &str) -> Result<Self, PatternError> {
        let named = name.parse().ok().map(Self::Named);
        let east = || posix_s(name).and_then(Self::fixed);
        named.or_else(east).ok_or_else(|| not_recognized(name))
    }

    /// A fixed number of seconds east; none from a day on.
    pub(crate) fn fixed(east_s: i32) -> Option<Self> {
        FixedOffset::east_opt(east_s).map(Self::Fixed)
    }

    /// The zone's clock at an instant, in microseconds since 1970.
    pub(crate) fn local_us(&self, instant_us: i64) -> Option<i64> {
        let utc = DateTime::from_timestamp_micros(instant_us)?.naive_utc();
        instant_us.checked_add(i64::from(self.offset_s(&utc)) * 1_000_000)
    }

    /// The instant at which the zone's clock shows a time. Of two, the later; a time that the clock skips counts from
    /// before the skip, as in PostgreSQL.
    pub(crate) fn instant_us(&self, local_us: i64) -> Option<i64> {
        let local = DateTime::from_timestamp_micros(local_us)?.naive_utc();
        let offset_s = match self {
            Self::Fixed(offset) => offset.local_minus_utc(),
            Self::Named(zone) => match zone.offset_from_local_datetime(&local) {
                MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(_, offset) => {
                    offset.fix().local_minus_utc()
                }
                // No clock skips more than a day, and none changes twice within two.
                MappedLocalTime::None => self.offset_s(&local.checked_sub_signed(TimeDelta::days(1))?),
            },
        };
        local_us.checked_sub(i64::from(offset_s) * 1_000_000)
    }

    /// The parts of an instant by the zone's clock.
    pub(crate) fn parts(&self, instant_us: i64) -> Option<Parts> {
        let utc = DateTime::from_timestamp_micros(instant_us)?.naive_utc();
        let offset_s = self.offset_s(&utc);
        let local = utc.checked_add_signed(TimeDelta::seconds(offset_s.into()))?;
        Some(Parts::zoned(local, offset_s, self.abbreviation(&utc)))
    }

    fn offset_s(&self, utc: &NaiveDateTime) -> i32 {
        match self {
            Self::Named(zone) => zone.offset_from_utc_datetime(utc).fix().local_minus_utc(),
            Self::Fixed(offset) => offset.local_minus_utc(),
        }
    }

    fn abbreviation(&self, utc: &NaiveDateTime) -> String {
        match self {
            Self::Named(zone) => zone.offset_from_utc_datetime(utc).abbreviation().unwrap_or_default().to_owned(),
            Self::Fixed(offset) => {
                let east_s = offset.local_minus_utc();
                let (sign, east_s) = (if east_s < 0 { '-' } else { '+' }, east_s.abs());
                let minutes = east_s % 3600 / 60;
                let hours = format!("{sign}{:02}", east_s / 3600);
                if minutes == 0 { hours } else { format!("{hours}:{minutes:02}") }
            }
        }
    }
}

fn not_recognized(name: &str) -> PatternError {
    PatternError::new(format!("time zone \"{name}\" not recognized"))
}

/// Seconds of an offset as POSIX writes it: letters that say nothing, a sign, hours and perhaps minutes and seconds.
fn posix_s(text: &str) -> Option<i32> {
    let number = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => text.trim_start_matches(|character: char| character.is_ascii_alphabetic()),
    };
    let (negative, digits) = match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let mut seconds = 0;
    let mut unit_s = 3600;
    for part in digits.split(':') {
        let valid = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()) && unit_s > 0;
        let value: i32 = part.parse().ok().filter(|value| valid && (unit_s == 3600 || *value < 60))?;
        seconds += value * unit_s;
        unit_s /= 60;
    }
    Some(if negative { -seconds } else { seconds })
}
