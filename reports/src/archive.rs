//! Files in one: a ZIP archive, the same bytes for the same files.

use std::io::{Cursor, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use crate::error::WriteError;

/// A file of an archive, with the path that it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// With `/` between folders.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl Entry {
    /// What `sha256sum` says of it.
    pub(crate) fn sum(&self) -> String {
        let hash: String = Sha256::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hash}  {}\n", self.path)
    }
}

/// The archive of these files, in this order.
///
/// # Errors
/// Where the library refuses, as it does two files of one path.
pub(crate) fn archive(entries: &[Entry]) -> Result<Vec<u8>, WriteError> {
    // No clock: a time of day would make every archive another one.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { path, bytes } in entries {
        archive.start_file(path.as_str(), options)?;
        archive.write_all(bytes).map_err(zip::result::ZipError::from)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_holds_its_files_and_has_no_clock() {
        let entry = |path: &str, bytes: &[u8]| Entry { path: path.to_owned(), bytes: bytes.to_vec() };
        let entries = [entry("zh-Hant/HKG/成本.pdf", b"%PDF"), entry("a", b"")];
        let bytes = archive(&entries).unwrap();
        assert_eq!(bytes, archive(&entries).unwrap());
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> = read.file_names().map(Result::unwrap).collect();
        assert_eq!(names, ["zh-Hant/HKG/成本.pdf", "a"]);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut read.by_index(0).unwrap(), &mut text).unwrap();
        assert_eq!(text, "%PDF");
        assert!(archive(&[entry("a", b""), entry("a", b"")]).is_err(), "one would hide the other");
    }

    #[test]
    fn a_files_sum_is_what_sha256sum_writes() {
        // printf abc | sha256sum
        let sum = Entry { path: "en/all/x.pdf".to_owned(), bytes: b"abc".to_vec() }.sum();
        assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  en/all/x.pdf\n");
    }
}
