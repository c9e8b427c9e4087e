//! The relation `ingest_partitions`: how far each partition has come.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_engine::SystemTable;
use tidemark_lake::Table;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::position::{TopicPartition, parse_app_id};

/// One row a partition: what is committed, and what SQL sees.
#[derive(Debug)]
pub(crate) struct IngestPartitions {
    tables: Vec<Arc<Table>>,
}

impl IngestPartitions {
    /// Over the tables of this process.
    pub(crate) const fn new(tables: Vec<Arc<Table>>) -> Self {
        Self { tables }
    }
}

impl SystemTable for IngestPartitions {
    fn name(&self) -> &str {
        "ingest_partitions"
    }

    fn meaning(&self) -> &'static str {
        "How far each partition has come: what is committed, and what SQL sees."
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("table_name", DataType::Utf8, false),
            Field::new("stream", DataType::Utf8, false),
            Field::new("topic", DataType::Utf8, false),
            Field::new("partition", DataType::Int32, false),
            Field::new("committed_offset", DataType::Int64, false),
            Field::new("visible_offset", DataType::Int64, false),
        ]))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let mut rows: BTreeMap<(&str, String, TopicPartition), (i64, i64)> = BTreeMap::new();
        for table in &self.tables {
            let (spec, view) = (table.spec(), table.view());
            for (id, offset) in view.state.watermarks.iter() {
                if let Some((stream, of)) = parse_app_id(id) {
                    rows.insert((spec.name, stream.to_owned(), of), (*offset, *offset));
                }
            }
            for range in view.tail.iter().flat_map(|segment| &segment.ranges) {
                let key = (spec.name, spec.stream.to_owned(), range.of.clone());
                let row = rows.entry(key).or_insert((range.start, range.end));
                row.1 = row.1.max(range.end);
            }
        }
        let text = |pick: &dyn Fn(&(&str, String, TopicPartition)) -> String| -> ArrayRef {
            Arc::new(rows.keys().map(|key| Some(pick(key))).collect::<StringArray>())
        };
        let columns: Vec<ArrayRef> = vec![
            text(&|key| key.0.to_owned()),
            text(&|key| key.1.clone()),
            text(&|key| key.2.topic.to_string()),
            Arc::new(rows.keys().map(|key| key.2.partition).collect::<Int32Array>()),
            Arc::new(rows.values().map(|row| row.0).collect::<Int64Array>()),
            Arc::new(rows.values().map(|row| row.1).collect::<Int64Array>()),
        ];
        RecordBatch::try_new(self.schema(), columns)
            .map_err(|error| ServiceError::new(ErrorCode::Internal, error.to_string()))
    }
}
