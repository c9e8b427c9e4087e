//! Rows of a relation, chosen by some of its columns: what the commands that only show something have in common.

use anyhow::{Result, bail};

use super::Asker;
use crate::cli::{Format, Output, Source};
use crate::output;

/// What is listed.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    /// What of it fits a terminal, as SQL; data elsewhere are whole.
    pub(super) glance: &'a str,
    /// The relation.
    pub(super) relation: &'a str,
    /// Columns and the values that they must have, where one is given.
    pub(super) filters: &'a [(&'a str, Option<&'a str>)],
    /// Order, as SQL.
    pub(super) order: &'a str,
    /// Most rows.
    pub(super) limit: Option<u32>,
    /// What to say where there is nothing.
    pub(super) nothing: &'a str,
}

impl Listing<'_> {
    /// Asks, and writes what comes.
    pub(super) async fn write(&self, source: &Source, output: &Output) -> Result<()> {
        let columns = if output::format_of(output) == Format::Table { self.glance } else { "*" };
        let (schema, rows) = Asker::open(source).await?.ask(&self.query(columns)).await?;
        if rows.iter().all(|batch| batch.num_rows() == 0) {
            bail!("{}", self.nothing);
        }
        output::write(output, &schema, &rows)
    }

    fn query(&self, columns: &str) -> String {
        let given = self.filters.iter().filter_map(|(column, value)| Some((column, (*value)?)));
        let conditions: Vec<_> =
            given.map(|(column, value)| format!("{column} = '{}'", value.replace('\'', "''"))).collect();
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let limit = self.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        format!("SELECT {columns} FROM {}{filter} ORDER BY {}{limit}", self.relation, self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_what_is_not_given_chooses_nothing() {
        let listing = Listing {
            glance: "city",
            relation: "capacity",
            filters: &[("resource", Some("o'clock")), ("city", None)],
            order: "city",
            limit: Some(5),
            nothing: "",
        };
        assert_eq!(listing.query("*"), "SELECT * FROM capacity WHERE resource = 'o''clock' ORDER BY city LIMIT 5");
    }
}
