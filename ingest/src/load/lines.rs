//! JSON Lines: each line that is not blank is a record.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::{CHUNK_BYTES, CHUNK_RECORDS, Source};
use crate::error::IngestError;
use crate::record::Chunk;

/// A file of lines.
pub(super) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    line: Vec<u8>,
    bytes_read: u64,
}

impl Lines {
    /// Opens the file.
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let file = File::open(path).map_err(IngestError::file(path))?;
        let reader = BufReader::with_capacity(1 << 20, file);
        Ok(Self { path: path.to_owned(), reader, line: Vec::new(), bytes_read: 0 })
    }
}

impl Source for Lines {
    fn fill(&mut self, chunk: &mut Chunk, first: i64) -> Result<(), IngestError> {
        while chunk.len() < CHUNK_RECORDS && chunk.size_bytes() < CHUNK_BYTES {
            self.line.clear();
            let read = self.reader.read_until(b'\n', &mut self.line).map_err(IngestError::file(&self.path))?;
            if read == 0 {
                break;
            }
            self.bytes_read += read as u64;
            let record = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            let record = record.strip_suffix(b"\r").unwrap_or(record);
            if !record.iter().all(u8::is_ascii_whitespace) {
                chunk.push(0, first + chunk.len() as i64, None, None, Some(record), std::iter::empty());
            }
        }
        Ok(())
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
