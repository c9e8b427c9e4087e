//! What is wrong with a file of the library.

/// A file that cannot be used: which one, and why.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// It cannot be read.
    #[error("could not read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// The reason.
        source: std::io::Error,
    },
    /// Its header or its SQL is not as it must be.
    #[error("{file}.sql: {problem}")]
    Invalid {
        /// The file's name without its ending.
        file: String,
        /// What is wrong, and what is expected.
        problem: String,
    },
    /// Two KPIs of one id.
    #[error("there are two KPIs \"{id}\": rename one of the files")]
    Twice {
        /// The id.
        id: String,
    },
    /// Views that read each other in a circle.
    #[error("the views {names} read each other in a circle")]
    Circle {
        /// The views.
        names: String,
    },
}
