//! A series of 100 an hour (with the noise of a counter) whose last hours are spoilt on purpose.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};

use super::*;
use crate::anomaly::finding::Kind;
use crate::anomaly::watch::tables::{answer, instants, numbers, texts};
use crate::answers::{Answers, now};

/// Hours since 1970: 27 May 2026 06:00 UTC, 14:00 in Hong Kong, a Wednesday.
const OPEN: i64 = 20_600 * 24 + 6;
const MINUTE: Micros = 60_000_000;

fn catalogue(unit: &'static str, formula: &'static str) -> RecordBatch {
    let flag = |flag: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag])) };
    answer(vec![texts(["kpi"]), texts(["hour"]), texts([unit]), texts([formula]), flag(true), flag(false)])
}

/// The cells of hours in Hong Kong: what was counted, and of how many.
fn cells(hours: &[(i64, f64, f64)]) -> RecordBatch {
    answer(vec![
        texts(hours.iter().map(|_| "kpi")),
        texts(hours.iter().map(|_| "HKG")),
        texts(hours.iter().map(|_| "")),
        instants(hours.iter().map(|(hour, ..)| hour * HOUR)),
        numbers(hours.iter().map(|(_, numerator, _)| *numerator)),
        numbers(hours.iter().map(|(_, _, denominator)| *denominator)),
    ])
}

/// Eight weeks of hours up to the open one, with counts between 90 and 110 (a linear congruence: no random numbers).
fn past(spoilt: &[(i64, f64)]) -> Vec<(i64, f64, f64)> {
    let mut state = 7_u64;
    let mut hours: Vec<(i64, f64, f64)> = (OPEN - 8 * 7 * 24..OPEN)
        .map(|hour| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (hour, 90.0 + (state >> 33) as f64 % 21.0, 1.0)
        })
        .collect();
    for (hour, count) in spoilt {
        hours.retain(|(known, ..)| known != hour);
        hours.push((*hour, *count, 1.0));
    }
    hours
}

fn platform(hours: &[(i64, f64, f64)]) -> Answers {
    Answers::default().with("FROM kpis", catalogue("count", "count(*)")).with("FROM kpi_hourly", cells(hours))
}

/// City, kind, beginning in hours and end.
fn told(found: &[Found]) -> Vec<(&str, Kind, i64, Option<i64>)> {
    let told = found.iter().map(|of| {
        let city = of.finding.city.as_deref().unwrap_or("all");
        (city, of.finding.kind, of.finding.at / HOUR, of.until().map(|until| until / HOUR))
    });
    told.collect()
}

fn look(watch: &mut KpiWatch, platform: &Answers, now_at: Micros) -> Vec<Found> {
    now(watch.look(platform, now_at - DAY, now_at)).unwrap()
}

#[test]
fn an_open_hour_that_has_too_much_already_is_found_early_and_ends_once_it_is_over() {
    let mut watch = KpiWatch::default();
    let now_at = OPEN * HOUR + 20 * MINUTE;
    // All is well twenty minutes into the hour: that a third of it is there is no drop.
    assert_eq!(told(&look(&mut watch, &platform(&past(&[(OPEN, 33.0)])), now_at)), []);
    let spoilt = [(OPEN, 400.0)];
    let found = look(&mut watch, &platform(&past(&spoilt)), now_at + 20 * MINUTE);
    assert_eq!(told(&found), [("all", Kind::Spike, OPEN, None), ("HKG", Kind::Spike, OPEN, None)]);
    assert!(found[1].finding.explanation.contains("kpi of HKG since 2026-05-27 14:00: 400 where"), "{found:?}");
    // Nothing new is said while it goes on as it was said.
    assert_eq!(told(&look(&mut watch, &platform(&past(&spoilt)), now_at + 25 * MINUTE)), []);
    // Three calm hours later it has ended with its hour.
    let later = [(OPEN, 400.0), (OPEN + 1, 100.0), (OPEN + 2, 101.0), (OPEN + 3, 99.0)];
    let found = look(&mut watch, &platform(&past(&later)), (OPEN + 4) * HOUR + 15 * MINUTE);
    let ended = |city| (city, Kind::Spike, OPEN, Some(OPEN + 1));
    assert_eq!(told(&found), [ended("all"), ended("HKG")]);
}

