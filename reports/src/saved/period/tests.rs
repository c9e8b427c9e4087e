//! Periods against Python's zoneinfo and calendar (`oracles/periods.py`).

use super::*;

const PERIODS: &str = include_str!("../oracles/periods.tsv");

fn period(kind: PeriodKind, count: Option<u32>, unit: Option<Unit>) -> Period {
    Period { kind, count, unit, first: None, last: None, zone: None }
}

#[test]
fn periods_are_those_of_another_calendar() {
    let mut num_periods = 0;
    for line in PERIODS.lines().filter(|line| !line.starts_with('#')) {
        let [zone, due, kind, count, unit, start, end, first, after] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let zone = zone::find(zone).unwrap();
        let due_at = DateTime::from_timestamp(due.parse().unwrap(), 0).unwrap();
        let unit: Unit = serde_json::from_str(&format!("\"{unit}\"")).unwrap();
        let asked = match kind {
            "last" => period(PeriodKind::Last, Some(count.parse().unwrap()), Some(unit)),
            _ => period(PeriodKind::This, None, Some(unit)),
        };
        let time = Time::of(&asked).unwrap();
        let found = time.instants(due_at, zone).map(|(start, end)| (start.timestamp(), end.timestamp()));
        assert_eq!(found, Some((start.parse().unwrap(), end.parse().unwrap())), "{line}");
        if unit != Unit::Hour {
            assert_eq!(time.days(due_at, zone), Some((first.parse().unwrap(), after.parse().unwrap())), "{line}");
        }
        num_periods += 1;
    }
    assert_eq!(num_periods, 600);
}

#[test]
fn months_of_texts_are_whole_and_the_one_that_runs_is_within() {
    let due_at = "2026-03-31T20:00:00Z".parse().unwrap();
    // It is 1 April in Hong Kong.
    let hong_kong = zone::find("HKG").unwrap();
    let months = |time: Time, zone| {
        let (start, end) = time.months(due_at, zone).unwrap();
        format!("{start} {end}")
    };
    assert_eq!(months(Time::Last(2, Unit::Month), hong_kong), "2026-02-01 2026-04-01");
    assert_eq!(months(Time::Last(1, Unit::Quarter), Tz::UTC), "2025-10-01 2026-01-01");
    assert_eq!(months(Time::This(Unit::Year), hong_kong), "2026-01-01 2026-05-01");
}

#[test]
fn fixed_days_include_their_last() {
    let days = |first: &str, last: &str| {
        let ends = (Some(first.to_owned()), Some(last.to_owned()));
        Time::of(&Period { first: ends.0, last: ends.1, ..period(PeriodKind::Days, None, None) })
    };
    let sydney = zone::find("SYD").unwrap();
    let (start, end) = days("2026-04-05", "2026-04-05").unwrap().instants(DateTime::UNIX_EPOCH, sydney).unwrap();
    assert_eq!(end - start, TimeDelta::hours(25), "clocks go back on that day");
    assert!(days("2026-04-05", "2026-04-04").is_err());
    assert!(days("2026-04-05", "2026-4-6").is_err());
    assert!(days("2026-01-01", "2026-03-31").unwrap().is_of_months());
    assert!(!days("2026-01-01", "2026-03-30").unwrap().is_of_months());
}

#[test]
fn a_period_needs_its_members_and_a_calendar() {
    assert!(Time::of(&period(PeriodKind::Last, None, Some(Unit::Day))).is_err());
    assert!(Time::of(&period(PeriodKind::Last, Some(0), Some(Unit::Day))).is_err());
    assert!(Time::of(&period(PeriodKind::Last, Some(1_001), Some(Unit::Day))).is_err());
    assert!(Time::of(&period(PeriodKind::This, None, None)).is_err());
    assert_eq!(Time::of(&period(PeriodKind::Previous, None, Some(Unit::Week))), Ok(Time::Last(1, Unit::Week)));
    assert_eq!(Time::Last(1_000, Unit::Year).days(DateTime::<Utc>::MIN_UTC, Tz::UTC), None);
}
