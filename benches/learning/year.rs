//! Rules with known accuracies watched for a year, through the whole loop: false and found rollbacks, delay, time and
//! memory. Traffic falls off by rank as 1/rank; nine of ten promotions change nothing or do good.

use std::collections::BTreeMap;
use std::time::Instant;

use tidemark_insight::learning::facts::{DAY, Facts, HOUR, Layer, Promotion, Reading, RuleVersion};
use tidemark_insight::learning::learn::{Learning, Outcome, Span};
use tidemark_insight::learning::message::Kind;

use crate::draw::Draw;

const NUM_RULES: usize = 2_000;
const NUM_DAYS: i64 = 365;
/// Correlation of the fields of one document.
const TOGETHER: f64 = 0.3;

/// A rule with its true accuracies.
struct Rule {
    id: String,
    fields_per_document: usize,
    /// From when each version applies, and how well it reads.
    versions: Vec<(i64, String, f64)>,
}

/// What a promotion truly did.
struct Truth {
    at: i64,
    drop: f64,
    readings_a_day: f64,
}

/// Simulates and prints.
pub(crate) fn print(seed: u64, num_promotions: u64, num_readings: u64) {
    let mut draw = Draw::new(seed);
    let mut rules: Vec<Rule> = (0..NUM_RULES).map(|index| rule(index, &mut draw)).collect();
    let weights: f64 = (1..=NUM_RULES).map(|rank| 1.0 / rank as f64).sum();
    let (mut facts, mut truths) = (Facts::default(), BTreeMap::new());
    for nth in 0..num_promotions {
        // Promotions do not ask how much a rule reads, and each rule's are days apart.
        let index = draw.below(NUM_RULES as u64) as usize;
        let at = (30 + draw.below(330) as i64) * DAY + draw.below(24) as i64 * HOUR;
        let readings_a_day = num_readings as f64 / weights / (index + 1) as f64 / NUM_DAYS as f64;
        if rules[index].versions.iter().any(|(from, _, _)| (from - at).abs() < 2 * DAY) {
            continue;
        }
        promote(nth, &mut rules[index], at, &mut draw, &mut facts, readings_a_day, &mut truths);
    }
    let started = Instant::now();
    let mut learning = Learning::new(facts, Span { since_at: 30 * DAY, now_at: NUM_DAYS * DAY });
    let mut told = 0_u64;
    for (index, rule) in rules.iter().enumerate() {
        let wanted = (num_readings as f64 / weights / (index + 1) as f64) as u64;
        told += read(rule, wanted, &mut draw, &mut learning);
    }
    let outcome = learning.conclude();
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "seed {seed}: {NUM_RULES} rules, {told} readings, {} promotions, {seconds:.1} s, {} MiB at most, {} messages",
        truths.len(),
        peak_mib(),
        outcome.messages.len()
    );
    report(&outcome, &truths);
}

fn rule(index: usize, draw: &mut Draw) -> Rule {
    let accuracy = 0.8 + 0.19 * draw.unit();
    let id = format!("R-{index:04}");
    Rule { id, fields_per_document: 1 + index % 3, versions: vec![(0, "v0".to_owned(), accuracy)] }
}

fn promote(
    nth: u64,
    rule: &mut Rule,
    at: i64,
    draw: &mut Draw,
    facts: &mut Facts,
    readings_a_day: f64,
    truths: &mut BTreeMap<(String, String), Truth>,
) {
    let before = rule.versions.iter().rfind(|(from, _, _)| *from < at).map_or(0.9, |(_, _, accuracy)| *accuracy);
    // Later versions may have been drawn before: their drops would be from another version.
    if rule.versions.iter().any(|(from, _, _)| *from > at) {
        return;
    }
    let drop = match draw.below(20) {
        0 => 0.06,
        1 => 0.10 + 0.1 * draw.unit().round(),
        2..8 => -(0.02_f64.min(0.99 - before)),
        _ => 0.0,
    };
    let version = format!("v{}", nth + 1);
    rule.versions.push((at, version.clone(), before - drop));
    truths.insert((rule.id.clone(), version.clone()), Truth { at, drop, readings_a_day });
    facts.promotions.push(Promotion {
        event_id: format!("p{nth}"),
        at,
        rule: RuleVersion::new(&rule.id, &version),
        layer: Layer::Forwarder,
        forwarder: Some(forwarder_of(rule)),
        field: Some("total_amount".to_owned()),
        impact_estimate: Some(50),
        manual: true,
    });
}

