//! `tidemark provision`: files for Grafana, Prometheus and Alertmanager.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tidemark_alerts::rules::{self, Links};
use tidemark_dashboards::Options;
use tidemark_sql::Library;

use crate::cli::{Into, Provision};

/// Writes the files, and their paths to standard output.
pub(crate) fn run(command: Provision) -> Result<()> {
    match command {
        Provision::Grafana { into, boards, postgres, prometheus } => {
            let boards = boards.map_or_else(|| absolute(&into.out.join("boards")), Ok)?;
            let options = Options { boards, postgres, prometheus };
            let files = tidemark_dashboards::files(&library(&into)?, &options);
            write(&into.out, files.into_iter().map(|file| (file.path, file.text)))
        }
        Provision::Prometheus { into, grafana, runbooks } => {
            let trimmed = |url: String| url.trim_end_matches('/').to_owned();
            let runbooks = runbooks.map_or(Links::default().runbooks, trimmed);
            let links = Links { boards: trimmed(grafana), runbooks };
            write(&into.out, rules::files(&library(&into)?, &links))
        }
    }
}

fn library(into: &Into) -> Result<Library> {
    Ok(Library::open(into.kpis.as_deref())?)
}

fn absolute(folder: &Path) -> Result<String> {
    let folder = std::path::absolute(folder)?;
    let text = folder.to_str().with_context(|| format!("{} is no Unicode path", folder.display()))?;
    Ok(text.to_owned())
}

fn write(out: &Path, files: impl IntoIterator<Item = (PathBuf, String)>) -> Result<()> {
    for (path, text) in files {
        let path = out.join(path);
        let write = || {
            std::fs::create_dir_all(path.parent().unwrap_or(out))?;
            std::fs::write(&path, &text)
        };
        write().with_context(|| {
            format!("cannot write {}: give a folder that can be written, with --out", path.display())
        })?;
        println!("{}", path.display());
    }
    Ok(())
}
