//! What governments set by decree, year by year: China's days off and make-up days, and single days of other cities.

use chrono::{Datelike, Days, NaiveDate};

/// A year's weekdays off (a letter for the holiday, and a day or its first and last day, as MMDD) and the weekend days
/// that are worked, as the State Council arranges them each year. Taken from Python's `holidays` 0.109, which cites the
/// notices.
const CHINA: [(i32, &str, &str); 12] = [
    (2015, "N0101-0102 S0218-0224 T0406 L0501 D0622 V0903-0904 G1001-1007", "0104 0215 0228 0906 1010"),
    (2016, "N0101 S0208-0212 T0404 L0502 D0609-0610 M0915-0916 G1003-1007", "0206 0214 0612 0918 1008 1009"),
    (2017, "N0102 S0127-0202 T0403-0404 L0501 D0529-0530 G1002-1006", "0122 0204 0401 0527 0930"),
    (2018, "N0101 S0215-0221 T0405-0406 L0430-0501 D0618 M0924 G1001-1005 N1231", "0211 0224 0408 0428 0929 0930 1229"),
    (2019, "N0101 S0204-0208 T0405 L0501-0503 D0607 M0913 G1001-1007", "0202 0203 0428 0505 0929 1012"),
    (2020, "N0101 S0124-0131 T0406 L0501-0505 D0625-0626 G1001-1008", "0119 0426 0509 0628 0927 1010"),
    (2021, "N0101 S0211-0217 T0405 L0503-0505 D0614 M0920-0921 G1001-1007", "0207 0220 0425 0508 0918 0926 1009"),
    (2022, "N0103 S0131-0204 T0404-0405 L0502-0504 D0603 M0912 G1003-1007", "0129 0130 0402 0424 0507 1008 1009"),
    (2023, "N0102 S0123-0127 T0405 L0501-0503 D0622-0623 M0929 G1002-1006", "0128 0129 0423 0506 0625 1007 1008"),
    (
        2024,
        "N0101 S0212-0216 T0404-0405 L0501-0503 D0610 M0916-0917 G1001-1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    (2025, "N0101 S0128-0204 T0404 L0501-0505 D0602 G1001-1008", "0126 0208 0427 0928 1011"),
    (2026, "N0101-0102 S0216-0223 T0406 L0501-0505 D0619 M0925 G1001-1007", "0104 0214 0228 0509 0920 1010"),
];

/// A day off, and the holiday that it is for.
type DayOff = (NaiveDate, &'static str);

/// Days that were proclaimed once, by city, taken from Python's `holidays` 0.109. Japan's are working days between two
/// holidays, which its law makes holidays.
#[rustfmt::skip]
const SINGLE_DAYS: [(&str, &str, &str); 10] = [
    ("HKG", "Victory Day", "2015-09-03"),
    ("SIN", "Jubilee Day", "2015-08-07"),
    ("SIN", "Polling Day", "2015-09-11 2020-07-10 2023-09-01"),
    ("TPE", "Bridge Day", "2015-01-02 2016-02-12 2016-06-10 2016-09-16 2017-02-27 2017-05-29 2017-10-09 2018-04-06 2018-12-31 \
        2019-02-08 2019-03-01 2019-10-11 2020-01-23 2020-06-26 2020-10-02 2021-02-10 2021-09-20 2022-02-04 \
        2023-01-20 2023-01-27 2023-02-27 2023-04-03 2023-06-23 2023-10-09 2024-02-08 2025-01-27"),
    ("TYO", "Citizens' Holiday", "2015-09-22 2019-04-30 2019-05-01 2019-05-02 2019-10-22 2026-09-22"),
    ("SEL", "Temporary Holiday", "2015-08-14 2016-05-06 2017-10-02 2017-10-06 2020-08-17 2023-10-02 2024-10-01 2025-01-27"),
    ("SEL", "Election Day", "2016-04-13 2017-05-09 2018-06-13 2020-04-15 2022-03-09 2022-06-01 2024-04-10 2025-06-03 \
        2026-06-03"),
    ("BKK", "Special Holiday", "2015-01-02 2015-05-04 2016-05-06 2016-07-18 2016-10-14 2017-10-26 2018-07-30 2019-05-06 \
        2020-07-27 2020-09-04 2020-09-07 2020-11-19 2020-11-20 2020-12-11 2021-02-12 2021-04-12 2021-09-24 2022-07-15 \
        2022-07-29 2022-10-14 2022-12-30 2023-05-05 2023-07-31 2023-12-29 2024-04-12 2024-12-30 2025-06-02 2025-08-11 \
        2026-01-02"),
    ("SGN", "Bridge Day", "2015-01-02 2015-02-16 2015-04-29 2018-12-31 2019-04-29 2021-09-03 2024-04-29 2025-05-02 \
        2026-08-31"),
    ("SYD", "National Day of Mourning", "2022-09-22"),
];

/// Saturdays worked in exchange for bridge days. Sources as above; Taiwan ended the exchange in 2025.
const WORKED_SATURDAYS: [(&str, &str); 2] = [
    (
        "TPE",
        "2016-01-30 2016-06-04 2016-09-10 2017-02-18 2017-06-03 2017-09-30 2018-03-31 2018-12-22 2019-01-19 \
        2019-02-23 2019-10-05 2020-02-15 2020-06-20 2020-09-26 2021-02-20 2021-09-11 2022-01-22 2023-01-07 2023-02-04 \
        2023-02-18 2023-03-25 2023-06-17 2023-09-23 2024-02-17 2025-02-08",
    ),
    ("SGN", "2015-02-14 2015-04-25 2019-01-05 2019-05-04 2024-05-04 2025-04-26 2026-08-22"),
];

/// Days off of a year in China, and the weekend days worked for them; None where no notice is known.
pub(super) fn china(year: i32) -> Option<(Vec<DayOff>, Vec<NaiveDate>)> {
    let (_, off, made_up) = CHINA.iter().find(|(of, ..)| *of == year)?;
    let mut days_off = Vec::new();
    for range in off.split(' ') {
        let (letter, days) = range.split_at(1);
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let last = date(year, last)?;
        let mut day = date(year, first)?;
        while day <= last {
            days_off.push((day, name(letter)));
            day = day + Days::new(1);
        }
    }
    Some((days_off, made_up.split(' ').filter_map(|day| date(year, day)).collect()))
}

/// The single days of a city in a year.
pub(super) fn single_days(city: &str, year: i32) -> Vec<(NaiveDate, &'static str)> {
    let of_city = SINGLE_DAYS.iter().filter(|(of, ..)| *of == city);
    of_city.flat_map(|(_, name, days)| dates(days, year).map(|date| (date, *name))).collect()
}

/// The Saturdays that a city works in a year.
pub(super) fn worked_saturdays(city: &str, year: i32) -> Vec<NaiveDate> {
    WORKED_SATURDAYS.iter().filter(|(of, _)| *of == city).flat_map(|(_, days)| dates(days, year)).collect()
}

fn dates(days: &'static str, year: i32) -> impl Iterator<Item = NaiveDate> {
    days.split_whitespace().filter_map(|day| day.parse().ok()).filter(move |date: &NaiveDate| date.year() == year)
}

fn date(year: i32, month_day: &str) -> Option<NaiveDate> {
    let number: u32 = month_day.parse().ok()?;
    NaiveDate::from_ymd_opt(year, number / 100, number % 100)
}

fn name(letter: &str) -> &'static str {
    match letter {
        "N" => "New Year's Day",
        "S" => "Lunar New Year",
        "T" => "Tomb-Sweeping Day",
        "L" => "Labour Day",
        "D" => "Dragon Boat Festival",
        "M" => "Mid-Autumn Festival",
        "V" => "Victory Day",
        _ => "National Day",
    }
}
