//! Runs against Python's zoneinfo (`oracles/schedules.py`), and what is due after a rest.

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
    Timetable::of(&schedule, Tz::UTC).unwrap()
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
    let next = Timetable::of_definition(&definition).unwrap().next_after(instant("2026-04-05T00:30:00Z"));
    assert_eq!(next, Some(instant("2026-04-06T00:30:00Z")));
    assert_eq!(Timetable::of_definition(&Definition { schedule: None, ..definition }), None);
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
    assert!(Timetable::of(&day, Tz::UTC).is_ok());
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
        assert!(Timetable::of(&schedule, Tz::UTC).is_err(), "{schedule:?}");
    }
}
