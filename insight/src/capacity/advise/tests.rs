//! From answers of the platform and forecasts to advice, and on to rows of its table.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Decimal128Type, Float64Type, TimestampMicrosecondType};
use tidemark_model::time::{DAY, HOUR, parse_rfc3339};

use super::*;
use crate::answers::{Answers, now};
use crate::capacity::{Urgency, rows};
use crate::forecast::Forecast;
use crate::forecast::past;
use crate::forecast::select::Trial;

/// A series of one city, from an instant on, and what is expected to follow.
struct Given {
    kpi: &'static str,
    grain: Grain,
    city: &'static str,
    first_at: &'static str,
    values: Vec<f64>,
    mean: Vec<f64>,
}

fn at(text: &str) -> Micros {
    parse_rfc3339(text).unwrap()
}

fn table(columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_from_iter(columns.into_iter().enumerate().map(|(place, column)| (place.to_string(), column)))
        .unwrap()
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<StringArray>())
}

fn times(values: Vec<Micros>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
}

/// Series as the KPI relations hold them, with forecasts that were always right before, whose means are as given.
fn foretold(given: &[Given]) -> Vec<Foretold> {
    let mut answers = Answers::default();
    let kpis: Vec<Option<&str>> = given.iter().map(|one| Some(one.kpi)).collect();
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true; given.len()]));
    let grains: Vec<Option<&str>> = given.iter().map(|one| Some(one.grain.name())).collect();
    let units = texts(&vec![Some("count"); given.len()]);
    let none: ArrayRef = Arc::new(BooleanArray::from(vec![false; given.len()]));
    answers = answers.with("FROM kpis", table(vec![texts(&kpis), texts(&grains), units, flags, none]));
    for (grain, relation, step) in [(Grain::Day, "kpi_daily", DAY), (Grain::Hour, "kpi_hourly", HOUR)] {
        let of_grain = || given.iter().filter(|one| one.grain == grain);
        let each = || of_grain().flat_map(|one| one.values.iter().enumerate().map(move |(nth, _)| (one, nth)));
        let starts = |one: &Given, nth: usize| at(one.first_at) + step * nth as i64;
        answers = answers.with(
            relation,
            table(vec![
                texts(&each().map(|(one, _)| Some(one.kpi)).collect::<Vec<_>>()),
                texts(&each().map(|(one, _)| Some(one.city)).collect::<Vec<_>>()),
                texts(&each().map(|_| None).collect::<Vec<_>>()),
                times(each().map(|(one, nth)| starts(one, nth)).collect()),
                Arc::new(each().map(|(one, nth)| Some(one.values[nth])).collect::<Float64Array>()),
                times(each().map(|(one, _)| starts(one, one.values.len())).collect()),
            ]),
        );
    }
    let right = |origin| Trial { origin, forecast: vec![10.0; 60], actual: vec![10.0; 60] };
    let continued = |series: past::Series| {
        let one = given.iter().find(|one| one.kpi == series.key.kpi).unwrap();
        let trials = (0..4).map(right).collect();
        let (model, mean) = ("given".to_owned(), one.mean.clone());
        let forecast = Forecast { mean, bands: vec![], model, mape_backtest: None, mase_backtest: None, trials };
        Foretold { series, forecast }
    };
    now(past::series(&answers)).unwrap().into_iter().map(continued).collect()
}

/// Amounts of a category by city.
fn hkd(category: &str, cities: &[&str], amounts: &[i128]) -> RecordBatch {
    let categories = vec![Some(category); cities.len()];
    let cities: Vec<Option<&str>> = cities.iter().copied().map(Some).collect();
    let amounts = amounts.iter().map(|amount| amount * 1_000_000_000).collect::<Decimal128Array>();
    table(vec![texts(&categories), texts(&cities), Arc::new(amounts.with_precision_and_scale(38, 9).unwrap())])
}

/// What something costs in Hong Kong until 20 March: 100 a day to the end of the month, and far more in the next one.
fn costs_of(kpi: &'static str) -> Vec<Foretold> {
    let mut mean = vec![100.0; 11];
    mean.resize(35, 1e6);
    let first_at = "2026-03-01T00:00:00Z";
    foretold(&[Given { kpi, grain: Grain::Day, city: "HKG", first_at, values: vec![100.0; 20], mean }])
}

fn costs() -> Vec<Foretold> {
    costs_of(AI_COST)
}

