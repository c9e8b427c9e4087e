//! Rows in the formats of the HTTP door. All but JSON as a whole are streamed batch by batch; an error in
//! mid-stream breaks the connection off, so that a part never looks like the whole.

use arrow::array::RecordBatch;
use arrow::csv;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::limits::JSON_ROWS_MAX;
use tidemark_model::port::{Answer, RowStream};

use super::error::HttpError;
use super::rows::{Rows, columns};
use crate::cells::{self, Cells};

/// A format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// One object with columns and rows.
    Json,
    /// A header and lines.
    Csv,
    /// Arrow's IPC stream.
    Arrow,
    /// One object a line.
    JsonLines,
    /// Columns, then one array a line.
    Rows,
}

impl Format {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "arrow" => Some(Self::Arrow),
            "jsonl" => Some(Self::JsonLines),
            "rows" => Some(Self::Rows),
            _ => None,
        }
    }

    pub(super) fn from_media_type(kind: &str) -> Option<Self> {
        [Self::Json, Self::Csv, Self::Arrow, Self::JsonLines, Self::Rows]
            .into_iter()
            .find(|format| format.media_type() == kind)
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Arrow => "application/vnd.apache.arrow.stream",
            Self::JsonLines => "application/x-ndjson",
            Self::Rows => "application/vnd.tidemark.rows",
        }
    }
}

/// Makes the response. The first batch is awaited, so that most failures still get a status of their own.
pub(super) async fn respond(answer: Answer, format: Format) -> Result<Response, HttpError> {
    let Answer { schema, rows } = answer;
    let mut rows = rows.fuse();
    let first = rows.next().await.transpose()?;
    let rows: RowStream = stream::iter(first.map(Ok)).chain(rows).boxed();
    let body = match format {
        Format::Json => Body::from(json_whole(&schema, rows).await?),
        Format::Csv => streamed(Csv { schema: cells::map_schema(&schema, for_csv) }, rows)?,
        Format::JsonLines => streamed(JsonLines { schema: cells::map_schema(&schema, cells::plain) }, rows)?,
        Format::Rows => streamed(Rows::new(&schema), rows)?,
        Format::Arrow => streamed(Ipc::try_new(cells::map_schema(&schema, compact)).map_err(internal)?, rows)?,
    };
    Ok(([(header::CONTENT_TYPE, format.media_type())], body).into_response())
}

/// A format that is written piece by piece.
pub(super) trait Pieces: Send + 'static {
    fn start(&mut self) -> Result<Vec<u8>, ArrowError>;
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError>;
    fn end(&mut self) -> Result<Vec<u8>, ArrowError>;
}

fn streamed<P: Pieces>(mut pieces: P, rows: RowStream) -> Result<Body, HttpError> {
    let start = pieces.start().map_err(internal)?;
    let rest = stream::unfold(Some((pieces, rows)), |state| async move {
        let (mut pieces, mut rows) = state?;
        match rows.next().await {
            Some(Ok(batch)) => match pieces.batch(&batch) {
                Ok(piece) => Some((Ok(piece), Some((pieces, rows)))),
                Err(error) => Some((Err(internal(error)), None)),
            },
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((pieces.end().map_err(internal), None)),
        }
    });
    let whole = stream::iter([Ok(start)]).chain(rest).map_ok(Bytes::from);
    Ok(Body::from_stream(whole.inspect_err(|error| tracing::debug!(%error, "answer broken off"))))
}

async fn json_whole(schema: &SchemaRef, mut rows: RowStream) -> Result<Vec<u8>, HttpError> {
    let columns = columns(schema);
    let plain = cells::map_schema(schema, cells::plain);
    let options = cells::options();
    let mut out = format!("{{\"columns\":{},\"rows\":[", json!(columns)).into_bytes();
    let mut num_rows = 0;
    while let Some(batch) = rows.next().await.transpose()? {
        let batch = cells::convert(&batch, &plain).map_err(internal)?;
        let mut cells = Cells::try_new(&batch, &options).map_err(internal)?;
        if num_rows + batch.num_rows() > JSON_ROWS_MAX {
            let message = format!("the answer has more than {JSON_ROWS_MAX} rows, too many for JSON");
            let error = ServiceError::new(ErrorCode::ResourcesExhausted, message);
            return Err(error.with_hint("ask for ?format=csv, arrow or jsonl, which are streamed").into());
        }
        for row in 0..batch.num_rows() {
            if num_rows > 0 {
                out.push(b',');
            }
            cells.write_row(row, &mut out);
            num_rows += 1;
        }
    }
    out.extend_from_slice(b"]}\n");
    Ok(out)
}

struct Csv {
    schema: SchemaRef,
}

impl Csv {
    fn write(&self, batch: &RecordBatch, header: bool) -> Result<Vec<u8>, ArrowError> {
        let mut out = Vec::new();
        csv::WriterBuilder::new().with_header(header).build(&mut out).write(batch)?;
        Ok(out)
    }
}

impl Pieces for Csv {
    fn start(&mut self) -> Result<Vec<u8>, ArrowError> {
        self.write(&RecordBatch::new_empty(self.schema.clone()), true)
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        self.write(&cells::convert(batch, &self.schema)?, false)
    }

    fn end(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(Vec::new())
    }
}

struct JsonLines {
    schema: SchemaRef,
}

impl Pieces for JsonLines {
    fn start(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(Vec::new())
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        let batch = cells::convert(batch, &self.schema)?;
        let options = cells::options();
        let mut cells = Cells::try_new(&batch, &options)?;
        let names: Vec<String> = self.schema.fields().iter().map(|field| format!("{}:", json!(field.name()))).collect();
        let mut out = Vec::new();
        for row in 0..batch.num_rows() {
            out.push(b'{');
            for (column, name) in names.iter().enumerate() {
                if column > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(name.as_bytes());
                cells.write(column, row, &mut out);
            }
            out.extend_from_slice(b"}\n");
        }
        Ok(out)
    }

    fn end(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(Vec::new())
    }
}

struct Ipc {
    schema: SchemaRef,
    writer: StreamWriter<Vec<u8>>,
}

impl Ipc {
    fn try_new(schema: SchemaRef) -> Result<Self, ArrowError> {
        Ok(Self { writer: StreamWriter::try_new(Vec::new(), &schema)?, schema })
    }
}

impl Pieces for Ipc {
    fn start(&mut self) -> Result<Vec<u8>, ArrowError> {
        Ok(std::mem::take(self.writer.get_mut()))
    }

    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
        self.writer.write(&cells::convert(batch, &self.schema)?)?;
        self.start()
    }

    fn end(&mut self) -> Result<Vec<u8>, ArrowError> {
        self.writer.finish()?;
        self.start()
    }
}

/// CSV has no nested values: they are written as JSON.
fn for_csv(kind: &DataType) -> DataType {
    if cells::is_nested(kind) { DataType::Utf8 } else { cells::plain(kind) }
}

/// Views are copied out, so that no bytes of other rows go along and every client can read them.
fn compact(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        other => other.clone(),
    }
}

fn internal(error: ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("the answer could not be written: {error}"))
}
