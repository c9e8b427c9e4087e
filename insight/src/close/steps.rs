//! Steps as rows of the table `finance_closes`: read into the register, and written, each in one commit.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use tidemark_model::close::{APPROVE, MANIFEST, PREPARE, finance_closes};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use super::prepare::Pack;
use super::{PackHash, Register, Step};
use crate::columns::texts;

/// All steps that were taken, and how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// How months stand.
    pub register: Register,
    /// Number of the last step; the next one has the number after it.
    pub last: i64,
}

/// A step that is to be taken.
#[derive(Debug)]
pub struct NextStep {
    /// Its number. Where another process takes one of this number first, everything must be looked at again.
    pub number: i64,
    /// The month.
    pub month: Month,
    /// The pack.
    pub pack: PackHash,
    /// The principal.
    pub by: String,
    /// The pack as a whole where it is prepared; `None` where it is approved.
    pub prepared: Option<Pack>,
}

impl Steps {
    /// Reads the steps.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; `Internal` where the table says what no release writes.
    pub async fn read(queries: &dyn PinnedQueries) -> Result<Self, ServiceError> {
        let sql = format!(
            "SELECT kind, month, pack, taken_by, step FROM finance_closes \
             WHERE kind = '{APPROVE}' OR file = '{MANIFEST}' ORDER BY step"
        );
        let mut steps = Self::default();
        for rows in queries.rows(&sql).await? {
            let [kinds, months, packs, principals] = texts(&rows)?;
            let numbers = rows.column(4).as_primitive::<Int64Type>();
            for row in 0..rows.num_rows() {
                let month = months.value(row).parse().map_err(damaged)?;
                let pack = packs.value(row).parse().map_err(damaged)?;
                let by = principals.value(row).to_owned();
                let is_approval = kinds.value(row) == APPROVE;
                let step =
                    if is_approval { Step::Approve { month, pack, by } } else { Step::Prepare { month, pack, by } };
                steps.register.take(step).map_err(damaged)?;
                steps.last = numbers.value(row);
            }
        }
        Ok(steps)
    }
}

impl NextStep {
    /// Its rows: the files of a pack with their manifest, or the one row of an approval.
    ///
    /// # Errors
    /// Where rows do not fit the table's columns, which is a defect.
    pub fn rows(&self, at: Micros) -> Result<RecordBatch, ArrowError> {
        let manifest = self.prepared.as_ref().map(|pack| pack.manifest.to_string());
        let files: Vec<(Option<&str>, Option<&str>)> = match (&self.prepared, &manifest) {
            (Some(pack), Some(manifest)) => {
                let files = pack.files.iter().map(|(name, text)| (Some(name.as_str()), Some(text.as_str())));
                files.chain([(Some(MANIFEST), Some(manifest.as_str()))]).collect()
            }
            _ => vec![(None, None)],
        };
        let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text; files.len()])) };
        let columns: Vec<ArrayRef> = vec![
            same(&self.month.to_string()),
            Arc::new(Int64Array::from(vec![self.number; files.len()])),
            same(if self.prepared.is_some() { PREPARE } else { APPROVE }),
            same(&self.pack.to_string()),
            Arc::new(TimestampMicrosecondArray::from(vec![at; files.len()]).with_timezone("UTC")),
            same(&self.by),
            Arc::new(files.iter().map(|(name, _)| *name).collect::<StringArray>()),
            Arc::new(files.iter().map(|(_, text)| *text).collect::<StringArray>()),
        ];
        RecordBatch::try_new(finance_closes(), columns)
    }
}

/// The table says what no release writes.
fn damaged(error: impl std::fmt::Display) -> ServiceError {
    let error = ServiceError::new(ErrorCode::Internal, format!("the steps in finance_closes do not fit: {error}"));
    error.with_hint("somebody else wrote into the table: `tidemark table history finance_closes` says when")
}
