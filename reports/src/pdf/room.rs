//! How much room the columns of a table ask for, and which paper and size of text give it to them.

use serde::Serialize;

/// Sizes of a table's text, in points: the first that fits its paper is taken.
const SIZES_PT: [f64; 2] = [8.5, 7.0];
/// What a sheet offers between its margins, in points: A4 upright and turned, less 16 mm on each side.
const ROOMS_PT: [(bool, f64); 2] = [(false, 504.0), (true, 751.0)];
/// The room left and right of a cell's text, in points: 1.6 mm each.
const INSET_PT: f64 = 9.1;
/// Longer text is broken into lines, in ems.
const TEXT_EM_MAX: f64 = 20.0;

/// The paper that a table takes.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Paper {
    /// Whether the sheet lies on its longer side.
    #[serde(skip)]
    pub(super) is_turned: bool,
    /// The size of its text, in points.
    size_pt: f64,
}

impl Default for Paper {
    fn default() -> Self {
        Self { is_turned: false, size_pt: SIZES_PT[0] }
    }
}

/// What a column asks for.
#[derive(Debug)]
pub(super) struct Wish {
    width_em: f64,
    /// Whether its text may be broken into lines.
    gives_way: bool,
    /// Whether it has text that must be.
    is_long: bool,
}

impl Wish {
    /// The wish of a column with these words as its title and these texts in its cells.
    pub(super) fn new<'a>(
        title: impl Iterator<Item = &'a str>,
        cells: impl Iterator<Item = &'a str>,
        gives_way: bool,
    ) -> Self {
        let body_em = cells.map(width_em).fold(0.0, f64::max);
        let is_long = gives_way && body_em > TEXT_EM_MAX;
        let body_em = if is_long { TEXT_EM_MAX } else { body_em };
        Self { width_em: title.map(width_em).fold(body_em, f64::max), gives_way, is_long }
    }
}

/// The paper for these columns, and each one's part of the room that is left: upright before turned, and where nothing
/// is wide enough, the smallest text on turned paper, where all text gives way.
pub(super) fn share(wishes: &[Wish]) -> (Paper, Vec<f64>) {
    let needed_pt = |size_pt: f64| wishes.iter().map(|wish| wish.width_em * size_pt + INSET_PT).sum::<f64>();
    let papers = ROOMS_PT.into_iter().flat_map(|(is_turned, room_pt)| {
        SIZES_PT.map(|size_pt| (Paper { is_turned, size_pt }, needed_pt(size_pt) <= room_pt))
    });
    let papers: Vec<(Paper, bool)> = papers.collect();
    let fitting = papers.iter().find(|(_, fits)| *fits);
    let (paper, fits) = fitting.or(papers.last()).copied().unwrap_or_default();

    let spare = if fits { for_spare_room(wishes) } else { None };
    let stretch = |(place, wish): (usize, &Wish)| {
        let stretches = wish.gives_way && (!fits || wish.is_long || Some(place) == spare);
        if stretches { wish.width_em } else { 0.0 }
    };
    (paper, wishes.iter().enumerate().map(stretch).collect())
}

/// The column that takes room to spare: the last where that is text, so that figures stay beside their names, and else
/// the widest text; none where long texts take it.
fn for_spare_room(wishes: &[Wish]) -> Option<usize> {
    if wishes.iter().any(|wish| wish.is_long) {
        return None;
    }
    let last = wishes.len().checked_sub(1).filter(|last| wishes[*last].gives_way);
    let texts = wishes.iter().enumerate().filter(|(_, wish)| wish.gives_way);
    let widest = texts.max_by(|(_, left), (_, right)| left.width_em.total_cmp(&right.width_em));
    last.or(widest.map(|(place, _)| place))
}

/// About how wide a text is, in ems: Chinese characters are one, others a little more than half of it.
fn width_em(text: &str) -> f64 {
    text.chars().map(|c| if c >= '\u{2e80}' { 1.0 } else { 0.57 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(columns: &[(&str, bool)]) -> (bool, f64, Vec<bool>) {
        let wishes = columns.iter().map(|(cell, gives_way)| Wish::new([].into_iter(), [*cell].into_iter(), *gives_way));
        let (paper, stretches) = share(&wishes.collect::<Vec<_>>());
        (paper.is_turned, paper.size_pt, stretches.iter().map(|stretch| *stretch > 0.0).collect())
    }

    #[test]
    fn a_table_takes_the_smallest_paper_that_it_fits_and_one_text_the_rest() {
        assert_eq!(shared(&[("a longer text", true), ("1", false), ("text", true)]).2, [false, false, true]);
        assert_eq!(shared(&[("text", true), ("a longer text", true), ("1", false)]).2, [false, true, false]);
        let long = "text ".repeat(20);
        assert_eq!(
            shared(&[(&long, true), ("text", true), ("1", false), ("last", true)]).2,
            [true, false, false, false]
        );
        let figure = ("123,456,789.00", false);
        let sized = |num_figures: usize| {
            let (is_turned, size_pt, _) = shared(&vec![figure; num_figures]);
            (is_turned, size_pt)
        };
        assert_eq!([5, 7, 9, 11].map(sized), [(false, 8.5), (false, 7.0), (true, 8.5), (true, 7.0)]);
    }

    #[test]
    fn where_there_is_too_little_room_all_texts_give_way() {
        let mut columns = vec![("123,456,789.00", false); 12];
        columns.extend([("text", true), ("another text", true)]);
        let (is_turned, size_pt, stretches) = shared(&columns);
        assert_eq!((is_turned, size_pt, &stretches[11..]), (true, 7.0, &[false, true, true][..]));
    }
}
