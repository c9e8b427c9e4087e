//! What every detector gives: one finding, with the band that it left and words that a person can check. A finding
//! becomes a row of the relation `anomalies`.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use tidemark_model::kpi::Figure;
use tidemark_model::time::Micros;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A value far above what was expected, for a while.
    Spike,
    /// A value far below what was expected, for a while.
    Drop,
    /// A series that stays on another level.
    LevelShift,
    /// Nothing at all where something was expected.
    Silence,
    /// A charge outside of what is usual for its group.
    Charge,
    /// A charge that is usual but for its decimal point.
    DecimalShift,
    /// A charge that would be usual in another currency.
    OtherCurrency,
    /// The same charge twice on one invoice.
    RepeatedLine,
    /// A charge code that the forwarder has never used.
    NewCharge,
    /// A credit or a zero where charges are positive.
    OtherSign,
    /// An invoice that was received before.
    DuplicateInvoice,
    /// Many failed sign-ins of one user, or in one city.
    FailedSignIns,
    /// A sign-in at an hour at which this user never works.
    UnusualHour,
    /// A sign-in from an address that is new for a user who has few.
    NewAddress,
    /// One address that tries many users.
    Spraying,
    /// A distribution that is not what it was.
    Drift,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Spike,
        Self::Drop,
        Self::LevelShift,
        Self::Silence,
        Self::Charge,
        Self::DecimalShift,
        Self::OtherCurrency,
        Self::RepeatedLine,
        Self::NewCharge,
        Self::OtherSign,
        Self::DuplicateInvoice,
        Self::FailedSignIns,
        Self::UnusualHour,
        Self::NewAddress,
        Self::Spraying,
        Self::Drift,
    ];

    /// Its name in the column `kind`: `decimal_shift`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spike => "spike",
            Self::Drop => "drop",
            Self::LevelShift => "level_shift",
            Self::Silence => "silence",
            Self::Charge => "charge",
            Self::DecimalShift => "decimal_shift",
            Self::OtherCurrency => "other_currency",
            Self::RepeatedLine => "repeated_line",
            Self::NewCharge => "new_charge",
            Self::OtherSign => "other_sign",
            Self::DuplicateInvoice => "duplicate_invoice",
            Self::FailedSignIns => "failed_sign_ins",
            Self::UnusualHour => "unusual_hour",
            Self::NewAddress => "new_address",
            Self::Spraying => "spraying",
            Self::Drift => "drift",
        }
    }
}

/// How urgent a finding is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a line in a list.
    Notice,
    /// People should look.
    Warn,
    /// People must act.
    Act,
}

impl Severity {
    /// Its name in the column `severity`: `warn`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warn => "warn",
            Self::Act => "act",
        }
    }
}

/// One finding of a detector.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What was looked at: a KPI's id, `charges`, `duplicate_invoices`, `sign_ins`, `drift`.
    pub series: String,
    /// Which single thing of the series, where it is one: an invoice and its line, a user, a column. Empty otherwise.
    pub subject: String,
    /// The city's code, where it concerns one.
    pub city: Option<String>,
    /// The forwarder's id, where it concerns one.
    pub forwarder: Option<String>,
    /// When it began.
    pub at: Micros,
    /// When it ended (excluded); [`Finding::at`] for a single event.
    pub to: Micros,
    /// What was measured, in the series' unit.
    pub observed: Figure,
    /// What was expected, where there is such a value.
    pub expected: Option<Figure>,
    /// Least of what is usual.
    pub lower: Option<Figure>,
    /// Most of what is usual.
    pub upper: Option<Figure>,
    /// How unusual: minus the decimal logarithm of the p-value, at least 0.
    pub score: f64,
    /// How urgent.
    pub severity: Severity,
    /// What it is about.
    pub kind: Kind,
    /// Why, in words and figures that a person can check.
    pub explanation: String,
    /// HKD beyond what is usual, for findings about money; never negative.
    pub money_at_risk: Option<Figure>,
}

