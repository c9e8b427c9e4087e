//! Reads a TOML file key by key, and notes every problem with its line instead of stopping at the first.

use std::collections::BTreeMap;
use std::fmt::Display;

use toml_edit::{ImDocument, Item, TableLike, Value};

use super::problem::{Problem, Problems};

/// A parsed file.
pub(super) struct Document<'a> {
    text: &'a str,
    parsed: ImDocument<&'a str>,
}

impl<'a> Document<'a> {
    /// Parses a file. Without right TOML nothing in it can be judged, so that problem stands alone.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Problems> {
        let alone = |line, reason| Problems(vec![Problem { line, place: None, reason }]);
        let text = std::str::from_utf8(bytes).map_err(|_| alone(1, "not UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = ImDocument::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            alone(line, format!("not TOML: {}", error.message().replace('\n', ", ")))
        })?;
        Ok(Self { text, parsed })
    }

    /// The whole file.
    pub(super) fn root(&self) -> Section<'_> {
        Section { text: self.text, table: self.parsed.as_table(), path: String::new() }
    }
}

/// A table of the file.
pub(super) struct Section<'a> {
    text: &'a str,
    table: &'a dyn TableLike,
    path: String,
}

impl<'a> Section<'a> {
    /// Notes the keys that are none of these.
    pub(super) fn check_keys(&self, known: &[&str], problems: &mut Vec<Problem>) {
        for (key, _) in self.table.iter().filter(|(key, _)| !known.contains(key)) {
            self.note(key, format!("there is no such key; there are {}", known.join(", ")), problems);
        }
    }

    /// Notes a problem of a key, or that it is missing.
    pub(super) fn note(&self, key: &str, reason: String, problems: &mut Vec<Problem>) {
        let span = self.table.get_key_value(key).and_then(|(key, item)| key.span().or_else(|| item.span()));
        let line = span.map_or(1, |span| line_of(self.text, span.start));
        problems.push(Problem { line, place: Some(format!("{}{key}", self.path)), reason });
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Reads a single value by its text; `None` where it is missing or a problem was noted.
    pub(super) fn read<V, E: Display>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<V, E>,
        problems: &mut Vec<Problem>,
    ) -> Option<V> {
        let item = self.table.get(key)?;
        let text = item.as_value().and_then(|value| scalar(self.text, value));
        let outcome = text
            .ok_or_else(|| "a text or a number is expected".to_owned())
            .and_then(|text| read(&text).map_err(|error| error.to_string()));
        outcome.map_err(|reason| self.note(key, reason, problems)).ok()
    }

    /// Reads a list of values; empty where it is missing. What stands twice is noted.
    pub(super) fn list<V: PartialEq, E: Display>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<V, E>,
        problems: &mut Vec<Problem>,
    ) -> Vec<V> {
        let Some(item) = self.table.get(key) else { return Vec::new() };
        let Some(array) = item.as_array() else {
            self.note(key, "a list is expected, such as [\"a\", \"b\"]".to_owned(), problems);
            return Vec::new();
        };
        let mut values = Vec::new();
        for element in array {
            let outcome = scalar(self.text, element).map(|text| read(&text).map_err(|error| error.to_string()));
            match outcome {
                Some(Ok(value)) if values.contains(&value) => {
                    self.note(key, "names the same twice".to_owned(), problems)
                }
                Some(Ok(value)) => values.push(value),
                Some(Err(reason)) => self.note(key, reason, problems),
                None => self.note(key, "texts are expected in the list".to_owned(), problems),
            }
        }
        values
    }

    /// Reads a table of names and values; empty where it is missing.
    pub(super) fn map<V>(
        &self,
        key: &str,
        name: impl Fn(&str) -> Result<String, String>,
        value: impl Fn(&str) -> Result<V, String>,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<String, V> {
        let Some(section) = self.section(key, problems) else { return BTreeMap::new() };
        let mut values = BTreeMap::new();
        for key in section.keys() {
            if let Err(reason) = name(key) {
                section.note(key, reason, problems);
            } else if let Some(value) = section.read(key, &value, problems) {
                values.insert(key.to_owned(), value);
            }
        }
        values
    }

    /// A table within this one; `None` where it is missing or no table.
    pub(super) fn section(&self, key: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        let item: &'a Item = self.table.get(key)?;
        let Some(table) = item.as_table_like() else {
            self.note(key, "a table is expected".to_owned(), problems);
            return None;
        };
        Some(Self { text: self.text, table, path: format!("{}{key}.", self.path) })
    }

    /// The names of its keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.iter().map(|(key, _)| key)
    }
}

/// The text of a single value. Numbers are taken as they are written, never through a float.
fn scalar(file: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().trim().to_owned()),
        Value::Integer(_) | Value::Float(_) => file.get(value.span()?).map(|text| text.trim().to_owned()),
        _ => None,
    }
}

fn line_of(text: &str, byte: usize) -> u64 {
    let before = text.bytes().take(byte);
    1 + before.filter(|b| *b == b'\n').count() as u64
}
