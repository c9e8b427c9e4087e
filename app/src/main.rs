//! The `tidemark` binary: parse, run, report.

mod audit;
mod broker;
mod cli;
mod closes;
mod commands;
mod config;
mod demo;
mod doors;
mod health;
mod imports;
mod jobs;
mod marks;
mod metered;
mod minutes;
mod numbered;
mod numbered_tables;
mod output;
mod principals;
mod progress;
mod replays;
mod reporter;
mod saved;
mod service;
mod spool;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    cli.start_logging();
    let outcome =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from).and_then(
            |runtime| {
                let outcome = runtime.block_on(commands::run(cli));
                runtime.shutdown_timeout(std::time::Duration::from_secs(1));
                outcome
            },
        );
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
