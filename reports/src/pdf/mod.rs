//! A document as PDF, to read, print and file: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), set by typst from
//! the template `report.typ`. The same document gives the same bytes.
//!
//! # Layout (also the reading order)
//! * `print`: what of a document is printed, and on which sheets; `figure`: numbers as people read them
//! * `chart`: who takes which share; `table`: sections as tables, `room`: their paper;
//!   `words`: what the paper itself says, by language
//! * `fonts`: which characters there are; `world`: all that typst may see
//!
//! Values reach the template as strings of a JSON file. They are never part of its source, so no text of an event or
//! of an import can be read as markup.

mod chart;
mod figure;
pub(crate) mod fonts;
mod print;
mod room;
mod table;
mod words;
mod world;

use chrono::{DateTime, Datelike, Timelike, Utc};
use thiserror::Error;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::document::Document;
use crate::head::PRODUCT;

/// How many documents may be written before what typst remembers of one is forgotten.
const MEMORY_DOCUMENTS: usize = 4;

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that the fonts lack, in Unicode's order. The document shows their code points instead, and says so.
    pub replaced: Vec<char>,
}

/// Why a document could not be printed: a fault of the template or of the writer, whatever the document says.
#[derive(Debug, Error)]
#[error("could not print report \"{id}\": {reason}")]
pub struct PdfError {
    /// The document's id.
    id: String,
    /// What typst says.
    reason: String,
}

/// Writes a document as PDF. Long sections are cut, and say how many of their rows are left out; totals are of all.
///
/// Takes tenths of a second of CPU: call it where that holds up nobody.
///
/// # Errors
/// [`PdfError`], which trying again does not help.
pub fn write(document: &Document) -> Result<Pdf, PdfError> {
    let fault = |reason| PdfError { id: document.id.clone(), reason };
    let printed = print::report(document).map_err(|error| fault(error.to_string()))?;
    let bytes = typeset(&printed.json, document).map_err(fault);
    typst::comemo::evict(MEMORY_DOCUMENTS);
    Ok(Pdf { bytes: bytes?, replaced: printed.replaced })
}

fn typeset(json: &serde_json::Value, document: &Document) -> Result<Vec<u8>, String> {
    let world = world::ReportWorld::new(json.to_string().into_bytes());
    let Warned { output, .. } = typst::compile(&world);
    let pages = output.map_err(|errors| reasons(&errors))?;
    typst_pdf::pdf(&pages, &options(document)?).map_err(|errors| reasons(&errors))
}

fn options(document: &Document) -> Result<PdfOptions, String> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|e| e.message().to_string())?;
    Ok(PdfOptions {
        ident: Smart::Custom(document.id.clone()),
        creator: Smart::Custom(Some(PRODUCT.to_owned())),
        timestamp: timestamp(document.as_of),
        standards,
        ..PdfOptions::default()
    })
}

fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).ok();
    let (month, day) = (part(at.month())?, part(at.day())?);
    let (hour, minute, second) = (part(at.hour())?, part(at.minute())?, part(at.second())?);
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second).map(Timestamp::new_utc)
}

fn reasons(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}
