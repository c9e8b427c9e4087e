//! What finance and managers take away. A definition says which statements make a report; they are asked through the
//! port [`tidemark_model::port::PinnedQueries`], so that all of a report is of one moment; their answers become a
//! [`Document`]; a writer turns a document into bytes. The same document gives the same bytes.
//!
//! # Layout (also the reading order)
//! * [`document`]: what a report is, whatever it is written as; [`value`]: what its cells hold

pub mod document;
pub mod value;

pub use document::Document;
