//! A view: a relation over the events, or over other views.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::error::LibraryError;
use super::header::File;
use crate::relations::relations;

/// A view of the library.
#[derive(Debug, Clone)]
pub struct View {
    /// Its name, also as a relation.
    pub name: String,
    /// What one row is, in a sentence.
    pub meaning: String,
    /// Each column and what it means, in order.
    pub columns: Vec<(String, String)>,
    /// The query.
    pub sql: String,
    /// The relations that it reads.
    pub reads: BTreeSet<String>,
    /// Whether a row may depend on events at other times than its own.
    pub whole_history: bool,
    /// Whether and how its rows are kept in memory.
    pub keep: Option<Keep>,
}

/// How rows of a view hang together, so that they can be kept and follow new events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// One row for each id in this column, from the events of one table that carry the id, and no others. The columns
    /// `first_event_at` and `last_event_at` are the times of the first and the last of them.
    Id(String),
    /// Rows of some events and rows of others, put together by these columns where they have all others in common, the
    /// local `day` among them, are the rows of all.
    Merging(BTreeMap<String, Merge>),
}

/// How the values of a column are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// All together.
    Sum,
}

impl Merge {
    /// The aggregate that does it, as SQL.
    #[must_use]
    pub const fn aggregate(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            Self::Sum => "sum",
        }
    }
}

impl Keep {
    /// Reads `ID`, or `merging COLUMN min|max|sum, ...`.
    fn parse(text: &str) -> Option<Self> {
        let Some(columns) = text.strip_prefix("merging ") else { return Some(Self::Id(text.to_owned())) };
        let merge = |column: &str| {
            let (name, how) = column.trim().split_once(' ')?;
            let how = [Merge::Min, Merge::Max, Merge::Sum].into_iter().find(|merge| merge.aggregate() == how)?;
            Some((name.to_owned(), how))
        };
        columns.split(',').map(merge).collect::<Option<_>>().map(Self::Merging)
    }

    /// The columns that a view must have to be kept so.
    fn needs(&self) -> Vec<&str> {
        match self {
            Self::Id(id) => vec![id, "first_event_at", "last_event_at"],
            Self::Merging(columns) => columns.keys().map(String::as_str).chain(["day"]).collect(),
        }
    }
}

impl View {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, LibraryError> {
        let mut file = File::parse(name, text)?;
        let view = Self {
            name: name.to_owned(),
            meaning: file.need("meaning")?,
            columns: file.take_all("column"),
            sql: file.sql.to_owned(),
            reads: relations(&query(&file)?),
            whole_history: match file.take("history").as_deref() {
                None => false,
                Some("whole") => true,
                Some(other) => return Err(file.invalid(format!("history is \"{other}\": expected whole"))),
            },
            keep: match file.take("kept by") {
                None => None,
                Some(text) => Some(Keep::parse(&text).ok_or_else(|| {
                    file.invalid(format!("kept by is \"{text}\": expected an id, or merging COLUMN min|max|sum, ..."))
                })?),
            },
        };
        let missing = |name: &str| !view.columns.is_empty() && view.columns.iter().all(|(column, _)| column != name);
        let needs = view.keep.as_ref().map(Keep::needs).unwrap_or_default();
        if let Some(name) = needs.iter().find(|name| missing(name)) {
            return Err(file.invalid(format!("a view that is kept so has a column {name}")));
        }
        file.finish()?;
        Ok(view)
    }
}

/// Parses a file's SQL as one query.
pub(super) fn query(file: &File<'_>) -> Result<Query, LibraryError> {
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, file.sql);
    let mut statements = statements.map_err(|error| file.invalid(error.to_string()))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) => Ok(*query),
        _ => Err(file.invalid("one SELECT is expected after the header")),
    }
}

/// Puts each view after those that it reads.
pub(super) fn ordered(mut views: Vec<View>) -> Result<Vec<View>, LibraryError> {
    let mut done = Vec::with_capacity(views.len());
    while !views.is_empty() {
        let waiting: BTreeSet<String> = views.iter().map(|view| view.name.clone()).collect();
        let (ready, rest): (Vec<_>, Vec<_>) = views.into_iter().partition(|view| view.reads.is_disjoint(&waiting));
        if ready.is_empty() {
            return Err(LibraryError::Circle { names: waiting.into_iter().collect::<Vec<_>>().join(", ") });
        }
        done.extend(ready);
        views = rest;
    }
    Ok(done)
}
