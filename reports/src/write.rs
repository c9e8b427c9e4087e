//! One document, many forms.

use arrow::array::RecordBatch;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::PinnedQueries;
use tidemark_model::report::{ReportFile, ReportFormat, ReportRequest};

use crate::document::Document;
use crate::error::WriteError;
use crate::excel_csv::excel_csv;
use crate::fill;
use crate::focus::focus;
use crate::json::json;
use crate::pack::Pack;
use crate::pdf;
use crate::scope::Scope;
use crate::xlsx::xlsx;

/// A report that has been asked for and not yet been written. Asking waits for others; writing is work.
#[derive(Debug)]
pub enum Asked {
    /// A document, and its form.
    Document(Box<Document>, ReportFormat),
    /// Rows by the columns of FOCUS, and a title.
    Focus(Vec<RecordBatch>, String),
    /// Everybody's documents.
    Pack(Pack),
}

impl Asked {
    /// Asks for a report in this form.
    ///
    /// # Errors
    /// As [`fill::document`]; `InvalidValue` where the report has no such form.
    pub async fn of(
        queries: &dyn PinnedQueries,
        scope: &Scope,
        request: &ReportRequest,
        format: ReportFormat,
    ) -> Result<Self, ServiceError> {
        match format {
            ReportFormat::Pack => Ok(Self::Pack(Pack::ask(queries, scope, request).await?)),
            ReportFormat::Focus => {
                let whose = request.city.as_deref().unwrap_or_default();
                let title = format!("{} {} {whose}", request.kind, request.month);
                Ok(Self::Focus(fill::focus_rows(queries, scope, request).await?, title))
            }
            _ => Ok(Self::Document(Box::new(fill::document(queries, scope, request).await?), format)),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// Where a writer fails.
    pub fn write(self) -> Result<ReportFile, WriteError> {
        match self {
            Self::Document(document, format) => file(&document, format),
            Self::Focus(rows, title) => {
                let format = ReportFormat::Focus;
                Ok(ReportFile { name: name(&title, format), format, bytes: focus(&rows)? })
            }
            Self::Pack(pack) => pack.write(),
        }
    }
}

/// The document as a file of this form.
///
/// # Errors
/// Where the form is none of documents, or a writer failed.
pub fn file(document: &Document, format: ReportFormat) -> Result<ReportFile, WriteError> {
    let bytes = match format {
        ReportFormat::Xlsx => xlsx(document)?,
        ReportFormat::ExcelCsv => excel_csv(document)?,
        ReportFormat::Document => json(document)?,
        ReportFormat::Focus => return Err(no_form(document, format, "it is written from rows of its own")),
        ReportFormat::Pack => return Err(no_form(document, format, "it is made of many documents")),
        ReportFormat::Pdf => pdf::write(document)?.bytes,
    };
    let name = name(&format!("{} {} {}", document.title, document.period, document.entity), format);
    Ok(ReportFile { name, format, bytes })
}

/// `Cost allocation 2026-03 Hong Kong (HKG).xlsx`
pub(crate) fn name(title: &str, format: ReportFormat) -> String {
    let plain: String =
        title.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let short: String = plain.chars().take(NAME_CHARS_MAX).collect();
    format!("{}.{}", short.trim(), format.extension())
}

/// Characters of a file's name before its ending; every file system takes so many.
const NAME_CHARS_MAX: usize = 60;

fn no_form(document: &Document, format: ReportFormat, why: &'static str) -> WriteError {
    WriteError::NoSuchForm { kind: document.kind, format: format.name(), why }
}

impl From<WriteError> for ServiceError {
    fn from(error: WriteError) -> Self {
        let code = match error {
            WriteError::NoSuchForm { .. } => ErrorCode::InvalidValue,
            _ => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
