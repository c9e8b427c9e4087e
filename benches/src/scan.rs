//! The lake's scan beside plain DataFusion over the same Parquet files, at several numbers of files.
//!
//! Both answer the same SQL in this process, warm, in turn; ours through a whole session (gate, pinned view, own
//! threads), the other through a listing table with Hive partitions. Both must give the same answer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use arrow::util::pretty::pretty_format_batches;
use clap::Args;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::TryStreamExt;
use serde_json::{Value, json};
use tidemark_engine::{Engine, EngineConfig, OwnRelations};
use tidemark_lake::table::TableSpec;
use tidemark_lake::{Append, Store, Table, TableWriter};
use tidemark_model::port::{QueryService, QuerySession};
use tidemark_model::principal::Principal;
use tidemark_model::schema::MONTH;
use tidemark_model::stream::Stream;

use crate::measure::{ms, print, quantile};
use crate::records::{Traffic, lane, segments};

/// Queries in the shapes of dashboards and of people.
const QUERIES: [(&str, &str); 6] = [
    ("count by city", "SELECT city, count(*) AS n FROM invoice_events GROUP BY city ORDER BY city"),
    (
        "count by type",
        "SELECT type, count(*) AS n, count(DISTINCT invoice_id) AS invoices FROM invoice_events GROUP BY type ORDER BY type",
    ),
    (
        "one day by hour",
        "SELECT date_bin(INTERVAL '1 hour', time) AS h, city, count(*) AS n FROM invoice_events \
         WHERE time >= TIMESTAMP '2026-03-10T00:00:00Z' AND time < TIMESTAMP '2026-03-11T00:00:00Z' \
         GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    (
        "one city's month by day",
        "SELECT date_bin(INTERVAL '1 day', time) AS d, count(*) AS n FROM invoice_events WHERE city = 'SIN' \
         GROUP BY 1 ORDER BY 1",
    ),
    ("latest 100", "SELECT time, city, type, invoice_id FROM invoice_events ORDER BY time DESC, event_id LIMIT 100"),
    ("one invoice", "SELECT time, type FROM invoice_events WHERE invoice_id = '{invoice}' ORDER BY time, type"),
];

/// What to scan.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Rows of each table
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// Appends by which a table is filled; each writes a file for each of about ten cities
    #[arg(long, value_delimiter = ',', default_values_t = [1, 10, 100])]
    appends: Vec<usize>,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Print the plans of both with their metrics
    #[arg(long)]
    explain: bool,
    /// Print the figures as JSON, with each query's text and its table's folder, for `system/scan.py`
    #[arg(long)]
    json: bool,
    /// Keep the tables here, one folder a number of appends, for other engines to read
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Prints milliseconds and ratios by query and number of files.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let dir = options.dir.as_deref().unwrap_or(temporary.path());
    let mut measured = Vec::new();
    for appends in &options.appends {
        let (table, invoice) = fill(&dir.join(appends.to_string()), options.rows, *appends).await?;
        measured.extend(compare(&table, &invoice, options).await?);
    }
    if options.json {
        println!("{}", json!(measured.iter().map(Measured::to_json).collect::<Vec<_>>()));
    } else {
        let header = ["files", "query", "ours ms", "plain DataFusion ms", "ours / plain"];
        print(&header, measured.iter().map(Measured::to_row).collect());
    }
    Ok(())
}

/// One query over one table.
struct Measured {
    folder: String,
    files: usize,
    query: &'static str,
    sql: String,
    ours: Duration,
    plain: Duration,
}

impl Measured {
    fn to_row(&self) -> Vec<String> {
        let ratio = format!("{:.2}", self.ours.as_secs_f64() / self.plain.as_secs_f64());
        vec![self.files.to_string(), self.query.to_owned(), ms(self.ours), ms(self.plain), ratio]
    }

    fn to_json(&self) -> Value {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        let Self { folder, files, query, sql, .. } = self;
        json!({"folder": folder, "files": files, "query": query, "sql": sql, "ours": ms(self.ours), "plain": ms(self.plain)})
    }
}

/// A table of `rows` events in so many appends; returns it with the id of one invoice.
async fn fill(dir: &Path, rows: usize, appends: usize) -> Result<(Arc<Table>, String)> {
    let store = Store::open(dir.to_str().context("a path in UTF-8")?, &HashMap::new())?;
    let table = Table::open_or_create(&store, TableSpec::events(Stream::Invoices)).await?;
    let (writer, per_append) = (TableWriter::new(Arc::clone(&table)), rows / appends);
    let (mut traffic, mut lane) = (Traffic::new(Stream::Invoices, rows * 3 / 2)?, lane(Stream::Invoices));
    let mut invoice = String::new();
    for append in 0..appends {
        let first = (append * per_append) as i64;
        let segments = segments(&mut traffic, &mut lane, per_append, first)?;
        if let Some(column) = segments[0].rows.column_by_name("invoice_id") {
            invoice = arrow::util::display::array_value_to_string(column, segments[0].rows.num_rows() / 2)?;
        }
        writer.append(Append { segments, stream: None }).await?;
    }
    Ok((table, invoice))
}

async fn compare(table: &Arc<Table>, invoice: &str, options: &Options) -> Result<Vec<Measured>> {
    let files = table.view().state.files.len();
    let engine =
        Engine::new(vec![Arc::clone(table)], OwnRelations::default(), Arc::default(), EngineConfig::default()).await?;
    let session = engine.session(&Principal::named("bench")).await?;
    let plain = plain(table).await?;
    let mut measured = Vec::new();
    for (name, query) in QUERIES {
        let sql = query.replace("{invoice}", invoice);
        let query = &sql;
        if options.explain {
            let explain = format!("EXPLAIN ANALYZE {query}");
            println!("{}", shown(&by_us(session.as_ref(), &explain).await?)?);
            println!("{}", shown(&plain.sql(&explain).await?.collect().await?)?);
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let same = shown(&by_us(session.as_ref(), query).await?)? == shown(&plain.sql(query).await?.collect().await?)?;
        ensure!(same, "the answers to \"{name}\" differ");
        for _ in 0..options.rounds {
            let began = Instant::now();
            by_us(session.as_ref(), query).await?;
            ours.push(began.elapsed());
            let began = Instant::now();
            plain.sql(query).await?.collect().await?;
            theirs.push(began.elapsed());
        }
        let (ours, plain) = (quantile(&mut ours, 0.5), quantile(&mut theirs, 0.5));
        let folder = table.location().table_url(table.spec().name).path().to_owned();
        measured.push(Measured { folder, files, query: name, sql, ours, plain });
    }
    Ok(measured)
}

async fn by_us(session: &dyn QuerySession, query: &str) -> Result<Vec<RecordBatch>> {
    Ok(session.run(query, &[]).await?.rows.try_collect().await?)
}

/// A listing table over the folder, as DataFusion's documentation shows it.
async fn plain(table: &Table) -> Result<SessionContext> {
    let cores = std::thread::available_parallelism()?.get();
    let config = SessionConfig::new().with_target_partitions(cores);
    let context = SessionContext::new_with_config(config);
    let partitions = vec![("city".to_owned(), DataType::Utf8View), (MONTH.to_owned(), DataType::Utf8View)];
    let options = ParquetReadOptions::default().table_partition_cols(partitions);
    let url = table.location().table_url(table.spec().name);
    context.register_parquet("invoice_events", format!("{url}/"), options).await?;
    Ok(context)
}

fn shown(batches: &[RecordBatch]) -> Result<String> {
    Ok(pretty_format_batches(batches)?.to_string())
}
