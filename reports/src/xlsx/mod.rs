//! A workbook of Excel: a summary, then a sheet for each section. Figures are numbers, totals and differences are live
//! formulas with their results set, and the same document gives the same bytes.

mod formats;
mod live;
mod names;
mod sheet;
mod summary;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use self::formats::Formats;
use self::names::Names;
use crate::document::Document;
use crate::error::WriteError;
use crate::head::PRODUCT;

/// The document as a workbook.
///
/// # Errors
/// Where the library refuses it, or a temporary file cannot be written: long sections are kept in one.
pub(crate) fn xlsx(document: &Document) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let (formats, mut names) = (Formats::new(), Names::default());
    let made_at = ExcelDateTime::from_timestamp(document.as_of.timestamp())?;
    let properties = DocProperties::new()
        .set_title(format!("{} {}", document.title, document.period))
        .set_subject(&document.entity)
        .set_author(PRODUCT)
        .set_comment(&document.id)
        .set_creation_datetime(&made_at);
    book.set_properties(&properties);
    summary::add(&mut book, document, &formats, &mut names)?;
    for section in &document.sections {
        sheet::add(&mut book, document, section, &formats, &mut names)?;
    }
    Ok(book.save_to_buffer()?)
}
