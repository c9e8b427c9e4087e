//! What happens while a line is typed: SQL is coloured, and Tab completes names.

use std::borrow::Cow;

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

/// Words of SQL that are completed and coloured.
const KEYWORDS: [&str; 48] = [
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COUNT",
    "CROSS",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FILTER",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INTERSECT",
    "INTERVAL",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "RIGHT",
    "SELECT",
    "THEN",
    "TRUE",
    "UNION",
    "WHEN",
    "WHERE",
    "WITH",
];

const KEYWORD: &str = "\x1b[1;34m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const COMMENT: &str = "\x1b[90m";
const PLAIN: &str = "\x1b[0m";

/// Helps who types.
#[derive(Debug)]
pub(super) struct Typing {
    /// Names of relations, columns and KPIs, in order.
    names: Vec<String>,
    has_colours: bool,
}

impl Typing {
    pub(super) fn new(names: Vec<String>) -> Self {
        // Source: https://no-color.org
        Self { names, has_colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    /// What a word may become: names first, then words of SQL, in the case in which it was begun.
    fn completions(&self, begun: &str) -> Vec<String> {
        if begun.is_empty() {
            return Vec::new();
        }
        let lower = begun.to_ascii_lowercase();
        let names = self.names.iter().filter(|name| name.starts_with(&lower)).cloned();
        let keywords = KEYWORDS.iter().filter(|word| word.to_ascii_lowercase().starts_with(&lower));
        let is_lower = begun.chars().all(|c| !c.is_ascii_uppercase());
        names
            .chain(keywords.map(|word| if is_lower { word.to_ascii_lowercase() } else { (*word).to_owned() }))
            .collect()
    }
}

impl Helper for Typing {}
impl Validator for Typing {}
impl Hinter for Typing {
    type Hint = String;
}

impl Completer for Typing {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let start = line[..at].rfind(|c: char| !is_word(c)).map_or(0, |place| place + 1);
        Ok((start, self.completions(&line[start..at])))
    }
}

impl Highlighter for Typing {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.has_colours { coloured(line).into() } else { line.into() }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.has_colours
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '\\'
}

/// A line with colours around its parts.
fn coloured(line: &str) -> String {
    let mut out = String::with_capacity(line.len() * 2);
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (part, colour) = part(rest, first);
        match colour {
            Some(colour) => out.extend([colour, part, PLAIN]),
            None => out.push_str(part),
        }
        rest = &rest[part.len()..];
    }
    out
}

/// The part that a text begins with, and its colour.
fn part(text: &str, first: char) -> (&str, Option<&'static str>) {
    if text.starts_with("--") {
        return (text, Some(COMMENT));
    }
    if first == '\'' {
        let end = text[1..].find('\'').map_or(text.len(), |end| end + 2);
        return (&text[..end], Some(TEXT));
    }
    if !is_word(first) {
        return (&text[..first.len_utf8()], None);
    }
    let word = &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())];
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return (word, Some(NUMBER));
    }
    let is_keyword = KEYWORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    (word, is_keyword.then_some(KEYWORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_before_words_of_sql_which_keep_their_case() {
        let typing = Typing::new(vec!["fields".to_owned(), "forwarder".to_owned(), "invoices".to_owned()]);
        assert_eq!(typing.completions("fo"), ["forwarder"]);
        assert_eq!(typing.completions("f"), ["fields", "forwarder", "false", "filter", "from", "full"]);
        assert_eq!(typing.completions("FR"), ["FROM"]);
        assert!(typing.completions("").is_empty());
    }

    #[test]
    fn colours_change_no_character() {
        for line in ["select 'a''b' from t -- why", "'open", "\\d invoices", "香港 = 12;", ""] {
            let mut plain = coloured(line);
            for colour in [KEYWORD, TEXT, NUMBER, COMMENT, PLAIN] {
                plain = plain.replace(colour, "");
            }
            assert_eq!(plain, line);
        }
        assert!(coloured("select 1").starts_with("\x1b[1;34mselect\x1b[0m"));
    }
}
