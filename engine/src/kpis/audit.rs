//! The audit: are cells that are kept what their source answers from all events?
//!
//! In two steps, because somebody may wait for the first, and nobody does for the second, which reads every event.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::Result;
use tidemark_model::kpi::Grain;

use super::scan::sources;
use super::wide::normalized;
use crate::catalog::Pinned;

/// The cells of a source that are kept, and the question whose answer they should be.
#[derive(Debug)]
pub(crate) struct Audited {
    /// Which cells.
    pub(crate) what: String,
    kept: Vec<RecordBatch>,
    grain: Grain,
    pinned: Pinned,
    sql: String,
}

/// The cells of one source that somebody asked for, another one each time; `None` where nobody did.
pub(crate) async fn kept_cells(pinned: &Pinned, turn: usize) -> Result<Option<Audited>> {
    let all = sources(pinned);
    let start = turn % all.len().max(1);
    for (relation, wide) in all[start..].iter().chain(&all[..start]) {
        if let Some(kept) = pinned.store().exact(pinned, wide).await? {
            return Ok(Some(Audited {
                what: format!("{relation} of {}", wide.ids()),
                kept,
                grain: wide.grain,
                pinned: pinned.plain().anew().unhurried(),
                sql: wide.sql(None),
            }));
        }
    }
    Ok(None)
}

impl Audited {
    /// Asks all events: how many rows only one of the two has.
    pub(crate) async fn num_differing(&self) -> Result<usize> {
        let raw = normalized(self.pinned.rows(&self.sql).await?, self.grain)?;
        num_differing(&self.kept, &raw)
    }
}

/// How many rows only one of the two has.
fn num_differing(one: &[RecordBatch], other: &[RecordBatch]) -> Result<usize> {
    let Some(schema) = one.first().or(other.first()).map(RecordBatch::schema) else { return Ok(0) };
    let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone()));
    let rows = RowConverter::new(fields.collect())?;
    let mut surplus: HashMap<OwnedRow, i64> = HashMap::new();
    for (batches, change) in [(one, 1), (other, -1)] {
        for batch in batches {
            for row in &rows.convert_columns(batch.columns())? {
                *surplus.entry(row.owned()).or_default() += change;
            }
        }
    }
    Ok(surplus.values().map(|surplus| surplus.unsigned_abs() as usize).sum())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;

    #[test]
    fn rows_differ_where_only_one_side_has_them() {
        let batch = |values: &[i64]| {
            RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(values.to_vec())) as ArrayRef)]).unwrap()
        };
        assert_eq!(num_differing(&[batch(&[1, 2]), batch(&[2])], &[batch(&[2, 1, 2])]).unwrap(), 0);
        assert_eq!(num_differing(&[batch(&[1, 2])], &[batch(&[2, 2, 3])]).unwrap(), 3);
        assert_eq!(num_differing(&[], &[batch(&[7])]).unwrap(), 1);
    }
}
