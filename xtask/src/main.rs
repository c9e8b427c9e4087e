//! Longer runs by name: `cargo xtask rel kills --kills 1000`.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Longer runs than `./check` has time for.
#[derive(Debug, Parser)]
enum Task {
    /// Reliability runs
    #[command(subcommand)]
    Rel(Reliability),
}

/// The reliability runs.
#[derive(Debug, Subcommand)]
enum Reliability {
    /// Kill the service again and again while events arrive; an outside checker must find none lost and none repeated
    Kills {
        /// How many kills
        #[arg(long, default_value_t = 1000)]
        kills: u32,
    },
}

fn main() -> Result<ExitCode> {
    let Task::Rel(Reliability::Kills { kills }) = Task::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace has a root")?;
    let home = std::env::var("HOME").context("HOME is not set")?;
    let python = Path::new(&home).join(".cache/tidemark-venv/bin/python");
    anyhow::ensure!(python.exists(), "{} is not there: run ./check path once, which installs it", python.display());
    let status = Command::new(python)
        .args(["-m", "pytest", "-s", "tests/path/test_kills.py"])
        .current_dir(root)
        .env("TIDEMARK_KILLS", kills.to_string())
        .status()
        .context("could not start the suite")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}