#[test]
fn a_month_is_held_against_the_citys_budget_and_all_months_against_the_domains() {
    let answers = Answers::default()
        .with("AS spent", hkd("ai", &["HKG", "SIN"], &[2_000, 20_000]))
        .with("AS budget", hkd("ai", &["HKG", "SIN"], &[3_000, 1]));
    let limits = Limits { ai_hkd_per_month: Some(Figure(23_000 * 1_000_000_000)), ..Limits::default() };
    let advised = now(advise(&answers, &costs(), &limits, at("2026-03-21T03:00:00Z"))).unwrap();
    // By hand: 11 days of 100 are left of March. 22,000 + 1,100 of all, and 2,000 + 1,100 of Hong Kong.
    let told = |one: &Advised| {
        (one.city.clone(), one.advice.figure.to_string(), one.available.unwrap().to_string(), one.advice.urgency)
    };
    let all = |limit: &str, urgency| (None, "23100".to_owned(), limit.to_owned(), urgency);
    let expected = [
        all("25000", Urgency::Fine),
        all("30000", Urgency::Fine),
        all("40000", Urgency::Fine),
        all("23000", Urgency::Act),
        (Some("HKG".to_owned()), "3100".to_owned(), "3000".to_owned(), Urgency::Act),
    ];
    assert_eq!(advised.iter().map(told).collect::<Vec<_>>(), expected);
    // The tenth day uses up the last 100: 30 March begins at 16:00 UTC of the day before.
    assert!(matches!(advised[4].advice.when, When::At(day) if day.timestamp_micros() == at("2026-03-29T16:00:00Z")));
    let asked = answers.asked("AS spent");
    assert!(asked[0].contains("bucket >= DATE '2026-03-01' AND bucket < DATE '2026-03-21'"), "{asked:?}");
    assert!(answers.asked("AS budget")[0].contains("b.month = '2026-03'"));
}

/// Another category has a budget in a city, and no limit for all cities together.
#[test]
fn each_category_that_is_metered_is_held_against_its_own_budget() {
    // Fixtures answer KPIs: the series is given as one, and named as what it stands for.
    let costs: Vec<Foretold> = costs_of("llm")
        .into_iter()
        .map(|mut one| {
            one.series.key.kpi = format!("{COST_OF}{}", one.series.key.kpi);
            one
        })
        .collect();
    let answers = Answers::default()
        .with("AS spent", hkd("ai", &["HKG"], &[9_000]))
        .with("AS counted", hkd("llm", &["HKG"], &[2_000]))
        .with("AS budget", hkd("llm", &["HKG"], &[3_200]));
    let advised = now(advise(&answers, &costs, &Limits::default(), at("2026-03-21T03:00:00Z"))).unwrap();
    let [one] = advised.as_slice() else { panic!("{advised:?}") };
    // By hand: 2,000 and 11 days of 100.
    assert_eq!((one.category.as_deref(), one.city.as_deref()), (Some("llm"), Some("HKG")));
    assert_eq!((one.advice.figure.to_string(), one.advice.urgency), ("3100".to_owned(), Urgency::Fine));
    let asked = answers.asked("AS counted");
    assert!(asked[0].contains("m.day >= DATE '2026-03-01' AND m.day < DATE '2026-03-21'"), "{asked:?}");
    // A month whose bill is there is over for its budget.
    assert!(answers.asked("AS budget")[0].contains("p.pool IS NULL"));
}

#[test]
fn advice_becomes_rows_with_exact_figures() {
    let answers = Answers::default()
        .with("AS spent", hkd("ai", &["HKG"], &[2_000]))
        .with("AS budget", hkd("ai", &["HKG"], &[3_000]));
    let made_at = at("2026-03-21T03:00:00Z");
    let advised = now(advise(&answers, &costs(), &Limits::default(), made_at)).unwrap();
    let table = rows(&advised, made_at).unwrap();
    let last = table.num_rows() - 1;
    let text = |name: &str| table.column_by_name(name).unwrap().as_string::<i32>().value(last).to_owned();
    assert_eq!(
        ["resource", "city", "category", "unit", "status", "_month"].map(text),
        ["budget", "HKG", "ai", "HKD", "act", "2026-03"]
    );
    let figure = |name: &str| table.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().value(last);
    assert_eq!((figure("figure"), figure("available")), (3_100 * 1_000_000_000, 3_000 * 1_000_000_000));
    let time = |name: &str| table.column_by_name(name).unwrap().as_primitive::<TimestampMicrosecondType>().value(last);
    assert_eq!(["earliest", "at", "latest"].map(time), [at("2026-03-29T16:00:00Z"); 3]);
}

/// Two days that peak with 600 invoices at 16:00 of the second one in Hong Kong.
fn invoices() -> Vec<Foretold> {
    let mut mean = vec![50.0; 48];
    mean[40] = 600.0;
    let first_at = "2026-02-27T16:00:00Z";
    let values = [vec![40.0; 47], vec![90.0]].concat();
    foretold(&[Given { kpi: "invoices_received", grain: Grain::Hour, city: "HKG", first_at, values, mean }])
}

/// Each invoice is read once, in 30 s; half of them are reviewed, in 30 s as well; extraction was never timed.
fn work_seen() -> RecordBatch {
    table(vec![
        texts(&[
            Some("invoice.received"),
            Some("invoice.ocr_completed"),
            Some("invoice.extracted"),
            Some("invoice.reviewed"),
        ]),
        Arc::new(Int64Array::from(vec![1_000, 1_000, 1_000, 500])),
        Arc::new(Int64Array::from(vec![0, 1_000, 0, 500])),
        Arc::new(Float64Array::from(vec![None, Some(30_000_000.0), None, Some(15_000_000.0)])),
        Arc::new(Float64Array::from(vec![None; 4])),
    ])
}

