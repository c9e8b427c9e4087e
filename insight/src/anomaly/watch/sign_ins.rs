//! Watches who signs in and who fails to: yesterday and today beside the 30 days before.

use std::collections::BTreeSet;

use arrow::array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use chrono::{DateTime, Timelike};
use tidemark_model::city::find;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::Found;
use super::news::News;
use super::span::batch_start;
use crate::anomaly::finding::{Finding, Kind};
use crate::anomaly::sign_in::{Attempt, Failures, Habits, find_failures, find_unusual};
use crate::columns::{instants, texts, value};
use crate::literal::instant;

/// Days that say what is usual.
const NUM_DAYS: u32 = 30;

/// What is watched.
const TYPES: [&str; 2] = ["user.login", "user.login_failed"];

/// The watch.
#[derive(Debug, Default)]
pub struct SignInWatch {
    batch_start: Option<Micros>,
    news: Option<News>,
    past: Vec<Attempts>,
}

/// Tries to sign in, as one answer has them.
#[derive(Debug)]
struct Attempts {
    users: StringArray,
    cities: StringArray,
    addresses: StringArray,
    types: StringArray,
    at: TimestampMicrosecondArray,
}

impl SignInWatch {
    /// Judges the batch anew where somebody tried to sign in.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; the next look asks again.
    pub async fn look(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Found>, ServiceError> {
        let start = batch_start(self.batch_start, since_at, now_at);
        let news = News::of(queries, "session_events", &TYPES, start).await?;
        if self.news.as_ref() == Some(&news) {
            return Ok(vec![]);
        }
        if self.batch_start != Some(start) {
            self.past = attempts(queries, start - i64::from(NUM_DAYS) * DAY, Some(start)).await?;
            self.batch_start = Some(start);
        }
        let batch = attempts(queries, start, None).await?;
        self.news = Some(news);
        Ok(judge(&all(&self.past), &all(&batch)).into_iter().map(Found::ended).collect())
    }
}

fn judge(past: &[Attempt<'_>], batch: &[Attempt<'_>]) -> Vec<Finding> {
    let mut findings = find_failures(&Failures::learn(past, NUM_DAYS), batch);
    // Of what is new for a user, the first time says it; the next ones of the batch would say it again.
    let mut told: BTreeSet<(String, Kind)> = BTreeSet::new();
    let unusual = find_unusual(&Habits::learn(past), batch);
    findings.extend(unusual.into_iter().filter(|of| told.insert((of.subject.clone(), of.kind))));
    findings
}

async fn attempts(
    queries: &dyn PinnedQueries,
    from: Micros,
    until: Option<Micros>,
) -> Result<Vec<Attempts>, ServiceError> {
    let until = until.map(|until| format!(" AND time < {}", instant(until))).unwrap_or_default();
    let sql = format!(
        "SELECT user_id, city, ip_address, type, time FROM session_events \
         WHERE time >= {}{until} AND type IN ('user.login', 'user.login_failed') AND user_id IS NOT NULL",
        instant(from)
    );
    queries.rows(&sql).await?.iter().map(Attempts::of).collect()
}

impl Attempts {
    fn of(rows: &RecordBatch) -> Result<Self, ServiceError> {
        let [users, cities, addresses, types] = texts(rows)?;
        Ok(Self { users, cities, addresses, types, at: instants(rows, 4)? })
    }

    fn attempt(&self, row: usize) -> Attempt<'_> {
        let (city, at) = (value(&self.cities, row).unwrap_or_default(), self.at.value(row));
        Attempt {
            user: self.users.value(row),
            city,
            at,
            local_hour: local_hour(city, at),
            address: value(&self.addresses, row),
            succeeded: self.types.value(row) == "user.login",
        }
    }
}

fn all(answers: &[Attempts]) -> Vec<Attempt<'_>> {
    answers.iter().flat_map(|answer| (0..answer.users.len()).map(|row| answer.attempt(row))).collect()
}

/// The hour by the city's clock; by UTC where it is none of the group's.
fn local_hour(city: &str, at: Micros) -> u8 {
    let at = DateTime::from_timestamp_micros(at).unwrap_or_default();
    let hour = find(city).map_or(at.hour(), |city| at.with_timezone(&city.zone).hour());
    u8::try_from(hour).unwrap_or_default()
}

#[cfg(test)]
mod tests;
