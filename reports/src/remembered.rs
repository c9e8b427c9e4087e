//! What several documents of one moment have in common is asked once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use async_trait::async_trait;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;

/// Statements over one moment, with every answer kept while documents are made of it.
#[derive(Debug)]
pub struct Remembered<'a> {
    queries: &'a dyn PinnedQueries,
    answers: Mutex<HashMap<String, Vec<RecordBatch>>>,
}

impl<'a> Remembered<'a> {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(queries: &'a dyn PinnedQueries) -> Self {
        Self { queries, answers: Mutex::default() }
    }

    fn known(&self, sql: &str) -> Option<Vec<RecordBatch>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned()
    }
}

#[async_trait]
impl PinnedQueries for Remembered<'_> {
    async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, ServiceError> {
        if let Some(rows) = self.known(sql) {
            return Ok(rows);
        }
        let rows = self.queries.rows(sql).await?;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned(), rows.clone());
        Ok(rows)
    }
}
