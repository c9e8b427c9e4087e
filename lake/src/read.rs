//! Reads whole data files, for compaction and for rebuilding what the platform keeps in memory.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{Schema, SchemaRef};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::LakeError;
use crate::log::LiveFile;
use crate::table::Table;

/// Reads a file's rows with the named columns of the table, or with all. Columns that the file lacks are null;
/// partition columns come from the log.
///
/// # Errors
/// [`LakeError::Store`], [`LakeError::Parquet`], [`LakeError::Arrow`].
pub async fn read_file(
    table: &Table,
    file: &LiveFile,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, LakeError> {
    let action = || format!("read file \"{}\" of table \"{}\"", file.path, table.spec().name);
    let found = table.store().get(&Path::from(file.path.as_str())).await.map_err(LakeError::store(action()))?;
    let bytes = found.bytes().await.map_err(LakeError::store(action()))?;
    let wanted = |name: &str| columns.is_none_or(|columns| columns.contains(&name));
    let fields: Vec<_> = table.spec().schema.fields().iter().filter(|field| wanted(field.name())).cloned().collect();
    let (schema, partition) = (Arc::new(Schema::new(fields)), file.partition.clone());
    let decoded = tokio::task::spawn_blocking(move || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let reader = builder.with_projection(mask).build()?;
        reader.map(|rows| complete(&schema, &rows?, &partition)).collect::<Result<Vec<_>, LakeError>>()
    });
    decoded.await?
}

fn complete(
    schema: &SchemaRef,
    rows: &RecordBatch,
    partition: &HashMap<String, Option<String>>,
) -> Result<RecordBatch, LakeError> {
    let columns = schema.fields().iter().map(|field| {
        if let Some(value) = partition.get(field.name()) {
            return Ok(Arc::new(StringArray::from(vec![value.as_deref(); rows.num_rows()])) as _);
        }
        match rows.column_by_name(field.name()) {
            Some(column) => Ok(arrow::compute::cast(column, field.data_type())?),
            None => Ok(new_null_array(field.data_type(), rows.num_rows())),
        }
    });
    let columns = columns.collect::<Result<Vec<_>, LakeError>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