#[test]
fn hours_without_a_cell_are_silence() {
    let mut hours = past(&[]);
    hours.retain(|(hour, ..)| *hour < OPEN - 5);
    let found = look(&mut KpiWatch::default(), &platform(&hours), OPEN * HOUR + 20 * MINUTE);
    let silent = |city| (city, Kind::Silence, OPEN - 5, None);
    assert_eq!(told(&found), [silent("all"), silent("HKG")]);
}

#[test]
fn too_much_in_the_open_hour_is_found_though_the_hours_before_it_were_silent() {
    let mut watch = KpiWatch::default();
    let silent = |later: &[(i64, f64)]| {
        let mut hours = past(later);
        hours.retain(|(hour, ..)| !(OPEN - 5..OPEN).contains(hour));
        platform(&hours)
    };
    let now_at = OPEN * HOUR + 20 * MINUTE;
    assert_eq!(told(&look(&mut watch, &silent(&[]), now_at)).len(), 2);
    let of = |city, until| [(city, Kind::Silence, OPEN - 5, Some(OPEN)), (city, Kind::Spike, OPEN, until)];
    let found = look(&mut watch, &silent(&[(OPEN, 1_500.0)]), now_at + 20 * MINUTE);
    assert_eq!(told(&found), [of("all", None), of("HKG", None)].concat());
    let later = [(OPEN, 1_500.0), (OPEN + 1, 100.0), (OPEN + 2, 101.0), (OPEN + 3, 99.0)];
    let found = look(&mut watch, &silent(&later), (OPEN + 4) * HOUR + 15 * MINUTE);
    assert_eq!(told(&found), [of("all", Some(OPEN + 1)), of("HKG", Some(OPEN + 1))].concat());
}

#[test]
fn what_is_much_too_much_in_the_open_hour_is_not_hidden_by_a_little_too_much_before_it() {
    let mut watch = KpiWatch::default();
    let a_little: Vec<_> = (OPEN - 3..OPEN).map(|hour| (hour, 150.0)).collect();
    let with_open = |open: f64| platform(&past(&[a_little.clone(), vec![(OPEN, open)]].concat()));
    let now_at = OPEN * HOUR + 20 * MINUTE;
    let begins = |city| (city, Kind::Spike, OPEN - 3, None);
    assert_eq!(told(&look(&mut watch, &with_open(30.0), now_at)), [begins("all"), begins("HKG")]);
    assert_eq!(told(&look(&mut watch, &with_open(160.0), now_at + MINUTE)), [], "it goes on as it was");
    let found = look(&mut watch, &with_open(9_000.0), now_at + 2 * MINUTE);
    assert_eq!(told(&found), [begins("all"), begins("HKG")]);
    assert!(found[1].finding.explanation.contains("furthest off in the hour from 2026-05-27 14:00, 9000"), "{found:?}");
    assert_eq!(told(&look(&mut watch, &with_open(9_001.0), now_at + 3 * MINUTE)), [], "that is known now");
}

#[test]
fn the_days_of_a_city_begin_with_the_series_that_begins_first() {
    let clock = Clock::of(Grain::Day, Some("HKG"));
    let settings = crate::anomaly::series::Settings::daily();
    // New year 2026, and a day half a year later.
    let (holiday, later) = (20_454, 20_637);
    let series = [later, holiday].map(|first| Series::new(clock, settings.clone(), first));
    let shared = &kinds_of_days(series.iter(), later * DAY)[&clock.place()];
    let alone = clock.classes(holiday, holiday);
    assert_ne!(alone.of(holiday), alone.of(later));
    assert_eq!(shared.of(holiday), alone.of(holiday));
}

