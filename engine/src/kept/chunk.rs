//! Rows that lie together, and what is known of them without looking: between which instants and days their times lie.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, UInt64Array};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, Date32Type, SchemaRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

/// See the module.
#[derive(Debug)]
pub(super) struct Chunk {
    rows: RecordBatch,
    /// First and last instant, or day, of each column that has some.
    times: Vec<Option<(i64, i64)>>,
}

impl Chunk {
    pub(super) fn new(rows: RecordBatch) -> Self {
        let times = rows.columns().iter().map(times).collect();
        Self { rows, times }
    }

    pub(super) const fn rows(&self) -> &RecordBatch {
        &self.rows
    }
}

fn times(column: &ArrayRef) -> Option<(i64, i64)> {
    match column.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let instants = column.as_primitive::<TimestampMicrosecondType>();
            Some((min(instants)?, max(instants)?))
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            Some((min(days)?.into(), max(days)?.into()))
        }
        _ => None,
    }
}

/// The chunks that may hold rows for which the predicate is true.
pub(super) fn prune(chunks: &[Arc<Chunk>], schema: &SchemaRef, predicate: &Arc<dyn PhysicalExpr>) -> Vec<Arc<Chunk>> {
    let predicate = PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema)).build(Arc::clone(predicate));
    match predicate.map(|predicate| predicate.prune(&Chunks { chunks, schema })) {
        Some(Ok(keep)) => {
            chunks.iter().zip(keep).filter(|(_, keep)| *keep).map(|(chunk, _)| Arc::clone(chunk)).collect()
        }
        // What cannot be pruned by is left to the filter above.
        _ => chunks.to_vec(),
    }
}

/// What chunks say of themselves, as DataFusion asks for it.
struct Chunks<'a> {
    chunks: &'a [Arc<Chunk>],
    schema: &'a SchemaRef,
}

impl Chunks<'_> {
    fn bounds(&self, column: &Column, end: impl Fn((i64, i64)) -> i64) -> Option<ArrayRef> {
        let (place, field) = self.schema.column_with_name(&column.name)?;
        let ends = self.chunks.iter().map(|chunk| chunk.times[place].map(&end)).collect::<Int64Array>();
        match field.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, _) => cast(&ends, field.data_type()).ok(),
            DataType::Date32 => cast(&cast(&ends, &DataType::Int32).ok()?, field.data_type()).ok(),
            _ => None,
        }
    }
}

impl PruningStatistics for Chunks<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(first, _)| first)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(_, last)| last)
    }

    fn num_containers(&self) -> usize {
        self.chunks.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let (place, _) = self.schema.column_with_name(&column.name)?;
        let nulls = self.chunks.iter().map(|chunk| Some(chunk.rows.column(place).null_count() as u64));
        Some(Arc::new(nulls.collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let rows = self.chunks.iter().map(|chunk| Some(chunk.rows.num_rows() as u64));
        Some(Arc::new(rows.collect::<UInt64Array>()))
    }

    fn contained(&self, _: &Column, _: &std::collections::HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, StringArray, TimestampMicrosecondArray};
    use datafusion::common::DFSchema;
    use datafusion::prelude::{SessionContext, col, lit};

    use super::*;

    #[test]
    fn chunks_of_other_times_are_passed_over() {
        let chunk = |times: Vec<Option<i64>>| {
            let ids = StringArray::from(vec!["a"; times.len()]);
            let days = times.iter().map(|time| Some(i32::try_from((*time)?).unwrap())).collect::<Date32Array>();
            let times = TimestampMicrosecondArray::from(times).with_timezone("UTC");
            let columns = [("id", Arc::new(ids) as ArrayRef), ("at", Arc::new(times)), ("day", Arc::new(days))];
            Arc::new(Chunk::new(RecordBatch::try_from_iter(columns).unwrap()))
        };
        let chunks = [chunk(vec![Some(1), Some(9)]), chunk(vec![None, Some(20)]), chunk(vec![None, None])];
        let schema = chunks[0].rows().schema();
        let columns = DFSchema::try_from(Arc::clone(&schema)).unwrap();
        let at = |us: i64| lit(ScalarValue::TimestampMicrosecond(Some(us), Some("UTC".into())));
        let left = |filter| {
            let filter = SessionContext::new().state().create_physical_expr(filter, &columns).unwrap();
            let left = prune(&chunks, &schema, &filter);
            chunks.iter().map(|chunk| left.iter().any(|other| Arc::ptr_eq(chunk, other))).collect::<Vec<_>>()
        };
        assert_eq!(left(col("at").gt(at(9))), [false, true, false]);
        assert_eq!(left(col("at").lt_eq(at(1)).or(col("at").gt_eq(at(20)))), [true, true, false]);
        assert_eq!(left(col("at").is_null()), [false, true, true]);
        let day = |days: i32| lit(ScalarValue::Date32(Some(days)));
        assert_eq!(left(col("day").gt(day(9))), [false, true, false]);
        assert_eq!(left(col("day").lt(day(20)).and(col("day").gt_eq(day(9)))), [true, false, false]);
        assert_eq!(left(col("id").eq(lit("b"))), [true, true, true], "texts have no bounds");
    }
}
