//! `tidemark_budget_used{city,category}` and its like: how much of each city's budgets of its running month is spent.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use prometheus::Registry;
use tidemark_model::error::ServiceError;
use tidemark_model::port::QuerySession;

use crate::labelled::Labelled;

/// How long a reading is kept. The month that is open works out what must be booked of every closed month.
const KEPT: Duration = Duration::from_mins(1);

/// The gauges of budgets.
#[derive(Debug)]
pub(crate) struct Budgets {
    used: Labelled,
    forecast: Labelled,
    /// When they were last read, and how many series had no place then.
    read: Mutex<Option<(Instant, usize)>>,
}

impl Budgets {
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let series = |name, help| Labelled::register(registry, name, help, ["city", "category"]);
        Ok(Self {
            used: series("tidemark_budget_used", "share of this month's budget that is spent; 1 is all of it")?,
            forecast: series(
                "tidemark_budget_forecast_used",
                "share of this month's budget that will be spent by its end, if it goes on so",
            )?,
            read: Mutex::default(),
        })
    }

    /// Reads the budgets, where that was not done a moment ago; answers how many series had no place.
    ///
    /// # Errors
    /// What the query service says.
    pub(crate) async fn read(&self, session: &dyn QuerySession, series_max: usize) -> Result<usize, ServiceError> {
        // A pair is whole at every moment, whatever panicked beside it.
        let last = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, dropped)) = last().filter(|(at, _)| at.elapsed() < KEPT) {
            return Ok(dropped);
        }
        let rows: Vec<RecordBatch> = session.run(&query(Utc::now()), &[]).await?.rows.try_collect().await?;
        let dropped = self.used.set(&rows, 2, series_max) + self.forecast.set(&rows, 3, series_max);
        *last() = Some((Instant::now(), dropped));
        Ok(dropped)
    }
}

/// The query for the month that each city has now. Its months are said as literals, too, so that no others are allocated.
fn query(now: DateTime<Utc>) -> String {
    let month = |offset_h| (now + TimeDelta::hours(offset_h)).format("'%Y-%m'").to_string();
    // From the first to the last time zone there is.
    let months: BTreeSet<String> = [month(-12), month(14)].into();
    let months = Vec::from_iter(months).join(", ");
    format!(
        "SELECT city, category, used, forecast_used FROM budget_status WHERE month IN ({months}) \
         AND CAST(month || '-01' AS DATE) = local_month(now(), city) ORDER BY city, category"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Decimal128Array, StringArray};

    use super::*;

    fn rows(shares: &[(&str, Option<i128>)]) -> RecordBatch {
        let share: Decimal128Array = shares.iter().map(|(_, share)| *share).collect();
        let share = Arc::new(share.with_precision_and_scale(38, 4).unwrap()) as ArrayRef;
        let cities: StringArray = shares.iter().map(|(city, _)| Some(*city)).collect();
        let categories = StringArray::from(vec!["ai"; shares.len()]);
        let columns = [("city", Arc::new(cities) as ArrayRef), ("category", Arc::new(categories)), ("used", share)];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn a_budget_without_a_figure_has_no_series() {
        let registry = Registry::new();
        let budgets = Budgets::register(&registry).unwrap();
        let told = || prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        let all = rows(&[("HKG", Some(8_847)), ("SHA", Some(13_869)), ("SIN", None)]);
        assert_eq!(budgets.used.set(&[all], 2, 10), 0);
        assert!(told().contains("tidemark_budget_used{category=\"ai\",city=\"HKG\"} 0.8847\n"), "{}", told());
        assert!(!told().contains("SIN"));
        assert_eq!(budgets.used.set(&[rows(&[("SHA", Some(10_000)), ("SIN", Some(1))])], 2, 1), 1);
        assert!(told().contains("tidemark_budget_used{category=\"ai\",city=\"SHA\"} 1\n"), "{}", told());
        assert!(!told().contains("HKG") && !told().contains("SIN"), "{}", told());
    }

    #[test]
    fn only_months_that_are_somewhere_now_are_asked_for() {
        let at = |text: &str| query(text.parse().unwrap());
        assert!(at("2026-11-15T00:00:00Z").contains("IN ('2026-11')"));
        assert!(at("2026-11-30T09:59:59Z").contains("IN ('2026-11')"));
        assert!(at("2026-11-30T10:00:00Z").contains("IN ('2026-11', '2026-12')"));
        assert!(at("2027-01-01T11:00:00Z").contains("IN ('2026-12', '2027-01')"));
    }
}
