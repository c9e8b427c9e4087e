//! The commands, one a file.

mod anomalies;
mod budget;
mod capacity;
mod close;
mod dlq;
mod doctor;
mod experiment;
mod finance;
mod forecast;
mod generate;
mod listing;
mod load;
mod maintain;
mod provision;
mod report;
mod rules;
pub(crate) mod run;
mod shell;
mod sql;
mod table;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::cli::{Cli, Command, ConfigCommand};
use crate::{config, demo};

pub(crate) use generate::write_truth;
pub(crate) use sql::Asker;

/// Runs a command. Exit codes: 0 done, 1 failed, 2 usage (by clap), 3 a check found something.
pub(crate) async fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Demo(arguments) => demo::run(arguments).await?,
        Command::Run(arguments) => run::run(arguments).await?,
        Command::Generate(arguments) => generate::run(arguments).await?,
        Command::Load(arguments) => load::run(arguments).await?,
        Command::Sql(arguments) => sql::run(arguments).await?,
        Command::Shell(arguments) => shell::run(arguments).await?,
        Command::Dlq(command) => dlq::run(command).await?,
        Command::Table(command) => table::run(command).await?,
        Command::Finance(command) => finance::run(command).await?,
        Command::Budget(arguments) => budget::run(arguments).await?,
        Command::Close(command) => return close::run(command).await,
        Command::Report(report) => report::run(report).await?,
        Command::Forecast(arguments) => forecast::run(arguments).await?,
        Command::Capacity(arguments) => capacity::run(arguments).await?,
        Command::Anomalies(command) => anomalies::run(command).await?,
        Command::Experiment(arguments) => experiment::run(arguments).await?,
        Command::Rules(command) => rules::run(command).await?,
        Command::Maintain(command) => maintain::run(command).await?,
        Command::Provision(command) => provision::run(command)?,
        Command::Doctor(file) => return doctor::run(file).await,
        Command::Config(ConfigCommand::Show { file, origin }) => {
            for line in config::describe(file.config.as_deref(), origin)? {
                println!("{line}");
            }
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tidemark", &mut std::io::stdout());
        }
        Command::Man { out } => {
            std::fs::create_dir_all(&out).with_context(|| format!("could not make \"{}\"", out.display()))?;
            clap_mangen::generate_to(Cli::command(), &out)
                .with_context(|| format!("could not write into \"{}\"", out.display()))?;
        }
        Command::Version => println!("tidemark {}", env!("CARGO_PKG_VERSION")),
    }
    Ok(ExitCode::SUCCESS)
}
