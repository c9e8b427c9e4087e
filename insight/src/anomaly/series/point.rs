//! What a detector is fed: one point of a series.

/// Figures above this are errors of a unit, not measurements.
const FIGURE_MAX: f64 = 1e15;

/// What was measured over one step (an hour or a day) of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// A number of things that happened: invoices, sessions, calls. Not negative.
    Count(f64),
    /// A sum or mean of a quantity that is never negative, in any unit: a cost, a duration.
    Amount(f64),
    /// `numerator` of `denominator` things had a property: failed, automatic. Of none, nothing can be said.
    Rate {
        /// How many had it; at most `denominator`.
        numerator: f64,
        /// How many there were.
        denominator: f64,
    },
}

impl Measure {
    /// What was observed and of how much, or `None` where that is no figure at all.
    pub(super) fn observed(self) -> Option<Observed> {
        let observed = match self {
            Self::Count(value) | Self::Amount(value) => Observed { value, exposure: 1.0 },
            Self::Rate { numerator, denominator } => Observed { value: numerator, exposure: denominator },
        };
        let is_figure = observed.value <= FIGURE_MAX && observed.exposure <= FIGURE_MAX;
        let is_possible = observed.value >= 0.0 && observed.exposure > 0.0;
        let is_part = !matches!(self, Self::Rate { .. }) || observed.value <= observed.exposure;
        (is_figure && is_possible && is_part).then_some(observed)
    }
}

/// A value and what it is in proportion to: 1 for counts and amounts, the denominator for rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Observed {
    pub(super) value: f64,
    pub(super) exposure: f64,
}

/// One point of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Hours or days since any instant at which a local week began (Monday, 00:00). Rises from point to point; steps
    /// may be missing.
    pub step: u64,
    /// What was measured.
    pub measure: Measure,
    /// Whether all of the step's events are in. A step that is not complete is neither judged nor learnt from.
    pub is_complete: bool,
    /// The kind of day: 0 for an ordinary one, any other number below 16 for days that resemble each other, like the
    /// last of a month or a holiday. A kind is compared with its own past.
    pub class: u8,
}