#[test]
fn what_ended_before_is_not_said_and_what_was_asked_is_bounded() {
    let spoilt = [(OPEN - 100, 400.0)];
    let platform = platform(&past(&spoilt));
    let mut watch = KpiWatch::default();
    assert_eq!(told(&look(&mut watch, &platform, OPEN * HOUR + 20 * MINUTE)), []);
    assert!(platform.asked("kpi_hourly")[0].contains("bucket >= CAST('2026-04-01T06:00:00.000000Z'"));
    look(&mut watch, &platform, OPEN * HOUR + 21 * MINUTE);
    let asked = platform.asked("kpi_hourly");
    assert!(asked[asked.len() - 1].contains("bucket >= CAST('2026-05-27T06:00:00.000000Z'"), "{asked:?}");
    // The same history says it where it is asked for since then.
    let since = (OPEN - 120) * HOUR;
    let found = now(KpiWatch::default().look(&platform, since, OPEN * HOUR + 20 * MINUTE)).unwrap();
    assert_eq!(told(&found)[1], ("HKG", Kind::Spike, OPEN - 100, Some(OPEN - 99)));
}

#[test]
fn nothing_is_watched_while_a_history_is_being_loaded() {
    let mut hours = past(&[(OPEN - 100, 400.0)]);
    hours.retain(|(hour, ..)| *hour < OPEN - 80);
    let platform = platform(&hours);
    let mut watch = KpiWatch::default();
    let now_at = OPEN * HOUR + 20 * MINUTE;
    assert_eq!(now(watch.look(&platform, 0, now_at)).unwrap(), []);
    // It looks again ten minutes later, and not before.
    assert_eq!(now(watch.look(&platform, 0, now_at + 9 * MINUTE)).unwrap(), []);
    assert_eq!(platform.asked("kpi_hourly").len(), 1);
}

#[test]
fn a_cost_where_nothing_ever_was_is_told_by_what_made_it() {
    let key = Key { kpi: "ai_cost_hkd".to_owned(), grain: Grain::Hour, city: Some("SIN".to_owned()), forwarder: None };
    let kpi = Kpi {
        grains: vec![Grain::Hour],
        nature: ask::Nature::Cost,
        is_money: true,
        adds_up: true,
        by_forwarder: false,
        is_used: false,
    };
    let platform = Answers::default().with(
        "usage_costs",
        answer(vec![
            texts(["gpt-4o"].into_iter()),
            instants([OPEN * HOUR].into_iter()),
            numbers([2400.0].into_iter()),
            numbers([60.0].into_iter()),
        ]),
    );
    let figures = Figures { key: &key, kpi: &kpi, clock: Clock::of(Grain::Hour, Some("SIN")), span: (OPEN, OPEN) };
    assert_eq!(now(figures.split(&platform)).unwrap().as_deref(), Some("by model: gpt-4o +2400 (100 %)"));
}

#[test]
fn parts_are_beside_the_mean_of_the_four_weeks_before() {
    let key = Key { kpi: "ai_cost_hkd".to_owned(), grain: Grain::Hour, city: Some("HKG".to_owned()), forwarder: None };
    let kpi = Kpi {
        grains: vec![Grain::Hour],
        nature: ask::Nature::Cost,
        is_money: true,
        adds_up: true,
        by_forwarder: false,
        is_used: false,
    };
    let week = 7 * 24;
    // 10 and 20 in each of the four weeks before, 10 and 80 now: all of the 60 is of the second.
    let mut rows = vec![("small", OPEN, 10.0), ("large", OPEN, 80.0)];
    for nth in 1..=4 {
        rows.extend([("small", OPEN - nth * week, 10.0), ("large", OPEN - nth * week, 20.0)]);
    }
    let platform = Answers::default().with(
        "usage_costs",
        answer(vec![
            texts(rows.iter().map(|row| row.0)),
            instants(rows.iter().map(|row| row.1 * HOUR)),
            numbers(rows.iter().map(|row| row.2)),
            numbers(rows.iter().map(|_| 1.0)),
        ]),
    );
    let figures = Figures { key: &key, kpi: &kpi, clock: Clock::of(Grain::Hour, Some("HKG")), span: (OPEN, OPEN) };
    let words = now(figures.split(&platform)).unwrap();
    assert_eq!(words.as_deref(), Some("by model: large +60 (100 %), small 0 (0 %)"));
    let sql = platform.asked("usage_costs").concat();
    for at in ["2026-05-27", "2026-05-20", "2026-05-13", "2026-05-06", "2026-04-29"] {
        assert!(sql.contains(&format!("(time >= CAST('{at}T06:00:00.000000Z'")), "{sql}");
    }
    assert!(sql.contains("AND city = 'HKG'"));
}

