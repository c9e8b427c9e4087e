//! `tidemark finance` and `budget`: what can be typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use tidemark_model::month::Month;

use super::{Output, Source, examples};

/// `finance`.
#[derive(Debug, Subcommand)]
pub(crate) enum Finance {
    /// Import files; all of them in one commit, or none where one has a problem
    #[command(after_help = examples::FINANCE)]
    Import(FinanceImport),
}

/// `finance import`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("files").required(true).multiple(true).args(["pools", "rates", "budgets", "prices", "plans", "policy"])))]
pub(crate) struct FinanceImport {
    /// CSV of cost pools: month,pool,amount,currency,driver
    #[arg(long, value_name = "FILE")]
    pub(crate) pools: Option<PathBuf>,
    /// CSV of exchange rates: month,currency,rate_to_hkd
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<PathBuf>,
    /// CSV of budgets: month,city,category,amount,currency
    #[arg(long, value_name = "FILE")]
    pub(crate) budgets: Option<PathBuf>,
    /// CSV of prices: effective_from,service,model,meter,unit_price,currency
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// CSV of customers' plans: effective_from,tenant,meter,included,quota
    #[arg(long, value_name = "FILE")]
    pub(crate) plans: Option<PathBuf>,
    /// TOML of a policy's version: weights, exclusions, order of pools, rounding unit
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Who imports, for the audit
    #[arg(long = "as", value_name = "PRINCIPAL", default_value = "local")]
    pub(crate) principal: String,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// `budget`.
#[derive(Debug, Args)]
pub(crate) struct Budget {
    /// Only this month; without it the months that the cities have now
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Option<Month>,
    /// Only this city
    #[arg(long)]
    pub(crate) city: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}
