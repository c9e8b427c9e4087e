//! Random months against an oracle that shares no code: `tests/judges/allocation.py`, whole numbers of Python.
//!
//! The oracle prints finance's files, what was measured, and the rows that must come out; the files are read and the
//! month is allocated here. `TIDEMARK_MONTHS` and `TIDEMARK_SEED` make it another run: see `cargo xtask rel allocation`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;
use tidemark_insight::allocation::allocate::CostPool;
use tidemark_insight::allocation::input::{read_policy, read_pools, read_rates};
use tidemark_insight::allocation::{Measure, MonthFacts, allocate};
use tidemark_model::kpi::Figure;

const MONTHS: u64 = 100_000;
/// Oracles at a time; each has its own seed.
const ORACLES: u64 = 2;

#[test]
fn random_months_come_out_as_the_oracle_says() {
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse::<u64>().unwrap());
    let (months, seed) = (number("TIDEMARK_MONTHS", MONTHS), number("TIDEMARK_SEED", 1));
    let judge = |seed| thread::spawn(move || judge(months.div_ceil(ORACLES), seed));
    let judges: Vec<_> = (seed..seed + ORACLES).map(judge).collect();
    for judged in judges {
        judged.join().unwrap();
    }
}

fn judge(months: u64, seed: u64) {
    let oracle = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../tests/judges/allocation.py");
    let mut running = Command::new("python3")
        .arg(oracle)
        .args(["--months", &months.to_string(), "--seed", &seed.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("python3 cannot be started ({error}): the oracle is written in it"));
    let mut judged = 0;
    for line in BufReader::new(running.stdout.take().unwrap()).lines() {
        let month: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let expected: Vec<&str> = month["rows"].as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
        let found = rows(&month);
        let first = found.iter().map(String::as_str).zip(expected.iter().copied()).find(|(found, said)| found != said);
        assert_eq!(first, None, "month {judged} of seed {seed}, first row that differs: {month}");
        assert_eq!(found.len(), expected.len(), "rows of month {judged} of seed {seed}: {month}");
        judged += 1;
    }
    assert!(running.wait().unwrap().success(), "the oracle with seed {seed} failed");
    assert_eq!(judged, months, "the oracle with seed {seed} stopped early");
}

/// The rows of a month as the oracle writes them.
fn rows(month: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let file = |name: &str| month[name].as_str().unwrap().as_bytes();
    let pools = read_pools(file("pools")).unwrap();
    let pool = |row: &tidemark_insight::allocation::input::PoolRow| CostPool {
        amount: row.amount,
        currency: row.currency.clone(),
        driver: row.driver,
    };
    let pools: BTreeMap<_, _> = pools.iter().map(|row| (row.pool.clone(), pool(row))).collect();
    let rates = read_rates(file("rates")).unwrap();
    let rates: BTreeMap<_, _> = rates.into_iter().map(|row| (row.currency, row.rate_to_hkd)).collect();
    let live: BTreeSet<String> = month["live"].as_array().unwrap().iter().map(text).collect();
    let measure = |measure: &Value| Measure {
        driver: measure[0].as_str().unwrap().parse().unwrap(),
        city: measure[1].as_str().map(str::to_owned),
        quantity: Figure(measure[2].as_str().unwrap().parse().unwrap()),
    };
    let measures: Vec<Measure> = month["measures"].as_array().unwrap().iter().map(measure).collect();
    let policy = read_policy(file("policy")).unwrap_or_else(|problems| panic!("{problems}"));
    let facts = MonthFacts {
        month: "2026-03".parse().unwrap(),
        pools: &pools,
        measures: &measures,
        live: &live,
        rates: &rates,
        policy: &policy,
    };
    let allocation = allocate(&facts).unwrap_or_else(|error| panic!("{error}"));
    let mut rows = Vec::new();
    for pool in &allocation.pools {
        for row in &pool.rows {
            let reason = row.reason.map_or("", tidemark_insight::allocation::Reason::name);
            rows.push(format!(
                "{}|{}|{}|{}|{}|{}|{}|{}|{reason}",
                pool.pool,
                row.party,
                row.measured.0,
                row.weight.0,
                row.quantity.0,
                pool.total.0,
                row.ratio.0,
                row.amount.0
            ));
        }
    }
    rows
}
