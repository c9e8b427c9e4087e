//! How far tables have come, and which events are new.

use std::collections::BTreeMap;

use tidemark_model::position::TopicPartition;

/// The offset after the last event, by table and partition.
pub(crate) type Positions = BTreeMap<String, BTreeMap<TopicPartition, i64>>;

/// For each table with new events the condition that an event is one of them.
///
/// Two statements that pin at the same moment may each see more of another partition: what is older is no news.
pub(crate) fn arrived(old: &Positions, new: &Positions) -> BTreeMap<String, String> {
    let of_table = |(table, to): (&String, &BTreeMap<TopicPartition, i64>)| {
        let known = |of: &TopicPartition| old.get(table).and_then(|from| from.get(of)).copied().unwrap_or(0);
        let more = to.iter().filter(|(of, next)| **next > known(of)).map(|(of, _)| {
            let topic = of.topic.replace('\'', "''");
            format!("(_topic = '{topic}' AND _partition = {} AND _offset >= {})", of.partition, known(of))
        });
        let condition = more.collect::<Vec<_>>().join(" OR ");
        (!condition.is_empty()).then(|| (table.clone(), condition))
    };
    new.iter().filter_map(of_table).collect()
}

/// Whether some partition is not as far as it was: what was seen of it may come again, or never.
pub(crate) fn recede(old: &Positions, new: &Positions) -> bool {
    old.iter().any(|(table, known)| {
        let next = |of: &TopicPartition| new.get(table).and_then(|to| to.get(of)).copied().unwrap_or(0);
        known.iter().any(|(of, known)| next(of) < *known)
    })
}

/// How many offsets are beyond the old ones.
pub(crate) fn num_new(old: &Positions, new: &Positions) -> i64 {
    let of_table = |(table, to): (&String, &BTreeMap<TopicPartition, i64>)| -> i64 {
        let known = |of: &TopicPartition| old.get(table).and_then(|from| from.get(of)).copied().unwrap_or(0);
        to.iter().map(|(of, next)| (next - known(of)).max(0)).sum()
    };
    new.iter().map(of_table).sum()
}

/// Takes over what is newer.
pub(crate) fn merge(positions: &mut Positions, newer: Positions) {
    for (table, to) in newer {
        let known = positions.entry(table).or_default();
        for (of, next) in to {
            let at = known.entry(of).or_default();
            *at = next.max(*at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offsets: &[i64]) -> Positions {
        let of = |partition| TopicPartition { topic: "usage".into(), partition };
        let partitions = (0..).zip(offsets).map(|(partition, next)| (of(partition), *next)).collect();
        Positions::from([("usage_events".to_owned(), partitions)])
    }

    #[test]
    fn only_what_is_beyond_is_new() {
        assert!(arrived(&at(&[3, 5]), &at(&[3, 4])).is_empty());
        let arrived = arrived(&at(&[3, 5]), &at(&[2, 7, 1]));
        let expected = "(_topic = 'usage' AND _partition = 1 AND _offset >= 5) OR \
                        (_topic = 'usage' AND _partition = 2 AND _offset >= 0)";
        assert_eq!(arrived["usage_events"], expected);
    }

    #[test]
    fn new_offsets_are_counted_and_none_that_go_back() {
        assert_eq!(num_new(&at(&[3, 5]), &at(&[2, 7, 1])), 3);
        assert_eq!(num_new(&Positions::new(), &at(&[3, 5])), 8);
    }

    #[test]
    fn it_is_noticed_where_one_goes_back() {
        assert!(!recede(&at(&[3, 5]), &at(&[3, 6, 1])));
        assert!(recede(&at(&[3, 5]), &at(&[4, 4])));
        assert!(recede(&at(&[3, 5]), &at(&[3])));
    }

    #[test]
    fn positions_never_go_back() {
        let mut positions = at(&[3, 5]);
        merge(&mut positions, at(&[4, 4]));
        assert_eq!(positions, at(&[4, 5]));
    }
}
