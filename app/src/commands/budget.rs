//! `tidemark budget`: how much of each budget is spent, from a data directory or a running server.

use anyhow::{Result, bail};

use super::Asker;
use crate::cli::Budget;
use crate::output;

/// Writes the budgets.
pub(crate) async fn run(arguments: Budget) -> Result<()> {
    let Budget { month, city, source, output } = arguments;
    let of_month = match month {
        Some(month) => format!("month = '{month}'"),
        None => "CAST(month || '-01' AS DATE) = local_month(now(), city)".to_owned(),
    };
    let of_city = city.as_ref().map_or_else(String::new, |city| format!(" AND city = '{}'", city.replace('\'', "''")));
    let query = format!("SELECT * FROM budget_status WHERE {of_month}{of_city} ORDER BY month, city, category");
    let (schema, rows) = Asker::open(&source).await?.ask(&query).await?;
    if rows.iter().all(|batch| batch.num_rows() == 0) {
        let whose = city.map_or_else(String::new, |city| format!(" of {city}"));
        let when = month.map_or_else(|| "this month".to_owned(), |month| month.to_string());
        bail!("there are no budgets{whose} for {when}: import them with `tidemark finance import --budgets FILE`")
    }
    output::write(&output, &schema, &rows)
}