/// A forwarder of its own for each rule: no other rule reads its fields.
fn forwarder_of(rule: &Rule) -> String {
    format!("F-{}", rule.id)
}

/// Tells a rule's readings of the year, one document after the other, and returns how many.
fn read(rule: &Rule, wanted: u64, draw: &mut Draw, learning: &mut Learning) -> u64 {
    const FIELDS: [&str; 3] = ["total_amount", "due_date", "vessel"];
    let forwarder = forwarder_of(rule);
    let num_documents = wanted / rule.fields_per_document as u64;
    for document in 0..num_documents {
        let at = draw.below((NUM_DAYS * DAY) as u64) as i64;
        let Some((_, version, accuracy)) = rule.versions.iter().rfind(|(from, _, _)| *from <= at) else { continue };
        let invoice_id = format!("{}-{document}", rule.id);
        let fields = draw.fields(rule.fields_per_document, *accuracy, TOGETHER);
        for (field, correct) in FIELDS.iter().zip(fields) {
            learning.see(&Reading {
                invoice_id: &invoice_id,
                city: Some("HKG"),
                forwarder: Some(&forwarder),
                field,
                rule_id: &rule.id,
                version,
                layer: Layer::Forwarder,
                value: None,
                replaced: None,
                read_at: at,
                judged_at: at,
                correct,
            });
        }
    }
    num_documents * rule.fields_per_document as u64
}

fn report(outcome: &Outcome, truths: &BTreeMap<(String, String), Truth>) {
    let advised: BTreeMap<(String, String), (i64, u64)> = outcome
        .messages
        .iter()
        .filter(|message| message.kind == Kind::RollbackAdvised)
        .map(|message| {
            let samples = message.tally.map_or(0, |tally| tally.samples);
            ((message.rule.rule_id.clone(), message.rule.version.clone()), (message.at, samples))
        })
        .collect();
    let harmless = truths.iter().filter(|(_, truth)| truth.drop <= 0.0);
    let num_false = harmless.clone().filter(|(version, _)| advised.contains_key(version)).count();
    println!("  {} harmless promotions, {num_false} of them advised to roll back", harmless.count());
    for (label, low, high) in [("6", 0.05, 0.07), ("10", 0.09, 0.11), ("20", 0.19, 0.21)] {
        for (from, to) in [(0.0, 30.0), (30.0, 100.0), (100.0, 300.0), (300.0, f64::INFINITY)] {
            let concerned =
                |truth: &Truth| (low..high).contains(&truth.drop) && (from..to).contains(&truth.readings_a_day);
            let of_these: Vec<_> = truths.iter().filter(|(_, truth)| concerned(truth)).collect();
            let mut found: Vec<(i64, u64)> = of_these
                .iter()
                .filter_map(|(version, truth)| {
                    advised.get(*version).map(|(at, items)| ((at - truth.at) / 60_000_000, *items))
                })
                .collect();
            found.sort_unstable();
            let median = found.get(found.len() / 2);
            println!(
                "  drop of {label}, {from} to {to} readings a day: {} of {} found within 24 h; median minutes and items {:?}",
                found.len(),
                of_these.len(),
                median
            );
        }
    }
}

/// The most memory that the process had, in MiB, where the system tells.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default().to_owned();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
}
