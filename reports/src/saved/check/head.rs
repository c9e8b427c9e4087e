//! What stands at a definition's head: its name, its words, its owner, its zone, its limit.

use super::Problem;
use crate::saved::definition::{Definition, Words};
use crate::saved::literal::is_plain;
use crate::saved::schedule::no_zone;
use crate::saved::zone;

/// Most characters of a name: it is part of files' names.
const NAME_CHARS_MAX: usize = 64;
/// Most characters of a title.
pub(super) const TITLE_CHARS_MAX: usize = 120;
/// Most characters of a note.
const NOTE_CHARS_MAX: usize = 500;
/// Most characters of an owner's name.
const OWNER_CHARS_MAX: usize = 200;
/// Most rows: what a sheet of Excel holds, and what fits into memory.
const LIMIT_MAX: u32 = 1_000_000;

pub(super) fn check(definition: &Definition, problems: &mut Vec<Problem>) {
    let Definition { name, owner, title, note, limit, .. } = definition;
    if !is_name(name) {
        let cure = "use small letters, digits and hyphens: a letter first, no hyphen last, at most 64";
        problems.push(Problem::new("name", format!("\"{}\" is no name of a report", name.escape_debug()), cure));
    }
    if owner.trim().is_empty() || owner.chars().count() > OWNER_CHARS_MAX || !is_plain(owner) {
        problems.push(Problem::new("owner", "the owner is no principal", "give the name of a principal"));
    }
    if title.is_empty() {
        problems.push(Problem::new("title", "the report has no title", "give one in en, zh-Hant or zh-Hans"));
    }
    words("title", title, TITLE_CHARS_MAX, problems);
    words("note", note, NOTE_CHARS_MAX, problems);
    if zone::find(&definition.zone).is_none() {
        problems.push(no_zone(&definition.zone).at(""));
    }
    if !(1..=LIMIT_MAX).contains(limit) {
        let message = format!("a report has no {limit} rows");
        problems.push(Problem::new("limit", message, format!("give 1 to {LIMIT_MAX}")));
    }
}

/// Refuses words that are empty, too long, or have control characters.
pub(super) fn words(place: &str, words: &Words, chars_max: usize, problems: &mut Vec<Problem>) {
    for (language, text) in words.given() {
        let fits = (1..=chars_max).contains(&text.chars().count()) && !text.trim().is_empty() && is_plain(text);
        if !fits {
            let cure = format!("give 1 to {chars_max} characters on one line, or leave the language out");
            problems.push(Problem::new(format!("{place}.{language}"), "the text is empty or too long", cure));
        }
    }
}

fn is_name(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let has_known = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    starts && has_known && !name.ends_with('-') && name.len() <= NAME_CHARS_MAX
}