#[test]
fn a_day_with_far_more_calls_than_usual_is_found_with_the_model_that_was_called() {
    // Tuesday, 26 May 2026, and a hundred days before it, of 900 to 1,100 calls; at noon in Hong Kong, which is 04:00 UTC.
    let (today, num_days) = (OPEN / 24, 100);
    let last = today - 1;
    let calls = |day: i64| if day == last { 4000.0 } else { 900.0 + ((day * 7919) % 201) as f64 };
    let days: Vec<(i64, f64)> = (last - num_days..=last).map(|day| (day, calls(day))).collect();
    let used = answer(vec![
        texts(days.iter().map(|_| "ai_calls")),
        texts(days.iter().map(|_| "HKG")),
        texts(days.iter().map(|_| "")),
        instants(days.iter().map(|(day, _)| day * DAY)),
        numbers(days.iter().map(|(_, calls)| *calls)),
        numbers(days.iter().map(|_| 1.0)),
    ]);
    let of_models =
        (0..=4).flat_map(|week| [("small", week, 10.0), ("large", week, if week == 0 { 3990.0 } else { 990.0 })]);
    let of_models: Vec<(&str, i64, f64)> = of_models.collect();
    let by_model = answer(vec![
        texts(of_models.iter().map(|of| of.0)),
        instants(of_models.iter().map(|of| (last - 7 * of.1) * DAY + 4 * HOUR)),
        numbers(of_models.iter().map(|of| of.2)),
        numbers(of_models.iter().map(|_| 1.0)),
    ]);
    let platform = Answers::default().with("FROM used_days", used).with("FROM usage_events", by_model);
    let found = look(&mut KpiWatch::default(), &platform, OPEN * HOUR + 20 * MINUTE);
    let spike = |city| (city, Kind::Spike, last * 24 - 8, None);
    assert_eq!(told(&found), [spike("all"), spike("HKG")]);
    let words = &found[1].finding.explanation;
    assert!(words.contains("ai_calls of HKG since 2026-05-26: 4000 where"), "{words}");
    assert!(words.ends_with("by model: large +3000 (100 %), small 0 (0 %)"), "{words}");
    // What is stored is a level, and is not watched.
    let asked = platform.asked("FROM used_days");
    assert!(asked[0].contains("series IN ('ai_calls', 'api_requests')"), "{asked:?}");
}

#[test]
fn requests_are_told_apart_by_city_where_all_of_them_are_unusual() {
    let key = Key { kpi: "api_requests".to_owned(), grain: Grain::Day, city: None, forwarder: None };
    let kpi = Kpi {
        grains: vec![Grain::Day],
        nature: ask::Nature::Count,
        is_money: false,
        adds_up: true,
        by_forwarder: false,
        is_used: true,
    };
    let day = OPEN / 24 - 1;
    let rows = (0..=4).flat_map(|week| [("HKG", week, 50.0), ("SYD", week, if week == 0 { 90.0 } else { 10.0 })]);
    let rows: Vec<(&str, i64, f64)> = rows.collect();
    let platform = Answers::default().with(
        "FROM used_days",
        answer(vec![
            texts(rows.iter().map(|row| row.0)),
            instants(rows.iter().map(|row| (day - 7 * row.1) * DAY)),
            numbers(rows.iter().map(|row| row.2)),
            numbers(rows.iter().map(|_| 1.0)),
        ]),
    );
    let figures = Figures { key: &key, kpi: &kpi, clock: Clock::of(Grain::Day, None), span: (day, day) };
    let words = now(figures.split(&platform)).unwrap();
    assert_eq!(words.as_deref(), Some("by city: SYD +80 (100 %), HKG 0 (0 %)"));
}
