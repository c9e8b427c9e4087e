//! What can go wrong with a table, by what a caller can do about it.

use tidemark_model::position::TopicPartition;

/// A failure of the lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// Another writer has moved this partition on: drop what is not committed and start again at its watermark.
    #[error("table \"{table}\" stands at offset {found} of {partition}, not at {expected}: another writer moved it")]
    Fenced {
        /// The table.
        table: String,
        /// The partition whose watermark differs.
        partition: TopicPartition,
        /// Where this writer's rows begin.
        expected: i64,
        /// The table's watermark.
        found: i64,
    },
    /// Another writer has added rows: look at them ([`crate::TableWriter::take_foreign`]), then append again.
    #[error("another writer has added rows to table \"{table}\"")]
    ForeignRows {
        /// The table.
        table: String,
    },
    /// The store does not do what the platform relies on.
    #[error("store \"{url}\" is not usable: {why}")]
    UnusableStore {
        /// Its URL.
        url: String,
        /// What it lacks and what to do.
        why: String,
    },
    /// The table uses a feature that this product does not read.
    #[error("table \"{table}\" is not supported: {why}")]
    Unsupported {
        /// The table.
        table: String,
        /// The feature.
        why: String,
    },
    /// The log contradicts itself or misses an entry.
    #[error("log of table \"{table}\" is damaged at version {version}: {why}")]
    DamagedLog {
        /// The table.
        table: String,
        /// The version of the entry.
        version: u64,
        /// What is wrong.
        why: String,
    },
    /// A file that was to be replaced is no longer in the table: the replacement is dropped, nothing is lost.
    #[error("a file to be replaced has left table \"{table}\": {path}")]
    ReplacedMeanwhile {
        /// The table.
        table: String,
        /// The file.
        path: String,
    },
    /// The store failed; trying again may help.
    #[error("could not {action}: {}", said(.error))]
    Store {
        /// What was attempted, to what.
        action: String,
        /// The store's error. Not a source: its text repeats its causes, whole answers of servers among them.
        error: object_store::Error,
    },
    /// delta-rs failed.
    #[error("could not {action}")]
    Delta {
        /// What was attempted.
        action: String,
        /// Its error.
        #[source]
        source: Box<deltalake_core::DeltaTableError>,
    },
    /// Rows could not be sorted, cut or cast.
    #[error("could not arrange rows")]
    Arrow(#[from] arrow::error::ArrowError),
    /// Rows could not be encoded or decoded.
    #[error("could not encode or decode Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A background task ended unexpectedly.
    #[error("a background task ended unexpectedly")]
    Task(#[from] tokio::task::JoinError),
}

impl LakeError {
    pub(crate) fn store(action: impl Into<String>) -> impl FnOnce(object_store::Error) -> Self {
        move |error| Self::Store { action: action.into(), error }
    }

    pub(crate) fn delta<E: Into<deltalake_core::DeltaTableError>>(action: impl Into<String>) -> impl FnOnce(E) -> Self {
        move |source| Self::Delta { action: action.into(), source: Box::new(source.into()) }
    }

    /// The error and its causes in one line, for logs and people.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

/// What a store said: the code and the message of its answer; else the error with its innermost cause.
pub(crate) fn said(error: &object_store::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let (whole, cause) = (error.to_string(), innermost.to_string());
    match (element(&cause, "Code"), element(&cause, "Message")) {
        (Some(code), Some(message)) => format!("{code}: {}", message.trim_end_matches('.')),
        _ if whole.contains(&cause) => whole,
        _ => format!("{whole}: {cause}"),
    }
}

/// The first line of an element of an answer in XML, as S3 and Azure give it.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>"))?.0.lines().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_xml_becomes_its_code_and_message() {
        let answer = "<Error><Code>NoSuchBucket</Code><Message>It does not exist.</Message><Hex>ff</Hex></Error>";
        let error = object_store::Error::Generic { store: "S3", source: format!("got 404: {answer}").into() };
        assert_eq!(said(&error), "NoSuchBucket: It does not exist");
    }
}
