//! The two fonts of a printed report, and what to print for a character that they lack.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::Font;

/// Noto Sans CJK, regular and bold, with the same characters each; `fonts/README.md` says how they were made.
pub(crate) static FILES: [&[u8]; 2] =
    [include_bytes!("../../fonts/NotoSansCJK-Regular.otf"), include_bytes!("../../fonts/NotoSansCJK-Bold.otf")];

static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FILES.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect());

static CHARACTERS: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let codes = FONTS.first().into_iter().flat_map(|font| font.info().coverage.iter());
    codes.filter_map(char::from_u32).collect()
});

/// The fonts, in the order of their weight.
pub(super) fn all() -> &'static [Font] {
    &FONTS
}

/// Replaces what cannot be printed by what can, and remembers what that was.
#[derive(Debug, Default)]
pub(super) struct Legible {
    missing: BTreeSet<char>,
}

impl Legible {
    /// The text as it can be printed: each character that the fonts lack as its code point, as in `[U+20BB7]`. That
    /// goes for controls and marks of direction too, which would otherwise print as nothing, or turn digits around.
    pub(super) fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if text.chars().all(|c| CHARACTERS.contains(&c)) {
            return Cow::Borrowed(text);
        }
        let mut legible = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            if CHARACTERS.contains(&c) {
                legible.push(c);
            } else {
                self.missing.insert(c);
                // Writing to a string cannot fail.
                let _ = write!(legible, "[U+{:04X}]", u32::from(c));
            }
        }
        Cow::Owned(legible)
    }

    /// The characters that were replaced, each once, in Unicode's order.
    pub(super) fn into_missing(self) -> Vec<char> {
        self.missing.into_iter().collect()
    }
}
