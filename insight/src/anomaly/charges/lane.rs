//! Which lanes have a group of their own: those with enough charges to stand for themselves, and with other prices than
//! the forwarder has on all lanes together. Where prices do not depend on the lane, all the forwarder's charges are the
//! better evidence, for they are more.
//!
//! Amounts may lie on a list of prices, or vary around one price or around several, such as those of small and of large
//! containers. So they are compared as they are, and not by centre and spread, which say little where there are several.
//!
//! Source: Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of Probability 18 (1990).

use std::collections::BTreeMap;

use super::Line;
use super::baseline::{Group, OWN_FROM, Past, past};
use crate::probability::gamma::ln_gamma;

/// The probability below which it is no chance that a lane's charges differ from the forwarder's.
const CHANCE_MAX: f64 = 1e-4;

/// The groups of lanes; `amounts` are the forwarders', and the residuals of lanes that vary freely join the pool of all.
///
/// Ports are read from paper, so that there are as many lanes as misreadings; what has few charges is never kept, and
/// there is at most one lane's group for each [`OWN_FROM`] charges.
pub(super) fn of_lanes<'a>(
    history: &[Line<'a>],
    amounts: &BTreeMap<Group<'a>, Vec<i128>>,
    pool: &mut Vec<f64>,
) -> BTreeMap<Group<'a>, Past> {
    let mut lines: Vec<&Line<'a>> = history.iter().filter(|line| line.lane.is_some()).collect();
    lines.sort_unstable_by_key(|line| Group::of_lane(line));
    let mut lanes = BTreeMap::new();
    for of_forwarder in lines.chunk_by(|a, b| Group::of(a) == Group::of(b)) {
        let Some(all) = amounts.get(&Group::of(of_forwarder[0])) else { continue };
        let all = Amounts::of(all);
        for of_lane in of_forwarder.chunk_by(|a, b| a.lane == b.lane) {
            let charged: Vec<i128> = of_lane.iter().map(|line| line.amount.0).collect();
            let own = Amounts::of(&charged);
            let has_own = own.sorted.len() >= OWN_FROM && own.differ_from(&all);
            if let Some(group) = Group::of_lane(of_lane[0]).filter(|_| has_own) {
                lanes.insert(group, past(&group, &charged, pool));
            }
        }
    }
    lanes
}

/// The positive amounts of some charges.
#[derive(Debug)]
struct Amounts {
    sorted: Vec<i128>,
    /// How many different ones there are.
    num_different: usize,
}

impl Amounts {
    fn of(amounts: &[i128]) -> Self {
        let mut sorted: Vec<i128> = amounts.iter().copied().filter(|amount| *amount > 0).collect();
        sorted.sort_unstable();
        let num_different = sorted.chunk_by(|a, b| a == b).count();
        Self { sorted, num_different }
    }

    /// Whether a lane's charges are others than all of the forwarder's, of which they are part, by more than chance:
    /// they lie elsewhere, or have only some of its prices.
    fn differ_from(&self, all: &Self) -> bool {
        // Massart's bound, which holds whatever the amounts are.
        let ln_elsewhere = 2.0_f64.ln() - 2.0 * self.sorted.len() as f64 * self.distance(all).powi(2);
        ln_elsewhere.min(self.ln_so_few(all)) < CHANCE_MAX.ln()
    }

    /// The largest difference between the shares of both up to the same amount (Kolmogorov and Smirnov's).
    fn distance(&self, all: &Self) -> f64 {
        let gap = |amount: i128| {
            let below = self.share(|other| *other < amount) - all.share(|other| *other < amount);
            let up_to = self.share(|other| *other <= amount) - all.share(|other| *other <= amount);
            below.abs().max(up_to.abs())
        };
        self.sorted.iter().map(|amount| gap(*amount)).fold(0.0, f64::max)
    }

    /// The logarithm of a bound on the probability that so many charges have so few different amounts: the probability
    /// that all have one of these, times the number of sets of so many amounts.
    fn ln_so_few(&self, all: &Self) -> f64 {
        let num_up_to = |amount: i128| all.sorted.partition_point(|other| *other <= amount);
        let num_below = |amount: i128| all.sorted.partition_point(|other| *other < amount);
        let num_like = |same: &[i128]| num_up_to(same[0]) - num_below(same[0]);
        let num_on: usize = self.sorted.chunk_by(|a, b| a == b).map(num_like).sum();
        let share = num_on as f64 / all.sorted.len() as f64;
        ln_choose(all.num_different as f64, self.num_different as f64) + self.sorted.len() as f64 * share.ln()
    }

    fn share(&self, is_within: impl Fn(&i128) -> bool) -> f64 {
        self.sorted.partition_point(is_within) as f64 / self.sorted.len() as f64
    }
}

