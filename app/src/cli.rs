//! What can be typed: commands, flags, and their help.

mod close;
mod examples;
mod finance;
mod insight;
mod report;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use tidemark_model::stream::Stream;

pub(crate) use close::{Close, OfMonth};
pub(crate) use finance::{Budget, Finance, FinanceImport};
pub(crate) use insight::{
    Anomalies, AnomaliesList, AnomaliesMark, Capacity, Experiment, Forecast, Rules, RulesAccuracy, RulesFeedback,
};
pub(crate) use report::{Form, Report};

/// Analytics on events: from Kafka to SQL, exactly once, in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "tidemark",
    version,
    after_help = "Start with: tidemark demo\nEach command's own help ends with examples: tidemark sql --help"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Log more (-v: life of the service, -vv: each request); the environment's `RUST_LOG` overrides it.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Log as JSON lines instead of text.
    #[arg(long, global = true)]
    log_json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything in one process: a broker, a year of believable events, then live ones; SQL and HTTP to try
    #[command(after_help = examples::DEMO)]
    Demo(Demo),
    /// Run the service: take events from Kafka into the lake, and answer SQL
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Make deterministic events, as files or into Kafka, with the exact figures that must come out
    #[command(after_help = examples::GENERATE)]
    Generate(Generate),
    /// Load files of events (JSON Lines or Parquet) into the lake; loading one twice changes nothing
    #[command(after_help = examples::LOAD)]
    Load(Load),
    /// Answer one SQL query, from a data directory or a running server
    #[command(after_help = examples::SQL)]
    Sql(Sql),
    /// Ask SQL interactively
    #[command(after_help = examples::SHELL)]
    Shell(Shell),
    /// Look at the records that were refused, and take them in after a fix
    #[command(subcommand, after_help = examples::DLQ)]
    Dlq(Dlq),
    /// Look at the tables of a lake
    #[command(subcommand, after_help = examples::TABLE)]
    Table(TableCommand),
    /// Take in what finance decides: cost pools, exchange rates, budgets, prices, policies
    #[command(subcommand, after_help = examples::FINANCE)]
    Finance(Finance),
    /// Close a month: preview, prepare, approve, show, reproduce
    #[command(subcommand, after_help = examples::CLOSE)]
    Close(Close),
    /// Show how much of each budget is spent, and what will be by the end of the month
    #[command(after_help = examples::BUDGET)]
    Budget(Budget),
    /// Write a report: a workbook, CSV, JSON or FOCUS, or its rows
    #[command(after_help = examples::REPORT)]
    Report(Report),
    /// Show what is foretold, with how sure that is
    #[command(after_help = examples::FORECAST)]
    Forecast(Forecast),
    /// Show what will not suffice, and when
    #[command(after_help = examples::CAPACITY)]
    Capacity(Capacity),
    /// Show what is unusual, and say what you know of it
    #[command(subcommand, after_help = examples::ANOMALIES)]
    Anomalies(Anomalies),
    /// Show how variants compare
    #[command(after_help = examples::EXPERIMENT)]
    Experiment(Experiment),
    /// Show how mapping rules do, and what the rule engine is told of it
    #[command(subcommand, after_help = examples::RULES)]
    Rules(Rules),
    /// Keep the tables tidy
    #[command(subcommand, after_help = examples::MAINTAIN)]
    Maintain(Maintain),
    /// Write what Grafana, Prometheus and Alertmanager need to show and watch this instance
    #[command(subcommand, after_help = examples::PROVISION)]
    Provision(Provision),
    /// Check whether this machine and configuration can run the service
    #[command(after_help = examples::DOCTOR)]
    Doctor(ConfigFile),
    /// Show the configuration
    #[command(subcommand, after_help = examples::CONFIG)]
    Config(ConfigCommand),
    /// Print completions for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages, a file a command
    #[command(after_help = examples::MAN)]
    Man {
        /// Folder to write into, such as /usr/local/share/man/man1
        #[arg(long)]
        out: PathBuf,
    },
    /// Print the version
    #[command(after_help = examples::VERSION)]
    Version,
}

