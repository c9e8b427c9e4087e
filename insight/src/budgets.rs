//! Budgets that are passed: a record of each step (50, 80, 100 percent) of each budget, once, whenever it is noticed.
//!
//! What is recorded stays, also where a correction takes the cost back; and what came late passes a step of a month that
//! is over. A budget that finance states anew, with another amount, is another budget.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::error::ArrowError;
use chrono::{DateTime, TimeDelta, Utc};
use tidemark_model::error::ServiceError;
use tidemark_model::insight::BUDGET_CROSSINGS;
use tidemark_model::kpi::Figure;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use crate::cells::{figures, instants, texts};
use crate::columns::{self, counts};

/// Which months are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Months {
    /// Those that some city has now.
    Running,
    /// These and all before them.
    All,
}

/// A step of a budget that was passed and is not on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The month of the budget, `2026-03`.
    pub month: String,
    /// The city.
    pub city: String,
    /// What the budget is for.
    pub category: String,
    /// The step, in percent: 50, 80 or 100.
    pub threshold: i64,
    /// The budget's currency, and that of all amounts.
    pub currency: String,
    /// What may be spent.
    pub budget: Figure,
    /// What was spent when it was noticed.
    pub actual: Figure,
    /// How that is known: allocated or metered.
    pub basis: String,
}

/// The steps that are passed at an instant and not on record, by month, city, category and step.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn crossings(
    queries: &dyn PinnedQueries,
    months: Months,
    now: DateTime<Utc>,
) -> Result<Vec<Crossing>, ServiceError> {
    let mut crossings = Vec::new();
    for rows in queries.rows(&sql(months, now)).await? {
        let [month, city, category, currency, basis] = columns::texts(&rows)?;
        let (thresholds, budgets) = (counts(&rows, 5)?, columns::figures(&rows, 6)?);
        let actuals = columns::figures(&rows, 7)?;
        crossings.extend((0..rows.num_rows()).map(|row| Crossing {
            month: month.value(row).to_owned(),
            city: city.value(row).to_owned(),
            category: category.value(row).to_owned(),
            threshold: thresholds.value(row),
            currency: currency.value(row).to_owned(),
            budget: Figure(budgets.value(row)),
            actual: Figure(actuals.value(row)),
            basis: basis.value(row).to_owned(),
        }));
    }
    Ok(crossings)
}

/// A step that nothing was spent for, of a budget of nothing, is none.
fn sql(months: Months, now: DateTime<Utc>) -> String {
    let month = |offset_h| (now + TimeDelta::hours(offset_h)).format("'%Y-%m'").to_string();
    // From the first to the last time zone there is. They are said as literals, so that no other month is allocated.
    let (first, last) = (month(-12), month(14));
    let of_months = match months {
        Months::Running => format!("s.month IN ({})", Vec::from_iter(BTreeSet::from([first, last])).join(", ")),
        Months::All => format!("s.month <= {last}"),
    };
    format!(
        "SELECT s.month, s.city, s.category, s.currency, s.basis, t.threshold, s.budget, s.actual \
         FROM budget_status s \
         JOIN (SELECT unnest(ARRAY[50, 80, 100]) AS threshold) t ON s.passed >= t.threshold \
         LEFT JOIN {} c ON c.month = s.month AND c.city = s.city AND c.category = s.category \
           AND c.threshold = t.threshold AND c.budget = s.budget AND c.currency = s.currency \
         WHERE c.threshold IS NULL AND s.actual > 0 AND {of_months} \
         ORDER BY s.month, s.city, s.category, t.threshold",
        BUDGET_CROSSINGS.name
    )
}

/// Crossings as rows of `budget_crossings`.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(crossings: &[Crossing], noticed_at: Micros) -> Result<RecordBatch, ArrowError> {
    let text = |of: fn(&Crossing) -> &str| texts(crossings.iter().map(|one| Some(of(one))));
    let thresholds: Int64Array = crossings.iter().map(|one| Some(one.threshold)).collect();
    BUDGET_CROSSINGS.rows(vec![
        instants(crossings.iter().map(|_| Some(noticed_at))),
        text(|one| &one.month),
        text(|one| &one.city),
        text(|one| &one.category),
        Arc::new(thresholds) as ArrayRef,
        text(|one| &one.currency),
        figures(crossings.iter().map(|one| Some(one.budget)))?,
        figures(crossings.iter().map(|one| Some(one.actual)))?,
        text(|one| &one.basis),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_that_are_somewhere_now_are_looked_at_and_none_that_is_to_come() {
        let of = |months, now: &str| sql(months, now.parse().unwrap());
        assert!(of(Months::Running, "2026-11-30T09:59:59Z").contains("s.month IN ('2026-11')"));
        assert!(of(Months::Running, "2026-11-30T10:00:00Z").contains("s.month IN ('2026-11', '2026-12')"));
        assert!(of(Months::All, "2026-11-30T10:00:00Z").contains("s.month <= '2026-12'"));
    }

    #[test]
    fn a_crossing_becomes_a_row_of_its_table() {
        let crossing = Crossing {
            month: "2026-03".into(),
            city: "HKG".into(),
            category: "ai".into(),
            threshold: 80,
            currency: "HKD".into(),
            budget: "100".parse().unwrap(),
            actual: "81.5".parse().unwrap(),
            basis: "metered".into(),
        };
        let rows = rows(&[crossing], 1_775_000_000_000_000).unwrap();
        assert_eq!((rows.num_rows(), rows.schema()), (1, BUDGET_CROSSINGS.schema()));
        assert_eq!(columns::figures(&rows, 7).unwrap().value(0), 81_500_000_000);
    }
}
