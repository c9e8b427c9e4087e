//! `effective_from,tenant,meter,included,quota`: what each customer's plan holds of what is metered, in a month.

use std::str::FromStr;

use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::problem::Problems;
use super::table::read_rows;
use super::values;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// The first month for which it holds.
    pub effective_from: Month,
    /// The customer; `None` for those that have no row of their own for the meter.
    pub tenant: Option<String>,
    /// The meter.
    pub meter: String,
    /// The quantity of a month that the plan includes, in the meter's unit; not negative.
    pub included: Figure,
    /// The most that may be used in a month; `None` where nothing is limited. Never below what is included.
    pub quota: Option<Figure>,
}

/// Reads the file.
///
/// # Errors
/// Every problem that it has; then nothing of it is taken.
pub fn read_plans(bytes: &[u8]) -> Result<Vec<PlanRow>, Problems> {
    let columns = &["effective_from", "tenant", "meter", "included", "quota"];
    let key = |row: &PlanRow| (row.effective_from, row.tenant.clone(), row.meter.clone());
    read_rows(
        bytes,
        columns,
        |cells| {
            let effective_from = cells.read("effective_from", Month::from_str);
            let tenant = cells.read("tenant", values::optional_name);
            let meter = cells.read("meter", values::name);
            let included = cells.read("included", values::not_negative);
            let quota = cells.read("quota", optional_quota);
            if let (Some(included), Some(Some(quota))) = (included, quota)
                && quota < included
            {
                cells.note("quota", "is less than what is included: a plan cannot include what may not be used".into());
                return None;
            }
            Some(PlanRow {
                effective_from: effective_from?,
                tenant: tenant?,
                meter: meter?,
                included: included?,
                quota: quota?,
            })
        },
        key,
    )
}

fn optional_quota(text: &str) -> Result<Option<Figure>, String> {
    if text.is_empty() { Ok(None) } else { values::positive(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "effective_from,tenant,meter,included,quota\n";

    #[test]
    fn an_empty_customer_is_everybody_else_and_an_empty_quota_no_limit() {
        let rows =
            read_plans(format!("{HEADER}2026-03,acme,llm.calls,1000,1500.5\n2026-03,,llm.calls,0,\n").as_bytes());
        let rows = rows.unwrap();
        assert_eq!((rows[0].tenant.as_deref(), rows[0].quota), (Some("acme"), Some("1500.5".parse().unwrap())));
        assert_eq!((rows[1].tenant.as_deref(), rows[1].included, rows[1].quota), (None, Figure(0), None));
    }

    #[test]
    fn every_bad_row_is_told_with_its_line_and_column() {
        let text = format!(
            "{HEADER}2026-03,acme,llm.calls,10,9\n2026-13,acme,llm.calls,1,2\n2026-03,acme,,1,2\n2026-03,b,m,-1,\n2026-03,b,m,1,0\n\
             2026-03,c,m,1,2\n2026-03,c,m,3,4\n"
        );
        let problems = read_plans(text.as_bytes()).unwrap_err().0;
        let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.place.as_deref())).collect();
        let expected = [(2, "quota"), (3, "effective_from"), (4, "meter"), (5, "included"), (6, "quota")]
            .map(|(line, place)| (line, Some(place)));
        assert_eq!(places[..5], expected);
        assert_eq!((places[5], problems.len()), ((8, None), 6));
    }
}
