//! Why a document could not be written.

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The library for workbooks refused something, or its temporary file could not be written.
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The document could not be printed.
    #[error(transparent)]
    Pdf(#[from] crate::pdf::PdfError),
    /// CSV could not be written.
    #[error("the CSV could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// JSON could not be written.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The files could not be put into an archive.
    #[error("the archive could not be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// The report has no such form.
    #[error("the report {kind} has no form {format}: {why}")]
    NoSuchForm {
        /// The report's kind.
        kind: &'static str,
        /// The form.
        format: &'static str,
        /// Why not.
        why: &'static str,
    },
}
