//! Charges of invoices that are far from what this forwarder usually asks for the same thing.
//!
//! A charge belongs to a group: forwarder, charge code, currency, and the lane where it is known, has [`OWN_FROM`] past
//! charges and says something else than the forwarder's charges on all lanes. What is usual is learnt from the group's
//! past charges; with fewer than [`OWN_FROM`] of them, from the same code and currency of all forwarders too. Amounts
//! are exact decimals; logarithms of them are floating point and only judge.
//!
//! Three questions are asked of each charge, each answered by a p-value: is the amount usual, is the code usual for the
//! forwarder, is the line there once? The smallest answer counts, three times as large for the number of questions.
//!
//! # Layout (a charge's way)
//! * `baseline`: what is usual, learnt from past charges; with `robust` (centre and spread), `tail` (how far out),
//!   `price_list` (fixed tariffs), `lane` (which lanes have a group of their own) and `repeats` (lines that are usually
//!   there twice)
//! * `judge`: the three questions
//! * `cause`: whether a decimal point or another currency would explain the amount
//! * `batch`: which charges of a batch are named, and in which order
//! * `words`: the explanation that a person can check
//!
//! Source: `median` and Qn of Rousseeuw and Croux 1993; conformal p-values of Vovk, Gammerman and Shafer 2005; the false
//! discovery rate of Benjamini and Hochberg 1995; the rest is said in each file.

mod baseline;
mod batch;
mod cause;
mod judge;
mod lane;
mod price_list;
mod repeats;
mod robust;
mod tail;
#[cfg(test)]
mod tests;
mod words;

use tidemark_model::kpi::Figure;
use tidemark_model::time::Micros;

pub use baseline::{Baseline, OWN_FROM};
pub use batch::{Batch, judge_batch};
pub use cause::{Cause, Rates};
pub use judge::{Judged, Usual};

/// One charge line of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<'a> {
    /// The invoice.
    pub invoice_id: &'a str,
    /// Which of its lines, from 0.
    pub line: u32,
    /// The city that received the invoice.
    pub city: &'a str,
    /// The forwarder's id.
    pub forwarder: &'a str,
    /// The charge code.
    pub code: &'a str,
    /// ISO 4217.
    pub currency: &'a str,
    /// From where to where, as one text, where it is known.
    pub lane: Option<&'a str>,
    /// The amount in the currency.
    pub amount: Figure,
    /// When the invoice was received.
    pub at: Micros,
}
