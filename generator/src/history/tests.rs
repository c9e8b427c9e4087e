//! A history is recounted from its records alone, as a reader who knows only the contract would.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tidemark_model::city::CITIES;

use super::*;
use crate::live::Live;

mod judge;
mod recount;

use judge::judge;
use recount::Recount;

fn plan(seed: u64, days: u32, scale: f64) -> Plan {
    Plan { scale, ..Plan::new(seed, days, NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()) }
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_seed_does_not() {
    let all = |seed| History::new(&plan(seed, 9, 0.02)).collect::<Vec<_>>();
    let first = all(5);
    assert!(first == all(5));
    assert!(first != all(6));
}

#[test]
fn records_leave_in_the_order_of_arrival_within_the_history() {
    let plan = plan(2, 30, 0.02);
    let mut before = instant(plan.start_micros());
    for record in History::new(&plan) {
        assert!(before <= record.arrival && record.arrival < instant(plan.end_micros()));
        before = record.arrival;
    }
}

#[test]
fn a_recount_of_the_records_equals_the_truth() {
    for (seed, days, scale) in [(1, 20, 0.05), (3, 1, 0.02), (8, 365, 0.01)] {
        let plan = plan(seed, days, scale);
        let mut history = History::new(&plan);
        let mut recount = Recount::new(instant(plan.end_micros()));
        for record in history.by_ref() {
            recount.take(&record);
        }
        let truth = history.truth();
        recount.compare(&truth);
        assert_eq!(truth.incidents.len(), 4, "seed {seed}");
    }
}

#[test]
fn every_city_and_every_type_occurs_in_a_month() {
    let mut history = History::new(&plan(4, 30, 0.2));
    let num_records = history.by_ref().count() as u64;
    let truth = history.truth();
    for city in &CITIES {
        assert!(truth.events_by_city_month["invoices"].contains_key(city.code), "{}", city.code);
    }
    let missing: Vec<_> = crate::kind::NAMES.iter().filter(|name| !truth.events_by_type.contains_key(**name)).collect();
    assert_eq!(missing, [&"user.disabled"], "people leave after seven weeks");
    let hint = history.len_hint();
    assert!(num_records.abs_diff(hint) < hint / 5, "{num_records} records, {hint} expected");
}

#[test]
fn every_kind_of_malformed_record_occurs() {
    let mut history = History::new(&plan(1, 60, 0.25));
    history.by_ref().for_each(drop);
    let letters = history.truth().dead_letters;
    let reasons: BTreeSet<&str> = letters.values().flat_map(|reasons| reasons.keys().map(String::as_str)).collect();
    for reason in ["not_json", "not_object", "empty", "too_large", "unknown_type", "bad_time", "missing:city"] {
        assert!(reasons.contains(reason), "{reason}");
    }
    for member in ["id", "type", "time", "source", "specversion", "invoice_id"] {
        assert!(reasons.contains(format!("missing:{member}").as_str()), "{member}");
    }
    for reason in ["type:confidence", "type:quantity", "range:confidence", "range:score", "range:amount"] {
        assert!(reasons.contains(reason), "{reason}");
    }
    assert_eq!(letters["sessions"]["too_large"], 3);
}

#[test]
fn disorder_has_the_planned_shares() {
    let mut history = History::new(&plan(1, 60, 0.25));
    history.by_ref().for_each(drop);
    let truth = history.truth();
    let unique = truth.unique_events.values().sum::<u64>() as f64;
    let share = |count: u64| count as f64 / unique;
    assert!((0.008..0.012).contains(&share(truth.duplicates.values().sum())));
    assert!((0.018..0.05).contains(&share(truth.late)));
    assert!((0.0007..0.0013).contains(&share(truth.dead_letters_total)));
}

#[test]
fn the_planted_incidents_show() {
    let plan = plan(1, 60, 0.5);
    let truth = History::new(&plan).truth();
    let [spike, burst, drop, offline] = &truth.incidents[..] else { panic!("four incidents") };
    let (mut spiked, mut calls, mut failed, mut received, mut corrected, mut silent) = (0, 0, 0, 0, 0, 0);
    for record in History::new(&plan) {
        let Ok(event) = judge(&record, instant(plan.end_micros())) else { continue };
        let during = |incident: &crate::truth::Incident| incident.from <= event.at && event.at < incident.to;
        let text = |name: &str| event.data.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        if during(spike) && event.city == "SIN" && text("meter") == "llm.tokens_in" {
            calls += 1;
            spiked += u32::from(text("quantity").parse::<u64>().unwrap() > 150_000);
        }
        received += u32::from(during(burst) && event.kind == "invoice.received");
        failed += u32::from(during(burst) && event.kind == "invoice.failed");
        corrected += u32::from(
            during(drop) && Some(text("rule_id")) == drop.rule_id.as_deref() && event.kind == "invoice.field_corrected",
        );
        silent += u32::from(
            offline.from <= record.arrival && record.arrival < offline.to && event.city == "SHA" && during(offline),
        );
    }
    assert!(calls > 0 && spiked == calls);
    assert!(failed * 3 > received, "{failed} of {received}");
    assert!(corrected >= 5, "{corrected}");
    assert_eq!(silent, 0);
}

#[test]
fn live_traffic_has_its_rate_and_clashes_with_nothing() {
    let plan = plan(1, 3, 0.02);
    let from: DateTime<Utc> = instant(plan.end_micros());
    let until = from + TimeDelta::minutes(20);
    let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
    let mut contents: BTreeSet<String> = BTreeSet::new();
    let content = |event: &judge::Judged| event.data.get("content_sha256").map(ToString::to_string);
    for event in History::new(&plan).filter_map(|record| judge(&record, from).ok()) {
        contents.extend(content(&event));
        ids.insert((event.source, event.id));
    }
    let mut live = Live::new(&plan, from, 50.0);
    let mut again = Live::new(&plan, from, 50.0);
    let (mut num_records, mut num_clashes, mut before) = (0, 0, from);
    for minute in 1..=20 {
        let now = from + TimeDelta::minutes(minute);
        let records = live.take_until(now);
        assert!(records == again.take_until(now));
        for record in records {
            assert!(before <= record.arrival && record.arrival <= now);
            before = record.arrival;
            num_records += 1;
            if let Ok(event) = judge(&record, until) {
                assert!(event.at <= record.arrival);
                assert!(content(&event).is_none_or(|content| !contents.contains(&content)), "{:?}", event.data);
                num_clashes += u32::from(!ids.insert((event.source, event.id)));
            }
        }
    }
    let rate = f64::from(num_records) / 1_200.0;
    assert!((40.0..60.0).contains(&rate), "{rate}");
    assert!(num_clashes < num_records / 100, "repeats only: {num_clashes} of {num_records}");
}
