//! Selects the files that can hold rows a query asks for: by city and month, and by the bounds in the log.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringViewArray, TimestampMicrosecondArray, UInt64Array};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use crate::log::LiveFile;

/// The files that may hold rows for which the predicate is true. Never drops one that does.
#[must_use]
pub fn prune(
    files: &[Arc<LiveFile>],
    schema: &SchemaRef,
    predicate: Option<&Arc<dyn PhysicalExpr>>,
) -> Vec<Arc<LiveFile>> {
    let keep = predicate.and_then(|predicate| {
        let predicate =
            PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema)).build(Arc::clone(predicate))?;
        predicate.prune(&LogStatistics { files, schema }).ok()
    });
    match keep {
        Some(keep) => files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| Arc::clone(file)).collect(),
        None => files.to_vec(),
    }
}

/// What the log says about each file, as DataFusion asks for it.
struct LogStatistics<'a> {
    files: &'a [Arc<LiveFile>],
    schema: &'a SchemaRef,
}

impl LogStatistics<'_> {
    fn is_partition(&self, name: &str) -> bool {
        self.files.first().is_some_and(|file| file.partition.contains_key(name))
    }

    fn bounds(&self, column: &Column, end: End) -> Option<ArrayRef> {
        let name = column.name.as_str();
        if self.is_partition(name) {
            let values = self.files.iter().map(|file| file.partition.get(name).and_then(Option::as_deref));
            return Some(Arc::new(values.collect::<StringViewArray>()));
        }
        let ints = || self.files.iter().map(|file| Some(end.of(file.bounds.get(name)?.as_int()?)));
        let texts = || self.files.iter().map(|file| Some(end.of(file.bounds.get(name)?.as_text()?)));
        match self.schema.field_with_name(name).ok()?.data_type() {
            DataType::Timestamp(_, zone) => {
                Some(Arc::new(ints().collect::<TimestampMicrosecondArray>().with_timezone_opt(zone.clone())))
            }
            DataType::Int64 => Some(Arc::new(ints().collect::<Int64Array>())),
            DataType::Utf8View => Some(Arc::new(texts().collect::<StringViewArray>())),
            _ => None,
        }
    }
}

/// The lower or the upper bound.
#[derive(Clone, Copy)]
enum End {
    Min,
    Max,
}

impl End {
    fn of<T>(self, (min, max): (T, T)) -> T {
        match self {
            Self::Min => min,
            Self::Max => max,
        }
    }
}

impl PruningStatistics for LogStatistics<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, End::Min)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, End::Max)
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        if !self.is_partition(&column.name) {
            return None;
        }
        let nulls = self.files.iter().map(|file| match file.partition.get(&column.name) {
            Some(Some(_)) => Some(0),
            _ => file.num_rows,
        });
        Some(Arc::new(nulls.collect::<UInt64Array>()))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(self.files.iter().map(|file| file.num_rows).collect::<UInt64Array>()))
    }

    fn contained(&self, column: &Column, values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        if !self.is_partition(&column.name) {
            return None;
        }
        let wanted: HashSet<&str> = values.iter().filter_map(|value| value.try_as_str().flatten()).collect();
        let contained = self.files.iter().map(|file| match file.partition.get(&column.name) {
            Some(Some(value)) => Some(wanted.contains(value.as_str())),
            _ => None,
        });
        Some(contained.collect())
    }
}
