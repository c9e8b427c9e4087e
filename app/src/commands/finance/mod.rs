//! `tidemark finance`: what finance decides enters the lake, in this process or through a running instance.

mod remote;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tidemark_lake::Store;
use tidemark_model::finance::{FileKind, Imported, RefusedRow, SubmittedFile};
use tidemark_model::port::FinanceImports;
use tidemark_model::principal::Principal;

use super::sql::explain;
use crate::cli::{Finance, FinanceImport};
use crate::imports::Imports;
use crate::progress::waiting;

/// Runs a command of finance.
pub(crate) async fn run(command: Finance) -> Result<()> {
    match command {
        Finance::Import(arguments) => import(&arguments).await,
    }
}

async fn import(arguments: &FinanceImport) -> Result<()> {
    let paths = paths(arguments);
    let files = paths.iter().map(|(kind, path)| submitted(*kind, path)).collect::<Result<Vec<_>>>()?;
    match waiting("the files are imported", taken(arguments, files)).await? {
        Imported::Landed { number, files } => {
            for file in files {
                println!("import {number}: {} rows of {}", file.num_rows, file.kind.name());
            }
            Ok(())
        }
        Imported::Refused(rows) => {
            let of =
                |row: &RefusedRow| paths.iter().find(|(kind, _)| *kind == row.kind).map(|(_, path)| path.display());
            let lines = rows.iter().filter_map(|row| Some(format!("\n{}: {row}", of(row)?)));
            bail!("nothing was imported, for the files have problems{}", lines.collect::<String>())
        }
    }
}

/// What becomes of the files, in a running instance or in this process.
async fn taken(arguments: &FinanceImport, files: Vec<SubmittedFile>) -> Result<Imported> {
    match &arguments.source.server {
        Some(server) => remote::import(server, &files, &arguments.principal).await,
        None => import_here(arguments, files).await,
    }
}

async fn import_here(arguments: &FinanceImport, files: Vec<SubmittedFile>) -> Result<Imported> {
    let store = Store::open(&arguments.source.place.dir, &HashMap::new())?;
    store.probe().await?;
    let imports = Imports::open(&store).await?;
    imports.import(files, &Principal::named(arguments.principal.as_str())).await.map_err(explain)
}

/// The files that were given.
fn paths(arguments: &FinanceImport) -> Vec<(FileKind, &PathBuf)> {
    let all = [
        (FileKind::Pools, &arguments.pools),
        (FileKind::Rates, &arguments.rates),
        (FileKind::Budgets, &arguments.budgets),
        (FileKind::Prices, &arguments.prices),
        (FileKind::Plans, &arguments.plans),
        (FileKind::Policy, &arguments.policy),
    ];
    all.into_iter().filter_map(|(kind, path)| Some((kind, path.as_ref()?))).collect()
}

fn submitted(kind: FileKind, path: &Path) -> Result<SubmittedFile> {
    let bytes = std::fs::read(path).with_context(|| format!("could not read \"{}\"", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(SubmittedFile { kind, name, bytes })
}