/// What to write for whom.
#[derive(Debug, Subcommand)]
pub(crate) enum Provision {
    /// Data sources, folders and boards in three languages, made from the KPI catalogue
    #[command(after_help = examples::PROVISION_GRAFANA)]
    Grafana {
        #[command(flatten)]
        into: Into,
        /// Where Grafana will find the folder `boards`, as its machine names it; the one that is written unless given
        #[arg(long)]
        boards: Option<String>,
        /// Host and port of the PostgreSQL door
        #[arg(long, default_value = "127.0.0.1:5433")]
        postgres: String,
        /// URL of the Prometheus server
        #[arg(long, default_value = "http://127.0.0.1:9090")]
        prometheus: String,
    },
    /// Alert rules made from the KPI catalogue and on the platform itself, with a configuration of Prometheus and of
    /// Alertmanager to start from
    #[command(after_help = examples::PROVISION_PROMETHEUS)]
    Prometheus {
        #[command(flatten)]
        into: Into,
        /// URL of Grafana, for the links of alerts
        #[arg(long, default_value = "http://localhost:3000")]
        grafana: String,
        /// URL under which the pages of docs/runbooks are published, for the links of alerts
        #[arg(long)]
        runbooks: Option<String>,
    },
}

/// Where to write, and which KPIs.
#[derive(Debug, Clone, Args)]
pub(crate) struct Into {
    /// Folder to write into; files of the same names are replaced
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Folder with KPI files of your own, as `[kpis] folder` names it
    #[arg(long)]
    pub(crate) kpis: Option<PathBuf>,
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Data directory, or the URL of a lake (s3://bucket/folder, az://container/folder)
    #[arg(long, default_value = "./tidemark-data", env = "TIDEMARK_DIR")]
    pub(crate) dir: String,
}

/// Where to ask: a data directory or a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct Source {
    #[command(flatten)]
    pub(crate) place: Place,
    /// URL of a running instance, such as http://127.0.0.1:8080; it also sees what is not committed yet, but in reports
    #[arg(long, conflicts_with = "dir")]
    pub(crate) server: Option<String>,
}

/// How rows are written.
#[derive(Debug, Clone, Args)]
pub(crate) struct Output {
    /// Form of the rows; a table on a terminal, CSV in a pipe
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
}

/// Forms of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for people
    Table,
    /// Comma-separated values with a header
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// An Apache Parquet file
    Parquet,
    /// An Arrow IPC stream
    Arrow,
}

/// Which year to make.
#[derive(Debug, Clone, Args)]
pub(crate) struct Year {
    /// Days of history
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// Seed: the same seed, days and end give the same events
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The day after the last, in UTC; today unless given
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) end: Option<NaiveDate>,
    /// Volume: 1 is the domain's, about 6 million events a year
    #[arg(long, default_value_t = 1.0)]
    pub(crate) scale: f64,
}

/// `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) year: Year,
    /// Live events a second besides those of ordinary business, which go on as in the history (one in five seconds on
    /// average, most of them in office hours)
    #[arg(long, default_value_t = 0.0)]
    pub(crate) rate: f64,
    /// Load the history, print the summary and exit
    #[arg(long)]
    pub(crate) once: bool,
    /// Address of the HTTP door
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) http: String,
    /// Address of the PostgreSQL door
    #[arg(long, default_value = "127.0.0.1:5433")]
    pub(crate) postgres: String,
}

/// A configuration file.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigFile {
    /// Configuration file; tidemark.toml is read where it exists
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// What this process does
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Role::Ingest, Role::Query, Role::Jobs])]
    pub(crate) roles: Vec<Role>,
    /// Print the addresses as one JSON line on standard output once they are open
    #[arg(long)]
    pub(crate) announce: bool,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Take events in, compact and checkpoint
    Ingest,
    /// Answer SQL
    Query,
    /// Foretell, look for what is unusual, and tell the rule engine
    Jobs,
}

