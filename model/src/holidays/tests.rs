//! The rules beside Python's `holidays` 0.109, whose days were recorded in `tests/python-holidays-0.109.txt`. Rules and
//! most feasts are independent of it; of days set by decree it was our source as well, so that there the comparison
//! guards against slips only.

use std::collections::BTreeSet;

use super::*;

const ORACLE: &str = include_str!("tests/python-holidays-0.109.txt");

/// Weekdays on which we differ, and why.
const DIFFERENCES: [&str; 9] = [
    // A National Day on a Sunday moves to the Monday after it, 2 October, and to no other day.
    "HKG 2017 1003 theirs",
    "HKG 2023 1003 theirs",
    "HKG 2028 1003 theirs",
    // Elections to come, expected by law on these days: we list those that were held or called.
    "SEL 2028 0412 theirs",
    "SEL 2030 0327 theirs",
    "SEL 2030 0612 theirs",
    // New Year's Eve of 2023 was a Sunday: a bridge day before it took the place of the substitute after it.
    "BKK 2024 0102 ours",
    // The second of two days for 2 September is proclaimed each year; we keep to the day before.
    "SGN 2027 0901 ours",
    "SGN 2027 0903 theirs",
];

#[test]
fn weekdays_off_are_those_of_the_oracle() {
    let mut differences = Vec::new();
    for line in oracle() {
        let days_off = DaysOff::of(line.city, line.year..=line.year);
        let of_year = days_off.holidays.keys().filter(|date| date.year() == line.year && !is_weekend(**date));
        let ours: BTreeSet<String> = of_year.map(|date| date.format("%m%d").to_string()).collect();
        for day in ours.symmetric_difference(&line.off) {
            let whose = if ours.contains(day) { "ours" } else { "theirs" };
            differences.push(format!("{} {} {day} {whose}", line.city, line.year));
        }
    }
    assert_eq!(differences, DIFFERENCES);
}

#[test]
fn worked_weekends_are_those_of_the_oracle() {
    for line in oracle() {
        let days_off = DaysOff::of(line.city, line.year..=line.year);
        let of_year = days_off.made_up.iter().filter(|date| date.year() == line.year);
        let ours: BTreeSet<String> = of_year.map(|date| date.format("%m%d").to_string()).collect();
        assert_eq!(ours, line.worked, "{} {}", line.city, line.year);
    }
}

#[test]
fn three_cities_share_china_and_an_unknown_one_has_no_holidays() {
    let shanghai = DaysOff::of("SHA", 2024..=2026);
    assert_eq!(DaysOff::of("SZX", 2024..=2026), shanghai);
    assert_eq!(DaysOff::of("CAN", 2024..=2026), shanghai);
    assert_eq!(DaysOff::of("LON", 2024..=2026), DaysOff::default());
    assert!(CITIES.iter().all(|city| DaysOff::of(city, 2026..=2026) != DaysOff::default()));
}

struct Line {
    city: &'static str,
    year: i32,
    off: BTreeSet<String>,
    worked: BTreeSet<String>,
}

fn oracle() -> impl Iterator<Item = Line> {
    ORACLE.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (off, worked) = line.split_once('/').unwrap();
        let mut words = off.split_whitespace();
        let (city, year) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
        let worked = worked.split_whitespace().map(str::to_owned).collect();
        Line { city, year, off: words.map(str::to_owned).collect(), worked }
    })
}
