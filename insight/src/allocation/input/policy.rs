//! The policy file: one version of how costs are split.
//!
//! ```toml
//! version = "2026-2"            # its name; an imported version is never changed
//! effective_from = "2026-07"    # the first month that it holds for
//! currency = "HKD"              # in which costs are allocated
//! rounding_unit = "0.01"
//! order = ["infrastructure", "ai"]
//! exclude = ["SYD"]             # from every pool
//! weights = { SIN = 1.5 }       # in every pool
//!
//! [pools.ai]
//! driver = "direct_cost"        # instead of the driver in the file of pools
//! capacity = "billed"           # or a quantity: what was paid for; what nobody used is idle
//! shared = "spread"             # what has no city: "show" it as unallocated, or "spread" it over the cities
//!
//! [pools.rent]
//! driver = "fixed"
//! fixed = { HKG = 60, SIN = 30 }  # percentages; the rest is unallocated
//! ```

use std::collections::BTreeMap;
use std::str::FromStr;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::problem::{Problem, Problems, unless_problems};
use super::toml::{Document, Section};
use super::values;
use crate::allocation::policy::{Capacity, HUNDRED, PoolRule, Shared, smallest_unit};
use crate::allocation::{Driver, Policy, exact};

const KEYS: [&str; 8] =
    ["version", "effective_from", "currency", "rounding_unit", "order", "exclude", "weights", "pools"];
const RULE_KEYS: [&str; 6] = ["driver", "exclude", "weights", "fixed", "capacity", "shared"];

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_policy(bytes: &[u8]) -> Result<Policy, Problems> {
    let document = Document::parse(bytes)?;
    let root = document.root();
    let mut problems = Vec::new();
    root.check_keys(&KEYS, &mut problems);
    let standard = Policy::standard();
    for key in ["version", "effective_from"].into_iter().filter(|key| !root.has(key)) {
        root.note(key, "is missing".to_owned(), &mut problems);
    }
    let currency = root.read("currency", values::currency, &mut problems).unwrap_or(standard.currency);
    let unit = root.read("rounding_unit", values::positive, &mut problems);
    let mut policy = Policy {
        version: root.read("version", own_version, &mut problems).unwrap_or_default(),
        effective_from: root.read("effective_from", Month::from_str, &mut problems).unwrap_or(Month::FIRST),
        unit: unit.unwrap_or_else(|| smallest_unit(&currency)),
        currency,
        order: root.list("order", values::name, &mut problems),
        exclude: root.list("exclude", values::city, &mut problems).into_iter().collect(),
        weights: weights(&root, &mut problems),
        pools: BTreeMap::new(),
    };
    if let Some(pools) = root.section("pools", &mut problems) {
        for name in pools.keys() {
            let rule = read_rule(&pools, name, &policy, &mut problems);
            policy.pools.extend(rule.map(|rule| (name.to_owned(), rule)));
        }
    }
    unless_problems(policy, problems)
}

fn own_version(text: &str) -> Result<String, String> {
    match values::name(text)? {
        name if name == Policy::standard().version => {
            Err("is the name of the policy that holds without one".to_owned())
        }
        name => Ok(name),
    }
}

fn weights(section: &Section<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Figure> {
    section.map("weights", values::city, values::not_negative, problems)
}

fn read_rule(pools: &Section<'_>, name: &str, policy: &Policy, problems: &mut Vec<Problem>) -> Option<PoolRule> {
    if let Err(reason) = values::name(name) {
        pools.note(name, reason, problems);
    }
    let section = pools.section(name, problems)?;
    section.check_keys(&RULE_KEYS, problems);
    let rule = PoolRule {
        driver: section.read("driver", Driver::from_str, problems),
        exclude: section.list("exclude", values::city, problems).into_iter().collect(),
        weights: weights(&section, problems),
        fixed: section.map("fixed", values::city, values::not_negative, problems),
        capacity: section.read("capacity", capacity, problems),
        shared: section.read("shared", shared, problems).unwrap_or_default(),
    };
    check_fixed(&section, &rule, policy, problems);
    if rule.capacity == Some(Capacity::Billed) && rule.driver != Some(Driver::DirectCost) {
        let reason = "\"billed\" compares the bill with what usage cost: it needs driver = \"direct_cost\"";
        section.note("capacity", reason.to_owned(), problems);
    }
    Some(rule)
}

/// Percentages stand for themselves: with them no other rule of the split can be meant.
fn check_fixed(section: &Section<'_>, rule: &PoolRule, policy: &Policy, problems: &mut Vec<Problem>) {
    match (rule.driver == Some(Driver::Fixed), section.has("fixed")) {
        (false, false) => return,
        (true, false) => {
            return section.note("driver", "\"fixed\" needs percentages in the key fixed".to_owned(), problems);
        }
        (false, true) => section.note("fixed", "percentages need driver = \"fixed\"".to_owned(), problems),
        (true, true) => {}
    }
    for key in ["exclude", "weights", "capacity", "shared"].into_iter().filter(|key| section.has(key)) {
        section.note(key, "does not go with fixed percentages".to_owned(), problems);
    }
    if exact::sum(rule.fixed.values().map(|percentage| percentage.0)).is_none_or(|sum| sum > HUNDRED.0) {
        section.note("fixed", "the percentages add up to more than 100".to_owned(), problems);
    }
    for city in rule.fixed.keys().filter(|city| policy.exclude.contains(*city)) {
        section.note("fixed", format!("{city} is excluded from every pool"), problems);
    }
}

fn capacity(text: &str) -> Result<Capacity, String> {
    if text == "billed" {
        return Ok(Capacity::Billed);
    }
    values::positive(text).map(Capacity::Quantity).map_err(|reason| format!("\"billed\" or a quantity; {reason}"))
}

fn shared(text: &str) -> Result<Shared, &'static str> {
    match text {
        "show" => Ok(Shared::Show),
        "spread" => Ok(Shared::Spread),
        _ => Err("\"show\" or \"spread\" is expected"),
    }
}
