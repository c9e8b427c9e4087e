//! Which part of a figure made it change: by forwarder, city, model or service, adding up exactly to the change.
//!
//! A sum's change is the sum of its parts' changes. A ratio's change has two sources: a part's own ratio changed (its
//! rate), or parts with another ratio got more weight (the mix). With weights w and ratios r of the parts, before (0)
//! and now (1), and means over both times written with a bar, Bennet's form has no rest:
//! `w1·r1 − w0·r0 = w̄·(r1 − r0) + r̄·(w1 − w0)`. As the weights' changes add up to 0, the mix is counted from the
//! whole's mean ratio, so that a part of usual ratio has no mix effect however much it grows.
//!
//! Source: Bennet, "The theory of measurement of changes in cost of living", J. R. Statist. Soc. 83 (1920).

use tidemark_model::kpi::Figure;

/// A part of a sum: what was expected of it and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumPart {
    /// Which part: a forwarder's id, a city's code.
    pub label: String,
    /// What was expected, in the sum's unit.
    pub expected: Figure,
    /// What was observed.
    pub observed: Figure,
}

/// A part of a ratio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatioPart {
    /// Which part.
    pub label: String,
    /// Numerator and denominator as expected; the denominator is not negative.
    pub expected: (Figure, Figure),
    /// Numerator and denominator as observed.
    pub observed: (Figure, Figure),
}

/// What one part added to the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Which part.
    pub label: String,
    /// Because its own value or ratio changed.
    pub rate: Figure,
    /// Because its weight changed; 0 for parts of a sum.
    pub mix: Figure,
}

impl Contribution {
    /// All that it added.
    #[must_use]
    pub const fn total(&self) -> Figure {
        Figure(self.rate.0.saturating_add(self.mix.0))
    }
}

/// A change and where it came from; the contributions add up to it, to the last billionth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Observed minus expected.
    pub change: Figure,
    /// What each part added, the largest first whatever its sign; then by label.
    pub contributions: Vec<Contribution>,
}

impl Explained {
    /// The `num` largest contributors, and what all others added together.
    #[must_use]
    pub fn top(&self, num: usize) -> (&[Contribution], Figure) {
        let (top, rest) = self.contributions.split_at(num.min(self.contributions.len()));
        (top, Figure(rest.iter().fold(0, |sum, part| sum.saturating_add(part.total().0))))
    }

    /// In words: `SIN +120 (80 %), HKG +20 (13 %), 3 others +10 (7 %)`. No shares where nothing changed.
    #[must_use]
    pub fn words(&self, num: usize) -> String {
        let (top, rest) = self.top(num);
        let num_others = self.contributions.len() - top.len();
        let mut words: Vec<String> = top.iter().map(|part| self.part_words(&part.label, part.total())).collect();
        if num_others > 0 {
            words.push(self.part_words(&format!("{num_others} others"), rest));
        }
        words.join(", ")
    }

    fn part_words(&self, label: &str, added: Figure) -> String {
        let sign = if added.0 > 0 { "+" } else { "" };
        if self.change.0 == 0 {
            return format!("{label} {sign}{added}");
        }
        let share = 100.0 * added.0 as f64 / self.change.0 as f64;
        format!("{label} {sign}{added} ({share:.0} %)")
    }
}

/// Explains the change of a sum. `None` where a figure does not fit.
#[must_use]
pub fn explain_sum(parts: &[SumPart]) -> Option<Explained> {
    let mut contributions = Vec::with_capacity(parts.len());
    let mut change = 0_i128;
    for part in parts {
        let added = part.observed.0.checked_sub(part.expected.0)?;
        change = change.checked_add(added)?;
        contributions.push(Contribution { label: part.label.clone(), rate: Figure(added), mix: Figure(0) });
    }
    Some(explained(change, contributions))
}

/// Explains the change of a ratio of sums. `None` where a whole has no denominator: then there is no ratio.
///
/// Effects are worked out in floating point and rounded to billionths; what rounding leaves is given to the largest
/// contributor, so that the parts add up to the difference of the two rounded ratios.
#[must_use]
pub fn explain_ratio(parts: &[RatioPart]) -> Option<Explained> {
    let before = Whole::of(parts.iter().map(|part| part.expected))?;
    let now = Whole::of(parts.iter().map(|part| part.observed))?;
    let centre = f64::midpoint(before.ratio(), now.ratio());
    let change = billionths(now.ratio()).checked_sub(billionths(before.ratio()))?;
    let contributions = parts.iter().map(|part| {
        let (rate, mix) = effects(before.share(part.expected), now.share(part.observed), centre);
        Contribution { label: part.label.clone(), rate: Figure(billionths(rate)), mix: Figure(billionths(mix)) }
    });
    let mut explained = explained(change, contributions.collect());
    let given: i128 = explained.contributions.iter().map(|part| part.total().0).sum();
    if let Some(largest) = explained.contributions.first_mut() {
        largest.rate.0 += change - given;
    }
    Some(explained)
}

/// Numerator and denominator of all parts together.
#[derive(Debug, Clone, Copy)]
struct Whole {
    numerator: f64,
    denominator: f64,
}

/// A part seen from the whole: what it adds to the whole's ratio, and its weight.
#[derive(Debug, Clone, Copy)]
struct Share {
    added: f64,
    weight: f64,
}

impl Share {
    fn ratio(self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.added / self.weight)
    }
}

impl Whole {
    fn of(parts: impl Iterator<Item = (Figure, Figure)>) -> Option<Self> {
        let (mut numerator, mut denominator) = (0_i128, 0_i128);
        for part in parts {
            numerator = numerator.checked_add(part.0.0)?;
            denominator = denominator.checked_add(part.1.0)?;
        }
        (denominator > 0).then_some(Self { numerator: numerator as f64, denominator: denominator as f64 })
    }

