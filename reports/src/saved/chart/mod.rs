//! A report's figures as a picture: lines over time, or bars side by side, as SVG of our own, and as PNG. The same
//! figures give the same bytes. Colours, dashes and a legend tell series apart; a description says in words what the
//! picture shows.
//!
//! # Layout (also the reading order)
//! * `points`: rows become places and series; `describe`: what a picture says in words, `words`: by language
//! * `scale`: round figures for an axis; `label`: how they read; `plot`: where things stand
//! * `svg`: the picture's text; `png`: its pixels

mod describe;
mod label;
mod plot;
mod png;
mod points;
mod scale;
mod svg;
mod words;

use tidemark_model::report::Language;

pub use png::{PngError, png};
pub(super) use points::chart;
pub use svg::svg;

/// A picture before it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// How it is drawn.
    pub(super) shape: Shape,
    /// The language of its words.
    pub(super) language: Language,
    /// What it shows.
    pub(super) title: String,
    /// Of when and where; may be empty.
    pub(super) subtitle: String,
    /// Its places along the lower edge; of lines in the order of time.
    pub(super) places: Vec<Place>,
    /// What is drawn, each with a value for each place.
    pub(super) series: Vec<Series>,
    /// Whether values are shares, which read in per cent.
    pub(super) is_share: bool,
    /// What was left out; empty where nothing was.
    pub(super) note: String,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// Lines, which break where places lie further apart than this.
    Lines {
        /// In the units of [`Place::at`].
        gap: f64,
    },
    /// Bars from zero.
    Bars,
}

/// A place along the lower edge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// What stands below it.
    pub(super) label: String,
    /// Where it lies: days for lines, a number for bars.
    pub(super) at: f64,
}

/// What is drawn in one colour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// What the legend calls it.
    pub(super) name: String,
    /// A finite value a place, where there is one.
    pub(super) values: Vec<Option<f64>>,
}

#[cfg(test)]
mod tests;
