//! Which lanes have a group of their own: those with enough charges to stand for themselves, and with other prices than
//! the forwarder has on all lanes together. Where prices do not depend on the lane, all the forwarder's charges are the
//! better evidence, for they are more.

use std::collections::BTreeMap;
use std::f64::consts::FRAC_PI_2;

use super::Line;
use super::baseline::{Group, OWN_FROM, Past, past};

/// Standard errors by which a lane's centre or spread must differ from the forwarder's: of normal amounts one in 16,000
/// does so by chance, of amounts between two bounds, whose median is less precise, one in 250.
const ERRORS_MAX: f64 = 4.0;

/// The probability below which it is no chance that a lane never had some of the forwarder's prices.
const CHANCE_MAX: f64 = 1e-4;

/// How precise Qn is beside the standard deviation, of normal values: Rousseeuw and Croux 1993.
const QN_EFFICIENCY: f64 = 0.82;

/// The groups of lanes; `groups` are the forwarders', and the residuals of lanes that vary freely join the pool of all.
///
/// Ports are read from paper, so that there are as many lanes as misreadings; what has few charges is never kept, and
/// there is at most one lane's group for each [`OWN_FROM`] charges.
pub(super) fn of_lanes<'a>(
    history: &[Line<'a>],
    groups: &BTreeMap<Group<'a>, Past>,
    pool: &mut Vec<f64>,
) -> BTreeMap<Group<'a>, Past> {
    let mut lines: Vec<&Line<'a>> = history.iter().filter(|line| line.lane.is_some()).collect();
    lines.sort_unstable_by_key(|line| Group::of_lane(line));
    let mut lanes = BTreeMap::new();
    for of_lane in lines.chunk_by(|a, b| Group::of_lane(a) == Group::of_lane(b)) {
        let amounts: Vec<i128> = of_lane.iter().map(|line| line.amount.0).collect();
        let has_enough = amounts.iter().filter(|amount| **amount > 0).count() >= OWN_FROM;
        let known = |line: &Line<'a>| Group::of_lane(line).zip(groups.get(&Group::of(line)));
        let Some((group, all)) = of_lane.first().filter(|_| has_enough).and_then(|line| known(line)) else { continue };
        let mut residuals = Vec::new();
        let own = past(&group, &amounts, &mut residuals);
        if differs(&own, all) {
            pool.append(&mut residuals);
            lanes.insert(group, own);
        }
    }
    lanes
}

/// Whether a lane's charges differ from all of the forwarder's, of which they are part, by more than chance.
fn differs(lane: &Past, all: &Past) -> bool {
    let num = lane.num as f64;
    match (&lane.list, &all.list) {
        (Some(own), Some(list)) => list.share_on(own).powf(num) < CHANCE_MAX,
        (None, None) => {
            let centre_error = lane.scale * (FRAC_PI_2 / num).sqrt();
            let scale_error = (2.0 * QN_EFFICIENCY * num).sqrt().recip();
            (lane.centre - all.centre).abs() > ERRORS_MAX * centre_error
                || (lane.scale / all.scale).ln().abs() > ERRORS_MAX * scale_error
        }
        _ => true,
    }
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
        let all = Group::of(&history[0]);
        let amounts: Vec<i128> = history.iter().map(|line| line.amount.0).collect();
        let groups = BTreeMap::from([(all, past(&all, &amounts, &mut Vec::new()))]);
        of_lanes(history, &groups, &mut Vec::new()).len()
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
        // Of 240 charges 140 have the one price of B: (140 / 240)^40 is 4e-10. A has both prices.
        assert_eq!(num_lanes(&history), 1);
    }

    #[test]
    fn a_thousand_misread_lanes_leave_nothing_behind() {
        let names: Vec<String> = (0..1_000).map(|nth| format!("YANTLAN{nth} to BUSAN")).collect();
        let history: Vec<Line<'_>> = names.iter().flat_map(|name| around(Some(name), 50_000, 3)).collect();
        assert_eq!(num_lanes(&history), 0);
    }
}
