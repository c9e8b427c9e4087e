//! Embeds the files of `views/` and `kpis/`, so that a file added there is in the binary and nothing else changes.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut code = String::new();
    for folder in ["views", "kpis"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
        paths.sort();
        let _ = writeln!(code, "pub(super) const {}: &[(&str, &str)] = &[", folder.to_uppercase());
        for path in paths {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            // Not an absolute path: what one checkout built would then name its files in another that shares the target.
            let file = format!("/{folder}/{name}.sql");
            let _ = writeln!(code, r#"    ({name:?}, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), {file:?}))),"#);
        }
        code.push_str("];\n");
    }
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&out).join("files.rs"), code)
}
