//! What is wrong with a file: every problem, with its line.

use std::fmt;

/// A problem of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1; a row that spans lines is named by its first.
    pub line: u64,
    /// The column or key, where it is of one.
    pub place: Option<String>,
    /// What is wrong, and what is expected.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "line {}, {place}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

/// Every problem of a file that was refused, by line; at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct Problems(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What a file holds, if nothing is wrong with it.
pub(super) fn unless_problems<T>(value: T, mut problems: Vec<Problem>) -> Result<T, Problems> {
    if problems.is_empty() {
        return Ok(value);
    }
    problems.sort_by_key(|problem| problem.line);
    Err(Problems(problems))
}
