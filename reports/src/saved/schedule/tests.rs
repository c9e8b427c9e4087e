//! Runs against Python's zoneinfo (`oracles/schedules.py`), and what is due after a rest.

use std::collections::BTreeSet;

use super::*;
use crate::saved::definition::from_toml;
use crate::saved::examples::FAILURES;

const RUNS: &str = include_str!("../oracles/schedules.tsv");

fn table(zone: &str, every: &str, at: &str, on: &str) -> Timetable {
    let (every, days, day) = match every {
        "day" => (Every::Day, Vec::new(), None),
        "week" => {
            (Every::Week, on.split(',').map(|day| serde_json::from_str(&format!("\"{day}\"")).unwrap()).collect(), None)
        }
        _ => (Every::Month, Vec::new(), Some(on.to_owned())),
    };
    let schedule = Schedule { every, at: at.to_owned(), days, day, zone: Some(zone.to_owned()), catch_up: None };
    Timetable::of(&schedule, "UTC").unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn runs_are_those_of_another_library_over_years_and_zones() {
    let mut num_runs = 0;
    for line in RUNS.lines().filter(|line| !line.starts_with('#')) {
        let [zone, every, at, on, steps] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let timetable = table(zone, every, at, on);
        let mut expected = Vec::new();
        for step in steps.split(',').map(|step| step.parse::<i64>().unwrap()) {
            expected.push(expected.last().copied().unwrap_or(0) + step);
        }
        let (first, last) = (expected[0], expected[expected.len() - 1]);
        let at_s = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
        let found = timetable.between(at_s(first - 1), at_s(last));
        assert_eq!(found.iter().map(DateTime::timestamp).collect::<Vec<_>>(), expected, "{zone} {every} {at} {on}");
        // One after the other, the next is the same.
        for pair in expected.windows(2) {
            assert_eq!(timetable.next_after(at_s(pair[0])), Some(at_s(pair[1])), "{zone} {every} {at} {on}");
        }
        num_runs += expected.len();
    }
    assert!(num_runs > 6_800, "{num_runs}");
}

#[test]
fn a_day_with_a_gap_and_a_day_with_an_hour_twice_have_one_run() {
    let sydney = table("SYD", "day", "02:30", "");
    // Clocks go from 02:00 to 03:00 on 4 October 2026, and from 03:00 to 02:00 on 5 April.
    let runs = sydney.between(instant("2026-10-02T20:00:00Z"), instant("2026-10-04T20:00:00Z"));
    assert_eq!(runs, [instant("2026-10-03T16:00:00Z"), instant("2026-10-04T15:30:00Z")]);
    let runs = sydney.between(instant("2026-04-04T00:00:00Z"), instant("2026-04-05T12:00:00Z"));
    assert_eq!(runs, [instant("2026-04-04T15:30:00Z")]);
}

#[test]
fn a_definitions_timetable_goes_by_its_zone() {
    let definition = from_toml(FAILURES).unwrap();
    // 08:30 in Hong Kong.
    let [timetable] = &Timetable::all_of(&definition)[..] else { panic!("one edition") };
    assert_eq!(timetable.next_after(instant("2026-04-05T00:30:00Z")), Some(instant("2026-04-06T00:30:00Z")));
    assert_eq!(Timetable::all_of(&Definition { schedule: None, ..definition }), []);
}

#[test]
fn of_what_was_missed_the_newest_is_made_up() {
    let daily = table("UTC", "day", "06:00", "");
    let (after, now) = (instant("2026-03-01T06:00:00Z"), instant("2026-03-05T12:00:00Z"));
    assert_eq!(daily.due(after, now), [instant("2026-03-05T06:00:00Z")]);
    let more = Timetable { catch_up: 3, ..daily.clone() };
    assert_eq!(more.due(after, now).len(), 3);
    let none = Timetable { catch_up: 0, ..daily.clone() };
    assert!(none.due(after, now).is_empty());
    // What begins a little late was not missed.
    assert_eq!(none.due(after, instant("2026-03-02T06:14:00Z")), [instant("2026-03-02T06:00:00Z")]);
    assert!(daily.due(now, now).is_empty());
}

#[test]
fn a_schedule_that_does_not_fit_together_is_refused() {
    let day =
        Schedule { every: Every::Day, at: "08:30".to_owned(), days: Vec::new(), day: None, zone: None, catch_up: None };
    assert!(Timetable::of(&day, "UTC").is_ok());
    let refused = [
        Schedule { at: "8:30".to_owned(), ..day.clone() },
        Schedule { at: "24:00".to_owned(), ..day.clone() },
        Schedule { day: Some("1".to_owned()), ..day.clone() },
        Schedule { days: vec![definition::Weekday::Monday], ..day.clone() },
        Schedule { every: Every::Week, ..day.clone() },
        Schedule { every: Every::Month, day: Some("0".to_owned()), ..day.clone() },
        Schedule { every: Every::Month, day: Some("32".to_owned()), ..day.clone() },
        Schedule { every: Every::Month, day: Some("01".to_owned()), ..day.clone() },
        Schedule { zone: Some("Mars".to_owned()), ..day.clone() },
        Schedule { catch_up: Some(32), ..day.clone() },
    ];
    for schedule in refused {
        assert!(Timetable::of(&schedule, "UTC").is_err(), "{schedule:?}");
    }
}

/// The working days of every city beside Python's `holidays` (`oracles/working_days.py`).
const WORKING_DAYS: &str = include_str!("../oracles/working_days.tsv");

/// Where that package and the calendar of the cities differ, and why ([`tidemark_model::holidays`] says more).
const DIFFERENCES: [&str; 3] = [
    // A National Day on a Sunday moves to the Monday after it, 2 October, and to no other day.
    "HKG 2023-10 first: 3, theirs 4",
    // New Year's Eve of 2023 was a Sunday: a bridge day before it took the place of the substitute after it.
    "BKK 2024-01 first: 3, theirs 2",
    // Of two days for 2 September the second is proclaimed each year; ours keeps to the day before.
    "SGN 2027-09 first: 3, theirs 1",
];

#[test]
fn working_days_at_both_ends_of_months_are_those_of_another_calendar_in_every_city() {
    let mut differences = Vec::new();
    let mut cities = BTreeSet::new();
    for line in WORKING_DAYS.lines().filter(|line| !line.starts_with('#')) {
        let [city, year, months] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        cities.insert(city);
        for (month, ends) in months.split(' ').enumerate() {
            let (first, last) = ends.split_once('-').unwrap();
            for (end, theirs) in [("first", first), ("last", last)] {
                let month = format!("{year}-{:02}", month + 1);
                let ours = run_in(city, end, &month);
                if ours != format!("{month}-{theirs:0>2}T08:30:00") {
                    let day = ours[8..10].trim_start_matches('0').to_owned();
                    differences.push(format!("{city} {month} {end}: {day}, theirs {theirs}"));
                }
            }
        }
    }
    assert_eq!(differences, DIFFERENCES);
    assert_eq!(cities, city::CITIES.iter().map(|city| city.code).collect());
}

/// The one local time in a month at which a city has a run.
fn run_in(code: &str, end: &str, month: &str) -> String {
    let timetable = table(code, "month", "08:30", &format!("{end}-working-day"));
    let zone = city::find(code).unwrap().zone;
    let first: NaiveDate = format!("{month}-01").parse().unwrap();
    let start = zone::day_start(zone, first).unwrap();
    let next = zone::day_start(zone, first + chrono::Months::new(1)).unwrap();
    let [run] = timetable.between(start, next).try_into().unwrap();
    run.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[test]
fn a_zone_by_its_name_says_a_clock_and_nobodys_holidays() {
    let first = |zone: &str| {
        let timetable = table(zone, "month", "00:00", "first-working-day");
        timetable.next_after(instant("2026-09-30T15:00:00Z")).unwrap().to_rfc3339()
    };
    assert_eq!(first("Asia/Shanghai"), "2026-09-30T16:00:00+00:00");
    assert_eq!(first("SHA"), "2026-10-07T16:00:00+00:00");
}
