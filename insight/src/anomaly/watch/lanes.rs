//! The lane of an invoice: its ports of loading and discharge, as they were read from paper or corrected by people.

use std::collections::{BTreeMap, BTreeSet};

use crate::anomaly::charges::{Line, OWN_FROM};

/// Most characters of a port's name; what is longer was read from elsewhere.
const PLACE_CHARS_MAX: usize = 60;

/// The fields of an extraction that name the two ends.
pub(super) const ORIGIN: &str = "port_of_loading";
pub(super) const DESTINATION: &str = "port_of_discharge";

/// From where to where, as one text; None where either end is not known.
pub(super) fn lane(origin: Option<&str>, destination: Option<&str>) -> Option<String> {
    Some(format!("{} to {}", place(origin?)?, place(destination?)?))
}

/// A place without differences of case and spaces. None where the value names none: it is empty, has no letters, is
/// masked, or is too long.
fn place(value: &str) -> Option<String> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let place = words.join(" ").to_uppercase();
    let is_one = place.chars().any(char::is_alphabetic) && !place.contains('*');
    (is_one && place.chars().count() <= PLACE_CHARS_MAX).then_some(place)
}

/// The lanes with enough charges to have a group of their own. Lanes that were misread are without number, and are none
/// of them.
pub(super) fn often<'a>(lines: &[Line<'a>]) -> BTreeSet<&'a str> {
    let mut nums: BTreeMap<&str, usize> = BTreeMap::new();
    for lane in lines.iter().filter_map(|line| line.lane) {
        *nums.entry(lane).or_default() += 1;
    }
    nums.into_iter().filter(|(_, num)| *num >= OWN_FROM).map(|(lane, _)| lane).collect()
}

#[cfg(test)]
mod tests {
    use tidemark_model::kpi::Figure;

    use super::*;

    #[test]
    fn a_lane_is_the_same_however_its_ports_are_written() {
        for (origin, destination) in [("Yantian", "Port Klang"), (" YANTIAN ", "port\u{a0} klang")] {
            assert_eq!(lane(Some(origin), Some(destination)).as_deref(), Some("YANTIAN to PORT KLANG"));
        }
        assert_eq!(lane(Some("洋山港"), Some("Busan")).as_deref(), Some("洋山港 to BUSAN"));
    }

    #[test]
    fn without_both_ends_there_is_no_lane() {
        let long = "Yantian ".repeat(8);
        for end in [None, Some(""), Some("  "), Some("-"), Some("12345"), Some("Y******"), Some(long.as_str())] {
            assert_eq!((lane(end, Some("Busan")), lane(Some("Busan"), end)), (None, None), "{end:?}");
        }
    }

    #[test]
    fn lanes_that_few_charges_have_are_not_kept() {
        let of = |lane: &'static str| Line {
            invoice_id: "a",
            line: 0,
            city: "HKG",
            forwarder: "harbour-pacific",
            code: "FRT",
            currency: "HKD",
            lane: Some(lane),
            amount: Figure(1),
            at: 0,
        };
        let mut lines = vec![of("YANTIAN to BUSAN"); 30];
        lines.extend([of("YANTLAN to BUSAN"); 29]);
        lines.push(Line { lane: None, ..of("") });
        assert_eq!(often(&lines), BTreeSet::from(["YANTIAN to BUSAN"]));
    }
}
