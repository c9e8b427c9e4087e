//! Rows become Parquet files: one per partition, sorted by time, with the statistics that the log will carry.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, partition, take, take_record_batch};
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef, TimestampMicrosecondType};
use bytes::Bytes;
use chrono::DateTime;
use deltalake_core::kernel::Add;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::error::LakeError;
use crate::table::TableSpec;

/// How much work to put into a file: little for one that will soon be compacted, more for one that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A commit's own file.
    Append,
    /// A compacted file: denser, with bloom filters on ids.
    Seal,
}

/// Rows in one row group: enough for column chunks worth reading, few enough to prune within a file.
const ROW_GROUP_ROWS: usize = 256 * 1024;

/// Rows of a commit's own file from which zstd is worth it: each column sets up a megabyte of its state first, which
/// for a thousand rows costs more than all else, and such files are soon compacted.
const ZSTD_ROWS_MIN: usize = 10_000;

/// A file that is encoded and not yet stored.
#[derive(Debug)]
pub struct EncodedFile {
    /// Its action, path and statistics included.
    pub add: Add,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Sorts rows by partition and time and encodes each partition's rows as one file.
///
/// CPU-bound: call it on a blocking thread.
///
/// # Errors
/// [`LakeError::Arrow`], [`LakeError::Parquet`]: rows that do not have the table's columns.
pub fn encode(
    spec: &TableSpec,
    rows: &[RecordBatch],
    effort: Effort,
    data_change: bool,
) -> Result<Vec<EncodedFile>, LakeError> {
    let rows = concat_batches(&spec.schema, rows)?;
    if rows.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let column = |name: &str| rows.column_by_name(name).cloned().ok_or_else(|| missing(name));
    let keys = spec.partition_columns.iter().chain([&spec.sorted_by]).map(|name| column(name));
    let keys = keys.map(|values| Ok(SortColumn { values: values?, options: None }));
    let order = lexsort_to_indices(&keys.collect::<Result<Vec<_>, LakeError>>()?, None)?;
    let sorted = |name: &&str| rows.column_by_name(name).map(|column| take(column, &order, None));
    let partition_values: Vec<ArrayRef> = spec.partition_columns.iter().filter_map(sorted).collect::<Result<_, _>>()?;
    let file_schema = file_schema(spec);
    let unsorted = rows.project(&file_columns(spec))?;
    drop(rows);
    partition(&partition_values)?
        .ranges()
        .into_iter()
        .map(|range| {
            let values = spec.partition_columns.iter().zip(&partition_values);
            let values = values.map(|(name, array)| ((*name).to_owned(), text_at(array, range.start))).collect();
            // One partition at a time, so that memory holds no second copy of all rows.
            let rows = take_record_batch(&unsorted, &order.slice(range.start, range.len()))?;
            encode_file(spec, &file_schema, &rows, values, effort, data_change)
        })
        .collect()
}

fn missing(column: &str) -> LakeError {
    arrow::error::ArrowError::SchemaError(format!("rows lack column \"{column}\"")).into()
}

fn text_at(array: &ArrayRef, row: usize) -> Option<String> {
    let texts = array.as_string_opt::<i32>()?;
    arrow::array::Array::is_valid(texts, row).then(|| texts.value(row).to_owned())
}

fn file_columns(spec: &TableSpec) -> Vec<usize> {
    let in_file = |name: &str| !spec.partition_columns.contains(&name);
    (0..spec.schema.fields().len()).filter(|i| in_file(spec.schema.field(*i).name())).collect()
}

/// The columns that stand in a file: all but the partition columns, which the log carries.
#[must_use]
pub fn file_schema(spec: &TableSpec) -> SchemaRef {
    let fields: Vec<_> = file_columns(spec).into_iter().map(|i| Arc::clone(&spec.schema.fields()[i])).collect();
    Arc::new(Schema::new(fields))
}

fn encode_file(
    spec: &TableSpec,
    file_schema: &SchemaRef,
    rows: &RecordBatch,
    partition_values: HashMap<String, Option<String>>,
    effort: Effort,
    data_change: bool,
) -> Result<EncodedFile, LakeError> {
    let mut writer = ArrowWriter::try_new(
        Vec::new(),
        Arc::clone(file_schema),
        Some(properties(spec, file_schema, effort, rows.num_rows())?),
    )?;
    writer.write(rows)?;
    let bytes = Bytes::from(writer.into_inner()?);
    let add = Add {
        path: file_path(spec, &partition_values),
        partition_values,
        size: bytes.len() as i64,
        modification_time: chrono::Utc::now().timestamp_millis(),
        data_change,
        stats: Some(statistics(spec, rows).to_string()),
        ..Add::default()
    };
    Ok(EncodedFile { add, bytes })
}

fn properties(
    spec: &TableSpec,
    file_schema: &Schema,
    effort: Effort,
    num_rows: usize,
) -> Result<WriterProperties, LakeError> {
    let sorting = file_schema.index_of(spec.sorted_by)?;
    let sorting = SortingColumn { column_idx: sorting as i32, descending: false, nulls_first: false };
    let compression = match effort {
        Effort::Seal => Compression::ZSTD(ZstdLevel::try_new(3)?),
        Effort::Append if num_rows >= ZSTD_ROWS_MIN => Compression::ZSTD(ZstdLevel::try_new(1)?),
        Effort::Append => Compression::SNAPPY,
    };
    let mut properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(vec![sorting]));
    if effort == Effort::Seal {
        for field in file_schema.fields().iter().filter(|field| field.name().ends_with("_id")) {
            properties = properties.set_column_bloom_filter_enabled(field.name().as_str().into(), true);
        }
    }
    Ok(properties.build())
}

