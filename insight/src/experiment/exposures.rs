//! From events to looks: each unit is assigned once, and counts in the variant that it was assigned to.
//!
//! A unit is what was randomised: a document, or a forwarder with all its documents. What was seen in two variants
//! belongs to none: it is left out as a whole, and counted.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::tally::{Arm, Look, Tally};

/// An event that names a variant, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure<'a> {
    /// Id of the unit.
    pub unit: &'a str,
    /// Name of the variant.
    pub variant: &'a str,
    /// What was measured, in the order of the plan's metrics; `None` where this event says nothing of it.
    pub values: &'a [Option<f64>],
}

/// Looks at an experiment, and what is in none of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    /// The experiment after every so many events, the last one at the end of all.
    pub looks: Vec<Look>,
    /// Units that were seen in more than one variant.
    pub num_crossed: u64,
    /// Events of variants that are not in the plan.
    pub num_unplanned: u64,
}

/// Where a unit was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    In(usize),
    Crossed,
}

/// Counts events (earliest first) as looks, one after every `events_per_look` (at least 1) and one at the end.
///
/// A unit with several values of a metric counts as their mean so far, so that one with many documents weighs no more
/// than one with few.
#[must_use]
pub fn gather(plan: &Plan, exposures: &[Exposure<'_>], events_per_look: usize) -> Gathered {
    let place = |name: &str| plan.variants.iter().position(|variant| variant.name == name);
    let mut seats: BTreeMap<&str, Seat> = BTreeMap::new();
    let mut gathered = Gathered::default();
    for exposure in exposures {
        let Some(variant) = place(exposure.variant) else {
            gathered.num_unplanned += 1;
            continue;
        };
        let seat = seats.entry(exposure.unit).or_insert(Seat::In(variant));
        if *seat != Seat::In(variant) {
            *seat = Seat::Crossed;
        }
    }
    gathered.num_crossed = seats.values().filter(|seat| **seat == Seat::Crossed).count() as u64;
    let planned = exposures.iter().filter(|exposure| place(exposure.variant).is_some());
    gathered.looks = looks(plan, planned, &seats, events_per_look.max(1));
    gathered
}

fn looks<'a>(
    plan: &Plan,
    exposures: impl Iterator<Item = &'a Exposure<'a>>,
    seats: &BTreeMap<&str, Seat>,
    events_per_look: usize,
) -> Vec<Look> {
    let arm = Arm { num_units: 0, metrics: vec![Tally::default(); plan.metrics.len()] };
    let mut now: Look = vec![arm; plan.variants.len()];
    let mut units: BTreeMap<&str, Vec<Tally>> = BTreeMap::new();
    let mut looks = Vec::new();
    let mut num_since = 0;
    for exposure in exposures {
        let Some(Seat::In(variant)) = seats.get(exposure.unit) else { continue };
        let arm = &mut now[*variant];
        let unit = units.entry(exposure.unit).or_insert_with(|| {
            arm.num_units += 1;
            vec![Tally::default(); plan.metrics.len()]
        });
        for ((of_unit, of_arm), value) in unit.iter_mut().zip(&mut arm.metrics).zip(exposure.values) {
            if let Some(value) = value {
                take(of_unit, of_arm, *value);
            }
        }
        num_since += 1;
        if num_since == events_per_look {
            looks.push(now.clone());
            num_since = 0;
        }
    }
    if num_since > 0 {
        looks.push(now);
    }
    looks
}

/// Counts a value of a unit: its mean replaces the mean that it had.
fn take(of_unit: &mut Tally, of_arm: &mut Tally, value: f64) {
    if let Some(before) = of_unit.mean() {
        of_arm.remove(before);
    }
    of_unit.add(value);
    if let Some(mean) = of_unit.mean() {
        of_arm.add(mean);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::plan;
    use super::*;

    const RIGHT: &[Option<f64>] = &[Some(1.0), Some(0.4)];
    const WRONG: &[Option<f64>] = &[Some(0.0), None];

    fn exposure<'a>(unit: &'a str, variant: &'a str, values: &'a [Option<f64>]) -> Exposure<'a> {
        Exposure { unit, variant, values }
    }

    #[test]
    fn units_count_in_their_variant_and_those_of_two_variants_in_none() {
        let events = [
            exposure("a", "control", RIGHT),
            exposure("b", "new", RIGHT),
            exposure("c", "control", WRONG),
            exposure("b", "control", WRONG),
            exposure("d", "typo", RIGHT),
            exposure("e", "new", WRONG),
        ];
        let gathered = gather(&plan(), &events, 2);
        assert_eq!((gathered.num_crossed, gathered.num_unplanned, gathered.looks.len()), (1, 1, 2));
        let of = |num_units, sum, sum_of_squares| Tally { num_units, sum, sum_of_squares };
        let control = Arm { num_units: 2, metrics: vec![of(2, 1.0, 1.0), of(1, 0.4, 0.4 * 0.4)] };
        let new = Arm { num_units: 1, metrics: vec![of(1, 0.0, 0.0), Tally::default()] };
        assert_eq!(gathered.looks[0], vec![control.clone(), Arm { num_units: 0, metrics: vec![Tally::default(); 2] }]);
        assert_eq!(gathered.looks[1], vec![control, new]);
    }

    #[test]
    fn a_unit_of_many_events_weighs_as_much_as_one_of_a_single() {
        let mut events = vec![exposure("many", "control", WRONG); 3];
        events.push(exposure("many", "control", RIGHT));
        events.push(exposure("one", "control", RIGHT));
        let gathered = gather(&plan(), &events, 100);
        let of_share = gathered.looks[0][0].metrics[0];
        assert_eq!((of_share.num_units, of_share.mean()), (2, Some(0.625)));
        assert!((of_share.sum_of_squares - (0.0625 + 1.0)).abs() < 1e-12);
    }
}
