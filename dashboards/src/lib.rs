//! What people look at. Grafana is given data sources, folders, and boards as classic JSON in three languages, made from
//! the KPI catalogue and from panels that are designed by hand; browsers are given the console. Text only: nothing here
//! asks a server.
//!
//! # Layout
//! * [`language`]: the three languages, and texts in all of them
//! * [`words`]: the words that several panels share, columns of tables among them
//! * [`panel`]: what a panel is, before it is JSON
//! * [`kpi`]: panels that a KPI's header makes
//! * [`boards`]: the boards: which panels stand where
//! * [`json`]: panels and boards as Grafana reads them
//! * [`provisioning`]: the files beside the boards
//! * [`console`]: the console's built files

mod boards;
mod console;
mod json;
mod kpi;
mod language;
mod panel;
mod provisioning;
mod words;

use std::path::PathBuf;

pub use console::Console;

use tidemark_sql::Library;

use crate::language::Language;

/// One file of the folder that Grafana is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands in that folder.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
}

/// What differs from one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where Grafana finds the folder `boards`, as Grafana's machine names it.
    pub boards: String,
    /// Host and port of the PostgreSQL door.
    pub postgres: String,
    /// URL of the Prometheus server that reads `/metrics`.
    pub prometheus: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            boards: "/etc/grafana/tidemark/boards".to_owned(),
            postgres: "127.0.0.1:5433".to_owned(),
            prometheus: "http://127.0.0.1:9090".to_owned(),
        }
    }
}

/// Everything that belongs into the folder, in order of paths. The same library gives the same bytes.
#[must_use]
pub fn files(library: &Library, options: &Options) -> Vec<File> {
    let boards = boards::all(library);
    let mut files = provisioning::files(options);
    for language in Language::ALL {
        files.extend(boards.iter().map(|board| File {
            path: PathBuf::from(format!("boards/{}/{}.json", language.code(), board.id)),
            text: json::board(board, language),
        }));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[cfg(test)]
mod tests;