    fn ratio(self) -> f64 {
        self.numerator / self.denominator
    }

    fn share(self, part: (Figure, Figure)) -> Share {
        Share { added: part.0.0 as f64 / self.denominator, weight: part.1.0 as f64 / self.denominator }
    }
}

/// Rate and mix effect of one part. A part that is new or gone has the ratio of the time when it was there: all that it
/// adds is mix.
fn effects(before: Share, now: Share, centre: f64) -> (f64, f64) {
    let ratio = match (before.ratio(), now.ratio()) {
        (Some(before), Some(now)) => f64::midpoint(before, now),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => centre,
    };
    let weight_change = now.weight - before.weight;
    // The rest, so that nothing is lost where a part has a numerator without a denominator.
    let rate = now.added - before.added - ratio * weight_change;
    (rate, (ratio - centre) * weight_change)
}

fn explained(change: i128, mut contributions: Vec<Contribution>) -> Explained {
    contributions.sort_by(|a, b| {
        b.total().0.unsigned_abs().cmp(&a.total().0.unsigned_abs()).then_with(|| a.label.cmp(&b.label))
    });
    Explained { change: Figure(change), contributions }
}

fn billionths(value: f64) -> i128 {
    (value * 1e9).round() as i128
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn whole(units: i64) -> Figure {
        Figure(i128::from(units) * 1_000_000_000)
    }

    fn ratio_part(label: &str, [n0, d0, n1, d1]: [i64; 4]) -> RatioPart {
        RatioPart { label: label.to_owned(), expected: (whole(n0), whole(d0)), observed: (whole(n1), whole(d1)) }
    }

    #[test]
    fn a_sums_change_is_told_by_its_parts() {
        let part = |label: &str, expected, observed| SumPart {
            label: label.to_owned(),
            expected: whole(expected),
            observed: whole(observed),
        };
        let parts = [part("HKG", 100, 110), part("SIN", 50, 200), part("SHA", 80, 60), part("TPE", 10, 20)];
        let explained = explain_sum(&parts).unwrap();
        assert_eq!(explained.change, whole(150));
        assert_eq!(explained.words(2), "SIN +150 (100 %), SHA -20 (-13 %), 2 others +20 (13 %)");
    }

    #[test]
    fn a_ratios_change_is_told_apart_in_rate_and_mix() {
        // Oracle: Python's fractions, w̄·Δr and (r̄ − R̄)·Δw by hand over three parts, in billionths.
        // Wholes: 97/200 before, 118/260 now. One billionth is left by rounding and goes to the largest, b.
        let parts =
            [ratio_part("a", [45, 50, 90, 100]), ratio_part("b", [48, 120, 16, 100]), ratio_part("c", [4, 30, 12, 60])];
        let explained = explain_ratio(&parts).unwrap();
        assert_eq!(explained.change, Figure(-31_153_846));
        let told: Vec<(&str, i128, i128)> =
            explained.contributions.iter().map(|part| (part.label.as_str(), part.rate.0, part.mix.0)).collect();
        assert_eq!(told, [("b", -118_153_847, 40_798_817), ("a", 0, 57_962_278), ("c", 12_692_308, -24_453_402)]);
    }

    #[test]
    fn what_is_new_adds_by_its_weight_alone() {
        let parts = [ratio_part("old", [50, 100, 50, 100]), ratio_part("new", [0, 0, 100, 100])];
        let explained = explain_ratio(&parts).unwrap();
        assert_eq!(explained.change, Figure(250_000_000));
        assert!(explained.contributions.iter().all(|part| part.rate.0 == 0));
    }

    #[test]
    fn without_a_denominator_there_is_no_ratio() {
        assert_eq!(explain_ratio(&[]), None);
        assert_eq!(explain_ratio(&[ratio_part("a", [1, 0, 1, 2])]), None);
    }

    proptest! {
        #[test]
        fn contributions_add_up_to_the_change(figures in vec(any::<[u16; 4]>(), 1..30)) {
            let parts: Vec<RatioPart> =
                figures.iter().map(|of| ratio_part("x", of.map(i64::from))).collect();
            if let Some(explained) = explain_ratio(&parts) {
                let told: i128 = explained.contributions.iter().map(|part| part.total().0).sum();
                prop_assert_eq!(told, explained.change.0);
                let (top, rest) = explained.top(3);
                let told: i128 = top.iter().map(|part| part.total().0).sum();
                prop_assert_eq!(told + rest.0, explained.change.0);
            }
        }

        #[test]
        fn the_order_of_parts_does_not_matter(figures in vec(any::<[u16; 4]>(), 2..12)) {
            let mut parts: Vec<RatioPart> = (0..).zip(&figures)
                .map(|(nth, of)| ratio_part(&format!("p{nth}"), of.map(i64::from))).collect();
            let forward = explain_ratio(&parts);
            parts.reverse();
            prop_assert_eq!(forward, explain_ratio(&parts));
        }

        #[test]
        fn same_ratios_everywhere_leave_only_rounding(weights in vec((1..500_i64, 1..500_i64), 1..9)) {
            let parts: Vec<RatioPart> =
                weights.iter().map(|(d0, d1)| ratio_part("x", [3 * d0, 4 * d0, 3 * d1, 4 * d1])).collect();
            let explained = explain_ratio(&parts).unwrap();
            prop_assert_eq!(explained.change.0, 0);
            prop_assert!(explained.contributions.iter().all(|part| part.total().0.abs() <= 10));
        }
    }
}
