//! How often invoices have the same line twice: some forwarders write one line for each container.

use std::collections::BTreeMap;

use super::Line;
use super::baseline::Group;

/// Invoices that weigh as much as what is known of all groups' repeated lines.
const PRIOR_WEIGHT: f64 = 20.0;

/// How often invoices had the same line twice, by group and over all.
#[derive(Debug)]
pub(super) struct Repeats<'a> {
    /// Invoices of a group, and those of them with a repeated line.
    groups: BTreeMap<Group<'a>, (usize, usize)>,
    probability: f64,
}

impl<'a> Repeats<'a> {
    pub(super) fn learn(history: &[Line<'a>]) -> Self {
        let mut lines: Vec<_> = history.iter().map(|line| (Group::of(line), line.invoice_id, line.amount)).collect();
        lines.sort_unstable();
        let mut groups: BTreeMap<Group<'a>, (usize, usize)> = BTreeMap::new();
        for of_invoice in lines.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
            let counts = groups.entry(of_invoice[0].0).or_default();
            counts.0 += 1;
            counts.1 += usize::from(of_invoice.windows(2).any(|pair| pair[0].2 == pair[1].2));
        }
        let all = groups.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        Self { groups, probability: (1.0 + all.1 as f64) / (1.0 + all.0 as f64) }
    }

    /// The probability that an invoice of a group has the same line twice.
    pub(super) fn probability(&self, group: &Group<'_>) -> f64 {
        let (num, num_repeated) = self.groups.get(group).copied().unwrap_or_default();
        (num_repeated as f64 + PRIOR_WEIGHT * self.probability) / (num as f64 + PRIOR_WEIGHT)
    }
}
