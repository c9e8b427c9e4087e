//! What can go wrong on the way in.

use std::path::{Path, PathBuf};

use tidemark_lake::LakeError;

/// A failure of ingest. A bad record is none: it becomes a dead letter.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The lake refused or failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The Kafka client failed.
    #[error("could not {action}: {source}")]
    Kafka {
        /// What was attempted.
        action: String,
        /// The client's error.
        source: rdkafka::error::KafkaError,
    },
    /// A partition does not hold the offset at which the table stands: the topic was re-created or lost records.
    #[error(
        "topic partition {partition} does not hold offset {watermark}, where the table stands (it holds {low} to \
         {high}): it was deleted and re-created, or its retention is too short; nothing is read from it. Restore the \
         topic, or start a new data directory"
    )]
    OffsetGone {
        /// The partition.
        partition: String,
        /// The table's watermark.
        watermark: i64,
        /// The oldest offset that the broker has.
        low: i64,
        /// The offset after the newest.
        high: i64,
    },
    /// Another writer has landed an event that waits here, or may have: everything is read again.
    #[error("another writer has landed events in table \"{table}\" that were about to be landed here")]
    LandedMeanwhile {
        /// The table.
        table: &'static str,
    },
    /// A file to be loaded cannot be read.
    #[error("could not read \"{}\": {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file of rows that are no events.
    #[error("could not take events from \"{}\": {why}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file whose stream is not known.
    #[error("\"{}\" names no stream: call it sessions, invoices or usage, or say which with --stream", path.display())]
    NoStream {
        /// The file.
        path: PathBuf,
    },
    /// Rows could not be built.
    #[error("could not build rows: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A part of the pipeline ended.
    #[error("{0} ended unexpectedly")]
    Ended(&'static str),
}

impl IngestError {
    pub(crate) fn kafka(action: impl Into<String>) -> impl FnOnce(rdkafka::error::KafkaError) -> Self {
        move |source| Self::Kafka { action: action.into(), source }
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(crate) fn columns(path: &Path, why: impl Into<String>) -> Self {
        Self::Columns { path: path.to_owned(), why: why.into() }
    }

    /// Whether reading again from the watermarks can mend it.
    #[must_use]
    pub const fn is_fence(&self) -> bool {
        matches!(self, Self::Lake(LakeError::Fenced { .. }) | Self::LandedMeanwhile { .. })
    }
}
