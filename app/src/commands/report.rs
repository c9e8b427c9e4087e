//! `tidemark report`: what finance and managers take away, from a data directory or a running server.

use anyhow::{Result, bail};

use super::Asker;
use crate::cli::{CostAllocationReport, Report};
use crate::output;

/// Writes a report.
pub(crate) async fn run(report: Report) -> Result<()> {
    match report {
        Report::CostAllocation(arguments) => cost_allocation(arguments).await,
    }
}

async fn cost_allocation(arguments: CostAllocationReport) -> Result<()> {
    let CostAllocationReport { month, city, source, output } = arguments;
    let of_city = city.as_ref().map_or_else(String::new, |city| format!(" AND city = '{}'", city.replace('\'', "''")));
    let query = format!("SELECT * FROM cost_allocation WHERE month = '{month}'{of_city} ORDER BY place");
    let (schema, rows) = Asker::open(&source).await?.ask(&query).await?;
    if rows.iter().all(|batch| batch.num_rows() == 0) {
        match city {
            Some(city) => bail!("{city} has no part in the costs of {month}: see the month without --city"),
            None => {
                bail!("there are no cost pools of {month}: import them with `tidemark finance import --pools FILE`")
            }
        }
    }
    output::write(&output, &schema, &rows)
}
