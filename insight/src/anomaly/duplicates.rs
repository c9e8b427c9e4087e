//! Invoices that were received before: the same file, or another file that says the same.
//!
//! * Exact: the file's content has the same SHA-256.
//! * Near: the same forwarder, the same charges (in any order), and the same values in all key fields that both have, of
//!   which two at least.
//!
//! Of invoices that are alike, the one received first is the original; where two were received at the same instant, the
//! one with the smaller id. An invoice that is extracted again is no duplicate of itself.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::kpi::Figure;
use tidemark_model::time::{DAY, Micros};

use super::charges::Rates;
use super::finding::{Finding, Kind, Severity, score};

/// How long after its original a duplicate is looked for: forwarders send reminders for half a year.
pub const WINDOW: Micros = 180 * DAY;

/// Key fields that both must have, at least.
const FIELDS_FROM: usize = 2;

/// Probability that two invoices alike are two things: a file with another's hash, and invoices of the same charges with
/// the same numbers on them. Stated, not measured; the score of a finding.
const CHANCE_EXACT: f64 = 1e-12;
const CHANCE_NEAR: f64 = 1e-6;

/// Code, currency and amount of a charge.
pub type Charge<'a> = (&'a str, &'a str, Figure);

/// An invoice as far as it matters here. Extracted several times, it is given as it was extracted last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice<'a> {
    /// Its id.
    pub id: &'a str,
    /// The city that received it.
    pub city: &'a str,
    /// The forwarder's id, once it is classified.
    pub forwarder: Option<&'a str>,
    /// When it was received.
    pub received_at: Micros,
    /// SHA-256 of the file, where the channel told it.
    pub content_sha256: Option<&'a str>,
    /// Its charges.
    pub charges: Vec<Charge<'a>>,
    /// Name and value of the fields that name a shipment or an invoice: its number and date, bills of lading, containers.
    pub key_fields: BTreeMap<&'a str, &'a str>,
}

/// A duplicate and its original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate<'i, 'a> {
    /// The one that was received later.
    pub invoice: &'i Invoice<'a>,
    /// The one that was received first.
    pub original: &'i Invoice<'a>,
    /// Whether the files are the same, to the byte.
    pub exact: bool,
}

/// Finds the duplicates among invoices, in any order; they come in the order in which they were received.
///
/// A duplicate belongs to the earliest invoice within [`WINDOW`] that it is alike and that is itself no duplicate.
#[must_use]
pub fn duplicates<'i, 'a>(invoices: &'i [Invoice<'a>]) -> Vec<Duplicate<'i, 'a>> {
    let mut sorted: Vec<&Invoice<'a>> = invoices.iter().collect();
    sorted.sort_by_key(|invoice| (invoice.received_at, invoice.id));
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut by_content: BTreeMap<&str, Vec<&Invoice<'a>>> = BTreeMap::new();
    let mut by_charges: BTreeMap<(&str, Vec<_>), Vec<&Invoice<'a>>> = BTreeMap::new();
    let mut found = Vec::new();
    for invoice in sorted.into_iter().filter(|invoice| known.insert(invoice.id)) {
        let same_file = invoice.content_sha256.map(|hash| by_content.entry(hash).or_default());
        let same_charges = charges_key(invoice).map(|key| by_charges.entry(key).or_default());
        let recent = |original: &&&Invoice<'a>| invoice.received_at - original.received_at <= WINDOW;
        let exact = same_file.as_ref().and_then(|originals| originals.iter().find(recent).copied());
        let same_keys = |original: &&&Invoice<'a>| recent(original) && agree(&original.key_fields, &invoice.key_fields);
        let near = || same_charges.as_ref().and_then(|originals| originals.iter().find(same_keys).copied());
        if let Some(original) = exact.or_else(near) {
            found.push(Duplicate { invoice, original, exact: exact.is_some() });
        } else {
            same_file.into_iter().chain(same_charges).for_each(|originals| originals.push(invoice));
        }
    }
    found
}

/// Forwarder and sorted charges; None where either is not known.
fn charges_key<'a>(invoice: &Invoice<'a>) -> Option<(&'a str, Vec<Charge<'a>>)> {
    let mut charges = invoice.charges.clone();
    charges.sort_unstable();
    if charges.is_empty() { None } else { Some((invoice.forwarder?, charges)) }
}

fn agree(some: &BTreeMap<&str, &str>, others: &BTreeMap<&str, &str>) -> bool {
    let mut num_same = 0;
    for (name, value) in some {
        match others.get(name) {
            Some(other) if other == value => num_same += 1,
            Some(_) => return false,
            None => {}
        }
    }
    num_same >= FIELDS_FROM
}

