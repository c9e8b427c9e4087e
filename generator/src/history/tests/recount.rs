//! Counts what the records say, without any knowledge of how they were made.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use tidemark_model::city;

use super::judge::{Judged, judge};
use crate::record::Record;
use crate::truth::{Counts, Ratio, Truth};

type Nested = BTreeMap<String, BTreeMap<String, Counts>>;
type Kpis = BTreeMap<String, BTreeMap<String, BTreeMap<String, Ratio>>>;

/// What was counted so far.
pub(super) struct Recount {
    now: DateTime<Utc>,
    seen: BTreeSet<(String, String)>,
    records: Counts,
    unique: Counts,
    duplicates: Counts,
    refused: BTreeMap<String, Counts>,
    late: u64,
    by_type: Counts,
    by_month: Nested,
    cost: BTreeMap<String, Decimal>,
    quantity: BTreeMap<String, Decimal>,
    kpis: Kpis,
    invoices: BTreeMap<String, Vec<Judged>>,
}

impl Recount {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            seen: BTreeSet::new(),
            records: Counts::new(),
            unique: Counts::new(),
            duplicates: Counts::new(),
            refused: BTreeMap::new(),
            late: 0,
            by_type: Counts::new(),
            by_month: Nested::new(),
            cost: BTreeMap::new(),
            quantity: BTreeMap::new(),
            kpis: Kpis::new(),
            invoices: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, record: &Record) {
        let topic = record.topic.name().to_owned();
        *self.records.entry(topic.clone()).or_default() += 1;
        let event = match judge(record, self.now) {
            Ok(event) => event,
            Err(reason) => {
                *self.refused.entry(topic).or_default().entry(reason).or_default() += 1;
                return;
            }
        };
        if !self.seen.insert((event.source.clone(), event.id.clone())) {
            *self.duplicates.entry(topic).or_default() += 1;
            return;
        }
        assert!(event.at <= record.arrival, "{} before it happened", event.id);
        self.late += u64::from(record.arrival - event.at > TimeDelta::seconds(60));
        *self.unique.entry(topic.clone()).or_default() += 1;
        *self.by_type.entry(event.kind.clone()).or_default() += 1;
        let month = event.at.format("%Y-%m").to_string();
        let cities = self.by_month.entry(topic).or_default();
        *cities.entry(event.city.clone()).or_default().entry(month).or_default() += 1;
        self.count(event);
    }

    fn add(&mut self, city: &str, at: DateTime<Utc>, kpi: &str, numerator: i64, denominator: Option<i64>) {
        let zone = city::find(city).map(|city| city.zone);
        let month =
            zone.map_or(at.format("%Y-%m").to_string(), |zone| at.with_timezone(&zone).format("%Y-%m").to_string());
        let months = self.kpis.entry(city.to_owned()).or_default();
        let ratio = months.entry(month).or_default().entry(kpi.to_owned()).or_default();
        ratio.numerator += numerator;
        ratio.denominator = denominator.map(|more| ratio.denominator.unwrap_or_default() + more);
    }

    fn count(&mut self, event: Judged) {
        let (city, at) = (event.city.clone(), event.at);
        let int = |name: &str| event.data[name].as_i64().unwrap();
        let text = |name: &str| event.data.get(name).and_then(Value::as_str).unwrap_or_default();
        match event.kind.as_str() {
            "session.requested" => {
                self.add(&city, at, "sessions_requested", 1, None);
                self.add(&city, at, "session_failure_rate", 0, Some(1));
            }
            "session.failed" => self.add(&city, at, "session_failure_rate", 1, Some(0)),
            "ticket.closed" => self.add(&city, at, "tickets_resolved", 1, None),
            "golden.evaluated" => self.add(&city, at, "golden_accuracy", int("correct"), Some(int("fields"))),
            "feedback.nps" => {
                let balance = i64::from(int("score") >= 9) - i64::from(int("score") <= 6);
                self.add(&city, at, "nps", balance, Some(1));
            }
            "usage.recorded" => {
                let meter = text("meter");
                *self.quantity.entry(meter.to_owned()).or_default() += text("quantity").parse::<Decimal>().unwrap();
                if event.data.contains_key("cost") {
                    let cost: Decimal = text("cost").parse().unwrap();
                    *self.cost.entry(text("currency").to_owned()).or_default() += cost;
                }
                if meter == "di.calls" || meter == "llm.calls" {
                    self.add(&city, at, "ai_error_rate", i64::from(text("status") != "ok"), Some(1));
                }
            }
            kind if kind.starts_with("invoice.") => {
                if kind == "invoice.received" {
                    self.add(&city, at, "invoices_received", 1, None);
                }
                self.invoices.entry(text("invoice_id").to_owned()).or_default().push(event);
            }
            _ => {}
        }
    }

    fn count_invoice(&mut self, events: &[Judged], charges: &mut BTreeMap<String, Decimal>) {
        let of = |kind: &'static str| events.iter().filter(move |event| event.kind == kind);
        let first = |kind| of(kind).map(|event| event.at).min();
        let extraction = of("invoice.extracted").max_by_key(|event| (event.at, &event.id));
        let lines = extraction.and_then(|event| event.data.get("charges")?.as_array()).map_or(&[][..], Vec::as_slice);
        for line in lines {
            let amount: Decimal = line["amount"].as_str().unwrap().parse().unwrap();
            *charges.entry(line["currency"].as_str().unwrap().to_owned()).or_default() += amount;
        }
        let completed = first("invoice.completed");
        self.count_steps(events, extraction, completed.is_some());
        let Some(settled) = completed.or(first("invoice.failed")) else { return };
        let is = |event: &Judged, name: &str, value: &str| event.data.get(name).and_then(Value::as_str) == Some(value);
        let corrected: BTreeSet<_> = of("invoice.field_corrected").map(|event| event.data["field"].as_str()).collect();
        let num_corrected = corrected.len() as i64;
        let route = extraction.and_then(|event| event.data["route"].as_str()).unwrap_or_default();
        let reviewed = of("invoice.reviewed").next().is_some();
        let confirmed = of("invoice.reviewed").any(|event| is(event, "outcome", "confirmed"));
        let fully = of("invoice.reviewed").any(|event| is(event, "review", "full"));
        let untouched = (route == "auto" && !reviewed) || confirmed || route != "full_review";
        let automatic = completed.is_some() && num_corrected == 0 && untouched;
        let supported = of("invoice.classified").any(|event| event.data["supported"] == Value::Bool(true));
        let city = events[0].city.as_str();
        self.add(city, settled, "invoices_settled", 1, None);
        let mut share = |kpi, holds: bool| self.add(city, settled, kpi, i64::from(holds), Some(1));
        share("automation_rate", automatic);
        share("invoice_accuracy", num_corrected == 0);
        share("manual_intervention_rate", num_corrected > 0 || fully);
        share("success_rate", completed.is_some());
        share("error_rate", completed.is_none());
        share("forwarder_coverage", supported);
        if completed.is_some() {
            share("charge_presence", !lines.is_empty());
        }
        if let Some(extraction) = extraction {
            share("multimodal_share", extraction.data["multimodal"] == Value::Bool(true));
            let fields = extraction.data["fields"].as_array().unwrap();
            let required: Vec<_> = fields.iter().filter(|field| field["required"] == Value::Bool(true)).collect();
            let filled = required.iter().filter(|field| field["value"] != "").count() as i64;
            let names: BTreeSet<_> = fields.iter().map(|field| field["name"].as_str()).collect();
            assert!(names.len() == fields.len() && corrected.is_subset(&names));
            self.add(city, settled, "ai_accuracy", fields.len() as i64 - num_corrected, Some(fields.len() as i64));
            self.add(city, settled, "data_completeness", filled, Some(required.len() as i64));
        }
    }

    /// How far a received invoice came.
    fn count_steps(&mut self, events: &[Judged], extraction: Option<&Judged>, is_completed: bool) {
        let has = |kind: &str| events.iter().any(|event| event.kind == kind);
        let received = events.iter().filter(|event| event.kind == "invoice.received").map(|event| event.at).min();
        let Some(received) = received else { return };
        let is_past_review = extraction.is_some_and(|event| event.data["route"] == "auto" || has("invoice.reviewed"));
        let steps = [
            ("funnel_extracted", extraction.is_some()),
            ("funnel_reviewed", is_past_review),
            ("funnel_completed", is_completed),
            ("funnel_exported", has("invoice.exported")),
        ];
        for (kpi, holds) in steps {
            self.add(&events[0].city, received, kpi, i64::from(holds), Some(1));
        }
    }

    pub(super) fn compare(mut self, truth: &Truth) {
        let mut charges = BTreeMap::new();
        for events in std::mem::take(&mut self.invoices).into_values() {
            self.count_invoice(&events, &mut charges);
        }
        let text = |sums: &BTreeMap<String, Decimal>| -> BTreeMap<String, Decimal> {
            sums.iter().map(|(name, sum)| (name.clone(), sum.normalize())).collect()
        };
        let parsed = |sums: &BTreeMap<String, String>| -> BTreeMap<String, Decimal> {
            let some = sums.iter().map(|(name, sum)| (name.clone(), sum.parse::<Decimal>().unwrap().normalize()));
            some.filter(|(_, sum)| !sum.is_zero()).collect()
        };
        assert_eq!(self.records, truth.records);
        assert_eq!(self.unique, truth.unique_events);
        assert_eq!(self.refused, truth.dead_letters);
        assert_eq!(self.refused.values().flat_map(BTreeMap::values).sum::<u64>(), truth.dead_letters_total);
        assert_eq!(self.late, truth.late);
        assert_eq!(self.by_type, truth.events_by_type);
        assert_eq!(self.by_month, truth.events_by_city_month);
        assert_eq!(text(&self.cost), parsed(&truth.sums.usage_cost));
        assert_eq!(text(&self.quantity), parsed(&truth.sums.usage_quantity));
        assert_eq!(text(&charges), parsed(&truth.sums.charges));
        for (topic, count) in &truth.duplicates {
            assert_eq!(self.duplicates.get(topic).copied().unwrap_or_default(), *count, "{topic}");
        }
        assert_eq!(self.kpis, truth.kpi_by_city_month);
    }
}
