//! What is wrong with a definition: where, what, what to do, and which names are near.

use serde::Serialize;

/// Names that are shown as near.
const NEAR_MAX: usize = 3;

/// How alike a near name is at least: 1 less the edits that lead from one to the other, by the longer one's length
/// (Damerau 1964). At 0.65 a third of a name may be wrong.
const LIKENESS_MIN: f64 = 0.65;

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The member, as in `filters[0].period.unit`.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
    /// Known names that may have been meant, the nearest first.
    pub near: Vec<String>,
}

impl Problem {
    /// A problem without near names.
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), cure: cure.into(), near: Vec::new() }
    }
}

/// A member that does not fit its object: found where the object is read, placed by who knows where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    member: &'static str,
    message: String,
    cure: String,
    near: Vec<String>,
}

impl Misfit {
    /// A misfit of a member; of the object itself where the member is empty.
    pub(super) fn new(member: &'static str, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { member, message: message.into(), cure: cure.into(), near: Vec::new() }
    }

    /// A name that is none of those that are known.
    pub(super) fn unknown<'a>(
        member: &'static str,
        message: impl Into<String>,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let near = near(name, known);
        let cure = if near.is_empty() {
            "choose one of those that there are".to_owned()
        } else {
            format!("use {}", near.join(" or "))
        };
        Self { near, ..Self::new(member, message, cure) }
    }

    /// The same misfit, of a member by another name: that of an object within an object.
    pub(super) fn within(self, member: &'static str) -> Self {
        Self { member, ..self }
    }

    /// The problem of the object at a place.
    pub(super) fn at(self, place: &str) -> Problem {
        let dot = if place.is_empty() || self.member.is_empty() { "" } else { "." };
        let Self { member, message, cure, near } = self;
        Problem { place: format!("{place}{dot}{member}"), message, cure, near }
    }
}

/// The known names that are most like a name.
fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut alike: Vec<(f64, &str)> = known
        .map(|known| (strsim::normalized_damerau_levenshtein(&wanted, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .collect();
    alike.sort_by(|(left, left_name), (right, right_name)| right.total_cmp(left).then(left_name.cmp(right_name)));
    alike.into_iter().take(NEAR_MAX).map(|(_, known)| known.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_nearest_first_and_strange_ones_not_at_all() {
        let known = ["settled_at", "received_at", "forwarder", "city"];
        assert_eq!(near("setled_at", known.into_iter()), ["settled_at"]);
        assert_eq!(near("RECEIVED_AT", known.into_iter()), ["received_at"]);
        assert!(near("zzz", known.into_iter()).is_empty());
    }
}
