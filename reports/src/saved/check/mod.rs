//! Whether a definition means something: every problem at once, each with its place, what to do, and near names. What
//! passes can be compiled, run and delivered.
//!
//! # Layout
//! * `head`: names, words, zone, limits
//! * `report`: a report of the platform, and its cities
//! * `question`: source, columns, filters, aggregations, order; `group`: groups and names
//! * `visual`: what is drawn; `delivery`: schedule, destinations, formats

mod delivery;
mod group;
mod head;
mod question;
mod report;
mod visual;

use std::collections::BTreeSet;

use super::catalogue::{Catalogue, Relation};
use super::definition::Definition;
use crate::scope::Scope;

pub use super::problem::Problem;

/// What a definition is checked against beside the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// What its owner may see.
    pub scope: &'a Scope,
    /// Hosts that webhooks may go to, as in URLs: `hooks.example.com`.
    pub webhook_hosts: &'a BTreeSet<String>,
}

/// All problems of a definition, in the order of its members; none where it can be saved.
#[must_use]
pub fn check(definition: &Definition, catalogue: &Catalogue, rules: &Rules<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    match &definition.report {
        Some(kind) => report::check(definition, kind, rules.scope, &mut problems),
        None => {
            problems = check_question(definition, catalogue, rules.scope);
            report::check_none(definition, &mut problems);
            if let Some(relation) = catalogue.find(&definition.source) {
                visual::check(definition, relation, &mut problems);
            }
        }
    }
    delivery::check(definition, rules, &mut problems);
    problems
}

/// The problems of what a definition asks, whatever becomes of the answer.
pub(super) fn check_question(definition: &Definition, catalogue: &Catalogue, scope: &Scope) -> Vec<Problem> {
    let mut problems = Vec::new();
    head::check(definition, &mut problems);
    match question::source(definition, catalogue, scope) {
        Ok(relation) => question::check(definition, relation, &mut problems),
        Err(problem) => problems.push(problem),
    }
    problems
}

/// Refuses lists that are longer than they may be.
fn bounded(place: &str, len: usize, max: usize, problems: &mut Vec<Problem>) {
    if len > max {
        problems.push(Problem::new(place, format!("{len} are too many"), format!("give at most {max}")));
    }
}

/// The names of a relation's answer, which order and visual may use.
fn output_names(definition: &Definition, relation: &Relation) -> Vec<String> {
    let outputs = super::output::outputs(definition, relation, definition.language);
    outputs.into_iter().map(|output| output.name).collect()
}

#[cfg(test)]
mod tests;
