//! What a pack holds and what it was made of: lines of text, the same facts always the same bytes.
//!
//! ```text
//! tidemark close 1
//! month 2026-03
//! product 0.1.0
//! method largest_remainder 1
//! imports 7
//! policy 2026-1
//! previous none
//! table finance_entries 7
//! table invoice_events 1204
//! watermark invoice_events 0 5731 invoices
//! file 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae 3 allocation.csv
//! ```
//! The hash of these bytes names the pack: whoever approves it approves every file in it and everything that it was
//! made of. It names the pack of the month before, so a pack stands for all closes up to its own.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use tidemark_model::month::Month;

/// The first line; another layout would have another number.
const HEADER: &str = "tidemark close 1";

/// Stands where no month was closed before.
const NO_PACK: &str = "none";

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackHash(pub [u8; 32]);

/// A text that is no SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256: 64 hexadecimal digits in lower case are expected")]
pub struct HashError;

/// The facts of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The month.
    pub month: Month,
    /// Version of the product that made it.
    pub product: String,
    /// How costs were rounded, and the version of that: what must work them out again.
    pub method: String,
    /// Number of the last import of finance that counted: pools, rates, prices and policies up to it.
    pub imports: i64,
    /// The policy's version.
    pub policy: String,
    /// The pack of the month closed before; `None` for the first.
    pub previous: Option<PackHash>,
    /// Version of each table that was read.
    pub tables: BTreeMap<String, u64>,
    /// The first offset that did not count, by table, partition and topic.
    pub watermarks: BTreeMap<Source, i64>,
    /// The files by their names.
    pub files: BTreeMap<String, PackedFile>,
}

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The table that they land in.
    pub table: String,
    /// The topic's partition.
    pub partition: i32,
    /// The topic.
    pub topic: String,
}

/// A file of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedFile {
    /// SHA-256 of its bytes.
    pub sha256: PackHash,
    /// Its size.
    pub size_bytes: u64,
}

/// Why bytes are no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A line is not what stands there in a manifest of this release.
    #[error("line {0} is not the one that a manifest of this release has there")]
    Line(usize),
    /// Every line can be read, but this release would write them in other bytes.
    #[error("the manifest was written by something else: its lines are not in the order that a release writes")]
    Foreign,
}

/// How a file differs from its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing(String),
    /// It has other bytes.
    Changed(String),
    /// The manifest does not know it.
    Unknown(String),
}

impl PackHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for PackHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for PackHash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(HashError),
        };
        let pairs: &[u8; 64] = text.as_bytes().try_into().map_err(|_| HashError)?;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(pairs.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

impl PackedFile {
    /// The facts of a file with these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: PackHash::of(bytes), size_bytes: bytes.len() as u64 }
    }
}

impl Manifest {
    /// The hash that names the pack.
    #[must_use]
    pub fn hash(&self) -> PackHash {
        PackHash::of(self.to_string().as_bytes())
    }

