//! Whether anything came since the last look: asked before anything that costs more.

use arrow::array::Array;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use crate::columns::{counts, instants};
use crate::literal::{instant, list};

/// Events of some types as they were at a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    from: Micros,
    num: i64,
    ingested_at: Option<Micros>,
}

impl News {
    /// The events of a table and of some types that happened from an instant on.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`].
    pub(super) async fn of(
        queries: &dyn PinnedQueries,
        table: &str,
        types: &[&str],
        from: Micros,
    ) -> Result<Self, ServiceError> {
        let sql = format!(
            "SELECT count(*), max(_ingested_at) FROM {table} WHERE time >= {} AND type IN ({})",
            instant(from),
            list(types.iter().copied())
        );
        let mut news = Self { from, num: 0, ingested_at: None };
        for rows in queries.rows(&sql).await?.iter().filter(|rows| rows.num_rows() > 0) {
            let (num, ingested_at) = (counts(rows, 0)?, instants(rows, 1)?);
            let ingested_at = (!ingested_at.is_null(0)).then(|| ingested_at.value(0));
            news = Self { num: num.value(0), ingested_at, ..news };
        }
        Ok(news)
    }
}
