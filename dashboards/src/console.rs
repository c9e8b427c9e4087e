//! The console: what a browser is sent. Its source is in `console/src`, its built files in `console/dist`; these are a
//! part of the binary.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::{EmbeddedFile, RustEmbed};
use tidemark_model::port::{Page, Pages};

#[derive(RustEmbed)]
#[folder = "console/dist"]
struct Built;

/// Where files are whose names change with what is in them.
const NAMED_BY_CONTENT: &str = "assets/";

/// The console's files by path, compressed once.
#[derive(Debug)]
pub struct Console {
    files: BTreeMap<String, Page>,
}

impl Console {
    /// Compresses the files.
    #[must_use]
    pub fn new() -> Self {
        let files = Built::iter().filter_map(|path| Some((path.to_string(), page(&path, Built::get(&path)?))));
        Self { files: files.collect() }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Pages for Console {
    fn page(&self, path: &str) -> Option<&Page> {
        self.files.get(path)
    }
}

fn page(path: &str, file: EmbeddedFile) -> Page {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let bytes = file.data.into_owned();
    Page {
        gzip: compressed(&bytes).into(),
        bytes: bytes.into(),
        media_type: media_type(path),
        tag,
        is_named_by_content: path.starts_with(NAMED_BY_CONTENT),
    }
}

/// Empty where it cannot be compressed; memory does not fail to be written to.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn every_file_is_there_as_it_is_and_compressed() {
        let console = Console::new();
        assert!(console.page("index.html").is_some_and(|page| !page.is_named_by_content));
        assert!(console.page("../Cargo.toml").is_none());
        for (path, page) in &console.files {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&page.gzip[..]).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, page.bytes, "{path}");
            assert_ne!(page.media_type, "application/octet-stream", "{path}");
        }
    }

    #[test]
    fn a_first_visit_loads_less_than_250_kb() {
        let all: usize = Console::new().files.values().map(|page| page.gzip.len()).sum();
        assert!(all < 250_000, "{all} bytes, compressed");
    }
}