    /// Reads what [`Self`] writes as text. Names are on one line: a control character in one makes the text unreadable.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn read(text: &str) -> Result<Self, ManifestError> {
        let mut lines = Lines { lines: text.lines(), number: 0 };
        lines.next(|line| (line == HEADER).then_some(()))?;
        let month = lines.next(|line| line.strip_prefix("month ")?.parse().ok())?;
        let product = lines.next(|line| line.strip_prefix("product ").map(str::to_owned))?;
        let method = lines.next(|line| line.strip_prefix("method ").map(str::to_owned))?;
        let imports = lines.next(|line| line.strip_prefix("imports ")?.parse().ok())?;
        let policy = lines.next(|line| line.strip_prefix("policy ").map(str::to_owned))?;
        let previous = lines.next(|line| match line.strip_prefix("previous ")? {
            NO_PACK => Some(None),
            pack => pack.parse().ok().map(Some),
        })?;
        let (mut tables, mut watermarks, mut files) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        while let Some(entry) = lines.next_if_any(entry)? {
            match entry {
                Entry::Table(name, version) => {
                    tables.insert(name, version);
                }
                Entry::Watermark(source, next_offset) => {
                    watermarks.insert(source, next_offset);
                }
                Entry::File(name, file) => {
                    files.insert(name, file);
                }
            }
        }
        let manifest = Self { month, product, method, imports, policy, previous, tables, watermarks, files };
        if manifest.to_string() == text { Ok(manifest) } else { Err(ManifestError::Foreign) }
    }

    /// How files differ from those of the pack, by their names; nothing where they are the same.
    #[must_use]
    pub fn differences(&self, files: &BTreeMap<String, impl AsRef<[u8]>>) -> Vec<Difference> {
        let of_pack = self.files.iter().filter_map(|(name, packed)| match files.get(name) {
            None => Some(Difference::Missing(name.clone())),
            Some(bytes) if PackedFile::of(bytes.as_ref()) != *packed => Some(Difference::Changed(name.clone())),
            Some(_) => None,
        });
        let unknown = files.keys().filter(|name| !self.files.contains_key(*name));
        of_pack.chain(unknown.map(|name| Difference::Unknown(name.clone()))).collect()
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nmonth {}\nproduct {}\nmethod {}", self.month, self.product, self.method)?;
        let previous = self.previous.map_or_else(|| NO_PACK.to_owned(), |pack| pack.to_string());
        writeln!(f, "imports {}\npolicy {}\nprevious {previous}", self.imports, self.policy)?;
        for (name, version) in &self.tables {
            writeln!(f, "table {name} {version}")?;
        }
        for (Source { table, partition, topic }, next_offset) in &self.watermarks {
            writeln!(f, "watermark {table} {partition} {next_offset} {topic}")?;
        }
        for (name, file) in &self.files {
            writeln!(f, "file {} {} {name}", file.sha256, file.size_bytes)?;
        }
        Ok(())
    }
}

enum Entry {
    Table(String, u64),
    Watermark(Source, i64),
    File(String, PackedFile),
}

fn entry(line: &str) -> Option<Entry> {
    if let Some(table) = line.strip_prefix("table ") {
        let (name, version) = table.rsplit_once(' ')?;
        return Some(Entry::Table(name.to_owned(), version.parse().ok()?));
    }
    if let Some(watermark) = line.strip_prefix("watermark ") {
        let mut words = watermark.splitn(4, ' ');
        let (table, partition) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        let (next_offset, topic) = (words.next()?.parse().ok()?, words.next()?.to_owned());
        return Some(Entry::Watermark(Source { table, partition, topic }, next_offset));
    }
    let (sha256, rest) = line.strip_prefix("file ")?.split_once(' ')?;
    let (size_bytes, name) = rest.split_once(' ')?;
    let file = PackedFile { sha256: sha256.parse().ok()?, size_bytes: size_bytes.parse().ok()? };
    Some(Entry::File(name.to_owned(), file))
}

