//! A report's files: one a form, and the message that tells a webhook of them.

use arrow::array::RecordBatch;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tidemark_model::report::ReportFormat;

use super::chart::{PngError, png};
use super::definition::{Definition, Format};
use super::document::Report;
use super::run::RunId;
use crate::error::WriteError;
use crate::focus::focus;
use crate::write;

/// Bytes of all files together that a message carries; receivers often refuse larger bodies, and base64 adds a third.
pub const CARRIED_BYTES_MAX: usize = 10 << 20;

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called within its run's folder: `daily-failures.xlsx`.
    pub name: String,
    /// Its form.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A writer of documents failed.
    #[error(transparent)]
    Document(#[from] WriteError),
    /// The picture could not be drawn.
    #[error(transparent)]
    Picture(#[from] PngError),
    /// The report has no picture: the check lets none such through.
    #[error("the report \"{0}\" has no chart, and so no form png")]
    NoChart(String),
}

impl Report {
    /// What receivers are told of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome { title: self.document.title.clone(), num_rows: self.num_rows, is_cut: self.is_cut }
    }

    /// Writes it in a form. Takes up to seconds of CPU: call it where that holds up nobody.
    ///
    /// # Errors
    /// Where a writer fails, or where there is no chart to be drawn.
    pub fn file(&self, format: Format) -> Result<File, FileError> {
        let of_document = |format| Ok::<_, FileError>(write::file(&self.document, format)?.bytes);
        let bytes = match format {
            Format::Xlsx => of_document(ReportFormat::Xlsx)?,
            Format::ExcelCsv => of_document(ReportFormat::ExcelCsv)?,
            Format::Pdf => of_document(ReportFormat::Pdf)?,
            Format::Csv => csv(self.document.detail().map_or(&[], |section| section.rows.as_slice()))?,
            Format::Png => png(self.chart.as_ref().ok_or_else(|| FileError::NoChart(self.name.clone()))?)?,
        };
        Ok(File { name: format!("{}.{}", self.name, format.extension()), format, bytes })
    }
}

/// Rows as CSV for machines: names and values as SQL has them.
pub(super) fn csv(rows: &[RecordBatch]) -> Result<Vec<u8>, WriteError> {
    focus(rows)
}

/// What receivers are told of a run beside its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its title.
    pub title: String,
    /// How many rows it has.
    pub num_rows: usize,
    /// Whether there are more rows than its limit let in.
    pub is_cut: bool,
}

/// The body that tells a webhook of a run, in the form of Standard Webhooks: a type, a time, and data.
#[must_use]
pub fn message(
    definition: &Definition,
    outcome: &Outcome,
    run: &RunId,
    due_at: DateTime<Utc>,
    files: &[File],
) -> Vec<u8> {
    let is_carried = files.iter().map(|file| file.bytes.len()).sum::<usize>() <= CARRIED_BYTES_MAX;
    let due_at = due_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let files: Vec<Value> = files.iter().map(|file| described(file, is_carried)).collect();
    let body = json!({
        "type": "report.completed",
        "timestamp": due_at,
        "data": {
            "run": run.as_str(),
            "name": definition.name,
            "title": outcome.title,
            "owner": definition.owner,
            "due_at": due_at,
            "rows": outcome.num_rows,
            "is_cut": outcome.is_cut,
            "files": files,
        },
    });
    body.to_string().into_bytes()
}

/// The files as JSON, without what is in them: what the history keeps.
#[must_use]
pub fn listing(files: &[File]) -> String {
    Value::from(files.iter().map(|file| described(file, false)).collect::<Vec<_>>()).to_string()
}

fn described(file: &File, is_carried: bool) -> Value {
    let sha256: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "name": file.name,
        "format": file.format.name(),
        "media_type": file.format.media_type(),
        "size_bytes": file.bytes.len(),
        "sha256": sha256,
        "content_base64": is_carried.then(|| STANDARD.encode(&file.bytes)),
    })
}
