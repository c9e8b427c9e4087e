//! Footers of files, read once per file and process: files never change, and their names are never used again.
//!
//! DataFusion asks for a footer without its page index, keeps that, and reads the index anew for each query. Here both
//! are read at once and kept. From its footer a file also learns whether it has just the columns that a scan wants, in
//! their order and of their types: of such a file nobody works out the schema again ([`LiveFile::is_plain`]).

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::ParquetMetaData;

use crate::log::LiveFile;

/// Readers of a table's files. A file's [`LiveFile`] is among the extensions of what is to be read.
#[derive(Debug)]
pub(crate) struct Footers {
    cached: CachedParquetFileReaderFactory,
    /// The columns of files as a scan wants them.
    schema: SchemaRef,
}

impl Footers {
    pub(crate) const fn new(cached: CachedParquetFileReaderFactory, schema: SchemaRef) -> Self {
        Self { cached, schema }
    }
}

impl ParquetFileReaderFactory for Footers {
    fn create_reader(
        &self,
        partition: usize,
        file: PartitionedFile,
        footer_size: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let live = file.extension::<Arc<LiveFile>>().cloned();
        let reader = self.cached.create_reader(partition, file, footer_size, metrics)?;
        Ok(Box::new(Reader { reader, live, schema: Arc::clone(&self.schema) }))
    }
}

struct Reader {
    reader: Box<dyn AsyncFileReader + Send>,
    live: Option<Arc<LiveFile>>,
    schema: SchemaRef,
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        self.reader.get_bytes(range)
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        self.reader.get_byte_ranges(ranges)
    }

    /// Whoever asks for less than the whole footer gets all of it.
    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        async move {
            let footer = self.reader.get_metadata(None).await?;
            if let Some(live) = &self.live {
                live.learn(|| is_plain(&footer, &self.schema));
            }
            Ok(footer)
        }
        .boxed()
    }
}

/// Whether a file can be read in this schema as it is.
fn is_plain(footer: &Arc<ParquetMetaData>, schema: &SchemaRef) -> bool {
    let columns = footer.file_metadata().schema_descr().root_schema().get_fields();
    let names = columns.iter().map(|column| column.name());
    let options = ArrowReaderOptions::new().with_schema(Arc::clone(schema));
    names.eq(schema.fields().iter().map(|field| field.name()))
        && ArrowReaderMetadata::try_new(Arc::clone(footer), options).is_ok()
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, Int64Array, RecordBatch, StringArray, StringViewArray};
    use datafusion::execution::cache::cache_manager::CacheManagerConfig;
    use datafusion::execution::runtime_env::RuntimeEnvBuilder;
    use object_store::memory::InMemory;
    use object_store::{ObjectStore, ObjectStoreExt};
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn rows(columns: Vec<(&str, Arc<dyn Array>)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).unwrap()
    }

    /// A store with a file of these rows, the file, and footers of the store's files.
    async fn stored(rows: &RecordBatch, schema: SchemaRef) -> (Arc<dyn ObjectStore>, PartitionedFile, Footers) {
        let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), None).unwrap();
        writer.write(rows).unwrap();
        let bytes = writer.into_inner().unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let file = PartitionedFile::new("a.parquet", bytes.len() as u64);
        store.put(&"a.parquet".into(), bytes.into()).await.unwrap();
        let runtime = RuntimeEnvBuilder::new().with_cache_manager(CacheManagerConfig::default()).build().unwrap();
        let cache = runtime.cache_manager.get_file_metadata_cache();
        let footers = Footers::new(CachedParquetFileReaderFactory::new(Arc::clone(&store), cache), schema);
        (store, file, footers)
    }

    async fn footer(footers: &Footers, file: PartitionedFile) -> ParquetResult<Arc<ParquetMetaData>> {
        let mut reader = footers.create_reader(0, file, None, &ExecutionPlanMetricsSet::new()).unwrap();
        reader.get_metadata(Some(&ArrowReaderOptions::new())).await
    }

    #[tokio::test]
    async fn a_footer_is_read_once() {
        let rows = rows(vec![("a", Arc::new(Int64Array::from(vec![1])))]);
        let (store, file, footers) = stored(&rows, rows.schema()).await;
        footer(&footers, file.clone()).await.unwrap();
        store.delete(&"a.parquet".into()).await.unwrap();
        let again = footer(&footers, file.clone()).await.unwrap();
        assert!(again.column_index().is_some() && again.offset_index().is_some());
        // Not that a deleted file could be read: one that nobody asked for is missed.
        let (store, file, footers) = stored(&rows, rows.schema()).await;
        store.delete(&"a.parquet".into()).await.unwrap();
        assert!(footer(&footers, file).await.is_err());
    }

    #[tokio::test]
    async fn a_footer_comes_with_its_page_index_and_tells_whether_a_file_has_just_the_columns() {
        let texts = || Arc::new(StringArray::from(vec!["x"])) as Arc<dyn Array>;
        let views = || Arc::new(StringViewArray::from(vec!["x"])) as Arc<dyn Array>;
        let numbers = || Arc::new(Int64Array::from(vec![1])) as Arc<dyn Array>;
        let schema = rows(vec![("a", views()), ("b", numbers())]).schema();
        for (columns, expected) in [
            (vec![("a", texts()), ("b", numbers())], true),
            (vec![("a", texts())], false),
            (vec![("a", texts()), ("b", numbers()), ("c", numbers())], false),
            (vec![("b", numbers()), ("a", texts())], false),
            (vec![("a", texts()), ("b", texts())], false),
            (vec![("a", texts()), ("c", numbers())], false),
        ] {
            let of = rows(columns);
            let (_store, file, footers) = stored(&of, Arc::clone(&schema)).await;
            let footer = footer(&footers, file).await.unwrap();
            assert!(footer.column_index().is_some() && footer.offset_index().is_some());
            assert_eq!(is_plain(&footer, &schema), expected, "{:?}", of.schema());
        }
    }
}