struct Lines<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl Lines<'_> {
    fn next<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T, ManifestError> {
        self.next_if_any(read)?.ok_or(ManifestError::Line(self.number))
    }

    fn next_if_any<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ManifestError> {
        self.number += 1;
        let Some(line) = self.lines.next() else { return Ok(None) };
        read(line).map(Some).ok_or(ManifestError::Line(self.number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_map;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    fn source(partition: i32, topic: &str) -> Source {
        Source { table: "invoice_events".to_owned(), partition, topic: topic.to_owned() }
    }

    fn manifest() -> Manifest {
        Manifest {
            month: "2026-03".parse().unwrap(),
            product: "0.1.0".to_owned(),
            method: "largest_remainder 1".to_owned(),
            imports: 7,
            policy: "2026-1 of finance".to_owned(),
            previous: None,
            tables: BTreeMap::from([("usage_events".to_owned(), 3), ("invoice_events".to_owned(), 1204)]),
            watermarks: BTreeMap::from([(source(1, "file:a b"), 9), (source(0, "invoices"), 57)]),
            files: BTreeMap::from([("香港 notes.txt".to_owned(), PackedFile::of(b"foo"))]),
        }
    }

    #[test]
    fn a_manifest_is_the_text_that_its_description_says() {
        let text = "tidemark close 1\nmonth 2026-03\nproduct 0.1.0\nmethod largest_remainder 1\n\
                    imports 7\npolicy 2026-1 of finance\nprevious none\n\
                    table invoice_events 1204\ntable usage_events 3\n\
                    watermark invoice_events 0 57 invoices\nwatermark invoice_events 1 9 file:a b\n\
                    file 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae 3 香港 notes.txt\n";
        assert_eq!(manifest().to_string(), text);
        assert_eq!(Manifest::read(text), Ok(manifest()));
        // By `sha256sum` over the text.
        assert_eq!(manifest().hash().to_string(), "97cbf1c9ddf466d91b42ccb0a2ae178c2fd1b6eead2b088db43fe048210f72ac");
    }

    #[test]
    fn what_is_no_manifest_is_said_with_its_line() {
        let text = manifest().to_string();
        let read = |from: &str, to: &str| Manifest::read(&text.replacen(from, to, 1)).unwrap_err();
        assert_eq!(Manifest::read("").unwrap_err(), ManifestError::Line(1));
        assert_eq!(read("close 1", "close 2"), ManifestError::Line(1));
        assert_eq!(read("2026-03", "2026-13"), ManifestError::Line(2));
        assert_eq!(read("imports 7", "imports x"), ManifestError::Line(5));
        assert_eq!(read("previous none", "previous 12"), ManifestError::Line(7));
        assert_eq!(read("1204", "-1"), ManifestError::Line(8));
        assert_eq!(read("events 0 57", "events 0 x"), ManifestError::Line(10));
        assert_eq!(read("file 2c", "file 2C"), ManifestError::Line(12));
        assert_eq!(read("imports 7", "imports +7"), ManifestError::Foreign);
        assert_eq!(Manifest::read(text.trim_end()).unwrap_err(), ManifestError::Foreign);
        assert_eq!(Manifest::read(&text.replace('\n', "\r\n")).unwrap_err(), ManifestError::Foreign);
        let twice = text.replace("table usage_events 3\n", "table usage_events 3\ntable usage_events 3\n");
        assert_eq!(Manifest::read(&twice).unwrap_err(), ManifestError::Foreign);
    }

    #[test]
    fn every_file_that_is_not_as_it_was_is_found() {
        let mut manifest = manifest();
        for (name, bytes) in [("a", b"1"), ("b", b"2"), ("c", b"3")] {
            manifest.files.insert(name.to_owned(), PackedFile::of(bytes));
        }
        let file = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
        let found = BTreeMap::from([file("a", b"1"), file("b", b"3"), file("香港 notes.txt", b"foo"), file("d", b"")]);
        let differences = manifest.differences(&found);
        let expected = [
            Difference::Changed("b".to_owned()),
            Difference::Missing("c".to_owned()),
            Difference::Unknown("d".to_owned()),
        ];
        assert_eq!(differences, expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_another_fact_has_another_hash(
            imports in 0_i64..1000,
            policy in "[ -~]{1,20}",
            tables in btree_map("[a-z_]{1,12}", 0_u64..100_000, 0..5),
            sources in btree_map((0_i32..9, "[ -~]{1,20}"), any::<i64>(), 0..5),
            previous in option::of(any::<[u8; 32]>()),
            files in btree_map("[ -~]{1,20}", any::<Vec<u8>>(), 0..5),
        ) {
            let files = files.iter().map(|(name, bytes)| (name.clone(), PackedFile::of(bytes))).collect();
            let watermarks = sources.into_iter().map(|((partition, topic), next)| (source(partition, &topic), next));
            let (watermarks, previous) = (watermarks.collect(), previous.map(PackHash));
            let manifest = Manifest { imports, policy, tables, watermarks, previous, files, ..manifest() };
            prop_assert_eq!(Manifest::read(&manifest.to_string()), Ok(manifest.clone()));
            let other = Manifest { imports: imports + 1, ..manifest.clone() };
            prop_assert_ne!(other.hash(), manifest.hash());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            prop_assert!(Manifest::read(&text).is_err());
        }
    }
}
