//! Reads what a PDF shows, glyph by glyph, by a reader that shares nothing with the writer but the format.

use std::sync::Arc;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Rect};

/// One glyph on a page. Lengths are in points, from the page's lower left corner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) text: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A page as it is seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// In points.
    pub(crate) width: f64,
    /// In the order in which they are drawn.
    pub(crate) glyphs: Vec<Drawn>,
}

impl Seen {
    /// All text, without the gaps between its pieces.
    pub(crate) fn text(&self) -> String {
        text(&self.glyphs)
    }
}

/// The text of some glyphs.
pub(crate) fn text(glyphs: &[Drawn]) -> String {
    glyphs.iter().map(|glyph| glyph.text.as_str()).collect()
}

/// The pages of a PDF.
pub(crate) fn pages(bytes: &[u8]) -> Vec<Seen> {
    let pdf = Pdf::new(Arc::new(bytes.to_vec())).expect("a PDF");
    let see = |page| Seen { width: page_width(page), glyphs: glyphs(page, &pdf) };
    pdf.pages().iter().map(see).collect()
}

fn page_width(page: &Page<'_>) -> f64 {
    page.render_dimensions().0.into()
}

fn glyphs<'a>(page: &Page<'a>, pdf: &'a Pdf) -> Vec<Drawn> {
    let mut pen = Pen::default();
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, width.into(), height.into());
    let cache = InterpreterCache::new();
    let mut context = Context::new(Affine::IDENTITY, area, &cache, pdf.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, &mut pen);
    pen.drawn
}

#[derive(Debug, Default)]
struct Pen {
    drawn: Vec<Drawn>,
}

impl<'a> Device<'a> for Pen {
    fn draw_glyph(&mut self, glyph: &Glyph<'a>, at: Affine, within: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        let place = (at * within).translation();
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(text)) => text,
            None => "\u{fffd}".to_owned(),
        };
        self.drawn.push(Drawn { text, x: place.x, y: place.y });
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
