//! Names that what is usual refers to. Forwarders, charge codes, currencies and lanes that many charges have are few:
//! each is kept once for the life of the process, so that what was learnt of them can be kept too, without the rows that
//! it was learnt from.

use std::collections::BTreeSet;

/// Names that are kept.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeSet<&'static str>,
    /// The numbers 0, 1, 2, ... as texts.
    numbers: Vec<&'static str>,
}

impl Names {
    /// The name, kept.
    pub(super) fn keep(&mut self, name: &str) -> &'static str {
        if let Some(known) = self.known.get(name) {
            return known;
        }
        let kept: &'static str = Box::leak(name.into());
        self.known.insert(kept);
        kept
    }

    /// The text of a number, kept. It stands for an id where only sameness counts; each learning uses the same numbers
    /// again, so that ids of all time are not kept.
    pub(super) fn number(&mut self, number: usize) -> &'static str {
        while self.numbers.len() <= number {
            let text = self.numbers.len().to_string();
            self.numbers.push(Box::leak(text.into()));
        }
        self.numbers[number]
    }
}