#[test]
fn the_busiest_hour_is_held_against_500_and_1000_and_against_the_workers() {
    let answers = Answers::default().with("FROM invoice_events", work_seen());
    let limits = Limits { ocr_workers: Some(4), extraction_workers: Some(1), ..Limits::default() };
    let advised = now(advise(&answers, &invoices(), &limits, at("2026-03-01T16:00:00Z"))).unwrap();
    let told = |one: &Advised| {
        let available = one.available.map(|available| available.to_string()).unwrap_or_default();
        (one.resource, one.category.clone(), one.advice.figure.to_string(), available, one.advice.urgency)
    };
    let peak = |limit: &str, urgency| ("invoices_per_hour", None, "600".to_owned(), limit.to_owned(), urgency);
    // 600 of 30 s are 5 erlang, and 300 are 2.5: at four fifths of their time 7 and 4 workers. Erlang's table has
    // C(7, 5) = 0.324, so 0.324 * 30 / (7 - 5) = 4.9 s of waiting.
    let expected = [
        peak("500", Urgency::Act),
        peak("1000", Urgency::Fine),
        ("workers", Some("ocr".into()), "7".to_owned(), "4".to_owned(), Urgency::Act),
        ("workers", Some("review".into()), "4".to_owned(), String::new(), Urgency::Fine),
        peak("500", Urgency::Act),
        peak("1000", Urgency::Fine),
    ];
    assert_eq!(advised.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!((advised[0].city.as_deref(), advised[5].city.as_deref()), (None, Some("HKG")));
    assert!(matches!(advised[4].advice.when, When::At(hour) if hour.to_rfc3339() == "2026-03-03T16:00:00+08:00"));
    assert!(advised[4].advice.reason.contains("the busiest so far had 90."), "{}", advised[4].advice.reason);
    assert!(advised[3].advice.reason.ends_with("4 workers are needed. How many there are is not configured."));
    let asked = answers.asked("FROM invoice_events");
    assert!(asked[0].contains("time >= CAST('2026-02-01T16:00:00.000000Z' AS TIMESTAMP WITH TIME ZONE)"), "{asked:?}");
    let table = rows(&advised, at("2026-03-01T16:00:00Z")).unwrap();
    let probabilities = table.column_by_name("probability").unwrap().as_primitive::<Float64Type>();
    assert_eq!(probabilities.iter().map(|it| it.unwrap_or(-1.0)).collect::<Vec<_>>(), [1.0, 0.0, 1.0, -1.0, 1.0, 0.0]);
}

#[test]
fn a_quota_counts_what_the_month_has_had_and_a_store_what_it_holds() {
    // 14 days of February, and 5 of March; 10 calls a day until its end, so 50 + 260.
    let first_at = "2026-02-15T00:00:00Z";
    let calls = Given {
        kpi: "ai_calls",
        grain: Grain::Day,
        city: "HKG",
        first_at,
        values: vec![10.0; 19],
        mean: [vec![10.0; 26], vec![1e6; 9]].concat(),
    };
    // 1,000 bytes are stored; 10 more on each of two days, 5 fewer on the third, then 10 more again.
    let stored = Given {
        kpi: "storage_bytes",
        grain: Grain::Day,
        city: "HKG",
        first_at,
        values: (0..19).map(|day| 820.0 + 10.0 * f64::from(day)).collect(),
        mean: vec![1_010.0, 1_020.0, 1_015.0, 1_025.0, 1_035.0, 1_045.0, 1_055.0],
    };
    let foretold = foretold(&[calls, stored]);
    let limits = Limits { ai_calls_per_month: Some(310), storage_bytes: Some(1_025), ..Limits::default() };
    let advised = advise_by(&Facts::default(), &foretold, &limits);
    let of_all = |resource| advised.iter().find(|one| one.resource == resource && one.city.is_none()).unwrap();
    assert_eq!(of_all("ai_calls").advice.figure.to_string(), "310");
    assert!(matches!(of_all("ai_calls").advice.when, When::At(day) if day.to_rfc3339() == "2026-03-31T00:00:00+08:00"));
    // Hong Kong's midnight, four days after the last one that is known: 5 March.
    let store = of_all("storage");
    assert!(matches!(store.advice.when, When::At(day) if day.to_rfc3339() == "2026-03-09T00:00:00+08:00"));
    assert_eq!(store.advice.figure.to_string(), "1055");
    assert!(advise_by(&Facts::default(), &foretold, &Limits::default()).is_empty());
}

#[test]
fn hours_keep_their_place_in_the_day_whatever_hour_the_series_begins_with() {
    let answer = |first_at| {
        let values = [vec![40.0; 60], vec![90.0]].concat();
        let given =
            Given { kpi: "invoices_received", grain: Grain::Hour, city: "HKG", first_at, values, mean: vec![1.0] };
        Ahead::of(&foretold(&[given])[0]).first_phase
    };
    // 61 hours after midnight, and after 13:00, in Hong Kong.
    assert_eq!((answer("2026-03-01T16:00:00Z"), answer("2026-03-02T05:00:00Z")), (61 % 24, (13 + 61) % 24));
}