/// `city=HKG/_month=2026-03/<uuid>.parquet`. The folder names are for people; readers take the values from the log,
/// so a value that makes no safe folder name is replaced.
fn file_path(spec: &TableSpec, values: &HashMap<String, Option<String>>) -> String {
    let mut path = String::new();
    for name in spec.partition_columns {
        let value = values.get(*name).and_then(Option::as_deref).unwrap_or("__HIVE_DEFAULT_PARTITION__");
        let safe = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let value = if value.bytes().all(safe) && !value.is_empty() { value } else { "other" };
        path.push_str(&format!("{name}={value}/"));
    }
    path + &format!("{}.parquet", Uuid::new_v4())
}

fn statistics(spec: &TableSpec, rows: &RecordBatch) -> Value {
    let (mut minimums, mut maximums, mut nulls) = (Map::new(), Map::new(), Map::new());
    for name in spec.bounded_columns {
        let Some(column) = rows.column_by_name(name) else { continue };
        nulls.insert((*name).to_owned(), json!(column.null_count()));
        if let Some((min, max)) = bounds(column) {
            minimums.insert((*name).to_owned(), min);
            maximums.insert((*name).to_owned(), max);
        }
    }
    json!({"numRecords": rows.num_rows(), "minValues": minimums, "maxValues": maximums, "nullCount": nulls})
}

/// Texts longer than this have no bounds in the log; ids are shorter.
const TEXT_BOUND_BYTES_MAX: usize = 64;

/// The smallest and the largest value as the log has them.
fn bounds(column: &ArrayRef) -> Option<(Value, Value)> {
    use arrow::compute::{max, max_string, min, min_string};
    match column.data_type() {
        DataType::Int64 => {
            let column = column.as_primitive::<Int64Type>();
            Some((json!(min(column)?), json!(max(column)?)))
        }
        DataType::Utf8 => {
            let column = column.as_string::<i32>();
            let (min, max) = (min_string(column)?, max_string(column)?);
            (min.len().max(max.len()) <= TEXT_BOUND_BYTES_MAX).then(|| (json!(min), json!(max)))
        }
        _ => {
            let column = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            Some((instant(min(column)?), instant(max(column)?)))
        }
    }
}

/// An instant with all its digits. Delta allows milliseconds too, but bounds that are exact answer `min` and `max`
/// without reading, and let a reader skip files while it looks for the newest rows.
fn instant(micros: i64) -> Value {
    json!(DateTime::from_timestamp_micros(micros).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// A writer for rows that leave the platform as a file, with the platform's compression.
///
/// # Errors
/// A Parquet error where a column has a type that Parquet lacks.
pub fn plain_writer<W: std::io::Write + Send>(to: W, schema: &SchemaRef) -> Result<ArrowWriter<W>, LakeError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
    Ok(ArrowWriter::try_new(to, Arc::clone(schema), Some(properties))?)
}
