//! The header of a file: lines `-- key: value` at its top.

use std::str::FromStr;

use super::error::LibraryError;

/// A file's name, its header's entries in order, and its SQL.
#[derive(Debug)]
pub(super) struct File<'a> {
    name: &'a str,
    entries: Vec<(&'a str, String)>,
    pub(super) sql: &'a str,
}

impl<'a> File<'a> {
    /// Cuts a file into header and SQL.
    pub(super) fn parse(name: &'a str, text: &'a str) -> Result<Self, LibraryError> {
        let mut file = Self { name, entries: Vec::new(), sql: text };
        while let Some(line) = file.sql.lines().next().and_then(|line| line.strip_prefix("--")) {
            if let Some(more) = line.strip_prefix("   ") {
                let Some((_, value)) = file.entries.last_mut() else {
                    return Err(file.invalid("the header starts with a line that goes on with nothing"));
                };
                value.push(' ');
                value.push_str(more.trim());
            } else {
                let Some((key, value)) = line.split_once(':') else {
                    return Err(file.invalid(format!("\"--{line}\" is no header line such as \"-- unit: ratio\"")));
                };
                file.entries.push((key.trim(), value.trim().to_owned()));
            }
            file.sql = file.sql.split_once('\n').map_or("", |(_, rest)| rest);
        }
        file.sql = file.sql.trim().trim_end_matches(';');
        Ok(file)
    }

    /// The complaint about this file.
    pub(super) fn invalid(&self, problem: impl Into<String>) -> LibraryError {
        LibraryError::Invalid { file: self.name.to_owned(), problem: problem.into() }
    }

    /// Takes the value of a key.
    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        let index = self.entries.iter().position(|(found, _)| *found == key)?;
        Some(self.entries.remove(index).1)
    }

    /// Takes the value of a key that must be there.
    pub(super) fn need(&mut self, key: &str) -> Result<String, LibraryError> {
        self.take(key).ok_or_else(|| self.invalid(format!("the header lacks \"-- {key}: ...\"")))
    }

    /// Takes a value that is one of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, LibraryError> {
        let word = self.need(key)?;
        let found = all.iter().copied().find(|choice| name(*choice) == word);
        found.ok_or_else(|| {
            let words: Vec<_> = all.iter().map(|choice| name(*choice)).collect();
            self.invalid(format!("{key} is \"{word}\": expected one of {}", words.join(", ")))
        })
    }

    /// Takes a value of another type, where it is there.
    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &str) -> Result<Option<T>, LibraryError> {
        let Some(text) = self.take(key) else { return Ok(None) };
        text.parse().map(Some).map_err(|error| self.invalid(format!("{key}: {error}")))
    }

    /// Takes all entries whose key starts with a word: `column city` with its value.
    pub(super) fn take_all(&mut self, word: &str) -> Vec<(String, String)> {
        let mut taken = Vec::new();
        self.entries.retain(|(key, value)| {
            let rest = key.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
            taken.extend(rest.map(|rest| (rest.to_owned(), value.clone())));
            rest.is_none()
        });
        taken
    }

    /// Complains about what nobody took: a misspelt key must not silently do nothing.
    pub(super) fn finish(&self) -> Result<(), LibraryError> {
        match self.entries.first() {
            Some((key, _)) => Err(self.invalid(format!("the header has an unknown key \"{key}\""))),
            None => Ok(()),
        }
    }
}