/// The logarithm of the number of ways to choose some of `num`.
fn ln_choose(num: f64, chosen: f64) -> f64 {
    ln_gamma(num + 1.0) - ln_gamma(chosen + 1.0) - ln_gamma(num - chosen + 1.0)
}

#[cfg(test)]
mod tests {
    use tidemark_model::kpi::Figure;

    use super::*;

    fn line(lane: Option<&str>, amount: i128) -> Line<'_> {
        Line {
            invoice_id: "old",
            line: 0,
            city: "HKG",
            forwarder: "harbour-pacific",
            code: "FRT",
            currency: "HKD",
            lane,
            amount: Figure(amount),
            at: 0,
        }
    }

    /// How many lanes have a group of their own.
    fn num_lanes(history: &[Line<'_>]) -> usize {
        let amounts = history.iter().map(|line| line.amount.0).collect();
        of_lanes(history, &BTreeMap::from([(Group::of(&history[0]), amounts)]), &mut Vec::new()).len()
    }

    /// Charges that are all different, within a tenth.
    fn around(lane: Option<&str>, centre: i128, num: i128) -> impl Iterator<Item = Line<'_>> {
        (0..num).map(move |nth| line(lane, centre + centre * nth / (10 * num)))
    }

    #[test]
    fn a_lane_stands_for_itself_from_thirty_charges_on() {
        for (num, expected) in [(29, 0), (30, 1)] {
            let others = around(None, 50_000, 400);
            let history: Vec<Line<'_>> = others.chain(around(Some("B"), 90_000, num)).collect();
            assert_eq!(num_lanes(&history), expected, "{num} charges");
        }
    }

    #[test]
    fn a_lane_with_the_prices_of_all_has_no_group() {
        let same: Vec<Line<'_>> = around(Some("A"), 50_000, 400).chain(around(Some("B"), 50_000, 100)).collect();
        assert_eq!(num_lanes(&same), 0);
        let tariff: Vec<Line<'_>> = (0..200).map(|nth| line(Some(["A", "B"][nth % 2]), 45_000)).collect();
        assert_eq!(num_lanes(&tariff), 0);
    }

    #[test]
    fn a_lane_with_only_some_of_a_lists_prices_has_a_group() {
        let both = (0..200).map(|nth| line(Some("A"), [45_000, 90_000][nth % 2]));
        let history: Vec<Line<'_>> = both.chain((0..40).map(|_| line(Some("B"), 45_000))).collect();
        // Of 240 charges 140 have the one price of B, of two: 2 × (140 / 240)^40 is 9e-10. A has both prices.
        assert_eq!(num_lanes(&history), 1);
    }

    #[test]
    fn a_lane_that_has_each_price_of_a_list_now_and_then_has_no_group() {
        // Ten prices, 200 charges of each on all lanes; on B some are there once or twice among 30, as chance has it.
        let all = (0..2_000).map(|nth| line(None, 10_000 + 1_000 * (nth % 10)));
        let times = [5, 1, 4, 2, 3, 3, 2, 4, 1, 5];
        let price = |nth: i128| line(Some("B"), 10_000 + 1_000 * nth);
        let own = (0..).zip(times).flat_map(|(nth, num)| (0..num).map(move |_| price(nth)));
        assert_eq!(num_lanes(&all.chain(own).collect::<Vec<_>>()), 0);
    }

    #[test]
    fn a_lane_with_more_of_one_container_than_of_another_has_no_group() {
        // Two sizes, each around a price of its own. The median of all is among the small ones, that of B among the large.
        let all = around(None, 50_000, 420).chain(around(None, 90_000, 380));
        let own = around(Some("B"), 50_000, 19).chain(around(Some("B"), 90_000, 21));
        assert_eq!(num_lanes(&all.chain(own).collect::<Vec<_>>()), 0);
    }

    #[test]
    fn a_lane_with_a_tariff_among_charges_that_vary_has_a_group() {
        // Five prices all over the range of what varies: charges lie nowhere else, and are the same again and again.
        let all = (0..2_000).map(|nth| line(None, 40_000 + 7 * nth));
        let own = (0..30).map(|nth| line(Some("B"), 41_000 + 3_000 * (nth % 5)));
        assert_eq!(num_lanes(&all.chain(own).collect::<Vec<_>>()), 1);
    }

    #[test]
    fn a_thousand_misread_lanes_leave_nothing_behind() {
        let names: Vec<String> = (0..1_000).map(|nth| format!("YANTLAN{nth} to BUSAN")).collect();
        let history: Vec<Line<'_>> = names.iter().flat_map(|name| around(Some(name), 50_000, 3)).collect();
        assert_eq!(num_lanes(&history), 0);
    }
}
