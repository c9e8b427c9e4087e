//! Dates that move from year to year: computed where a rule is exact, looked up where a government or a religious
//! authority proclaims them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A feast of a lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feast {
    /// First day of the first Chinese month.
    LunarNewYear,
    /// The same in Korea, a day later where the new moon falls after midnight there.
    Seollal,
    /// The same in Vietnam, a day earlier where the new moon falls before midnight there.
    Tet,
    /// Tenth day of the third Chinese month.
    HungKings,
    /// Eighth day of the fourth Chinese month.
    BuddhasBirthday,
    /// Fifth day of the fifth Chinese month.
    DragonBoat,
    /// Fifteenth day of the eighth Chinese month.
    MidAutumn,
    /// Ninth day of the ninth Chinese month.
    DoubleNinth,
    /// As Singapore has it.
    Vesak,
    /// As Singapore has it.
    HariRayaPuasa,
    /// As Singapore has it.
    HariRayaHaji,
    /// As Singapore has it.
    Deepavali,
    /// Full moon of the third Thai month (the fourth in years with a leap month).
    MakhaBucha,
    /// Full moon of the sixth Thai month.
    VisakhaBucha,
    /// Full moon of the eighth Thai month.
    AsalhaBucha,
}

const FIRST_YEAR: i32 = 2015;

/// Month and day (MMDD) by year from 2015 to 2030, compared with Python's `holidays` 0.109 by the tests. Singapore's and
/// Thailand's of years to come are as astronomers expect them, until they are proclaimed.
#[rustfmt::skip]
const FEASTS: [(Feast, [u32; 16]); 15] = [
    (Feast::LunarNewYear, [219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 203]),
    (Feast::Seollal, [219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 207, 127, 213, 203]),
    (Feast::Tet, [219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 202]),
    (Feast::HungKings, [428, 416, 406, 425, 414, 402, 421, 410, 429, 418, 407, 426, 416, 404, 423, 412]),
    (Feast::BuddhasBirthday, [525, 514, 503, 522, 512, 430, 519, 508, 526, 515, 505, 524, 513, 502, 520, 509]),
    (Feast::DragonBoat, [620, 609, 530, 618, 607, 625, 614, 603, 622, 610, 531, 619, 609, 528, 616, 605]),
    (Feast::MidAutumn, [927, 915, 1004, 924, 913, 1001, 921, 910, 929, 917, 1006, 925, 915, 1003, 922, 912]),
    (Feast::DoubleNinth, [1021, 1009, 1028, 1017, 1007, 1025, 1014, 1004, 1023, 1011, 1029, 1018, 1008, 1026, 1016, 1005]),
    (Feast::Vesak, [601, 521, 510, 529, 519, 507, 526, 515, 602, 522, 512, 531, 520, 509, 527, 516]),
    (Feast::HariRayaPuasa, [717, 706, 625, 615, 605, 524, 513, 503, 422, 410, 331, 321, 310, 227, 215, 204]),
    (Feast::HariRayaHaji, [924, 912, 901, 822, 811, 731, 720, 710, 629, 617, 607, 527, 517, 505, 425, 414]),
    (Feast::Deepavali, [1110, 1029, 1018, 1106, 1027, 1114, 1104, 1024, 1112, 1031, 1020, 1108, 1028, 1115, 1105, 1026]),
    (Feast::MakhaBucha, [304, 222, 211, 301, 219, 208, 226, 216, 306, 224, 212, 303, 221, 210, 227, 217]),
    (Feast::VisakhaBucha, [601, 520, 510, 529, 518, 506, 526, 515, 603, 522, 511, 531, 520, 508, 527, 516]),
    (Feast::AsalhaBucha, [730, 719, 708, 727, 716, 705, 724, 713, 801, 720, 710, 729, 718, 706, 725, 714]),
];

/// When a holiday is in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// A month and a day.
    Date(u32, u32),
    /// The so-many-th weekday of a month.
    Nth(u8, Weekday, u32),
    /// Days after Easter Sunday.
    Easter(i64),
    /// Days after a feast.
    Feast(Feast, i64),
    /// The solar term Qingming, in April.
    TombSweeping,
    /// The equinox of March in Japan.
    VernalEquinox,
    /// The equinox of September in Japan.
    AutumnalEquinox,
}

impl On {
    /// The date in a year; None where the table of feasts does not reach.
    pub(super) fn date(self, year: i32) -> Option<NaiveDate> {
        let of = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        match self {
            Self::Date(month, day) => of(month, day),
            Self::Nth(nth, weekday, month) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
            Self::Easter(after) => shift(easter(year)?, after),
            Self::Feast(feast, after) => shift(feast_date(feast, year)?, after),
            Self::TombSweeping => of(4, solar_term(year, 4.81, 2000)),
            Self::VernalEquinox => of(3, solar_term(year, 20.8431, 1980)),
            Self::AutumnalEquinox => of(9, solar_term(year, 23.2488, 1980)),
        }
    }
}

fn shift(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    if days < 0 {
        date.checked_sub_days(Days::new(days.unsigned_abs()))
    } else {
        date.checked_add_days(Days::new(days as u64))
    }
}

fn feast_date(feast: Feast, year: i32) -> Option<NaiveDate> {
    let index = usize::try_from(year - FIRST_YEAR).ok()?;
    let (_, dates) = FEASTS.iter().find(|(of, _)| *of == feast)?;
    let date = dates.get(index)?;
    NaiveDate::from_ymd_opt(year, date / 100, date % 100)
}

/// Easter Sunday of the Gregorian calendar: the anonymous algorithm of Nature 13 (1876), 487, as in Meeus,
/// Astronomical Algorithms, chapter 8.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(sum / 31).ok()?, u32::try_from(sum % 31 + 1).ok()?)
}

/// The day of a solar term, by its day in a base year, the length of the tropical year, and the leap days since: exact
/// for these three terms in the years of the table.
fn solar_term(year: i32, day_in_base: f64, base: i32) -> u32 {
    let since = year - base;
    (day_in_base + 0.242_194 * f64::from(since)).floor() as u32 - (since / 4) as u32
}

/// Whether a date is a Saturday or a Sunday.
pub(super) fn is_weekend(date: NaiveDate) -> bool {
    date.weekday().num_days_from_monday() >= 5
}