/// `generate`.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) year: Year,
    /// Folder for sessions.jsonl, invoices.jsonl, usage.jsonl and truth.json
    #[arg(long, required_unless_present = "brokers")]
    pub(crate) out: Option<PathBuf>,
    /// Kafka brokers (host:port,...) to send the events to; with --out only truth.json is written there
    #[arg(long)]
    pub(crate) brokers: Option<String>,
    /// Events a second at most; as fast as possible unless given
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// Partitions of topics that do not exist yet
    #[arg(long, default_value_t = 4)]
    pub(crate) partitions: i32,
}

/// `load`.
#[derive(Debug, Args)]
pub(crate) struct Load {
    /// Files of JSON Lines or Parquet
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Stream of the events, where the files are not called sessions, invoices or usage
    #[arg(long)]
    pub(crate) stream: Option<Stream>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// `sql`.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// The query
    #[arg(required_unless_present = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from this file
    #[arg(long, conflicts_with = "query")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `shell`.
#[derive(Debug, Args)]
pub(crate) struct Shell {
    #[command(flatten)]
    pub(crate) source: Source,
}

/// `dlq`.
#[derive(Debug, Subcommand)]
pub(crate) enum Dlq {
    /// Count dead letters by stream, stage and reason
    #[command(after_help = examples::DLQ_LIST)]
    List {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        output: Output,
    },
    /// Show dead letters with their payloads, newest first
    #[command(after_help = examples::DLQ_SHOW)]
    Show {
        /// Only this reason, such as not_json or missing:city
        #[arg(long)]
        reason: Option<String>,
        /// Only this stream
        #[arg(long)]
        stream: Option<Stream>,
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        output: Output,
    },
    /// Take dead letters in again, after a release that accepts them; those still refused stay
    #[command(after_help = examples::DLQ_REPLAY)]
    Replay {
        /// Only this reason
        #[arg(long)]
        reason: Option<String>,
        /// Only this stream
        #[arg(long)]
        stream: Option<Stream>,
        #[command(flatten)]
        place: Place,
    },
}

/// `table`.
#[derive(Debug, Subcommand)]
pub(crate) enum TableCommand {
    /// List the tables with their size
    #[command(after_help = examples::TABLE_LS)]
    Ls {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        output: Output,
    },
    /// Show a table's columns and what they mean
    #[command(after_help = examples::TABLE_DESCRIBE)]
    Describe {
        /// The table.
        table: String,
        #[command(flatten)]
        output: Output,
    },
    /// Show a table's newest commits
    #[command(after_help = examples::TABLE_HISTORY)]
    History {
        /// The table.
        table: String,
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: u64,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: Output,
    },
}

/// `maintain`.
#[derive(Debug, Subcommand)]
pub(crate) enum Maintain {
    /// Merge small files until none are left to merge
    #[command(after_help = examples::MAINTAIN_COMPACT)]
    Compact {
        #[command(flatten)]
        place: Place,
        /// Only say what would be merged
        #[arg(long)]
        dry_run: bool,
    },
    /// Delete files that no version needs any more
    #[command(after_help = examples::MAINTAIN_VACUUM)]
    Vacuum {
        #[command(flatten)]
        place: Place,
        /// Only say what would be deleted
        #[arg(long)]
        dry_run: bool,
        /// Keep files that are younger than so many hours
        #[arg(long, default_value_t = 24)]
        retention_hours: u64,
    },
}

/// `config`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every setting
    #[command(after_help = examples::CONFIG)]
    Show {
        #[command(flatten)]
        file: ConfigFile,
        /// Say for each setting where it comes from
        #[arg(long)]
        origin: bool,
    },
}

impl Cli {
    /// Logs go to standard error, so that data on standard output stays clean.
    pub(crate) fn start_logging(&self) {
        let level = match self.verbose {
            0 => "warn",
            1 => "info",
            _ => "debug",
        };
        let filter = format!("warn,tidemark={level},{}", CRATES.map(|name| format!("{name}={level}")).join(","));
        let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| filter.into());
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        if self.log_json { log.json().init() } else { log.with_target(false).init() }
    }
}

const CRATES: [&str; 4] = ["tidemark_lake", "tidemark_ingest", "tidemark_engine", "tidemark_serve"];