impl Finding {
    /// The id under which people's marks are kept. It is the same however often the same thing is found again:
    /// neither figures nor words count, only series, subject, city, forwarder, kind and start.
    #[must_use]
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        let place = [self.city.as_deref(), self.forwarder.as_deref()];
        let parts =
            [Some(self.series.as_str()), Some(self.subject.as_str()), place[0], place[1], Some(self.kind.name())];
        for part in parts {
            // Lengths are written, and an absent part is not an empty one: no two lists of parts read the same.
            hash.update(part.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            hash.update(part.unwrap_or_default().as_bytes());
        }
        hash.update(self.at.to_be_bytes());
        hash.finalize().iter().take(ID_BYTES).fold("an-".to_owned(), |mut id, byte| {
            // Writing to a String cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }
}

/// Bytes of an id: with 96 bits, a billion findings collide with a probability below 10^-10.
const ID_BYTES: usize = 12;

/// A measured or estimated number as a figure, rounded to billionths; the largest figure where it is larger, and zero
/// for what is no number.
#[must_use]
pub fn figure(value: f64) -> Figure {
    // `as` saturates, and takes NaN to 0.
    Figure((value * 1e9).round() as i128)
}

/// A p-value as a score: minus its decimal logarithm, from 0 to 300.
#[must_use]
pub fn score(p_value: f64) -> f64 {
    // `+ 0.0` makes 0 of the -0 that a p-value of 1 gives.
    -p_value.clamp(1e-300, 1.0).log10() + 0.0
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    pub(in crate::anomaly) fn finding() -> Finding {
        Finding {
            series: "ai_cost_hkd".to_owned(),
            subject: String::new(),
            city: Some("SIN".to_owned()),
            forwarder: None,
            at: 1_000,
            to: 2_000,
            observed: figure(12.0),
            expected: Some(figure(3.0)),
            lower: None,
            upper: None,
            score: 5.0,
            severity: Severity::Warn,
            kind: Kind::Spike,
            explanation: "four times the usual".to_owned(),
            money_at_risk: None,
        }
    }

    #[test]
    fn the_same_thing_found_again_has_the_same_id() {
        let first = finding();
        let again = Finding {
            observed: figure(14.0),
            score: 9.0,
            to: 9_000,
            severity: Severity::Act,
            explanation: "five times the usual".to_owned(),
            ..finding()
        };
        assert_eq!(first.id(), again.id());
        // Oracle: Python hashlib over the length-prefixed parts, the first 12 bytes in hex.
        assert_eq!(first.id(), "an-b110db6287694c79c31ec270");
    }

    #[test]
    fn another_place_kind_subject_or_start_is_another_anomaly() {
        let others = [
            finding(),
            Finding { city: None, ..finding() },
            Finding { city: None, forwarder: Some("SIN".to_owned()), ..finding() },
            Finding { city: Some(String::new()), ..finding() },
            Finding { kind: Kind::LevelShift, ..finding() },
            Finding { at: 1_001, ..finding() },
            Finding { series: "ai_cost_hk".to_owned(), subject: "d".to_owned(), ..finding() },
        ];
        let ids: BTreeSet<String> = others.iter().map(Finding::id).collect();
        assert_eq!(ids.len(), others.len());
    }

    #[test]
    fn kinds_have_names_of_their_own() {
        let names: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
        assert_eq!(names.len(), Kind::ALL.len());
    }

    #[test]
    fn numbers_become_figures_and_p_values_scores() {
        assert_eq!(figure(0.9).to_string(), "0.9");
        assert_eq!(figure(-12.25).to_string(), "-12.25");
        assert_eq!(figure(f64::NAN), Figure(0));
        assert_eq!(score(0.001), 3.0);
        assert_eq!(score(0.0), 300.0);
        assert!(score(1.0).is_sign_positive() && score(2.0) == 0.0);
    }
}