impl Duplicate<'_, '_> {
    /// The duplicate as a finding; at risk is all that it charges.
    #[must_use]
    pub fn finding(&self, rates: &Rates) -> Finding {
        let (invoice, original) = (self.invoice, self.original);
        let days = (invoice.received_at - original.received_at) / DAY;
        let why = if self.exact {
            "the file is the same to the byte".to_owned()
        } else {
            let fields: Vec<&str> =
                invoice.key_fields.keys().copied().filter(|name| original.key_fields.contains_key(name)).collect();
            format!("same forwarder, same {} charges, same {}", invoice.charges.len(), fields.join(", "))
        };
        Finding {
            series: "duplicate_invoices".to_owned(),
            subject: invoice.id.to_owned(),
            city: Some(invoice.city.to_owned()),
            forwarder: invoice.forwarder.map(str::to_owned),
            at: invoice.received_at,
            to: invoice.received_at,
            observed: Figure(2_000_000_000),
            expected: Some(Figure(1_000_000_000)),
            lower: None,
            upper: Some(Figure(1_000_000_000)),
            score: score(if self.exact { CHANCE_EXACT } else { CHANCE_NEAR }),
            severity: Severity::Warn,
            kind: Kind::DuplicateInvoice,
            explanation: format!("{} was received {days} days after {}: {why}", invoice.id, original.id),
            money_at_risk: total_hkd(invoice, rates),
        }
    }
}

/// All charges in HKD; None where there are none, or a currency has no rate.
fn total_hkd(invoice: &Invoice<'_>, rates: &Rates) -> Option<Figure> {
    const ONE: i128 = 1_000_000_000;
    let mut total = 0_i128;
    for (_, currency, amount) in &invoice.charges {
        total = total.checked_add(amount.0.checked_mul(rates.get(*currency)?.0)? / ONE)?;
    }
    (!invoice.charges.is_empty()).then_some(Figure(total.max(0)))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn invoice(id: &'static str, day: i64) -> Invoice<'static> {
        Invoice {
            id,
            city: "HKG",
            forwarder: Some("harbour-pacific"),
            received_at: day * DAY,
            content_sha256: None,
            charges: vec![("THC", "HKD", Figure(2_150_000_000_000)), ("DOC", "USD", Figure(60_000_000_000))],
            key_fields: [("invoice_number", "HPL1"), ("bill_of_lading", "MBL7")].into(),
        }
    }

    fn told(invoices: &[Invoice<'static>]) -> Vec<(&'static str, &'static str, bool)> {
        duplicates(invoices).iter().map(|found| (found.invoice.id, found.original.id, found.exact)).collect()
    }

    #[test]
    fn the_same_file_is_a_duplicate_whatever_was_read_from_it() {
        let file = |id, day| Invoice { content_sha256: Some("ab"), charges: Vec::new(), ..invoice(id, day) };
        assert_eq!(told(&[file("c", 3), file("b", 1), file("a", 1)]), [("b", "a", true), ("c", "a", true)]);
    }

    #[test]
    fn another_file_that_says_the_same_is_one_too() {
        let mut again = invoice("b", 9);
        again.charges.reverse();
        again.key_fields.insert("vessel", "Ever Lotus");
        assert_eq!(told(&[again.clone(), invoice("a", 0)]), [("b", "a", false)]);
        let rates: Rates =
            [("HKD", 1_000_000_000), ("USD", 7_800_000_000)].map(|(code, hkd)| (code.to_owned(), Figure(hkd))).into();
        let invoices = [again, invoice("a", 0)];
        let finding = duplicates(&invoices)[0].finding(&rates);
        assert_eq!(finding.money_at_risk, Some(Figure(2_618_000_000_000)));
        let expected =
            "b was received 9 days after a: same forwarder, same 2 charges, same bill_of_lading, invoice_number";
        assert_eq!(finding.explanation, expected);
    }

    #[test]
    fn other_charges_numbers_forwarders_or_half_a_year_make_another_invoice() {
        let mut dearer = invoice("b", 1);
        dearer.charges[0].2 = Figure(1);
        let mut next = invoice("c", 1);
        next.key_fields.insert("invoice_number", "HPL2");
        let bare = Invoice { key_fields: [("invoice_number", "HPL1")].into(), ..invoice("d", 1) };
        let other = Invoice { forwarder: Some("kestrel-forwarding"), ..invoice("e", 1) };
        assert_eq!(told(&[invoice("a", 0), dearer, next, bare, other, invoice("f", 181)]), []);
    }

    #[test]
    fn an_invoice_that_is_extracted_again_is_none() {
        assert_eq!(told(&[invoice("a", 0), invoice("a", 0), invoice("a", 2)]), []);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter_and_originals_are_no_duplicates(
            drawn in vec((0..4_i64, 0..3_usize), 1..8), order in any::<u64>(),
        ) {
            const IDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
            const FILES: [Option<&str>; 3] = [None, Some("x"), Some("y")];
            let mut invoices: Vec<Invoice<'static>> = drawn.iter().zip(IDS)
                .map(|((day, file), id)| Invoice { content_sha256: FILES[*file], ..invoice(id, *day) }).collect();
            let first = told(&invoices);
            let num = invoices.len();
            invoices.rotate_left(order as usize % num);
            prop_assert_eq!(&told(&invoices), &first);
            prop_assert!(first.iter().all(|(_, original, _)| first.iter().all(|(id, _, _)| id != original)));
        }
    }
}
