//! The skip ledger: which offsets hold no row, and how many of each partition do not.
//!
//! Each commit names the offsets that it skipped in its commit info, where a checkpoint does not keep them. Their number
//! is kept beside the watermarks, so that offsets can be reconciled with rows for as long as the table lives: from the
//! first offset ever taken in up to the watermark, each is a row, a dead letter or a skip. The count begins with a
//! partition; of one that an earlier release began there is none.

use std::collections::BTreeMap;

use deltalake_core::kernel::{Action, Transaction};
use serde_json::{Value, json};
use tidemark_model::position::{OffsetRange, first_offset_id, skips_id};

use crate::log::TableState;
use crate::view::Skipped;

/// What a commit says of skips to people: `{"invoices/0": [17, 23]}`; `None` where nothing was skipped.
pub(crate) fn named(skipped: &Skipped) -> Option<Value> {
    let named: BTreeMap<String, &Vec<i64>> = skipped
        .iter()
        .filter(|(_, offsets)| !offsets.is_empty())
        .map(|(partition, offsets)| (partition.to_string(), offsets))
        .collect();
    (!named.is_empty()).then(|| json!(named))
}

/// The counts after a commit on top of a state: of partitions whose first range it lands, and of those with more skips.
pub(crate) fn counts(state: &TableState, stream: &str, ranges: &[OffsetRange], skipped: &Skipped) -> Vec<Action> {
    let num_skipped = |of| skipped.get(of).map_or(0, |offsets| offsets.len() as i64);
    let begun = ranges.iter().filter(|range| state.watermark(stream, &range.of).is_none());
    let mut versions: BTreeMap<String, i64> = BTreeMap::new();
    for range in begun {
        versions.insert(first_offset_id(stream, &range.of), range.start);
        versions.insert(skips_id(stream, &range.of), num_skipped(&range.of));
    }
    for of in skipped.keys() {
        if let Some(taken) = state.taken(stream, of) {
            versions.insert(skips_id(stream, of), taken.num_skipped + num_skipped(of));
        }
    }
    versions.into_iter().map(|(id, version)| Action::Txn(Transaction::new(id, version))).collect()
}
