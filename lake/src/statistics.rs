//! What is known of rows without reading them: of a file by the log, of a tail by the rows themselves.
//!
//! DataFusion answers `count`, `min` and `max` from what is exact, and prunes by the rest.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, FieldRef, Int64Type, Schema, TimeUnit, TimestampMicrosecondType};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::datasource::listing::PartitionedFile;

use crate::log::{Bounds, LiveFile};

/// What is known of each column of a file, partition columns included.
pub(crate) fn of_file(schema: &Schema, file: &LiveFile) -> Statistics {
    let columns = schema.fields().iter().map(|field| match file.partition.get(field.name()) {
        Some(value) => of_partition(value.as_deref(), file),
        None => of_column(field, file),
    });
    Statistics {
        num_rows: file.num_rows.map_or(Precision::Absent, |rows| Precision::Exact(rows as usize)),
        total_byte_size: Precision::Absent,
        column_statistics: columns.collect(),
    }
}

/// Every row has the partition's value.
fn of_partition(value: Option<&str>, file: &LiveFile) -> ColumnStatistics {
    let Some(value) = value else {
        let null_count = file.num_rows.map_or(Precision::Absent, |rows| Precision::Exact(rows as usize));
        return ColumnStatistics { null_count, ..ColumnStatistics::new_unknown() };
    };
    let value = Precision::Exact(ScalarValue::Utf8View(Some(value.to_owned())));
    ColumnStatistics {
        null_count: Precision::Exact(0),
        min_value: value.clone(),
        max_value: value,
        distinct_count: Precision::Exact(1),
        ..ColumnStatistics::new_unknown()
    }
}

/// Bounds that are values of the file may answer `min` and `max`, and let a search for the newest rows skip the file;
/// others only prune.
fn of_column(field: &FieldRef, file: &LiveFile) -> ColumnStatistics {
    let Some(Bounds::Int { min, max, exact }) = file.bounds.get(field.name()) else {
        return ColumnStatistics::new_unknown();
    };
    let bound = |value: i64| {
        let scalar = number(field.data_type(), value);
        if *exact { Precision::Exact(scalar) } else { Precision::Inexact(scalar) }
    };
    ColumnStatistics {
        min_value: bound(*min),
        max_value: bound(*max),
        null_count: if field.is_nullable() { Precision::Absent } else { Precision::Exact(0) },
        ..ColumnStatistics::new_unknown()
    }
}

fn number(of: &DataType, value: i64) -> ScalarValue {
    match of {
        DataType::Timestamp(_, zone) => ScalarValue::TimestampMicrosecond(Some(value), zone.clone()),
        _ => ScalarValue::Int64(Some(value)),
    }
}

const fn is_number(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(TimeUnit::Microsecond, _) | DataType::Int64)
}

/// What is known of all files together: how many rows they have, and the bounds of the numbers and times among the
/// columns that are read.
pub(crate) fn of_files(files: &[PartitionedFile], schema: &Schema, columns: &[usize]) -> Statistics {
    let known = || files.iter().map(|file| file.statistics.as_deref());
    let rows = known().map(|of| of.map_or(Precision::Absent, |of| of.num_rows));
    let num_rows = rows.fold(Precision::Exact(0), |sum, rows| sum.add(&rows));
    let mut all = Statistics { num_rows, ..Statistics::new_unknown(schema) };
    for column in columns.iter().filter(|column| is_number(schema.field(**column).data_type())) {
        if let Some(bounds) = merged(known().map(|of| Some(&of?.column_statistics[*column]))) {
            all.column_statistics[*column] = bounds;
        }
    }
    all
}

/// The bounds of a column over files; `None` where some file has none.
fn merged<'a>(mut files: impl Iterator<Item = Option<&'a ColumnStatistics>>) -> Option<ColumnStatistics> {
    let first = files.next()??;
    let (mut min_value, mut max_value) = (first.min_value.clone(), first.max_value.clone());
    for file in files {
        min_value = min_value.min(&file?.min_value);
        max_value = max_value.max(&file?.max_value);
        min_value.get_value()?;
    }
    Some(ColumnStatistics { min_value, max_value, ..ColumnStatistics::new_unknown() })
}

/// What is known of rows in memory: how many they are, and the bounds of their numbers and times.
pub(crate) fn of_rows(batches: &[RecordBatch], schema: &Schema) -> Statistics {
    let of_column = |(place, field): (usize, &FieldRef)| {
        let Some((least, most)) = bounds(batches, place) else { return ColumnStatistics::new_unknown() };
        let nulls = batches.iter().map(|rows| rows.column(place).null_count()).sum();
        ColumnStatistics {
            null_count: Precision::Exact(nulls),
            min_value: Precision::Exact(number(field.data_type(), least)),
            max_value: Precision::Exact(number(field.data_type(), most)),
            ..ColumnStatistics::new_unknown()
        }
    };
    Statistics {
        num_rows: Precision::Exact(batches.iter().map(RecordBatch::num_rows).sum()),
        total_byte_size: Precision::Absent,
        column_statistics: schema.fields().iter().enumerate().map(of_column).collect(),
    }
}

/// The least and the greatest value of a column of numbers or times.
fn bounds(batches: &[RecordBatch], column: usize) -> Option<(i64, i64)> {
    let of_rows = |rows: &RecordBatch| {
        let column = rows.column(column);
        if let Some(times) = column.as_primitive_opt::<TimestampMicrosecondType>() {
            return min(times).zip(max(times));
        }
        let numbers = column.as_primitive_opt::<Int64Type>()?;
        min(numbers).zip(max(numbers))
    };
    batches.iter().filter_map(of_rows).reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}
