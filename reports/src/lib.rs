//! What finance and managers take away. A definition says which statements make a report; they are asked through the
//! port [`tidemark_model::port::PinnedQueries`], so that all of a report is of one moment; their answers become a
//! [`Document`]; a writer turns a document into bytes. The same document gives the same bytes.
//!
//! # Layout (also the reading order)
//! * [`document`]: what a report is, whatever it is written as; [`value`]: what its cells hold
//! * `definition`, `definitions`: the reports as data; `columns`, `words`: what things are called
//! * [`scope`]: whose figures may be seen; `queries`: a report's statements within one
//! * `fill`, `head`, `section`, `check`: a definition becomes a document
//! * `write`: a document becomes a file: `xlsx`, [`pdf`], `excel_csv`, `json`
//! * `pack`: everybody's documents in one `archive`; `remembered`: what they ask in common
//! * [`saved`]: reports of people's own, from definitions that they write

mod archive;
mod check;
mod columns;
mod definition;
mod definitions;
pub mod document;
mod error;
mod excel_csv;
mod fill;
mod focus;
mod head;
mod json;
mod pack;
pub mod pdf;
mod queries;
mod remembered;
pub mod saved;
pub mod scope;
mod section;
pub mod value;
mod words;
mod write;
mod xlsx;

pub use document::Document;
pub use error::WriteError;
pub use fill::{document, kinds, rows};
pub use pack::Pack;
pub use remembered::Remembered;
pub use scope::Scope;
pub use write::{Asked, file};
