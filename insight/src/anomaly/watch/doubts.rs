//! What people called a false alarm makes its series stricter: the budget of false alarms is the people's, and a detector
//! that is wrong about a series exceeds it whatever its figures say.
//!
//! Each false alarm that somebody marked in the last 90 days asks ten times less chance of the next finding of the same
//! series, four such steps at most: what is beyond all doubt is always told. What is in the lake already goes on there.

use std::collections::BTreeMap;

use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::Found;
use crate::columns::{counts, texts, value};
use crate::literal::instant;

/// For so long a mark counts.
const REMEMBERED: Micros = 90 * DAY;

/// Most decades that marks ask for.
const DECADES_MAX: i64 = 4;

/// Series, subject, city and forwarder.
type Place = (String, String, Option<String>, Option<String>);

/// How many false alarms each series had.
#[derive(Debug, Default)]
pub(super) struct Doubts(BTreeMap<Place, i64>);

impl Doubts {
    /// What was marked until now.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    pub(super) async fn asked(queries: &dyn PinnedQueries, now_at: Micros) -> Result<Self, ServiceError> {
        let sql = format!(
            "SELECT series, subject, city, forwarder, count(*) FROM anomalies \
             WHERE state = 'false_alarm' AND marked_at > {} GROUP BY series, subject, city, forwarder",
            instant(now_at - REMEMBERED)
        );
        let mut doubts = BTreeMap::new();
        for rows in queries.rows(&sql).await? {
            let [series, subjects, cities, forwarders] = texts(&rows)?;
            let nums = counts(&rows, 4)?;
            for row in 0..rows.num_rows() {
                let owned = |column| value(column, row).map(str::to_owned);
                let named = |column| owned(column).unwrap_or_default();
                doubts.insert((named(&series), named(&subjects), owned(&cities), owned(&forwarders)), nums.value(row));
            }
        }
        Ok(Self(doubts))
    }

    /// Whether a finding that nobody was told of is too likely by chance to be told, after so many false alarms.
    pub(super) fn hold_back(&self, found: &Found) -> bool {
        let of = &found.finding;
        let place = (of.series.clone(), of.subject.clone(), of.city.clone(), of.forwarder.clone());
        let decades = self.0.get(&place).copied().unwrap_or_default().min(DECADES_MAX);
        found.alarm_from.is_some_and(|from| decades > 0 && of.score < from + decades as f64)
    }
}
