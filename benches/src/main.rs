//! Benchmarks of the parts, each a subcommand that prints a table with ratios measured in this one run.
//! The whole system beside its peers is measured by the programs in `system/`; `README.md` has the figures.

mod commits;
mod consumer;
mod decode;
mod forecast;
mod many;
mod measure;
mod records;
mod scan;

use anyhow::Result;
use clap::Parser;

/// The service's allocator, so that figures are the service's.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measure the parts of Tidemark; every figure is a ratio to something measured in the same run
#[derive(Debug, Parser)]
enum Bench {
    /// Records to rows, beside a plain JSON parser and Arrow's own JSON reader
    Decode(decode::Options),
    /// The time of one append commit while a table grows to thousands of commits
    Commits(commits::Options),
    /// Queries over the lake's scan beside plain DataFusion over the same files
    Scan(scan::Options),
    /// Forecast series of a CSV; prints what comes next, with intervals, the model and the time that it took
    Forecast(forecast::Options),
    /// The forecasts of a morning: many daily series, chosen for and continued on all cores
    Many(many::Options),
    /// Read topics to their end without landing them; prints one line of JSON
    Consume(consumer::Options),
}

#[tokio::main]
async fn main() -> Result<()> {
    match Bench::parse() {
        Bench::Decode(options) => decode::run(&options),
        Bench::Commits(options) => commits::run(&options).await,
        Bench::Scan(options) => scan::run(&options).await,
        Bench::Forecast(options) => forecast::run(&options),
        Bench::Many(options) => many::run(&options),
        Bench::Consume(options) => consumer::run(&options),
    }
}
