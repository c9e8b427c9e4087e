//! A chart's pixels: its SVG, drawn by resvg with the fonts of printed reports. No font of the machine is used, so the
//! same chart gives the same bytes everywhere.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::Chart;
use super::plot::SIZE;
use super::svg::svg;
use crate::pdf::fonts;

/// Pixels by unit of the picture: 1920 by 1080 in all.
const PIXELS: f32 = 2.0;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut known = fontdb::Database::new();
    for file in fonts::FILES {
        known.load_font_source(fontdb::Source::Binary(Arc::new(file)));
    }
    let family = known.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
    if let Some(family) = family {
        known.set_sans_serif_family(family);
    }
    Arc::new(known)
});

/// Why there is no picture: a fault of the writer, whatever the report says.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The SVG was refused.
    #[error("the chart could not be drawn: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// There is no room for the pixels, or they could not be packed.
    #[error("the chart's picture could not be written: {0}")]
    Pixels(String),
}

/// The chart as PNG of 1920 by 1080 pixels.
///
/// Takes tenths of a second of CPU: call it where that holds up nobody.
///
/// # Errors
/// [`PngError`], which trying again does not help.
pub fn png(chart: &Chart) -> Result<Vec<u8>, PngError> {
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: "sans-serif".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&svg(chart), &options)?;
    let (width, height) = ((SIZE.0 as f32 * PIXELS) as u32, (SIZE.1 as f32 * PIXELS) as u32);
    let pixmap = Pixmap::new(width, height);
    let mut pixmap = pixmap.ok_or_else(|| PngError::Pixels(format!("{width} by {height} pixels are too many")))?;
    resvg::render(&tree, Transform::from_scale(PIXELS, PIXELS), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| PngError::Pixels(error.to_string()))
}
