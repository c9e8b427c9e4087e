//! `tidemark close`: the end of a month.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use tidemark_insight::close::{self, Closed, NextStep, Obstacle, PackHash, Prepared, Status};
use tidemark_lake::Store;
use tidemark_lake::table::TableSpec;
use tidemark_model::close::MANIFEST;
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::principal::Principal;

use super::sql::{explain, open_engine};
use crate::cli::{Close, OfMonth, Output};
use crate::closes::{self, STEPS, TRIES_MAX};
use crate::numbered::{Landed, Numbered};
use crate::output;
use crate::progress::waiting;

/// Exit code of a check that found something.
const FOUND: u8 = 3;

/// Runs a command of the close.
pub(crate) async fn run(command: Close) -> Result<ExitCode> {
    match command {
        Close::Preview { of, city, output } => preview(&of, city.as_deref(), &output).await?,
        Close::Run { of, approve: None, principal } => prepare(&of, &principal).await?,
        Close::Run { of, approve: Some(pack), principal } => approve(&of, pack, &principal).await?,
        Close::Show { of, out } => show(&of, out.as_deref()).await?,
        Close::Reproduce { of, out } => return reproduce(&of, out.as_deref()).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// What is committed now.
async fn committed(of: &OfMonth) -> Result<Arc<dyn PinnedQueries>> {
    open_engine(&of.place.dir).await?.committed().await.map_err(explain)
}

async fn preview(of: &OfMonth, city: Option<&str>, output: &Output) -> Result<()> {
    let (month, queries) = (of.month, committed(of).await?);
    let foreseen = foreseen(queries.as_ref(), month, city);
    let (found, rows) = waiting("the allocation is worked out", foreseen).await?;
    for obstacle in &found {
        eprintln!("stands in the way: {obstacle}");
    }
    let rows: Vec<RecordBatch> = rows.into_iter().filter(|rows| rows.num_rows() > 0).collect();
    let Some(first) = rows.first() else { bail!("there is nothing to close in {month}") };
    output::write(output, &first.schema(), &rows)?;
    if found.is_empty() {
        eprintln!("prepare it with `tidemark close run --month {month} --principal NAME`");
    }
    Ok(())
}

/// What stands in the way of closing an open month, and what it would be closed with.
async fn foreseen(
    queries: &dyn PinnedQueries,
    month: Month,
    city: Option<&str>,
) -> Result<(Vec<Obstacle>, Vec<RecordBatch>)> {
    let (status, _) = close::show(queries, month).await.map_err(explain)?;
    if let Status::Closed(_) = status {
        bail!("{month} is closed: see it with `tidemark close show --month {month}`");
    }
    let found = close::preview(queries, month, chrono::Utc::now()).await.map_err(explain)?;
    let of_city = city.map_or_else(String::new, |city| format!(" AND city = '{}'", city.replace('\'', "''")));
    let query = format!("SELECT * FROM cost_allocation WHERE month = '{month}'{of_city} ORDER BY place");
    Ok((found, queries.rows(&query).await.map_err(explain)?))
}

async fn prepare(of: &OfMonth, principal: &str) -> Result<()> {
    let (month, step) = (of.month, take(of, None, principal).await?);
    println!("{}", step.pack);
    eprintln!(
        "{principal} prepared {month}; it is closed when somebody else has looked at the pack and approves it:\n  \
         tidemark close show --month {month} --out FOLDER\n  \
         tidemark close run --month {month} --principal NAME --approve {}",
        step.pack
    );
    Ok(())
}

async fn approve(of: &OfMonth, pack: PackHash, principal: &str) -> Result<()> {
    let (month, step) = (of.month, take(of, Some(pack), principal).await?);
    println!("{}", step.pack);
    eprintln!("{month} is closed: what arrives later is booked in the months after it");
    Ok(())
}

/// Makes a step and lands it; where another comes first, makes it anew from what then holds. The table is made by the
/// first step that may be taken.
async fn take(of: &OfMonth, pack: Option<PackHash>, principal: &str) -> Result<NextStep> {
    let (store, by) = (Store::open(&of.place.dir, &HashMap::new())?, Principal::named(principal));
    for _ in 0..TRIES_MAX {
        let queries = committed(of).await?;
        let step = closes::make(queries.as_ref(), of.month, pack, &by);
        let step = waiting("the pack is made", step).await.map_err(explain)?;
        store.probe().await?;
        let table = Numbered::open(&store, TableSpec::closes(), STEPS).await?;
        let landed = closes::land(&table, &step).await.with_context(|| {
            format!("{} may have changed all the same: `tidemark close show --month {0}` says how it stands", of.month)
        })?;
        if landed == Landed::Taken {
            return Ok(step);
        }
    }
    bail!("others close months all the time: look at `tidemark close show --month {}`, and try again", of.month)
}

async fn show(of: &OfMonth, out: Option<&Path>) -> Result<()> {
    let (month, queries) = (of.month, committed(of).await?);
    let shown = waiting("the pack is read", close::show(queries.as_ref(), month)).await;
    let (status, files) = shown.map_err(explain)?;
    match &status {
        Status::Open => println!("{month} is open"),
        Status::Prepared(Prepared { pack, by }) => {
            println!("{month} is prepared by {by} and waits for approval\npack {pack}")
        }
        Status::Closed(Closed { pack, prepared_by, approved_by }) => {
            println!("{month} is closed: prepared by {prepared_by}, approved by {approved_by}\npack {pack}");
        }
    }
    if let Some(manifest) = files.get(MANIFEST) {
        print!("{manifest}");
    }
    match out {
        Some(_) if files.is_empty() => bail!("{month} has no pack: prepare it with `tidemark close run`"),
        Some(folder) => write_files(folder, &files),
        None => Ok(()),
    }
}

async fn reproduce(of: &OfMonth, out: Option<&Path>) -> Result<ExitCode> {
    let (month, queries) = (of.month, committed(of).await?);
    let found = waiting("the pack is made again", close::reproduce(queries.as_ref(), month)).await;
    let Some(found) = found.map_err(explain)? else {
        bail!("{month} has no pack: it is neither closed nor prepared");
    };
    if let Some(folder) = out {
        write_files(folder, &found.files)?;
    }
    for finding in &found.findings {
        println!("{finding}");
    }
    if found.findings.is_empty() {
        println!("{month}: the same bytes, {} files of pack {}", found.files.len(), found.pack);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{month} does not come out as it was approved: restore the table finance_closes from a backup");
    Ok(ExitCode::from(FOUND))
}

/// Writes the files of a pack. Their names come from the lake, so only those that a release gives are taken.
fn write_files(folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("could not make \"{}\"", folder.display()))?;
    for (name, text) in files {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        if !is_plain || name.starts_with('.') {
            bail!("\"{name}\" is no name that a file of a pack has");
        }
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("could not write \"{}\"", path.display()))?;
    }
    Ok(())
}
